import { assert } from '../core/assert.ts';
import { distributionOf, type HighDistribution } from './high-distribution.ts';

/** An ordinal model says how likely the high is at most so many °F above the forecast's whole degree: these classes, in order. */
export const HIGH_CLASSES: readonly number[] = Array.from({ length: 21 }, (_, at) => at - 10);

/** Beyond the outer classes each further degree is held to be this much less likely than the one before. */
const TAIL_DECAY = 0.5;
/** Degrees beyond the outer classes that are kept. */
const TAIL_DEGREES = 10;

/** The whole degree that classes are counted from: the forecast, halves up. In 32 bits, as the graph has it. */
export function classOrigin(forecast: number): number {
  return Math.floor(Math.fround(forecast) + 0.5);
}

/**
 * The distribution over whole degrees from cumulative classes: `cumulative[k]` is the probability that the high is at most
 * `classOrigin(forecast) + HIGH_CLASSES[k]`, never less than the one before.
 */
export function highOfClasses(forecast: number, cumulative: ArrayLike<number>): HighDistribution {
  assert(cumulative.length === HIGH_CLASSES.length, 'a probability for each class');
  const below = tail(cumulative[0]!).reverse();
  const within = HIGH_CLASSES.slice(1).map((_, at) => Math.max(0, cumulative[at + 1]! - cumulative[at]!));
  const above = tail(1 - cumulative[cumulative.length - 1]!);
  return distributionOf(classOrigin(forecast) + HIGH_CLASSES[0]! - TAIL_DEGREES + 1, [...below, ...within, ...above]);
}

function tail(probability: number): number[] {
  const weights = Array.from({ length: TAIL_DEGREES }, (_, at) => TAIL_DECAY ** at);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (Math.max(0, probability) * weight) / total);
}
