import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollars, type Money } from '../../../src/core/money.ts';
import type { Price } from '../../../src/core/price.ts';
import { CENT_GRID } from '../../../src/core/price-grid.ts';
import { ASK, BID, type Side } from '../../../src/core/side.ts';
import { readParams } from '../../../src/engine/params.ts';
import { choose, type Offer } from '../../../strategies/edge/choice.ts';
import { dialOf } from '../../../strategies/edge/dial.ts';
import { EDGE_PARAMS } from '../../../strategies/edge/params.ts';
import { cappedSize, kellySize } from '../../../strategies/edge/sizing.ts';
import { costOf, gainOf, worstPrice } from '../../../strategies/edge/value.ts';
import { FakeContext } from '../../engine/fake-context.ts';
import { testMarket } from '../../sim/tape-of.ts';

const turn = fc.double({ min: 0, max: 1, noNaN: true });
const side = fc.constantFrom<Side>(BID, ASK);
/** 7 % × p × (1 − p), in 1e-4 dollars a contract. */
const fee = (price: Price): number => 0.07 * price * (1 - price / 10_000);

describe('the dial', () => {
  it('goes from careful to bold', () => {
    expect(dialOf(0)).toEqual({ confidence: 0.7, kelly: 0.1, patience: 1.5, depth: 0.1 });
    expect(dialOf(1)).toEqual({ confidence: 0.3, kelly: 0.5, patience: 0.5, depth: 0.5 });
    expect(dialOf(0.5).confidence).toBeCloseTo(0.5, 12);
  });

  it('is refused outside 0 to 1', () => {
    for (const aggressiveness of [-0.1, 1.1, 'much']) {
      expect(() => readParams(EDGE_PARAMS, { aggressiveness })).toThrow(/aggressiveness=/);
    }
  });

  it('never asks for less when turned up: of the same offers, what a lower turn buys a higher one buys in at least that size', () => {
    const offer = fc.record({
      side,
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
      cents: fc.integer({ min: 1, max: 99 }),
      depth: fc.integer({ min: 0, max: 100_000 }),
    });
    const params = readParams(EDGE_PARAMS, {});
    fc.assert(
      fc.property(
        offer,
        turn,
        turn,
        fc.integer({ min: 10, max: 100_000 }),
        ({ side, chance, cents, depth }, one, other, cash) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const market = testMarket(0);
          const context = new FakeContext([market]);
          context.grade = { depth: 'L2', trades: true, sampling: 'continuous' };
          context.available = dollars(cash);
          const take = (cents * 100) as Price;
          const made: Offer = {
            market,
            side,
            chance,
            quote: { take, rest: take, depth: depth as never },
            value: gainOf(side, chance, take, fee),
            fee: fee(take),
            limit: worstPrice(side, chance, params.leastValue, CENT_GRID, fee),
          };
          const size = (at: number) => choose([made], dialOf(at), params, context, () => null).entry?.quantity ?? 0;
          expect(size(high)).toBeGreaterThanOrEqual(size(low));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the value of a side', () => {
  it('is what it wins on average less what it costs', () => {
    expect(gainOf(BID, 0.6, 5_000 as Price, () => 0)).toBeCloseTo(1_000, 9);
    expect(gainOf(ASK, 0.6, 5_000 as Price, () => 100)).toBeCloseTo(900, 9);
    expect([costOf(BID, 3_000), costOf(ASK, 3_000)]).toEqual([3_000, 7_000]);
  });

  it('ends at the worst price: worth enough there, and not one tick beyond', () => {
    fc.assert(
      fc.property(
        side,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2_000 }),
        (of, chance, least) => {
          const worst = worstPrice(of, chance, least, CENT_GRID, fee);
          const beyond = (
            worst === undefined ? (of === BID ? 100 : 9_900) : worst + (of === BID ? 100 : -100)
          ) as Price;
          if (worst !== undefined) expect(gainOf(of, chance, worst, fee)).toBeGreaterThanOrEqual(least);
          if (beyond > 0 && beyond < 10_000) expect(gainOf(of, chance, beyond, fee)).toBeLessThan(least);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the size of an entry', () => {
  it('is a share of Kelly: half of it, for a chance of 60 % at 50 cents, puts a tenth of the cash down', () => {
    expect(kellySize(0.6, 5_000, 0.5, dollars(1_000))).toBe(200 * 100);
  });

  it('is nothing where nothing is to be gained', () => {
    for (const [chance, cost] of [
      [0.5, 5_000],
      [0.4, 5_000],
      [1, 10_000],
      [0.9, 0],
    ] as const)
      expect(kellySize(chance, cost, 1, dollars(1_000))).toBe(0);
    expect(kellySize(0.6, 5_000, 1, 0 as Money)).toBe(0);
  });

  it('is the least of its caps, in whole contracts', () => {
    expect(cappedSize(550, 12_345, 1_099)).toBe(500);
    expect(cappedSize(99)).toBe(0);
  });
});
