import type { Summary } from '../summary/summary.ts';

/**
 * Everything a tearsheet shows, as plain numbers: what the page draws, what `report --json` prints, and what the tests compare with SQL.
 * Amounts in 1e-6 dollars, quantities in 0.01 contract, times in µs, prices in cents where the name says so.
 */
export interface Tearsheet {
  readonly format: 'tapedeck-tearsheet';
  readonly version: 1;
  /** What the terminal shows: the first page is the same. */
  readonly summary: Summary;
  readonly equity: readonly EquityCurve[];
  readonly waterfalls: readonly Waterfall[];
  readonly markouts: readonly MarkoutCurve[];
  readonly fillPaths: readonly FillPath[];
  readonly reliability: readonly Reliability[];
  readonly sensitivity: Sensitivity | Unavailable;
  readonly capacity: Capacity | Unavailable;
  readonly markets: readonly MarketRow[];
  readonly days: readonly DayRow[];
  /** What is missing from the parts above, and why, each in a full sentence. */
  readonly notes: readonly string[];
}

/** What only further runs can tell. */
export type RerunParts = Pick<Tearsheet, 'sensitivity' | 'capacity'>;

/** A part that could not be made, and why, in a full sentence. */
export interface Unavailable {
  readonly unavailable: string;
}

/** Worth of one arm in one lane over time, and its fall from the peak so far. */
export interface EquityCurve {
  readonly arm: string;
  readonly lane: string;
  /** Sampled; null where a position had no mark. Thinned for the page to at most about 500 points that keep each extreme. */
  readonly points: readonly {
    readonly timeUs: number;
    readonly equityE6: number | null;
    readonly drawdownE6: number;
  }[];
}

/**
 * Where the money went, for one arm in one lane. `claimedE6` is what the strategy said its fills were worth (its own fair price less the
 * fill's, over the fills for which it named one); the steps after it are what happened, and sum to `netE6` exactly. A mid may lie between
 * two ticks, so an amount may end in half a 1e-6 dollar.
 */
export interface Waterfall {
  readonly arm: string;
  readonly lane: string;
  readonly claimedE6: number | null;
  /** Share of the contracts filled for which the strategy named a fair price, 0…1. */
  readonly claimedShare: number;
  /** In this order: spread, markout 1 s, 10 s, 60 s, 10 min, close, settlement, unsettled, fees. */
  readonly steps: readonly { readonly name: string; readonly amountE6: number }[];
  readonly netE6: number;
}

/** Mean movement of the mark in our favour after a fill, in cents a contract, weighted by contracts. */
export interface MarkoutCurve {
  readonly arm: string;
  readonly lane: string;
  readonly control: boolean;
  readonly liquidity: 'all' | 'maker' | 'taker';
  /** "1 s", "10 s", "60 s", "10 min", "close": mark then less mark at the fill; with a day-cluster interval where there are enough days. */
  readonly points: readonly {
    readonly horizon: string;
    readonly cents: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly contractsE2: number;
  }[];
}

/** One market's price over time with the fills of the arm asked for: those that gave or took most. */
export interface FillPath {
  readonly ticker: string;
  readonly title: string;
  readonly arm: string;
  readonly lane: string;
  readonly netE6: number;
  /** Mark in cents, thinned to at most about 400 points. */
  readonly path: readonly { readonly timeUs: number; readonly cents: number }[];
  readonly fills: readonly {
    readonly timeUs: number;
    readonly cents: number;
    readonly side: 'bid' | 'ask';
    readonly liquidity: 'maker' | 'taker';
    readonly quantityE2: number;
  }[];
  readonly settledCents: number | null;
}

/**
 * How often what was priced at p came true, over settled markets: of the market itself (every print, as a bet on YES) and of our fills (each
 * as a bet on the leg it bought, YES or NO).
 */
export interface Reliability {
  readonly of: 'prints' | 'fills';
  /** "follow, pessimistic" for fills; empty for prints. */
  readonly whose: string;
  readonly bins: readonly {
    readonly fromCents: number;
    readonly toCents: number;
    /** Mean price of the contracts, cents: what a reliable price would pay in `paidPercent` of all cases. */
    readonly meanCents: number;
    /** What they paid at settlement, percent of a dollar a contract: without scalar outcomes, the share that came true. */
    readonly paidPercent: number;
    readonly contractsE2: number;
    readonly markets: number;
  }[];
}

/** What each assumption is worth: net cents a contract of the arm asked for, in its headline lane, when that one assumption is changed. */
export interface Sensitivity {
  readonly lane: string;
  readonly baseCents: number | null;
  readonly rows: readonly {
    readonly assumption: string;
    readonly value: string;
    readonly changedTo: string;
    readonly cents: number | null;
    /** Change against the base, cents a contract. */
    readonly changeCents: number | null;
    readonly fills: number;
  }[];
}

/** What larger size does: net cents a contract and net dollars against our share of the traded volume. */
export interface Capacity {
  readonly lane: string;
  /** What was scaled together: the parameters that are a size, the limits in contracts and dollars, the cash begun with. */
  readonly scaled: readonly string[];
  readonly points: readonly {
    /** Order sizes and the limits on them, times this. */
    readonly scale: number;
    /** Our contracts as a share of all contracts traded in the markets we traded, 0…1. */
    readonly participation: number | null;
    readonly contractsE2: number;
    readonly netE6: number;
    readonly cents: number | null;
  }[];
}

/** One market of the arm asked for in its headline lane. */
export interface MarketRow {
  readonly ticker: string;
  readonly event: string;
  readonly day: string;
  readonly fills: number;
  readonly contractsE2: number;
  readonly grossE6: number;
  readonly feesE6: number;
  readonly netE6: number;
  readonly outcome: string;
}

/** One calendar day of the arm asked for in its headline lane. */
export interface DayRow {
  readonly day: string;
  readonly markets: number;
  readonly fills: number;
  readonly contractsE2: number;
  readonly netE6: number;
  readonly cumulativeE6: number;
}
