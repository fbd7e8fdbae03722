import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanPartialRuns, listRuns, openRun } from '../../../src/study/store/run-store.ts';
import { emptyFolder } from '../data-folder.ts';
import { armResult, daily, runResult } from '../run-fixtures.ts';

let folder = '';

function store(id: string, startedAt: string): void {
  mkdirSync(join(folder, 'runs', id), { recursive: true });
  const result = runResult(
    [
      armResult(
        'follow',
        daily(2, () => 1),
      ),
    ],
    { id, startedAt },
  );
  writeFileSync(join(folder, 'runs', id, 'run.json'), JSON.stringify(result));
}

beforeEach(() => {
  folder = emptyFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the runs of a data folder', () => {
  it('are listed newest first, without those that never finished', () => {
    store('maker-a', '2024-11-02T00:00:00.000000Z');
    store('whale-b', '2024-11-03T00:00:00.000000Z');
    store('whale-c', '2024-11-01T00:00:00.000000Z');
    mkdirSync(join(folder, 'runs', 'unfinished'));
    store('.partial-1-whale', '2024-11-04T00:00:00.000000Z');
    expect(listRuns(folder).runs.map((run) => run.id)).toEqual(['whale-b', 'maker-a', 'whale-c']);
    expect(openRun(folder, 'latest').result.startedAt).toBe('2024-11-03T00:00:00.000000Z');
  });

  it('are none where there is no folder', () => {
    expect(listRuns(join(folder, 'nowhere'))).toEqual({ runs: [], unreadable: [] });
    expect(() => openRun(folder, 'latest')).toThrow(/there are no runs in .*runs/);
  });

  it('are told apart from those that cannot be read, with why', () => {
    store('whale-a', '2024-11-01T00:00:00.000000Z');
    store('whale-b', '2024-11-01T00:00:00.000000Z');
    writeFileSync(join(folder, 'runs', 'whale-b', 'run.json'), '{"format": "tapedeck-run", "version": 9}');
    const list = listRuns(folder);
    expect(list.runs.map((run) => run.id)).toEqual(['whale-a']);
    expect(list.unreadable).toEqual([{ id: 'whale-b', why: 'it has version 9; this program reads 2' }]);
    expect(() => openRun(folder, 'whale-b')).toThrow(/whale-b.*cannot be read: it has version 9/);
  });

  it('open by id and by the beginning of one; an id that begins another is itself', () => {
    store('whale-1', '2024-11-01T00:00:00.000000Z');
    store('whale-12', '2024-11-02T00:00:00.000000Z');
    store('maker-1', '2024-11-03T00:00:00.000000Z');
    expect(openRun(folder, 'ma').id).toBe('maker-1');
    expect(openRun(folder, 'whale-1').id).toBe('whale-1');
    expect(openRun(folder, 'maker-1').folder).toBe(join(folder, 'runs', 'maker-1'));
  });

  it('are named where none or several fit', () => {
    store('whale-1', '2024-11-01T00:00:00.000000Z');
    store('whale-2', '2024-11-02T00:00:00.000000Z');
    expect(() => openRun(folder, 'noop')).toThrow(
      expect.objectContaining({
        code: 'run-not-found',
        message: 'no run is called "noop"; there is: whale-1, whale-2',
      }),
    );
    expect(() => openRun(folder, 'whale')).toThrow('"whale" is the beginning of 2 runs: whale-1, whale-2');
    expect(() => openRun(folder, '../runs/whale-1')).toThrow(/no run is called/);
    expect(() => openRun(folder, '')).toThrow(/no run is called/);
  });
});

describe('what an unfinished run leaves behind', () => {
  it('is removed once its process is gone, and only then', () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const [gone, running] = [`.partial-${dead}-0a1b2c3d`, `.partial-${process.pid}-0a1b2c3d`];
    for (const name of [gone, running, 'whale-1', '.partial-notes'])
      mkdirSync(join(folder, 'runs', name), { recursive: true });
    writeFileSync(join(folder, 'runs', gone, 'fills.ndjson'), 'torn');
    expect(cleanPartialRuns(folder)).toEqual([gone]);
    expect([gone, running, 'whale-1', '.partial-notes'].map((name) => existsSync(join(folder, 'runs', name)))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(cleanPartialRuns(join(folder, 'nowhere'))).toEqual([]);
  });
});
