import { assert } from '../core/assert.ts';
import type { Bracket } from './bracket.ts';
import { distributionOf, type HighDistribution } from './high-distribution.ts';

/** What a market says of one rung of a ladder: a price as a probability, 0 to 1, or null where it says nothing. */
export type RungPrice = number | null;

/** What the prices of a ladder say together. */
export interface ImpliedLadder {
  /** Probability of each rung, summing to 1. */
  readonly probabilities: readonly number[];
  /** What the prices summed to, less 1: what the market keeps, or what old prices are out of step by. */
  readonly overround: number;
}

/** A rung that no price speaks for is worth this much: half a cent. */
const UNPRICED = 0.005;

/**
 * Turns the prices of all rungs into probabilities: divided by their sum, which takes the overround off in proportion. Null where fewer than
 * two rungs have a price, or where all that have one are at 0: that is no opinion.
 */
export function impliedLadder(prices: readonly RungPrice[]): ImpliedLadder | null {
  const priced = prices.filter((price) => price !== null);
  const sum = priced.reduce((total, price) => total + price, 0);
  if (priced.length < 2 || sum <= 0) return null;
  const filled = prices.map((price) => price ?? UNPRICED);
  const total = filled.reduce((all, price) => all + price, 0);
  return { probabilities: filled.map((price) => price / total), overround: total - 1 };
}

/** Of an open tail, each further degree is held to be this much less likely than the one before. */
const TAIL_DECAY = 0.5;
/** Degrees of an open tail that are kept. */
const TAIL_DEGREES = 10;

/**
 * Spreads the probabilities of rungs over whole degrees: evenly within a bracket; in an open tail, which prices say nothing about, each
 * degree half as likely as the one before, so that its mean lies one degree into it.
 */
export function highOfLadder(brackets: readonly Bracket[], probabilities: readonly number[]): HighDistribution {
  assert(brackets.length === probabilities.length && brackets.length > 1, 'a probability for each of the brackets');
  const lowest = brackets[0]!.high - TAIL_DEGREES + 1;
  const weights: number[] = [];
  brackets.forEach((bracket, rung) => {
    const probability = probabilities[rung]!;
    if (bracket.low === Number.NEGATIVE_INFINITY) weights.push(...tail(probability).reverse());
    else if (bracket.high === Number.POSITIVE_INFINITY) weights.push(...tail(probability));
    else {
      const degrees = bracket.high - bracket.low + 1;
      for (let at = 0; at < degrees; at++) weights.push(probability / degrees);
    }
  });
  return distributionOf(lowest, weights);
}

function tail(probability: number): number[] {
  const weights = Array.from({ length: TAIL_DEGREES }, (_, at) => TAIL_DECAY ** at);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (probability * weight) / total);
}
