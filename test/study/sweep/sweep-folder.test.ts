import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConfigurationOutcome } from '../../../src/study/sweep/configuration-pass.ts';
import { SweepFolder, sweepsOfOtherCode } from '../../../src/study/sweep/sweep-folder.ts';
import { sweepPlanOf as plan } from './sweep-fixtures.ts';

const result = (number: number): ConfigurationOutcome => ({
  number,
  arm: 'follow',
  digest: `digest ${number}`,
  surveyed: false,
  lanes: [],
});

describe('the folder of a sweep', () => {
  test('keeps what every batch gave, in whatever order they ended', () => {
    const data = mkdtempSync(join(tmpdir(), 'sweep-'));
    const first = new SweepFolder(data, plan());
    first.append([result(2), { number: 3, failed: 'it threw' }]);
    first.close();
    const second = new SweepFolder(data, plan());
    expect([...second.outcomes.keys()]).toEqual([2, 3]);
    second.append([result(1)]);
    second.close();
    const third = new SweepFolder(data, plan());
    expect(third.outcomes.get(1)).toEqual(result(1));
    expect(third.outcomes.size).toBe(3);
    third.close();
  });

  test('cuts a torn last line, wherever it was torn, and loses nothing else', () => {
    const data = mkdtempSync(join(tmpdir(), 'sweep-'));
    const whole = new SweepFolder(data, plan());
    whole.append([result(1), result(2)]);
    whole.close();
    const file = join(whole.path, 'results.ndjson');
    const bytes = readFileSync(file);
    const secondLine = bytes.indexOf(10) + 1;
    for (let length = secondLine; length < bytes.length; length++) {
      writeFileSync(file, bytes);
      truncateSync(file, length);
      const opened = new SweepFolder(data, plan());
      expect([...opened.outcomes.keys()]).toEqual([1]);
      opened.append([result(2)]);
      opened.close();
      expect(readFileSync(file)).toEqual(bytes);
    }
  });

  test('does not take a line of junk for a result', () => {
    const data = mkdtempSync(join(tmpdir(), 'sweep-'));
    const folder = new SweepFolder(data, plan());
    folder.append([result(1)]);
    folder.close();
    appendFileSync(join(folder.path, 'results.ndjson'), '{"number":9}\n');
    const opened = new SweepFolder(data, plan());
    expect([...opened.outcomes.keys()]).toEqual([1]);
    opened.close();
  });

  test('is worked in by one process at a time; a lock whose process has ended is no lock', () => {
    const data = mkdtempSync(join(tmpdir(), 'sweep-'));
    const folder = new SweepFolder(data, plan());
    folder.close();
    // Process 1 runs on every machine, and is not ours.
    writeFileSync(join(folder.path, 'lock'), '1');
    expect(() => new SweepFolder(data, plan())).toThrow('process 1 is at work on sweep whale-0123456789ab');
    writeFileSync(join(folder.path, 'lock'), String(spawnSync('true').pid));
    new SweepFolder(data, plan()).close();
  });

  test('is told apart from one of the same question and other code', () => {
    const data = mkdtempSync(join(tmpdir(), 'sweep-'));
    new SweepFolder(data, plan()).close();
    new SweepFolder(data, plan({ id: 'whale-another', key: 'k', question: 'another' })).close();
    const now = plan({ id: 'whale-ffff', key: 'ffff', hashes: { code: 'changed', strategy: 's', tape: 't' } });
    expect(sweepsOfOtherCode(data, now)).toEqual(['whale-0123456789ab']);
    expect(sweepsOfOtherCode(data, plan())).toEqual([]);
  });
});
