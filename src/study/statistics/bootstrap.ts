import type { Random } from '../../core/random.ts';

const RESAMPLES = 2_000;
const LEVEL = 0.95;

/** Amounts over contracts, one entry a day: `net` in 1e-6 dollars, `volume` in 0.01 contract. A day without volume counts nothing. */
export interface DayColumns {
  readonly net: Float64Array;
  readonly volume: Float64Array;
}

/** An estimate with its interval, in cents a contract. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Nominal coverage, 0.95. */
  readonly level: number;
  /** Calendar days it rests on: the clusters that were resampled. */
  readonly days: number;
  readonly resamples: number;
}

/**
 * 95 % studentized bootstrap interval of Σ net / Σ volume over days, or of the difference of two such ratios whose days are drawn together.
 * Whole days are drawn anew, and each draw is measured in its own standard error: percentiles of the ratio itself are too narrow on few or
 * skewed days. Sources: Davison and Hinkley, "Bootstrap Methods and their Application", 1997, 5.2.1 and 2.9; Cameron, Gelbach and Miller,
 * "Bootstrap-Based Improvements for Inference with Clustered Errors", 2008 (pairs cluster bootstrap-t); Cochran, "Sampling Techniques",
 * 1977, 6.5 (the standard error of a ratio).
 */
export function studentizedInterval(arms: readonly DayColumns[], random: Random): Interval {
  const [ours, theirs = null] = arms;
  const days = ours!.net.length;
  const draw = Uint32Array.from({ length: days }, (_, day) => day);
  const found = { estimate: 0, error: 0 };
  measure(ours!, theirs, draw, found);
  const { estimate, error } = found;
  const scores = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; ) {
    for (let at = 0; at < days; at++) draw[at] = random.below(days);
    // A draw in which an arm has no day at all has no ratio and is drawn again; each arm has at least ten days, so it is rare.
    if (!measure(ours!, theirs, draw, found)) continue;
    // A draw of days that are all alike has no error of its own, up to rounding; it is measured in that of the whole.
    const unit = found.error > error * 1e-9 ? found.error : error;
    scores[resample++] = unit === 0 ? 0 : (found.estimate - estimate) / unit;
  }
  scores.sort();
  const rank = Math.floor(((RESAMPLES + 1) * (1 - LEVEL)) / 2);
  const lower = estimate - scores[RESAMPLES - rank]! * error;
  const upper = estimate - scores[rank - 1]! * error;
  return { estimate, lower, upper, level: LEVEL, days, resamples: RESAMPLES };
}

/**
 * The ratio over the drawn days, less that of the second arm where there is one, and its standard error by linearisation, in cents a contract.
 * False where an arm has no volume on them. Written out by hand: it runs two thousand times an interval.
 */
function measure(
  ours: DayColumns,
  theirs: DayColumns | null,
  draw: Uint32Array,
  found: { estimate: number; error: number },
): boolean {
  const days = draw.length;
  const first = ratioOf(ours, draw);
  if (first.volume === 0) return false;
  const second = theirs === null ? null : ratioOf(theirs, draw);
  if (second !== null && second.volume === 0) return false;
  let squares = 0;
  for (let at = 0; at < days; at++) {
    const day = draw[at]!;
    let residual = (ours.net[day]! - first.ratio * ours.volume[day]!) / first.volume;
    if (second !== null) residual -= (theirs!.net[day]! - second.ratio * theirs!.volume[day]!) / second.volume;
    squares += residual * residual;
  }
  // 1e-6 dollars are 1e-4 cents, 0.01 contract is 1e-2 contract.
  found.estimate = (first.ratio - (second === null ? 0 : second.ratio)) / 100;
  found.error = Math.sqrt((squares * days) / (days - 1)) / 100;
  return true;
}

function ratioOf({ net, volume }: DayColumns, draw: Uint32Array): { ratio: number; volume: number } {
  let [total, contracts] = [0, 0];
  for (let at = 0; at < draw.length; at++) {
    const day = draw[at]!;
    total += net[day]!;
    contracts += volume[day]!;
  }
  return { ratio: total / contracts, volume: contracts };
}
