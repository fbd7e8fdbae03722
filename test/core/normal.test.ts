import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/core/normal.ts';

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
