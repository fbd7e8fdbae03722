import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { DEMO_CONFIG } from '../sim/synthetic/config.ts';
import { MANIFEST_FILE, readManifest } from '../tape/manifest.ts';
import { openTape, type Tape } from '../tape/open-tape.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import { writeFault } from '../tape/write-fault.ts';
import type { Session } from './session.ts';
import { generatorMark, writeSyntheticTape } from './synthetic-tape.ts';

/** The tape that a backtest uses when none is named. */
export const DEMO_TAPE = 'demo-synthetic';

const PAUSE = 100;

/**
 * Opens the SYNTHETIC demo tape; generates it first where it is missing, damaged, or was made by another generator. Of several
 * processes one generates, and the others wait for it.
 */
export async function openDemoTape(session: Session): Promise<Tape> {
  const { dataFolder } = session;
  const mark = generatorMark(DEMO_CONFIG);
  if (isFresh(dataFolder, mark)) {
    try {
      return await openTape(dataFolder, DEMO_TAPE);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  const lock = await takeLock(session);
  try {
    if (!isFresh(dataFolder, mark)) await generateDemo(session);
    return await openTape(dataFolder, DEMO_TAPE).catch(async (error) => {
      if (!(error instanceof Fault) || error.code !== 'tape-corrupt') throw error;
      await generateDemo(session);
      return openTape(dataFolder, DEMO_TAPE);
    });
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Waits until no other process generates; returns the lock's path. */
async function takeLock({ dataFolder, signal }: Session): Promise<string> {
  const lock = join(tapesFolder(dataFolder), `.${DEMO_TAPE}.lock`);
  try {
    mkdirSync(tapesFolder(dataFolder), { recursive: true });
    for (;;) {
      try {
        writeFileSync(lock, String(process.pid), { flag: 'wx' });
        return lock;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (signal.aborted) throw new Fault('interrupted', 'interrupted while another process generates the demo tape');
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      else await pause(PAUSE);
    }
  } catch (error) {
    throw writeFault(error, dataFolder);
  }
}

/** Whether the process that wrote a lock has ended without removing it. */
function isAbandoned(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // A lock that does not name its owner yet is being written.
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function isFresh(dataFolder: string, mark: string): boolean {
  const folder = join(tapesFolder(dataFolder), DEMO_TAPE);
  if (!existsSync(join(folder, MANIFEST_FILE))) return false;
  try {
    return readManifest(folder).origin.includes(mark);
  } catch (error) {
    // One that cannot be read, or was just moved away, is made anew.
    if (error instanceof Fault) return false;
    throw error;
  }
}

async function generateDemo(session: Session): Promise<void> {
  const stale = existsSync(join(tapesFolder(session.dataFolder), DEMO_TAPE));
  await writeSyntheticTape({ name: DEMO_TAPE, config: DEMO_CONFIG, replace: stale, truth: false }, session);
}
