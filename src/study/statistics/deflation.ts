import { normalCdf, normalQuantile } from '../../core/normal.ts';
import type { Interval } from './bootstrap.ts';
import { studentQuantile } from './student.ts';

/*
 * Whoever tries a hundred configurations on one tape finds one that looks good. What the best of them shows has to be read against
 * what the best of a hundred worthless ones would show.
 */

/**
 * An interval widened so that it holds for `trials` looks at the tape together, as often as it held for one: both arms are
 * stretched by the ratio of Student's quantiles at the two levels, with days − 1 degrees of freedom. Source of the level: Šidák,
 * "Rectangular confidence regions for the means of multivariate normal distributions", JASA 62, 1967: it is exact for independent
 * looks and too wide, never too narrow, for looks that resemble each other.
 */
export function deflate(interval: Interval, trials: number): Interval {
  if (trials <= 1) return interval;
  const ratio = wideningOf(interval.level, interval.days, trials);
  const { estimate, lower, upper } = interval;
  return {
    ...interval,
    lower: estimate - (estimate - lower) * ratio,
    upper: estimate + (upper - estimate) * ratio,
  };
}

/** How much wider an interval over `days` days must be for `trials` looks than for one. */
export function wideningOf(level: number, days: number, trials: number): number {
  // 1 − level^(1/n), without losing it in rounding for a large n.
  const each = -Math.expm1(Math.log(level) / trials);
  return studentQuantile(each, days - 1) / studentQuantile(1 - level, days - 1);
}

const EULER = 0.5772156649015329;

/**
 * The Sharpe ratio that the best of `trials` worthless ones is expected to show, where theirs scatter by `deviation`. Source: Bailey
 * and López de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014, equation 1.
 */
export function expectedBestSharpe(trials: number, deviation: number): number {
  if (trials < 2) return 0;
  return deviation * ((1 - EULER) * normalQuantile(1 - 1 / trials) + EULER * normalQuantile(1 - 1 / (trials * Math.E)));
}

/**
 * The deflated Sharpe ratio: the probability that the true ratio of these daily results is above what the best of `trials` worthless
 * ones is expected to show, skewness and fat tails allowed for. Null for fewer than three days, or days that were all alike. Source: as
 * {@link expectedBestSharpe}, equation 2.
 */
export function deflatedSharpe(daily: readonly number[], trials: number, deviation: number): number | null {
  const days = daily.length;
  if (days < 3) return null;
  const mean = daily.reduce((sum, value) => sum + value, 0) / days;
  const moment = (power: number): number => daily.reduce((sum, value) => sum + (value - mean) ** power, 0) / days;
  const variance = moment(2);
  if (!(variance > 0)) return null;
  const ratio = mean / Math.sqrt((variance * days) / (days - 1));
  const skewness = moment(3) / variance ** 1.5;
  const kurtosis = moment(4) / variance ** 2;
  const spread = 1 - skewness * ratio + ((kurtosis - 1) / 4) * ratio * ratio;
  if (!(spread > 0)) return null;
  return normalCdf(((ratio - expectedBestSharpe(trials, deviation)) * Math.sqrt(days - 1)) / Math.sqrt(spread));
}
