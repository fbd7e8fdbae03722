import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { bracketProbability, ladder } from '../../../src/sim/synthetic/bracket.ts';
import { DEMO_CONFIG, eventTimes } from '../../../src/sim/synthetic/config.ts';
import { drawPoisson } from '../../../src/sim/synthetic/draw.ts';
import { drawPath } from '../../../src/sim/synthetic/latent.ts';

const CITY = DEMO_CONFIG.cities[0]!;
const TIMES = eventTimes(DEMO_CONFIG, CITY, 0);

test('every whole degree belongs to exactly one bracket of a ladder', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 110 }), fc.integer({ min: -40, max: 140 }), (first, degree) => {
      const inside = ladder(first).filter(({ lower, upper }) => degree >= lower && degree <= upper);
      expect(inside.length).toBe(1);
    }),
    { numRuns: 500 },
  );
});

test('the probabilities of an event sum to one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 20, max: 90, noNaN: true }),
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      (mean, deviation) => {
        const each = ladder(50).map((bracket) => bracketProbability(bracket, mean, deviation));
        expect(each.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
        expect(each.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
      },
    ),
    { numRuns: 500 },
  );
});

test('a bracket of two degrees around the mean has the probability of the normal table', () => {
  const middle = ladder(50)[1]!;
  expect(bracketProbability(middle, 50.5, 1)).toBeCloseTo(0.6826895, 6);
  expect(bracketProbability(middle, 52.46, 1)).toBeCloseTo(0.1685281 - 0.0015375, 3);
});

test('belief only sharpens, ends within a tenth of a degree, and carries a forecast about every six hours', () => {
  const { steps, high, settledHigh } = drawPath(CITY, TIMES, 1, new Random('path'));
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before === undefined) continue;
    expect(step.time).toBeGreaterThan(before.time);
    expect(step.deviation).toBeLessThanOrEqual(before.deviation);
  }
  expect(steps.at(-1)!.deviation).toBeLessThan(0.1);
  expect(Math.abs(steps.at(-1)!.mean - high)).toBeLessThan(0.5);
  expect(settledHigh).toBe(Math.round(high));
  expect(steps.filter((step) => step.forecast !== null).length).toBe(8);
});

test('the high lands around the first belief as that belief says', () => {
  const random = new Random('many');
  const scores = Array.from({ length: 2_000 }, (_, index) => {
    const { steps, high } = drawPath(CITY, TIMES, 0.05, random.fork(String(index)));
    return (high - steps[0]!.mean) / steps[0]!.deviation;
  });
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const square = scores.reduce((sum, score) => sum + score * score, 0) / scores.length;
  expect(Math.abs(mean)).toBeLessThan(0.07);
  expect(Math.abs(square - 1)).toBeLessThan(0.1);
});

test('normal and Poisson draws have their mean and variance', () => {
  const random = new Random('draws');
  const normal = Array.from({ length: 20_000 }, () => random.normal());
  const poisson = Array.from({ length: 20_000 }, () => drawPoisson(random, 4));
  const moment = (values: number[], centre: number, power: number) =>
    values.reduce((sum, value) => sum + (value - centre) ** power, 0) / values.length;
  expect(Math.abs(moment(normal, 0, 1))).toBeLessThan(0.03);
  expect(Math.abs(moment(normal, 0, 2) - 1)).toBeLessThan(0.04);
  expect(Math.abs(moment(poisson, 0, 1) - 4)).toBeLessThan(0.06);
  expect(Math.abs(moment(poisson, 4, 2) - 4)).toBeLessThan(0.2);
});
