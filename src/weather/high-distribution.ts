import { assert } from '../core/assert.ts';
import { normalCdf } from '../core/normal.ts';
import type { Bracket } from './bracket.ts';

/** Probabilities of whole-degree highs: `probabilities[k]` is that of `lowest + k` °F. They sum to 1. */
export interface HighDistribution {
  readonly lowest: number;
  readonly probabilities: readonly number[];
}

/** Puts weights on degrees from `lowest` up and scales them to sum to 1. */
export function distributionOf(lowest: number, weights: readonly number[]): HighDistribution {
  let total = 0;
  for (const weight of weights) {
    assert(weight >= 0, 'a weight of a distribution is negative, or no number');
    total += weight;
  }
  assert(total > 0, 'a distribution without weight');
  return { lowest, probabilities: weights.map((weight) => weight / total) };
}

/** Probability that the high falls into a bracket, 0 to 1. */
export function bracketProbability({ lowest, probabilities }: HighDistribution, { low, high }: Bracket): number {
  let sum = 0;
  const last = Math.min(high, lowest + probabilities.length - 1);
  for (let degrees = Math.max(low, lowest); degrees <= last; degrees++) sum += probabilities[degrees - lowest]!;
  return Math.min(1, sum);
}

/** The expected high, °F. */
export function meanHigh({ lowest, probabilities }: HighDistribution): number {
  return probabilities.reduce((sum, probability, at) => sum + probability * (lowest + at), 0);
}

/** The smallest high that is reached or not passed with at least `share`: the median for 0.5, °F. */
export function quantileHigh({ lowest, probabilities }: HighDistribution, share: number): number {
  let sum = 0;
  for (let at = 0; at < probabilities.length; at++) {
    sum += probabilities[at]!;
    if (sum >= share) return lowest + at;
  }
  return lowest + probabilities.length - 1;
}

/** How far the high spreads about its mean: the standard deviation, °F. */
export function spreadOfHigh(distribution: HighDistribution): number {
  const mean = meanHigh(distribution);
  const { lowest, probabilities } = distribution;
  return Math.sqrt(probabilities.reduce((sum, each, at) => sum + each * (lowest + at - mean) ** 2, 0));
}

/**
 * A high of `mean` and `deviation`, normal and rounded to whole degrees, out to four deviations on either side. `deviation` must be
 * positive.
 */
export function normalHigh(mean: number, deviation: number): HighDistribution {
  assert(deviation > 0, 'a deviation is positive');
  const lowest = Math.floor(mean - 4 * deviation);
  const highest = Math.ceil(mean + 4 * deviation);
  const weights: number[] = [];
  let below = normalCdf((lowest - 0.5 - mean) / deviation);
  for (let degrees = lowest; degrees <= highest; degrees++) {
    const through = normalCdf((degrees + 0.5 - mean) / deviation);
    weights.push(through - below);
    below = through;
  }
  return distributionOf(lowest, weights);
}

/**
 * What a forecast says where its past errors (high less forecast, °F) are all that is known of it: each error, counted from the present forecast,
 * spread by a normal kernel of `bandwidth` °F.
 */
export function highFromErrors(forecast: number, errors: readonly number[], bandwidth: number): HighDistribution {
  assert(errors.length > 0 && bandwidth > 0, 'a forecast is judged by errors, spread by a positive bandwidth');
  const centres = errors.map((error) => forecast + error);
  const lowest = Math.floor(Math.min(...centres) - 4 * bandwidth);
  const highest = Math.ceil(Math.max(...centres) + 4 * bandwidth);
  const weights = new Array<number>(highest - lowest + 1).fill(0);
  for (const centre of centres) {
    for (let at = 0; at < weights.length; at++) {
      const degrees = lowest + at;
      weights[at]! += normalCdf((degrees + 0.5 - centre) / bandwidth) - normalCdf((degrees - 0.5 - centre) / bandwidth);
    }
  }
  return distributionOf(lowest, weights);
}
