import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Book } from '../../src/book/book.ts';
import type { MarketIndex } from '../../src/core/market.ts';
import { DELTA, TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { packKey } from '../../src/core/tape-block.ts';
import { compileC, median, timed } from './calibration.ts';

export const MARKETS = 500;
const ROWS = 2_000_000;
const REPETITIONS = 7;
const KIND_BITS = 14;

/** What the book bench measured. */
export interface BookBench {
  readonly name: 'book';
  /** Rows a second through the books, one core, the median repetition. */
  readonly eventsPerSecond: number;
  /** Our rate over that of the C twin: the median over pairs run one after the other; absent where the twin could not run. */
  readonly ratioToC?: number;
  /** Why the ratio is absent. */
  readonly absent?: string;
  /** Hash of what the books said at each trade and of every final size; equal to the twin's. */
  readonly hash: string;
}

export interface Rows {
  readonly keys: Uint32Array;
  readonly quantities: Int32Array;
  readonly prices: Uint16Array;
}

/** Replays a seeded synthetic stream through 500 books of 99 levels, and through the same books in C. Takes about 1 s. */
export function benchBook(): BookBench {
  const rows = syntheticRows();
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  try {
    const twin = compileC('book', folder);
    if ('binary' in twin) writeRows(folder, rows);
    const ours: number[] = [];
    const ratios: number[] = [];
    let hash = '';
    replay(freshBooks(), rows);
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const books = freshBooks();
      const { seconds, result } = timed(() => replay(books, rows));
      hash = finalHash(books, result);
      ours.push(seconds);
      if (!('binary' in twin)) continue;
      const theirs = runTwin(twin.binary, folder);
      if (theirs.hash !== hash) throw new Error(`the books of C end at ${theirs.hash}, ours at ${hash}`);
      ratios.push(theirs.seconds / seconds);
    }
    const measured = { name: 'book', eventsPerSecond: ROWS / median(ours), hash } as const;
    return 'binary' in twin ? { ...measured, ratioToC: median(ratios) } : { ...measured, absent: twin.absent };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replay(books: readonly Book[], { keys, quantities, prices }: Rows): number {
  let hash = 0x811c9dc5 | 0;
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row]!;
    const book = books[key >>> 5]!;
    if ((key & KIND_BITS) === DELTA << 1) {
      book.applyDelta((key & 1) as Side, prices[row] as Price, quantities[row] as Quantity);
    } else {
      hash = Math.imul(hash ^ ((book.bestBidE4 << 14) | book.bestAskE4), 0x01000193);
    }
  }
  return hash;
}

function freshBooks(): Book[] {
  return Array.from({ length: MARKETS }, () => {
    const book = new Book(CENT_GRID);
    book.beginSnapshot();
    book.endSnapshot();
    return book;
  });
}

function finalHash(books: readonly Book[], start: number): string {
  let hash = start;
  for (const book of books) {
    for (const ladder of [book.bids, book.asks]) {
      for (const size of ladder.sizes) hash = Math.imul(hash ^ size, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * Nine deltas to each trade, markets drawn evenly. Deltas fall near the touch (four levels away on average); one in five of
 * those that shrink a level empty it. Sizes never go below zero and books never cross, as on a whole tape.
 */
export function syntheticRows(): Rows {
  const random = new Random('book bench');
  const levels = CENT_GRID.size;
  const sizes = new Int32Array(MARKETS * 2 * levels);
  const middles = Int32Array.from({ length: MARKETS }, () => 10 + random.below(levels - 20));
  const rows = { keys: new Uint32Array(ROWS), quantities: new Int32Array(ROWS), prices: new Uint16Array(ROWS) };
  for (let row = 0; row < ROWS; row++) {
    const market = random.below(MARKETS);
    const side: Side = random.uint32() & 1 ? ASK : BID;
    const away = 1 + Math.floor(random.exponential(4));
    const level = Math.min(levels - 1, Math.max(0, middles[market]! + (side === BID ? -away : away)));
    const kind = random.uniform() < 0.9 ? DELTA : TRADE;
    rows.keys[row] = packKey(kind, market as MarketIndex, side, false);
    rows.prices[row] = CENT_GRID.prices[level]!;
    const at = (market * 2 + side) * levels + level;
    const change = kind === TRADE ? 0 : nextChange(random, sizes[at]!);
    sizes[at]! += change;
    rows.quantities[row] = kind === TRADE ? 100 : change;
  }
  return rows;
}

function nextChange(random: Random, size: number): number {
  if (size === 0 || random.uniform() < 0.5) return 1 + random.below(50_000);
  return random.uniform() < 0.2 ? -size : -(1 + random.below(size));
}

function writeRows(folder: string, { keys, quantities, prices }: Rows): void {
  const columns = [keys, quantities, prices].map(({ buffer, byteLength }) => new Uint8Array(buffer, 0, byteLength));
  writeFileSync(join(folder, 'events'), Buffer.concat(columns));
  writeFileSync(join(folder, 'prices'), new Uint8Array(Int32Array.from(CENT_GRID.prices).buffer));
}

function runTwin(binary: string, folder: string): { seconds: number; hash: string } {
  const args = [join(folder, 'events'), join(folder, 'prices'), String(CENT_GRID.size), String(MARKETS)];
  const [nanoseconds, hash] = execFileSync(binary, args, { encoding: 'utf8' }).trim().split(' ');
  return { seconds: Number(nanoseconds) / 1e9, hash: String(hash) };
}
