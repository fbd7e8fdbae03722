import { describe, expect, it } from 'vitest';
import { dollars } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { LimitSettings } from '../../src/engine/limits.ts';
import { L2_ALONE, play, WIDE_LIMITS } from '../sim/replay-of.ts';
import { type Act, order, scripted, send } from '../sim/scripted.ts';
import { delta, index, opens, print, type Row, snapshot, testMarket } from '../sim/tape-of.ts';

const markets = [0, 1, 2].map((number) => testMarket(number, { mutuallyExclusive: true }));

const rows: Row[] = [
  ...markets.flatMap((_, market) => opens(market)),
  ...markets.flatMap((_, market) => snapshot(1, [[40, 500]], [[50, 500]], market)),
  print(2, BID, 50, 100),
  delta(9_000, BID, 1, 1),
];

function under(limits: Partial<LimitSettings>, acts: readonly Act[]) {
  const played = play({ rows, markets, strategy: scripted(acts), limits: { ...WIDE_LIMITS, ...limits } });
  return {
    played,
    states: played.journal.lines.filter((line) => /^(submit|refused)/.test(line)),
  };
}

const at = (time: number, ...rest: Parameters<typeof order>): Act => ({ at: time, do: send(order(...rest)) });
const on = (market: number) => ({ market: index(market) });

describe('limits', () => {
  it('more open orders than allowed are refused', () => {
    const { states } = under({ openOrders: 2 }, [at(100, BID, 10, 1), at(101, BID, 11, 1), at(102, BID, 12, 1)]);
    expect(states).toEqual(['submit 1 100/100', 'submit 2 100/100', 'refused 3 limit open-orders: 2 open, limit 2']);
  });

  it('an order is cut to what its cost limit leaves, then refused', () => {
    const limits = { positionCost: dollars(10) };
    const { states } = under(limits, [at(100, BID, 40, 20), at(101, BID, 40, 20), at(102, BID, 40, 20)]);
    expect(states[0]).toBe('submit 1 2000/2000');
    expect(states[1]).toBe('submit 2 500/2000');
    expect(states[2]).toMatch(/^refused 3 limit position-cost/);
  });

  it('buying NO counts at what NO costs', () => {
    const { states } = under({ orderCost: dollars(6) }, [at(100, ASK, 80, 50)]);
    expect(states).toEqual(['submit 1 3000/5000']);
  });

  it('contracts of a position include what rests', () => {
    const { states } = under({ positionContracts: contracts(10) }, [
      at(100, BID, 50, 6),
      at(200, BID, 30, 3),
      at(300, BID, 29, 3),
    ]);
    expect(states).toEqual(['submit 1 600/600', 'submit 2 300/300', 'submit 3 100/300']);
  });

  it('closing a position is always allowed, and only its growing part is limited', () => {
    const limits = { positionContracts: contracts(5) };
    const { states, played } = under(limits, [at(100, BID, 50, 5), at(200, ASK, 40, 12)]);
    expect(states).toEqual(['submit 1 500/500', 'submit 2 1000/1200']);
    expect(played.run.engine.account.position(index(0)).quantity).toBe(-500);
    const closing = under({ ...limits, positionCost: dollars(3) }, [at(100, BID, 50, 5), at(200, ASK, 40, 12)]);
    expect(closing.states[1]).toBe('submit 2 583/1200');
  });

  it('two orders cannot both count as closing the same position', () => {
    const limits = { orderCost: dollars(0.01) };
    const wide = under({}, [at(100, BID, 50, 5), at(200, ASK, 60, 5), at(300, ASK, 61, 5)]);
    expect(wide.states[2]).toBe('submit 3 500/500');
    const { states } = under(limits, [at(100, BID, 50, 5)]);
    expect(states[0]).toMatch(/^submit 1 2\/500$/);
  });

  it('positions are counted over markets and within a series', () => {
    const acts = [at(100, BID, 50, 1), at(200, BID, 50, 1, on(1)), at(300, BID, 50, 1, on(2))];
    expect(under({ positions: 2 }, acts).states[2]).toBe('refused 3 limit positions: 2 held, limit 2');
    expect(under({ positionsInSeries: 2 }, acts).states[2]).toBe(
      'refused 3 limit positions-in-series: 2 held, limit 2',
    );
  });

  it('the joint worst case of an event counts brackets that exclude each other once', () => {
    // NO on two brackets at 60 cents each: at most one of them can lose.
    const no = [at(100, ASK, 40, 100), at(200, ASK, 40, 100, on(1))];
    expect(under({ eventShare: 0.0065 }, no).states).toEqual(['submit 1 10000/10000', 'submit 2 10000/10000']);
    // YES on two: none need win.
    const yes = [at(100, BID, 50, 100), at(200, BID, 50, 100, on(1))];
    expect(under({ eventShare: 0.0065 }, yes).states[1]).toMatch(/^refused 2 limit event-worst-case/);
  });

  it('shares of the account cut an order', () => {
    const { states } = under({ accountShareOfOne: 0.001 }, [at(100, BID, 50, 100)]);
    expect(states).toEqual(['submit 1 2000/10000']);
    expect(under({ accountShareOfAll: 0.0005 }, [at(100, BID, 50, 100)]).states).toEqual(['submit 1 1000/10000']);
  });

  it('our share of what has traded in the market cuts an order', () => {
    const { states } = under({ volumeShare: 0.1 }, [at(100, BID, 50, 50), at(200, BID, 50, 1, on(1))]);
    expect(states[0]).toBe('submit 1 1000/5000');
    expect(states[1]).toMatch(/^refused 2 limit volume-share/);
  });

  it('the share of volume is no limit where the tape records no trades', () => {
    const act = at(100, BID, 30, 50);
    const played = play({
      rows,
      markets,
      grade: L2_ALONE,
      strategy: scripted([act]),
      limits: { ...WIDE_LIMITS, volumeShare: 0.1 },
    });
    expect(played.journal.lines[0]).toBe('submit 1 5000/5000');
  });

  it('cash that resting orders lock cannot be spent twice', () => {
    const { states } = under({}, [at(100, BID, 40, 20_000), at(200, BID, 40, 20_000)]);
    expect(states[0]).toBe('submit 1 2000000/2000000');
    expect(states[1]).toMatch(/^submit 2 399\d{3}\/2000000$/);
  });
});
