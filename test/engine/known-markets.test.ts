import { describe, expect, it } from 'vitest';
import { BID } from '../../src/core/side.ts';
import type { Strategy } from '../../src/engine/strategy.ts';
import { PRINTS, play } from '../sim/replay-of.ts';
import { delta, index, opens, print, snapshot, testMarket } from '../sim/tape-of.ts';

describe('the markets that a strategy knows', () => {
  const markets = [testMarket(0), testMarket(1), testMarket(2)];

  it('are those that have been told of, in that order: a market not listed yet shows neither strike nor name', () => {
    const seen: string[] = [];
    const look: Strategy = {
      onStart: (context) => seen.push(`start: ${context.markets.length}`),
      onLifecycle: (change, context) => {
        const known = context.markets.map((market) => market.index);
        if (change.status === 'active') seen.push(`${change.market}: ${known}`);
        expect(context.market(change.market)).toBe(markets[change.market]);
      },
    };
    play({
      rows: [...opens(1), ...opens(0, 50), ...snapshot(100, [[40, 1]], [[50, 1]]), delta(200, BID, 30, 1)],
      markets,
      strategy: look,
    });
    expect(seen).toEqual(['start: 0', '1: 1', '0: 1,0']);
  });

  it('that it asks for too early is its mistake, and says so', () => {
    const strategy: Strategy = { onLifecycle: (_, context) => void context.market(index(2)) };
    expect(() => play({ rows: opens(1), markets, strategy })).toThrow(
      /market 2 is not known: no row of it has been told/,
    );
  });

  it('include one whose first row is a print', () => {
    let ticker = '';
    const strategy: Strategy = {
      onTrade: (trade, context) => {
        ticker = context.market(trade.market).ticker;
      },
    };
    play({ rows: [...opens(0), print(10, BID, 40, 1, 2)], markets, strategy, grade: PRINTS });
    expect(ticker).toBe(markets[2]!.ticker);
  });
});
