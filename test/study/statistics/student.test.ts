import { expect, test } from 'vitest';
import { studentQuantile } from '../../../src/study/statistics/student.ts';

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
