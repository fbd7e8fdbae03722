import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../src/core/assert.ts';
import { Fault } from '../../src/core/fault.ts';
import { complement, type Price } from '../../src/core/price.ts';
import { CENT_GRID, gridOf, NAMED_GRIDS, type PriceBand, PriceGrid } from '../../src/core/price-grid.ts';

/** Levels of each named grid, counted by hand: edges twice, the centre once, its two borders shared. */
const SIZES: Readonly<Record<string, number>> = {
  linear_cent: 99,
  deci_cent: 999,
  tapered_deci_cent: 100 + 79 + 100,
  center_whole_edge_half_cent: 20 + 79 + 20,
  center_whole_edge_quint_cent: 50 + 79 + 50,
  center_half_edge_half_cent: 199,
  center_half_edge_quint_cent: 50 + 159 + 50,
  center_half_edge_deci_cent: 100 + 159 + 100,
  center_quint_edge_quint_cent: 499,
  center_quint_edge_deci_cent: 100 + 399 + 100,
  center_centi_edge_centi_cent: 9_999,
  center_deci_edge_centi_cent: 100 + 979 + 100,
};

const at = (e4: number) => e4 as Price;

describe('the named grids', () => {
  it('are the twelve that the venue documents', () => {
    expect(Object.keys(NAMED_GRIDS).sort()).toEqual(Object.keys(SIZES).sort());
  });

  for (const [name, bands] of Object.entries(NAMED_GRIDS)) {
    const grid = gridOf(bands);

    it(`${name} has the levels of its bands`, () => {
      expect(grid.size).toBe(SIZES[name]);
    });

    it(`${name} holds every whole cent, never $0 or $1`, () => {
      for (let cent = 100; cent < 10_000; cent += 100) expect(grid.contains(at(cent))).toBe(true);
      expect([grid.contains(at(0)), grid.contains(at(10_000))]).toEqual([false, false]);
    });

    it(`${name} holds the complement of each of its prices, at the mirrored level`, () => {
      for (let level = 0; level < grid.size; level++) {
        const price = grid.priceAt(level);
        expect(grid.levelOf(price)).toBe(level);
        expect(grid.levelOf(at(complement(price)))).toBe(grid.size - 1 - level);
        if (level > 0) expect(price).toBeGreaterThan(grid.priceAt(level - 1));
      }
    });

    it(`${name} finds the nearest tradable price below and above any price`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 10_000 }), (e4) => {
          const below = [...grid.prices].findLast((price) => price <= e4);
          const above = [...grid.prices].find((price) => price >= e4);
          expect([grid.floor(e4), grid.ceil(e4)]).toEqual([below, above]);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('a grid of bands', () => {
  it('knows its prices by its own steps, whole cents besides', () => {
    const grid = gridOf([{ start: 0, end: 10_000, step: 30 }]);
    expect([30, 100, 90, 200, 9_990].map((e4) => grid.contains(at(e4)))).toEqual([true, true, true, true, true]);
    expect([31, 110, 50].map((e4) => grid.contains(at(e4)))).toEqual([false, false, false]);
  });

  it('is one object for equal bands', () => {
    expect(gridOf([{ start: 0, end: 10_000, step: 100 }])).toBe(CENT_GRID);
  });

  it('does not contain what is no price at all', () => {
    expect([10_001, 65_535, -1].map((e4) => CENT_GRID.contains(at(e4)))).toEqual([false, false, false]);
    expect(() => CENT_GRID.levelOf(at(65_535))).toThrow(Fault);
  });

  it('names the price and the grid when it refuses one', () => {
    expect(() => CENT_GRID.levelOf(at(4_550))).toThrow(/0\.455.*0…10000 by 100/);
  });

  it('has no level outside its ends', () => {
    expect(() => CENT_GRID.priceAt(-1)).toThrow(AssertionError);
    expect(() => CENT_GRID.priceAt(99)).toThrow(AssertionError);
  });

  it('finds nothing below its lowest or above its highest price', () => {
    expect([CENT_GRID.floor(99), CENT_GRID.ceil(9_901), CENT_GRID.floor(99.5)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([CENT_GRID.floor(20_000), CENT_GRID.ceil(-5), CENT_GRID.floor(150.7)]).toEqual([9_900, 100, 100]);
  });

  it.each<[string, PriceBand[]]>([
    ['no band', []],
    ['a step of zero', [{ start: 0, end: 10_000, step: 0 }]],
    ['an end before its start', [{ start: 500, end: 400, step: 10 }]],
    ['a price above one dollar', [{ start: 0, end: 10_100, step: 100 }]],
    ['half a unit', [{ start: 0.5, end: 10_000, step: 100 }]],
  ])('is refused with %s', (_, bands) => {
    expect(() => new PriceGrid(bands)).toThrow(Fault);
  });
});
