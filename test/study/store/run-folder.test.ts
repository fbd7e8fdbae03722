import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../../src/study/store/run-folder.ts';
import { listRuns } from '../../../src/study/store/run-store.ts';
import { emptyFolder } from '../data-folder.ts';
import { armResult, daily, runResult } from '../run-fixtures.ts';

const folder = emptyFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const arm = armResult(
  'follow',
  daily(2, () => 1),
);

describe('the folder of a run', () => {
  it('is seen only when it is whole', async () => {
    const run = new RunFolder(folder);
    run.write('decisions', { arm: 'follow', lane: 'base', number: 1 });
    expect(listRuns(folder).runs).toEqual([]);
    const { folder: sealed } = await run.seal(runResult([arm], { id: 'whale-20300101-000000-aaaaaa' }));
    expect(readdirSync(sealed).filter((file) => !/\.parquet$|^(run|files)\.json$/.test(file))).toEqual([]);
    expect(listRuns(folder).runs.map(({ id }) => id)).toEqual(['whale-20300101-000000-aaaaaa']);
  });

  it('gives two equal runs of one second two names, and each knows its own', async () => {
    const result = runResult([arm], { id: 'whale-20300101-000001-bbbbbb' });
    const sealed = [await new RunFolder(folder).seal(result), await new RunFolder(folder).seal(result)];
    expect(sealed.map((run) => run.result.id)).toEqual([result.id, `${result.id}-2`]);
    for (const run of sealed) {
      expect(JSON.parse(readFileSync(join(run.folder, 'run.json'), 'utf8')).id).toBe(run.result.id);
    }
  });

  it('leaves nothing when it is discarded', () => {
    const before = readdirSync(join(folder, 'runs'));
    const run = new RunFolder(folder);
    run.write('fills', { arm: 'follow' });
    run.discard();
    expect(readdirSync(join(folder, 'runs'))).toEqual(before);
  });
});
