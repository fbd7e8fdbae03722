import { HOUR, type Time } from '../../core/time.ts';
import { MEASURED } from './calibration.ts';

/** Hour after the climate day's local midnight at which the measured hours begin. */
const FIRST_HOUR = -16;
/** A venue that is closed at night shows no orders then; one that is open around the clock is taken to be about this busy. */
const LEAST = 0.06;

function byHour(counts: readonly number[]): readonly number[] {
  const busiest = Math.max(...counts);
  return counts.map((count) => Math.max(LEAST, count / busiest));
}

const ORDERS = byHour(MEASURED.orders.byHour);
const SWEEPS = byHour(MEASURED.sweeps.byHour);

function at(levels: readonly number[], time: Time, midnight: Time): number {
  const hour = Math.floor((time - midnight) / HOUR) - FIRST_HOUR;
  return levels[hour < 0 ? 0 : hour >= levels.length ? levels.length - 1 : hour]!;
}

/** How busy the market is, as a share of its busiest hour: quiet at night, busiest while the high is being made. */
export function activityAt(time: Time, midnight: Time): number {
  return at(ORDERS, time, midnight);
}

/** How likely a sweep is, as a share of its likeliest hour. */
export function sweepActivityAt(time: Time, midnight: Time): number {
  return at(SWEEPS, time, midnight);
}

/** Contracts of a taker's order: log-normal, by its measured median and the slope between its 25th and 90th percentile. */
export const ORDER_SIZE = {
  median: MEASURED.orders.contracts.p50,
  spread: Math.log(MEASURED.orders.contracts.p90 / MEASURED.orders.contracts.p25) / (1.2816 + 0.6745),
};

/** Share of takers who buy YES. */
export const YES_SHARE = MEASURED.orders.yesShare;

/** Exponent of the Pareto tail of what a sweep costs, from $1,000 on: what its measured median and 90th percentile say, averaged. */
export const SWEEP_TAIL =
  (Math.log(2) / Math.log(MEASURED.sweeps.dollars.p50 / 1_000) +
    Math.log(10) / Math.log(MEASURED.sweeps.dollars.p90 / 1_000)) /
  2;

const BANDS = [1_000, 3_000, 7_000, 9_000];
const MIDDLE = MEASURED.depth.within5[2];

/** How many contracts rest around a leg's price (1e-4 dollars), against one in the middle: cheap legs are deep in contracts, not in dollars. */
export function depthShape(leg: number): number {
  let band = 0;
  while (band < BANDS.length && leg >= BANDS[band]!) band++;
  return MEASURED.depth.within5[band]! / MIDDLE;
}
