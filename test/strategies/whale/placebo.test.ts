import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollars } from '../../../src/core/money.ts';
import { Random } from '../../../src/core/random.ts';
import { BID } from '../../../src/core/side.ts';
import { milliseconds } from '../../../src/core/time.ts';
import type { Trade } from '../../../src/engine/strategy.ts';
import { type Placebo, PlaceboSurvey } from '../../../strategies/whale/placebo.ts';
import { tapes, traceSweeps, tradeAt } from './tapes.ts';

const TERMS = { threshold: dollars(500), window: milliseconds(50) };

function drawn(trades: readonly Trade[], seed = 'placebo'): Placebo {
  const survey = new PlaceboSurvey(TERMS, new Random(seed));
  for (const trade of trades) survey.onTrade(trade);
  return survey.finish();
}

const sorted = (numbers: number[]): number[] => [...numbers].sort((a, b) => a - b);

describe('the placebo', () => {
  it('draws for each whale another print of its market that is part of no whale, none twice', () => {
    let draws = 0;
    fc.assert(
      fc.property(tapes, (trades) => {
        const { signals, undrawn } = drawn(trades);
        const whales = traceSweeps(trades, TERMS.threshold, TERMS.window).filter(({ crossing }) => crossing !== null);
        const swept = new Set(whales.flatMap(({ rows }) => rows));
        const marketOf = new Map(trades.map((trade) => [trade.sequence, trade.market]));
        for (const [sequence, pretended] of signals) {
          expect(swept.has(sequence)).toBe(false);
          expect(marketOf.get(sequence)).toBe(pretended.market);
        }
        draws += signals.size;
        // As many in each market as it has whales, as far as it has other prints.
        for (const market of [0, 1, 2]) {
          const own = whales.filter(({ crossing }) => marketOf.get(crossing!) === market).length;
          const others = trades.filter((trade) => trade.market === market && !swept.has(trade.sequence)).length;
          const there = [...signals.values()].filter((pretended) => pretended.market === market).length;
          expect(there).toBe(Math.min(own, others));
        }
        expect(signals.size + undrawn).toBe(whales.length);
      }),
      { numRuns: 1_000 },
    );
    expect(draws).toBeGreaterThan(1_000);
  });

  it('keeps the sizes and the mix of sides', () => {
    fc.assert(
      fc.property(tapes, (trades) => {
        const { signals, undrawn } = drawn(trades);
        fc.pre(undrawn === 0);
        const whales = traceSweeps(trades, TERMS.threshold, TERMS.window).filter(({ crossing }) => crossing !== null);
        const sideOf = new Map(trades.map((trade) => [trade.sequence, trade.takerSide]));
        const pretended = [...signals.values()];
        expect(sorted(pretended.map(({ cost }) => cost))).toEqual(sorted(whales.map(({ cost }) => cost)));
        expect(sorted(pretended.map(({ side }) => side))).toEqual(
          sorted(whales.map(({ crossing }) => sideOf.get(crossing!)!)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('the same seed draws the same prints, another seed others', () => {
    const trades = Array.from({ length: 400 }, (_, at) =>
      tradeAt(at * 1e6, BID, 5_000, at % 20 === 0 ? 200_000 : 100, at + 1),
    );
    const rows = (seed: string) => [...drawn(trades, seed).signals.keys()];
    expect(rows('one')).toEqual(rows('one'));
    expect(rows('one')).toHaveLength(20);
    expect(rows('one')).not.toEqual(rows('two'));
  });

  it('counts the whales of a market that has no other print', () => {
    const { signals, undrawn } = drawn([tradeAt(0, BID, 5_000, 200_000, 1), tradeAt(1e6, BID, 5_000, 100, 2, 1)]);
    expect([signals.size, undrawn]).toEqual([0, 1]);
  });
});
