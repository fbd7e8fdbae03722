import type { Random } from '../../core/random.ts';
import type { Family, Series } from './family.ts';

/** Samples of days drawn. */
const DRAWS = 5_000;
const LEVEL = 0.95;

/** What chance alone does to a family of configurations. */
export interface Luck {
  /**
   * What the best worst lane of the family shows, in net cents a contract, where nothing is earned: the middle of the draws, and what
   * one draw in twenty exceeds.
   */
  readonly bestCents: { readonly median: number; readonly upper: number };
  /** What T of any member exceeds by chance in 2.5 % of cases, upwards and (as a size) downwards; see {@link studentised}. */
  readonly critical: Critical;
  /** The probability that chance alone brings the largest T of all trials to a given one. */
  probability(size: number): number;
}

export interface Critical {
  readonly above: number;
  readonly below: number;
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
 * What luck gives a family. Each draw takes whole days anew, the same for all configurations and lanes, because what happened that day
 * happened to all of them; what each member earned is first taken out of its days, so that nothing is left but luck; and the
 * largest T of the family is noted. Configurations that resemble each other so count as the few that they are. That it draws days
 * rather than signs matters: where small wins are paid for by larger losses, signs would flatter (16 % false survivors instead of
 * 2 %; see the test). Losses too rare to have been seen are the business of the verdict's own rules.
 *
 * `share` is the family's part in all trials ever made on the tape: it gets that part of the 2.5 %, so that earlier looks count too.
 *
 * Sources: White, "A Reality Check for Data Snooping", Econometrica 68, 2000 (the best of a family against its own resampled null);
 * Romano and Wolf, "Stepwise Multiple Testing as Formalized Data Snooping", Econometrica 73, 2005 (studentised, of it the first
 * step); Cameron, Gelbach and Miller, "Bootstrap-Based Improvements for Inference with Clustered Errors", 2008 (whole clusters).
 */
export function luckOf(family: Family, share: number, random: Random, draws: number = DRAWS): Luck {
  const centred = family.series.map(centredOf);
  const above = new Float64Array(draws);
  const below = new Float64Array(draws);
  const best = new Float64Array(draws);
  const times = new Float64Array(family.days.length);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let day = 0; day < times.length; day++) times[random.below(times.length)]! += 1;
    let [most, least] = [0, 0];
    let bestWorst = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < centred.length; ) {
      const { configuration } = centred[at]!;
      let worst = Number.POSITIVE_INFINITY;
      for (; at < centred.length && centred[at]!.configuration === configuration; at++) {
        const { sum, size } = drawn(centred[at]!, times);
        most = Math.max(most, size);
        least = Math.min(least, size);
        worst = Math.min(worst, sum / centred[at]!.contracts / 100);
      }
      bestWorst = Math.max(bestWorst, worst);
    }
    above[draw] = most;
    below[draw] = -least;
    best[draw] = bestWorst;
  }
  for (const found of [above, below, best]) found.sort();
  const tail = Math.floor(((draws + 1) * (1 - LEVEL) * share) / 2);
  // Too few draws to reach that far into the tail: nothing passes.
  const at = (sorted: Float64Array): number => (tail < 1 ? Number.POSITIVE_INFINITY : sorted[draws - tail]!);
  return {
    bestCents: { median: best[Math.floor(draws / 2)]!, upper: best[draws - Math.floor((draws + 1) * 0.05)]! },
    critical: { above: at(above), below: at(below) },
    probability: (size) => Math.min(1, (1 + countFrom(above, size)) / (draws + 1) / share),
  };
}

interface Centred {
  readonly configuration: number;
  readonly days: Int32Array;
  /** A day's net less what its contracts earn on average. */
  readonly rest: Float64Array;
  /** All its contracts (0.01). */
  readonly contracts: number;
}

function centredOf({ configuration, days, net, volume }: Series): Centred {
  const contracts = volume.reduce((sum, value) => sum + value, 0);
  const each = net.reduce((sum, value) => sum + value, 0) / contracts;
  return { configuration, days, rest: net.map((value, at) => value - each * volume[at]!), contracts };
}

/** Sum and T of a member over days drawn so many times each. */
function drawn({ days, rest }: Centred, times: Float64Array): { sum: number; size: number } {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < days.length; at++) {
    const part = times[days[at]!]! * rest[at]!;
    sum += part;
    squares += part * rest[at]!;
  }
  return { sum, size: squares > 0 ? sum / Math.sqrt(squares) : 0 };
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
 * All values of net cents a contract that the data do not contradict at the critical sizes: the test of {@link luckOf} turned round. A
 * value v is contradicted where Σ(n − v·c) > above · √Σ(n − v·c)², or the like downwards, n and c a day's net and contracts: quadratics
 * in v (Fieller's). Null where it has no bounds: too few days for so many trials. Its lower end is above zero just where T > above.
 */
export function boundsOf({ net, volume }: Pick<Series, 'net' | 'volume'>, { above, below }: Critical): Bounds | null {
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
  const root = (critical: number, sign: 1 | -1): number => {
    const square = critical * critical;
    const a = c * c - square * cc;
    const b = n * c - square * nc;
    return a > 0 ? (b + sign * Math.sqrt(Math.max(0, b * b - a * (n * n - square * nn)))) / a : Number.NaN;
  };
  const bounds = { lower: root(above, -1), upper: root(below, 1) };
  return Number.isNaN(bounds.lower) || Number.isNaN(bounds.upper) ? null : bounds;
}
