import type { FeeChange } from '../core/fee-schedule.ts';
import { parseTime, type Time } from '../core/time.ts';

/** A built-in row: a fee with the date from which its source speaks. Between `from` and `documentedFrom` it is an assumption. */
export interface KnownFee extends FeeChange {
  readonly documentedFrom: Time;
}

/** Kalshi opened in July 2021. Before the printed schedule the same rates are assumed: no older schedule is at hand. */
const OPENING = parseTime('2021-07-01T00:00:00Z');
/** Kalshi's printed fee schedule, "effective February 5, 2026". */
const SCHEDULE = parseTime('2026-02-05T00:00:00Z');
/** Row of the venue's fee-change log that puts the index series at multiplier 1, as a third party read it on 2026-10-09. */
const INDEX_FULL_RATE = parseTime('2026-07-03T17:00:00Z');

/**
 * The daily temperature series, old and new tickers. Read from the venue's series list on 2026-06-09 and 2026-09-24: all `quadratic`,
 * multiplier 1, no maker fee. Prefixes: a future series of another subject whose ticker begins the same would be charged alike.
 */
const WEATHER = ['HIGH*', 'LOW*', 'KXHIGH*', 'KXLOW*'];

/**
 * The daily S&P 500 and Nasdaq-100 series, ranges and thresholds, half price by the printed schedule (0.035 for "INX and NASDAQ100").
 * By name, not by prefix: the yearly series had terms of their own.
 */
const INDEX = [
  ...['INX', 'INXD', 'INXU', 'NASDAQ100', 'NASDAQ100D', 'NASDAQ100U'],
  ...['KXINX', 'KXINXU', 'KXNASDAQ100', 'KXNASDAQ100U'],
];

function known(series: string, from: Time, documentedFrom: Time, multiplierE4: number): KnownFee {
  return { series, event: null, from, type: 'quadratic', multiplierE4, documentedFrom };
}

/**
 * The fees that come built in, deliberately few: everything else is declared by the user or read from the tape. All rates before
 * 2026-02-05 are assumed; so is today's rounding, which until 2026 was up to the next cent per trade (`non-direct` comes near it).
 */
export const KNOWN_FEES: readonly KnownFee[] = [
  ...WEATHER.map((series) => known(series, OPENING, SCHEDULE, 10_000)),
  ...INDEX.map((series) => known(series, OPENING, SCHEDULE, 5_000)),
  ...INDEX.map((series) => known(series, INDEX_FULL_RATE, INDEX_FULL_RATE, 10_000)),
];

/** Whether a fee at that time rests on an assumption of this table, for reports. False for what a user or a tape declares. */
export function isAssumed(change: FeeChange, time: Time): boolean {
  return 'documentedFrom' in change && time < (change as KnownFee).documentedFrom;
}
