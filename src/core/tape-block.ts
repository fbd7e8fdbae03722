import type { MarketIndex } from './market.ts';
import type { Detail, MarketEventKind } from './market-event.ts';
import type { Side } from './side.ts';

/**
 * A run of consecutive tape rows as a structure of arrays, in tape order (local time never falls). A row is 14 bytes:
 * its key, local time, price and quantity. A block spans less than 2^32 µs (71 minutes) of local time.
 */
export interface TapeBlock {
  /** Tape row number of row 0; rows count from 1 over the whole tape. */
  readonly firstSequence: number;
  readonly length: number;
  /** Local time of offset 0, in µs since 1970. */
  readonly baseTime: number;
  /** Local time of each row, in µs after `baseTime`. */
  readonly localOffset: Uint32Array;
  /** Local time less exchange time of each row in µs, or null where it is `constantDelay` on every row. */
  readonly delay: Uint32Array | null;
  readonly constantDelay: number;
  /** Kind, side, market and the `more` flag of each row: see {@link packKey}. */
  readonly key: Uint32Array;
  /** YES price in 1e-4 dollars. */
  readonly price: Uint16Array;
  /** Signed quantity in 0.01 contract; Float64 where a value passes 2^31. */
  readonly quantity: Int32Array | Float64Array;
  /** What each DETAIL row says, by row within the block. */
  readonly details: ReadonlyMap<number, Detail>;
}

/** Packs a row's key: market << 5 | more << 4 | kind << 1 | side. */
export function packKey(kind: MarketEventKind, market: MarketIndex, side: Side, more: boolean): number {
  return ((market << 5) | (more ? 16 : 0) | (kind << 1) | side) >>> 0;
}

/** What a tape can tell, and so what the simulator may fill on it. */
export interface Grade {
  /** `L2`: snapshots and deltas; `L1`: best bid and ask; `none`: no book. */
  readonly depth: 'L2' | 'L1' | 'none';
  readonly trades: boolean;
  /** `sampled`: what happened between two rows is not recorded. */
  readonly sampling: 'continuous' | 'sampled';
}

/** The grade as one word for reports: "L2 with trades, continuous". */
export function gradeName(grade: Grade): string {
  if (grade.depth === 'none') return grade.trades ? `prints, ${grade.sampling}` : 'no market data';
  return `${grade.depth} ${grade.trades ? 'with' : 'without'} trades, ${grade.sampling}`;
}
