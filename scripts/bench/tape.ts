import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MarketIndex } from '../../src/core/market.ts';
import { DELTA, TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import type { Side } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import { openTape, type Tape } from '../../src/tape/open-tape.ts';
import { TapeBuilder } from '../../src/tape/tape-builder.ts';
import { rowBytes } from '../../src/tape/tape-columns.ts';

const MARKETS = 500;
const START = 1_759_276_800_000_000;

/** What the tape bench measured. Rates are rows a second, the best of the repetitions; times are wall clock. */
export interface TapeBench {
  readonly name: 'tape';
  readonly rows: number;
  readonly synthetic: true;
  /** Row by row through the builder: staging, then sorting, checking, hashing and writing. */
  readonly stagedPerSecond: number;
  readonly sealedPerSecond: number;
  /** Open to the last decoded row, hashes checked, no cache read or written. */
  readonly parquetPerSecond: number;
  /** The first open, which also writes the cache. */
  readonly firstOpenPerSecond: number;
  /** Open to all columns in shared memory, checked. */
  readonly cachePerSecond: number;
  /** A tape streamed block by block in memory that does not grow with it. */
  readonly streamPerSecond: number;
  /** Peak memory that streaming adds to what was there before, in MB. */
  readonly streamMemoryMb: number;
  readonly archiveBytesPerRow: number;
  readonly memoryBytesPerRow: number;
}

/** Generates a SYNTHETIC tape in a temporary folder and measures how fast it becomes ready. Takes about 15 s for 10 million rows. */
export async function benchTape(rows = 10_000_000, repetitions = 5): Promise<TapeBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  try {
    const written = await write(folder, rows);
    const memory = await streamMemory(folder);
    const parquet = await best(repetitions, async () => ready(await openTape(folder, 'bench', { cache: false })));
    const firstOpen = await best(1, async () => ready(await openTape(folder, 'bench')));
    const cached = await best(repetitions, async () => ready(await openTape(folder, 'bench')));
    const tape = await openTape(folder, 'bench');
    return {
      name: 'tape',
      rows,
      synthetic: true,
      stagedPerSecond: rows / written.staged,
      sealedPerSecond: rows / written.sealed,
      parquetPerSecond: rows / parquet,
      firstOpenPerSecond: rows / firstOpen,
      cachePerSecond: rows / cached,
      streamPerSecond: rows / memory.seconds,
      streamMemoryMb: memory.megabytes,
      archiveBytesPerRow: statSync(tape.files('events')[0]!).size / rows,
      memoryBytesPerRow: rowBytes(tape.manifest),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(folder: string, rows: number): Promise<{ staged: number; sealed: number }> {
  const random = new Random('tape bench');
  const builder = await TapeBuilder.create({ folder, name: 'bench' });
  for (let index = 0; index < MARKETS; index++) {
    builder.addMarket({
      ticker: `BENCH-${index}`,
      event: 'BENCH',
      series: 'BENCH',
      title: '',
      strike: { type: 'other', floor: null, cap: null },
      grid: CENT_GRID,
      openTime: null,
      closeTime: null,
      day: '2025-10-01',
      mutuallyExclusive: false,
    });
  }
  const from = performance.now();
  let time = START;
  for (let row = 0; row < rows; row++) {
    time += random.below(260);
    // A few markets are busy and most are quiet; levels near the touch change most.
    const market = Math.floor(random.uniform() ** 3 * MARKETS) as MarketIndex;
    const price = (100 * (1 + ((market * 7 + random.below(6) + random.below(6)) % 99))) as Price;
    const size = 100 * (1 + random.below(40));
    const trade = random.below(20) === 0;
    const quantity = (trade || random.below(2) === 0 ? size : -size) as Quantity;
    const side = random.below(2) as Side;
    builder.event((time - 1_500) as Time, time as Time, trade ? TRADE : DELTA, market, side, price, quantity, false);
  }
  const staged = performance.now();
  await builder.seal({
    synthetic: true,
    origin: 'tape bench',
    licence: null,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    importReport: { notes: [] },
    createdBy: 'tape bench',
  });
  return { staged: (staged - from) / 1_000, sealed: (performance.now() - staged) / 1_000 };
}

async function ready(tape: Tape): Promise<void> {
  await tape.columns();
}

/** Seconds of the fastest repetition: other work on the machine only ever slows one down. */
async function best(repetitions: number, work: () => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const from = performance.now();
    await work();
    least = Math.min(least, performance.now() - from);
  }
  return least / 1_000;
}

async function streamMemory(folder: string): Promise<{ seconds: number; megabytes: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const from = performance.now();
  const tape = await openTape(folder, 'bench', { maxResidentRows: 0 });
  for await (const block of tape.blocks()) {
    if (block.firstSequence % 1_048_576 < block.length) most = Math.max(most, process.memoryUsage.rss());
  }
  return { seconds: (performance.now() - from) / 1_000, megabytes: (most - before) / 1_048_576 };
}
