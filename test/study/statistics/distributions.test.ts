import { expect, test } from 'vitest';
import { normalCdf, normalQuantile, studentQuantile } from '../../../src/study/statistics/distributions.ts';

test('the normal distribution agrees with its tables, far into the tails', () => {
  for (const [x, p] of [
    [0, 0.5],
    [1.959963984540054, 0.975],
    [-3.090232306167813, 0.001],
    [-6.361340902404056, 1e-10],
    [-8, 6.22096057427178e-16],
  ] as const) {
    expect(normalCdf(x) / p).toBeCloseTo(1, 7);
    if (p > 1e-12) expect(normalQuantile(p)).toBeCloseTo(x, 8);
  }
});

test('a quantile and its probability are each other’s inverse', () => {
  for (let at = 1; at < 1_000; at++) expect(normalCdf(normalQuantile(at / 1_000))).toBeCloseTo(at / 1_000, 12);
});

test('Student’s quantiles agree with their tables', () => {
  // Two-sided; Abramowitz and Stegun, table 26.10.
  for (const [p, degrees, t] of [
    [0.05, 1, 12.7062],
    [0.05, 2, 4.30265],
    [0.05, 9, 2.26216],
    [0.01, 9, 3.24984],
    [0.001, 9, 4.78091],
    [0.05, 30, 2.04227],
    [0.001, 60, 3.4602],
    [0.05, 1_000_000, 1.95996],
  ] as const) {
    expect(studentQuantile(p, degrees) / t).toBeCloseTo(1, 4);
  }
});
