import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Fault } from '../core/fault.ts';
import type { Detail } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import { DEMO_CONFIG } from '../sim/synthetic/config.ts';
import { describeSynthetic } from '../sim/synthetic/describe.ts';
import { generate } from '../sim/synthetic/generator.ts';
import { programFiles } from '../study/code-hash.ts';
import { MANIFEST_FILE, readManifest } from '../tape/manifest.ts';
import { openTape, type Tape } from '../tape/open-tape.ts';
import { TapeBuilder } from '../tape/tape-builder.ts';
import { tapesFolder } from '../tape/tape-folder.ts';
import { writeFault } from '../tape/write-fault.ts';
import { programVersion } from './package-root.ts';
import type { Session } from './session.ts';

/** The tape that a backtest uses when none is named. */
export const DEMO_TAPE = 'demo-synthetic';

const PAUSE = 100;

/**
 * Opens the SYNTHETIC demo tape; generates it first where it is missing, damaged, or was made by another generator. Of several
 * processes one generates, and the others wait for it.
 */
export async function openDemoTape(session: Session): Promise<Tape> {
  const { dataFolder } = session;
  const mark = generatorMark();
  if (isFresh(dataFolder, mark)) {
    try {
      return await openTape(dataFolder, DEMO_TAPE);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  const lock = await takeLock(session);
  try {
    if (!isFresh(dataFolder, mark)) await generateDemo(session, mark);
    return await openTape(dataFolder, DEMO_TAPE).catch(async (error) => {
      if (!(error instanceof Fault) || error.code !== 'tape-corrupt') throw error;
      await generateDemo(session, mark);
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

async function generateDemo(session: Session, mark: string): Promise<void> {
  const { dataFolder, signal } = session;
  const stale = existsSync(join(tapesFolder(dataFolder), DEMO_TAPE));
  const builder = await TapeBuilder.create({ folder: dataFolder, name: DEMO_TAPE, replace: stale });
  try {
    generate(DEMO_CONFIG, {
      market: (market) => builder.addMarket(market),
      row: (exchangeTime, localTime, kind, market, side, price, quantity, more) =>
        builder.event(exchangeTime, localTime, kind, market, side, price, quantity, more),
      detail: (exchangeTime, localTime, detail) => {
        builder.detail(exchangeTime, localTime, detail);
        noteResult(builder, detail, localTime);
      },
    });
    if (signal.aborted) throw new Fault('interrupted', 'interrupted while the demo tape was generated');
    await builder.seal({
      synthetic: true,
      origin: `${describeSynthetic(DEMO_CONFIG).join(' ')} (${mark})`,
      licence: null,
      grade: { depth: 'L2', trades: true, sampling: 'continuous' },
      timeResolutionUs: 0,
      sizesRecorded: true,
      importReport: { notes: [] },
      createdBy: programVersion(),
    });
  } finally {
    builder.discard();
  }
}

function noteResult(builder: TapeBuilder, detail: Detail, time: Time): void {
  if (detail.type !== 'settlement') return;
  const { market, outcome, value } = detail.settlement;
  builder.setResult(market, { outcome, value, time });
}

/** Names the generator and its configuration: a tape with another mark is made anew. */
function generatorMark(): string {
  const hash = createHash('sha256').update(JSON.stringify(DEMO_CONFIG));
  const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'sim', 'synthetic');
  for (const file of programFiles(folder)) hash.update(readFileSync(file));
  return `generator ${hash.digest('hex').slice(0, 16)}`;
}
