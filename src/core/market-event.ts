import type { FeeChange } from './fee-schedule.ts';
import type { MarketChange, MarketIndex, Settlement } from './market.ts';
import type { Price } from './price.ts';
import type { Quantity } from './quantity.ts';
import type { Side } from './side.ts';
import type { Time } from './time.ts';

/** A change of one level: `quantity` is signed. */
export const DELTA = 0;
/** A public print at the resting order's price; `side` is the taker's. */
export const TRADE = 1;
/** One level of a full book. The first row of its group clears the book; a row of price 0 says an empty book. */
export const SNAPSHOT = 2;
/** The best price of one side and its size; price 0 says that the side is empty. */
export const QUOTE = 3;
/** A print whose taker side was not recorded. */
export const UNSIDED_TRADE = 4;
/** Everything that is rare: `detail` says what. */
export const DETAIL = 5;

export type MarketEventKind =
  | typeof DELTA
  | typeof TRADE
  | typeof SNAPSHOT
  | typeof QUOTE
  | typeof UNSIDED_TRADE
  | typeof DETAIL;

/** A recorded number that is not the market: a forecast, an observation. Known from `issueTime` on, never before. */
export interface Signal {
  /** What it measures and where: "forecast-high/chicago". */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly issueTime: Time;
  /** The day or instant it speaks of, as the source writes it. */
  readonly about: string;
}

/** From here on the market's recorded state cannot be trusted (`covered` false), or can again (`covered` true). */
export interface CoverageChange {
  readonly market: MarketIndex;
  readonly covered: boolean;
  readonly reason: string;
}

export type Detail =
  | { readonly type: 'lifecycle'; readonly change: MarketChange }
  | { readonly type: 'settlement'; readonly settlement: Settlement }
  | { readonly type: 'fees'; readonly change: FeeChange }
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'coverage'; readonly change: CoverageChange };

/**
 * One recorded event. A driver fills and reuses a single object, so it is valid only until the callback it was passed
 * to returns: copy what must stay.
 */
export class MarketEvent {
  kind: MarketEventKind = DELTA;
  /** Row number on the tape: what a fill names as its cause. */
  sequence = 0;
  market = 0 as MarketIndex;
  side: Side = 0;
  /** True while more rows of the same atomic update follow: the market is told of only after the last. */
  more = false;
  price = 0 as Price;
  quantity = 0 as Quantity;
  /** When it happened, by the venue's clock. */
  exchangeTime = 0 as Time;
  /** The same as its row has it: where such times step back from row to row, a pass at exchange time stands still instead. */
  writtenTime = 0 as Time;
  /** When we could know it. */
  localTime = 0 as Time;
  detail: Detail | null = null;
}
