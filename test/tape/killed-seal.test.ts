import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { listTapes } from '../../src/tape/catalog.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { cleanLeftovers, tapesFolder } from '../../src/tape/tape-folder.ts';
import { sealScript } from './seal-process.ts';
import { dataFolder, readRows, sealRows, trades } from './tape-fixture.ts';

const run = promisify(execFile);

/** Waits until the unfinished tape in `tapes` has more than `bytes` of events, or the process has ended. */
async function untilWriting(tapes: string, bytes: number, ended: () => boolean): Promise<void> {
  while (!ended()) {
    for (const entry of existsSync(tapes) ? readdirSync(tapes) : []) {
      const events = join(tapes, entry, 'events.parquet');
      if (entry.startsWith('.partial-') && (statSync(events, { throwIfNoEntry: false })?.size ?? -1) >= bytes) return;
    }
    await wait(2);
  }
}

describe('a seal that is killed', () => {
  test('leaves no tape, whenever it is killed, and the next run removes what it left', async () => {
    const folder = dataFolder();
    const script = await sealScript(folder, 400_000);
    const tapes = tapesFolder(folder);
    await sealRows(folder, trades(3), { name: 'bystander' });
    let midway = 0;
    // A kill may come too late.
    for (let kill = 0; kill < 20 && midway < 3; kill++) {
      const bytes = [0, 1, 200_000][midway]!;
      const child = spawn(process.execPath, [script, folder], { stdio: 'ignore' });
      const exit = new Promise<string | null>((done) => child.on('exit', (_, signal) => done(signal)));
      await untilWriting(tapes, bytes, () => child.exitCode !== null);
      child.kill('SIGKILL');
      if ((await exit) === 'SIGKILL' && !existsSync(join(tapes, 'test'))) {
        midway++;
        expect(readdirSync(tapes).some((entry) => entry.startsWith('.partial-'))).toBe(true);
        await expect(openTape(folder, 'test')).rejects.toMatchObject({ code: 'tape-not-found' });
        expect(listTapes(folder).map((entry) => [entry.name, entry.fault])).toEqual([['bystander', null]]);
      }
      rmSync(join(tapes, 'test'), { recursive: true, force: true });
    }
    expect(midway).toBe(3);
    await sealRows(folder, trades(5));
    expect(readdirSync(tapes).sort()).toEqual(['bystander', 'test']);
    expect(await readRows(await openTape(folder, 'test'))).toEqual(trades(5));
  });

  test('while it replaced a tape gives the old one back', async () => {
    const folder = dataFolder();
    await sealRows(folder, trades(3));
    const tapes = tapesFolder(folder);
    // What a process that no longer runs leaves between its two renames.
    renameSync(join(tapes, 'test'), join(tapes, '.replaced-999999999-1-test'));
    mkdirSync(join(tapes, '.partial-999999999-1-test'));
    expect(cleanLeftovers(folder)).toBe(2);
    expect(readdirSync(tapes)).toEqual(['test']);
    expect(await readRows(await openTape(folder, 'test'))).toEqual(trades(3));
  });

  test('does not make another run remove the folder of one that still runs', async () => {
    const folder = dataFolder();
    const tapes = tapesFolder(folder);
    const other = join(tapes, `.partial-${process.ppid}-1-other`);
    mkdirSync(other, { recursive: true });
    await sealRows(folder, trades(3));
    expect(readdirSync(tapes).sort()).toEqual([`.partial-${process.ppid}-1-other`, 'test']);
  });
});

describe('a disk that is full', () => {
  test('ends the seal with a clear fault and nothing is left', async () => {
    const folder = dataFolder();
    const script = await sealScript(folder, 400_000);
    const sealed = await run('bash', ['-c', `ulimit -f 200; exec "$0" "$1" "$2"`, process.execPath, script, folder]);
    expect(sealed.stdout).toMatch(/^staged\ndisk-full: the disk is full/);
    expect(readdirSync(tapesFolder(folder))).toEqual([]);
  });

  test('a folder that cannot be written is another fault', async () => {
    const file = join(dataFolder(), 'file');
    writeFileSync(file, '');
    await expect(sealRows(file, trades(1))).rejects.toMatchObject({ code: 'cannot-write' });
  });
});
