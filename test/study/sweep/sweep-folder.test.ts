import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { ConfigurationOutcome } from '../../../src/study/sweep/configuration-pass.ts';
import { SweepFolder, sweepsOfOtherCode } from '../../../src/study/sweep/sweep-folder.ts';
import { dataFolder } from '../../tape/tape-fixture.ts';
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
    const data = dataFolder();
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
    const data = dataFolder();
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
    const data = dataFolder();
    const folder = new SweepFolder(data, plan());
    folder.append([result(1)]);
    folder.close();
    appendFileSync(join(folder.path, 'results.ndjson'), '{"number":9}\n');
    const opened = new SweepFolder(data, plan());
    expect([...opened.outcomes.keys()]).toEqual([1]);
    opened.close();
  });

  test('is worked in by one process at a time; a lock whose process has ended is no lock', () => {
    const data = dataFolder();
    const folder = new SweepFolder(data, plan());
    folder.close();
    const lock = join(folder.path, 'lock');
    // Process 1 runs on every machine, and is not ours.
    writeFileSync(lock, '{"pid":1}');
    expect(() => new SweepFolder(data, plan())).toThrow(
      `process 1 is at work on sweep whale-0123456789ab: it holds ${lock}`,
    );
    writeFileSync(lock, JSON.stringify({ pid: spawnSync('true').pid, start: null }));
    new SweepFolder(data, plan()).close();
    expect(readdirSync(folder.path).sort()).toEqual(['results.ndjson', 'sweep.json']);
  });

  test.skipIf(process.platform !== 'linux')(
    'is free where the process of its lock has ended and another has its number',
    () => {
      const data = dataFolder();
      const folder = new SweepFolder(data, plan());
      const lock = join(folder.path, 'lock');
      const own = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; start: string };
      // Its own number and start, as they are while it works: taken.
      expect(() => new SweepFolder(data, plan())).toThrow(`process ${process.pid} is at work`);
      folder.close();
      for (const pid of [1, own.pid]) {
        writeFileSync(lock, JSON.stringify({ pid, start: '12345678901' }));
        new SweepFolder(data, plan()).close();
      }
    },
  );

  test('is not taken for free where the lock says nothing, and the way out is told', () => {
    const data = dataFolder();
    const folder = new SweepFolder(data, plan());
    folder.close();
    const lock = join(folder.path, 'lock');
    for (const junk of ['', 'null', '[]', '{"pid":-1}']) {
      writeFileSync(lock, junk);
      const open = () => new SweepFolder(data, plan());
      expect(open).toThrow(expect.objectContaining({ code: 'usage', next: expect.stringContaining(`rm '${lock}'`) }));
    }
  });

  test('is worked in by exactly one of several processes that find the lock of a dead one', async () => {
    const data = dataFolder();
    const lock = join(data, 'lock');
    const module = join(import.meta.dirname, '../../../src/study/sweep/sweep-lock.ts');
    const bundle = join(data, 'lock.mjs');
    buildSync({ entryPoints: [module], bundle: true, platform: 'node', format: 'esm', outfile: bundle });
    // Each is told the moment once all are ready, waits for it, then holds what it got until all have tried.
    const program = `
      import { takeLock } from ${JSON.stringify(bundle)};
      process.stdin.once('data', (at) => {
        while (Date.now() < Number(at));
        try { takeLock(${JSON.stringify(lock)}, 's'); process.stdout.write('got it'); } catch (error) { process.stdout.write(error.code); }
      });
      process.stdout.write('ready');`;
    for (let round = 0; round < 3; round++) {
      writeFileSync(lock, JSON.stringify({ pid: spawnSync('true').pid, start: null }));
      const children = Array.from({ length: 4 }, () =>
        spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
      );
      const words = () =>
        Promise.all(
          children.map(
            ({ stdout }) => new Promise<string>((done) => stdout.once('data', (text) => done(String(text)))),
          ),
        );
      expect(await words()).toEqual(['ready', 'ready', 'ready', 'ready']);
      const saying = words();
      const at = String(Date.now() + 100);
      for (const child of children) child.stdin.write(at);
      const said = await saying;
      const gone = children.map((child) => new Promise((done) => child.once('close', done)));
      for (const child of children) child.stdin.end();
      await Promise.all(gone);
      expect(said.sort()).toEqual(['got it', 'usage', 'usage', 'usage']);
    }
  });

  test('is told apart from one of the same question and other code', () => {
    const data = dataFolder();
    new SweepFolder(data, plan()).close();
    new SweepFolder(data, plan({ id: 'whale-another', key: 'k', question: 'another' })).close();
    const now = plan({ id: 'whale-ffff', key: 'ffff', hashes: { code: 'changed', strategy: 's', tape: 't' } });
    expect(sweepsOfOtherCode(data, now)).toEqual(['whale-0123456789ab']);
    expect(sweepsOfOtherCode(data, plan())).toEqual([]);
  });
});
