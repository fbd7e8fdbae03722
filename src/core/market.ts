import type { Price } from './price.ts';
import type { PriceGrid } from './price-grid.ts';
import type { Time } from './time.ts';

declare const brand: unique symbol;

/** A market's dense number within one tape or session: an index into every per-market column. */
export type MarketIndex = number & { readonly [brand]: 'MarketIndex' };

/** What a market asks, in the venue's words. `floor` and `cap` are inclusive only for `between`; a tail is strict. */
export interface Strike {
  readonly type: 'less' | 'between' | 'greater' | 'other';
  readonly floor: number | null;
  readonly cap: number | null;
}

/** The facts about a market that do not move while it trades. Times come from market metadata, null where not known. */
export interface Market {
  readonly index: MarketIndex;
  readonly ticker: string;
  /** Ticker of the event it belongs to: its brackets share it. */
  readonly event: string;
  /** Ticker of the series: fees and cities hang on it. */
  readonly series: string;
  readonly title: string;
  readonly strike: Strike;
  readonly grid: PriceGrid;
  readonly openTime: Time | null;
  readonly closeTime: Time | null;
  /** The calendar day the event is about, "2024-10-01": the cluster in which outcomes move together. */
  readonly day: string;
  /** Whether exactly one market of the event can settle yes. */
  readonly mutuallyExclusive: boolean;
}

/** Every status a market can have. */
export const MARKET_STATUSES = [
  'initialized',
  'inactive',
  'active',
  'closed',
  'determined',
  'disputed',
  'amended',
  'finalized',
] as const;

/** The venue's market states, in its own words. */
export type MarketStatus = (typeof MARKET_STATUSES)[number];

/** A change in a market's life: any part that did not change is absent. */
export interface MarketChange {
  readonly market: MarketIndex;
  readonly status?: MarketStatus;
  readonly closeTime?: Time;
  readonly grid?: PriceGrid;
}

/** How a market paid. `value` is what one YES contract receives; `void` pays the last fair price in `value`. */
export interface Settlement {
  readonly market: MarketIndex;
  readonly outcome: 'yes' | 'no' | 'scalar' | 'void';
  readonly value: Price;
}
