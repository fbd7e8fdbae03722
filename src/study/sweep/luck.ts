import type { Random } from '../../core/random.ts';
import type { Family, Series } from './family.ts';

/** Sign patterns drawn. */
const DRAWS = 5_000;
const LEVEL = 0.95;

/** What chance alone does to a family of configurations. */
export interface Luck {
  readonly draws: number;
  /**
   * What the best worst lane of the family shows, in net cents a contract, where nothing is earned: the middle of the draws, and what
   * one draw in twenty exceeds.
   */
  readonly bestCents: { readonly median: number; readonly upper: number };
  /** The size of |T| that the largest in the family exceeds by chance with probability `1 − level`; see {@link studentised}. */
  readonly critical: number;
  /** Nominal level of a deflated interval, all of the family together. */
  readonly level: number;
  /** The probability that the family's largest |T| reaches a given size by chance alone. */
  probability(size: number): number;
}

/** Σ net / √Σ net² over the days traded: a monotone function of Student's t for the mean daily net. 0 where every day was nought. */
export function studentised({ net }: Pick<Series, 'net'>): number {
  let sum = 0;
  let squares = 0;
  for (const value of net) {
    sum += value;
    squares += value * value;
  }
  return squares === 0 ? 0 : sum / Math.sqrt(squares);
}

/**
 * What luck gives a family. Under the hypothesis that no configuration earns anything in any lane, each day's results might as well have
 * had the other sign, all configurations and lanes together, because what happened that day happened to all of them. So each draw
 * turns the signs of whole days at random and looks at the largest |T| of the family: configurations that resemble each other count
 * as the few that they are. It controls the chance of one false survivor or more, exactly where daily results are symmetric and
 * for large samples elsewhere; that rare large losses may not have been seen yet is the business of the verdict's own rules.
 *
 * `share` is the family's part in all trials ever made on the tape: it gets that part of the 5 %, so that earlier looks count too.
 *
 * Sources: White, "A Reality Check for Data Snooping", Econometrica 68, 2000 (the best of a family against its own null); Romano and
 * Wolf, "Exact and Approximate Stepdown Methods for Multiple Hypothesis Testing", JASA 100, 2005 (studentised maximum, randomisation;
 * of it the first step); Cameron, Gelbach and Miller, "Bootstrap-Based Improvements for Inference with Clustered Errors", 2008
 * (signs drawn by cluster, null imposed).
 */
export function luckOf(family: Family, share: number, random: Random): Luck {
  const { series } = family;
  const roots = Float64Array.from(series, ({ net }) => Math.sqrt(net.reduce((sum, value) => sum + value * value, 0)));
  const volumes = Float64Array.from(series, ({ volume }) => volume.reduce((sum, value) => sum + value, 0));
  const largest = new Float64Array(DRAWS);
  const best = new Float64Array(DRAWS);
  const signs = new Float64Array(family.days.length);
  for (let draw = 0; draw < DRAWS; draw++) {
    drawSigns(signs, random);
    let most = 0;
    let bestWorst = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < series.length; ) {
      const { configuration } = series[at]!;
      let worst = Number.POSITIVE_INFINITY;
      for (; at < series.length && series[at]!.configuration === configuration; at++) {
        const sum = signedSum(series[at]!, signs);
        if (roots[at]! > 0) most = Math.max(most, Math.abs(sum) / roots[at]!);
        worst = Math.min(worst, sum / volumes[at]! / 100);
      }
      bestWorst = Math.max(bestWorst, worst);
    }
    largest[draw] = most;
    best[draw] = bestWorst;
  }
  largest.sort();
  best.sort();
  const tail = Math.floor((DRAWS + 1) * (1 - LEVEL) * share);
  return {
    draws: DRAWS,
    bestCents: { median: best[Math.floor(DRAWS / 2)]!, upper: best[DRAWS - Math.floor((DRAWS + 1) * 0.05)]! },
    // Too few draws to reach that far into the tail: nothing passes.
    critical: tail < 1 ? Number.POSITIVE_INFINITY : largest[DRAWS - tail]!,
    level: LEVEL,
    probability: (size) => Math.min(1, (1 + countFrom(largest, size)) / (DRAWS + 1) / share),
  };
}

function drawSigns(signs: Float64Array, random: Random): void {
  let bits = 0;
  for (let day = 0; day < signs.length; day++) {
    if (day % 32 === 0) bits = random.uint32();
    signs[day] = (bits & 1) === 0 ? -1 : 1;
    bits >>>= 1;
  }
}

function signedSum({ days, net }: Series, signs: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < days.length; at++) sum += signs[days[at]!]! * net[at]!;
  return sum;
}

/** How many of the sorted values are at least `size`. */
function countFrom(sorted: Float64Array, size: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < size) low = middle + 1;
    else high = middle;
  }
  return sorted.length - low;
}

/** Bounds of net cents a contract. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * All values of net cents a contract that the data do not contradict at the critical size: the test of {@link luckOf} turned round. A
 * value v is contradicted where |Σ(n − v·c)| > critical · √Σ(n − v·c)², n and c a day's net and contracts, which is a quadratic in v
 * (Fieller's). Null where it has no bounds: too few days for so many trials. Its lower end is above zero just where T > critical.
 */
export function boundsOf({ net, volume }: Pick<Series, 'net' | 'volume'>, critical: number): Bounds | null {
  let [n, c, nn, nc, cc] = [0, 0, 0, 0, 0];
  for (let at = 0; at < net.length; at++) {
    // In cents and contracts.
    const earned = net[at]! / 1e4;
    const contracts = volume[at]! / 100;
    n += earned;
    c += contracts;
    nn += earned * earned;
    nc += earned * contracts;
    cc += contracts * contracts;
  }
  const square = critical * critical;
  const a = c * c - square * cc;
  if (!(a > 0)) return null;
  const b = n * c - square * nc;
  const root = Math.sqrt(Math.max(0, b * b - a * (n * n - square * nn)));
  return { lower: (b - root) / a, upper: (b + root) / a };
}
