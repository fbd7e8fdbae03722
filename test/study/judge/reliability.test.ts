import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINS, reliabilityOf } from '../../../src/study/judge/reliability.ts';
import { scoreClasses } from '../../../src/weather/scores.ts';

describe('how probabilities came true', () => {
  it('is sorted by what was said, as by hand', () => {
    const said = [
      [0.1, 0.9],
      [0.1, 0.9],
      [0.3, 0.7],
      [0.5, 0.5],
    ];
    const { bins, reliability, resolution, uncertainty } = reliabilityOf(said, [1, 0, 1, 0]);
    expect(bins.map(({ count, came }) => [count, came])).toEqual([
      [0, null],
      [2, 0.5],
      [1, 0],
      [2, 0.5],
      [3, 2 / 3],
    ]);
    expect(bins[4]!.said).toBeCloseTo((0.9 + 0.9 + 0.7) / 3, 12);
    expect(uncertainty).toBeCloseTo((8 / 4) * 0.25, 12);
    expect(reliability).toBeCloseTo((2 * 0.4 ** 2 + 0.3 ** 2 + 0 + 3 * (2.5 / 3 - 2 / 3) ** 2) / 4, 12);
    expect(resolution).toBeCloseTo((0 + 0.5 ** 2 + 0 + 3 * (2 / 3 - 0.5) ** 2) / 4, 12);
  });

  it('adds up to the Brier score where nothing varies within a bin (Murphy 1973)', () => {
    // One probability a bin.
    const ladders = [
      [0.02, 0.1, 0.3, 0.58],
      [0.1, 0.3, 0.02, 0.58],
    ];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.nat(3)), { minLength: 1, maxLength: 60 }), (drawn) => {
        const said = drawn.map(([ladder]) => ladders[ladder]!);
        const came = drawn.map(([, rung]) => rung);
        const brier = said.reduce((sum, each, at) => sum + scoreClasses(each, came[at]!).brier, 0) / said.length;
        const { reliability, resolution, uncertainty } = reliabilityOf(said, came);
        expect(reliability - resolution + uncertainty).toBeCloseTo(brier, 9);
      }),
    );
  });

  it('has a bin for every probability', () => {
    for (const probability of [0, 0.05, 0.6, 1]) {
      const { bins } = reliabilityOf([[probability]], [0]);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(1);
    }
    expect(BINS[0]).toBe(0);
  });
});
