import { describe, expect, test } from 'vitest';
import type { Market, Strike } from '../../src/core/market.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import { bracketOf, holds, ladderOf, rungOf } from '../../src/weather/bracket.ts';

const strike = (type: Strike['type'], floor: number | null, cap: number | null): Strike => ({ type, floor, cap });

function market(ticker: string, given: Strike): Market {
  return {
    index: 0 as Market['index'],
    ticker,
    event: 'KXHIGHNY-26JUN15',
    series: 'KXHIGHNY',
    title: ticker,
    strike: given,
    grid: CENT_GRID,
    openTime: null,
    closeTime: null,
    day: '2026-06-15',
    mutuallyExclusive: true,
  };
}

/** The ladder of KXHIGHNY-26JUN15, as listed: both tails are called T. */
const LADDER = [
  market('T85', strike('greater', 85, null)),
  market('B78.5', strike('between', 78, 79)),
  market('T78', strike('less', null, 78)),
  market('B84.5', strike('between', 84, 85)),
  market('B80.5', strike('between', 80, 81)),
  market('B82.5', strike('between', 82, 83)),
];

describe('a bracket', () => {
  test('of a tail is strict, and its type alone tells which tail it is', () => {
    expect(bracketOf(strike('less', null, 78))).toEqual({ low: Number.NEGATIVE_INFINITY, high: 77 });
    expect(bracketOf(strike('greater', 85, null))).toEqual({ low: 86, high: Number.POSITIVE_INFINITY });
  });

  test('between two degrees has both ends in it', () => {
    const bracket = bracketOf(strike('between', 84, 85));
    expect([83, 84, 85, 86].map((degrees) => holds(bracket, degrees))).toEqual([false, true, true, false]);
  });

  test('of strikes between degrees holds the whole degrees inside', () => {
    expect(bracketOf(strike('less', null, 78.5)).high).toBe(78);
    expect(bracketOf(strike('greater', 85.5, null)).low).toBe(86);
    expect(bracketOf(strike('between', -4, -3))).toEqual({ low: -4, high: -3 });
  });

  test.each([
    strike('other', 1, 2),
    strike('less', 78, null),
    strike('greater', null, 78),
    strike('between', 80, null),
    strike('between', 80.2, 80.8),
  ])('is not guessed from %o', (given) => {
    expect(() => bracketOf(given)).toThrowError(expect.objectContaining({ code: 'malformed-input' }));
  });
});

describe('a ladder', () => {
  test('goes from the coldest bracket up, and every high falls on just one rung', () => {
    const ladder = ladderOf(LADDER);
    expect(ladder.map(({ market: { ticker } }) => ticker)).toEqual(['T78', 'B78.5', 'B80.5', 'B82.5', 'B84.5', 'T85']);
    expect([-40, 77, 78, 79, 80, 85, 86, 130].map((degrees) => rungOf(ladder, degrees))).toEqual([
      0, 0, 1, 1, 2, 4, 5, 5,
    ]);
    for (let degrees = -60; degrees < 140; degrees++)
      expect(ladder.filter(({ bracket }) => holds(bracket, degrees)).length).toBe(1);
  });

  test.each([
    ['a rung is missing', LADDER.filter(({ ticker }) => ticker !== 'B80.5'), 'leaves degrees out'],
    ['a tail is missing', LADDER.filter(({ ticker }) => ticker !== 'T85'), 'no upper tail'],
    [
      'a tail is read as the other',
      LADDER.map((each) => (each.ticker === 'T78' ? market('T78', strike('greater', 78, null)) : each)),
      'no lower tail',
    ],
    ['two rungs overlap', [...LADDER, market('B79.5', strike('between', 79, 80))], 'overlap'],
    ['there is nothing', [], 'no lower tail'],
  ])('is refused where %s', (_, markets, why) => {
    expect(() => ladderOf(markets)).toThrowError(
      expect.objectContaining({ code: 'malformed-input', message: expect.stringContaining(why) }),
    );
  });
});
