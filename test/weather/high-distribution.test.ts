import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bracketProbability,
  distributionOf,
  highFromErrors,
  meanHigh,
  normalHigh,
  quantileHigh,
  spreadOfHigh,
} from '../../src/weather/high-distribution.ts';
import { highOfLadder, impliedLadder } from '../../src/weather/market-implied.ts';
import { LEAST_PROBABILITY, scoreClasses } from '../../src/weather/scores.ts';

const OPEN = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const LADDER = [
  { low: Number.NEGATIVE_INFINITY, high: 77 },
  { low: 78, high: 79 },
  { low: 80, high: 81 },
  { low: 82, high: Number.POSITIVE_INFINITY },
];

describe('a distribution of the high', () => {
  test('sums to one over any ladder', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 110, noNaN: true }),
        fc.double({ min: 0.3, max: 8, noNaN: true }),
        (mean, deviation) => {
          const high = normalHigh(mean, deviation);
          const rungs = LADDER.map((bracket) => bracketProbability(high, bracket));
          expect(rungs.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
          expect(bracketProbability(high, OPEN)).toBeCloseTo(1, 9);
          // Rounding moves the mean of a narrow normal: by sin(2πm) e^(−2π²s²) / π, the first term of its Fourier series.
          const moved = Math.exp(-2 * (Math.PI * deviation) ** 2) / Math.PI;
          expect(Math.abs(meanHigh(high) - mean)).toBeLessThan(moved + 0.003);
        },
      ),
    );
  });

  test('of a normal has its mean, its spread (with the variance of rounding) and its median', () => {
    const high = normalHigh(71.2, 3);
    expect(meanHigh(high)).toBeCloseTo(71.2, 2);
    expect(spreadOfHigh(high)).toBeCloseTo(Math.sqrt(9 + 1 / 12), 1);
    expect([0.5, 0.025, 0.975].map((share) => quantileHigh(high, share))).toEqual([71, 65, 77]);
  });

  test('of past errors lies where they say: a forecast that is 2 °F too cold is moved up', () => {
    const errors = [2, 2, 2, 1, 3];
    expect(meanHigh(highFromErrors(70, errors, 0.6))).toBeCloseTo(72, 6);
    expect(spreadOfHigh(highFromErrors(70, errors, 0.6))).toBeCloseTo(Math.sqrt(0.4 + 0.36 + 1 / 12), 1);
  });

  test('weights below zero, or none at all, are no distribution', () => {
    expect(() => distributionOf(70, [1, -1])).toThrow();
    expect(() => distributionOf(70, [0, 0])).toThrow();
  });
});

describe('what a market implies', () => {
  test('is its prices without the overround', () => {
    const implied = impliedLadder([0.11, 0.33, 0.55, 0.11]);
    expect(implied?.overround).toBeCloseTo(0.1, 9);
    expect(implied?.probabilities.map((each) => Number(each.toFixed(6)))).toEqual([0.1, 0.3, 0.5, 0.1]);
  });

  test('is no opinion where hardly anything has a price', () => {
    expect(impliedLadder([null, 0.4, null, null])).toBeNull();
    expect(impliedLadder([0, 0, null, null])).toBeNull();
  });

  test('gives a rung without a price a little, never nothing', () => {
    const implied = impliedLadder([null, 0.5, 0.49, 0.01])!;
    expect(implied.probabilities[0]).toBeGreaterThan(0);
    expect(implied.probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  });

  test('is the same over its own ladder again, and its open tails reach one degree further on average', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }), (prices) => {
        const { probabilities } = impliedLadder(prices)!;
        const high = highOfLadder(LADDER, probabilities);
        LADDER.forEach((bracket, rung) => {
          expect(bracketProbability(high, bracket)).toBeCloseTo(probabilities[rung]!, 9);
        });
      }),
    );
    expect(meanHigh(highOfLadder(LADDER, [0, 0, 0, 1]))).toBeCloseTo(83, 1);
    expect(meanHigh(highOfLadder(LADDER, [1, 0, 0, 0]))).toBeCloseTo(76, 1);
    expect(meanHigh(highOfLadder(LADDER, [0, 0.5, 0.5, 0]))).toBeCloseTo(79.5, 9);
  });
});

describe('scores', () => {
  test('are zero for a certainty that came, and worst for one that did not', () => {
    expect(scoreClasses([0, 1, 0], 1)).toEqual({ brier: 0, rps: 0, logLoss: -0 });
    expect(scoreClasses([1, 0, 0], 2)).toEqual({ brier: 2, rps: 2, logLoss: -Math.log(LEAST_PROBABILITY) });
  });

  test('the ranked one forgives a near miss, the Brier score does not', () => {
    const [near, far] = [scoreClasses([0, 1, 0, 0], 2), scoreClasses([1, 0, 0, 0], 2)];
    expect(near.brier).toBe(far.brier);
    expect(near.rps).toBeLessThan(far.rps);
  });

  test('are proper: on average no forecast beats the truth', () => {
    const truth = [0.2, 0.5, 0.3];
    const expected = (forecast: readonly number[], of: 'brier' | 'rps' | 'logLoss') =>
      truth.reduce((sum, share, came) => sum + share * scoreClasses(forecast, came)[of], 0);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (weights) => {
          const total = weights.reduce((sum, each) => sum + each, 0);
          const forecast = weights.map((each) => each / total);
          for (const score of ['brier', 'rps', 'logLoss'] as const)
            expect(expected(forecast, score)).toBeGreaterThanOrEqual(expected(truth, score) - 1e-12);
        },
      ),
    );
  });
});
