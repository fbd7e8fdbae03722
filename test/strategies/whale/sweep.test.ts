import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollars } from '../../../src/core/money.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { milliseconds } from '../../../src/core/time.ts';
import type { Trade } from '../../../src/engine/strategy.ts';
import { type Sweep, SweepDetector, takerPays } from '../../../strategies/whale/sweep.ts';
import { tapes, traceSweeps, tradeAt } from './tapes.ts';

const WINDOW = milliseconds(50);

function sweepsOf(trades: readonly Trade[], threshold = 1_000): Sweep[] {
  const detector = new SweepDetector(dollars(threshold), WINDOW);
  return trades.map((trade) => detector.see(trade)).filter((sweep) => sweep !== null);
}

describe('a sweep', () => {
  it('a buyer of YES pays the price, a buyer of NO a dollar less the price', () => {
    expect([takerPays(BID, 3_000 as never), takerPays(ASK, 3_000 as never)]).toEqual([3_000, 7_000]);
    // 1,500 contracts at 30 cents are $450 of YES and $1,050 of NO.
    expect(sweepsOf([tradeAt(0, BID, 3_000, 150_000, 1)])).toEqual([]);
    expect(sweepsOf([tradeAt(0, ASK, 3_000, 150_000, 1)])).toMatchObject([{ side: ASK, cost: dollars(1_050) }]);
  });

  it('is told once, at the print that brings it to the threshold, with what it cost by then', () => {
    const prints = [
      tradeAt(0, BID, 5_000, 100_000, 1),
      tradeAt(10_000, BID, 5_100, 98_000, 2),
      tradeAt(20_000, BID, 5_200, 1_000, 3),
      tradeAt(30_000, BID, 5_300, 500_000, 4),
    ];
    expect(sweepsOf(prints)).toEqual([
      {
        market: 0,
        side: BID,
        price: 5_200,
        quantity: 199_000,
        cost: 100_000 * 5_000 + 98_000 * 5_100 + 1_000 * 5_200,
        anchor: 0,
        time: 20_000,
        sequence: 3,
      },
    ]);
  });

  it('reaches the threshold at exactly the threshold', () => {
    expect(sweepsOf([tradeAt(0, BID, 5_000, 200_000, 1)])).toHaveLength(1);
    expect(sweepsOf([tradeAt(0, BID, 5_000, 199_999, 1)])).toHaveLength(0);
  });

  it('a print 50 ms after the first belongs to it, a microsecond later it begins the next', () => {
    const half = (time: number, sequence: number) => tradeAt(time, BID, 5_000, 100_000, sequence);
    expect(sweepsOf([half(0, 1), half(50_000, 2)])).toHaveLength(1);
    expect(sweepsOf([half(0, 1), half(50_001, 2)])).toHaveLength(0);
    // Anchored at its first print: a chain of prints 40 ms apart is not one sweep.
    expect(sweepsOf([half(0, 1), tradeAt(40_000, BID, 100, 1, 2), half(80_000, 3)])).toHaveLength(0);
  });

  it('the other side and other markets do not end it, prints without a side never count', () => {
    const between = [
      tradeAt(0, BID, 5_000, 100_000, 1),
      tradeAt(1, ASK, 5_000, 1, 2),
      tradeAt(2, BID, 5_000, 1, 3, 1),
      tradeAt(3, null, 5_000, 900_000, 4),
      tradeAt(4, BID, 5_000, 100_000, 5),
    ];
    expect(sweepsOf(between).map((sweep) => sweep.sequence)).toEqual([5]);
  });

  it('on a tape of whole seconds it is the prints of one timestamp', () => {
    const half = (second: number, sequence: number) => tradeAt(second * 1e6, BID, 5_000, 100_000, sequence);
    expect(sweepsOf([half(1, 1), half(2, 2), half(2, 3)]).map((sweep) => sweep.sequence)).toEqual([3]);
  });

  it('is the same when told again from its definition, on any tape', () => {
    fc.assert(
      fc.property(tapes, fc.constantFrom(100, 1_000, 20_000), (trades, threshold) => {
        const traced = traceSweeps(trades, dollars(threshold), WINDOW).filter((sweep) => sweep.crossing !== null);
        const expected = traced.map(({ crossing, cost }) => [crossing, cost]).sort(([a], [b]) => a! - b!);
        expect(sweepsOf(trades, threshold).map(({ sequence, cost }) => [sequence, cost])).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
