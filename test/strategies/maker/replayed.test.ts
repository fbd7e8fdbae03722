import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Market, MarketStatus } from '../../../src/core/market.ts';
import { DETAIL } from '../../../src/core/market-event.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID, direction } from '../../../src/core/side.ts';
import type { Time } from '../../../src/core/time.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import { readParams } from '../../../src/engine/params.ts';
import type { Context, Strategy } from '../../../src/engine/strategy.ts';
import { LANES } from '../../../src/sim/lane.ts';
import maker from '../../../strategies/maker/strategy.ts';
import { randomTape } from '../../sim/random-tape.ts';
import { type Played, PRINTS, play, type Scene, WIDE_LIMITS } from '../../sim/replay-of.ts';
import { delta, index, opens, print, type Row, START, snapshot, testMarket } from '../../sim/tape-of.ts';

const HOUR_MS = 3_600_000;
/** A market whose close is an hour away. */
const closing = (number: number, more: Partial<Market> = {}): Market =>
  testMarket(number, { closeTime: (START + HOUR_MS * 1_000) as Time, ...more });

/** The strategy, and at every callback the most orders open: in all, and on one side of a market. */
class Watched implements Strategy {
  mostOpen = 0;
  mostOnOneSide = 0;
  readonly #inner: Strategy;

  constructor(params: Record<string, unknown>) {
    const setup = { grade: PRINTS, random: new Random(1), survey: undefined };
    this.#inner = maker.create(readParams(maker.params, params), setup);
  }

  onStart: Strategy['onStart'] = (context) => this.#inner.onStart?.(context);
  onBook: Strategy['onBook'] = (market, context) => this.#look(context, () => this.#inner.onBook?.(market, context));
  onOrder: Strategy['onOrder'] = (update, context) => this.#look(context, () => this.#inner.onOrder?.(update, context));
  onTimer: Strategy['onTimer'] = (timer, context) => this.#look(context, () => this.#inner.onTimer?.(timer, context));
  onLifecycle: Strategy['onLifecycle'] = (change, context) =>
    this.#look(context, () => this.#inner.onLifecycle?.(change, context));

  #look(context: Context, act: () => void): void {
    act();
    const open = context.openOrders();
    this.mostOpen = Math.max(this.mostOpen, open.length);
    const sides = new Map<string, number>();
    for (const { market, side } of open) {
      const count = (sides.get(`${market}/${side}`) ?? 0) + 1;
      sides.set(`${market}/${side}`, count);
      this.mostOnOneSide = Math.max(this.mostOnOneSide, count);
    }
  }
}

function quote(rows: readonly Row[], params: Record<string, unknown> = {}, scene: Partial<Scene> = {}) {
  const strategy = new Watched(params);
  const played = play({ rows, strategy, markets: [closing(0)], ...scene });
  return { played, strategy };
}

/** Orders in the order sent, as [bid or ask, cents, contracts, how it ended]. */
const ordersOf = ({ run }: Played) =>
  Array.from({ length: run.engine.orders.count }, (_, at) => run.engine.orders.get((at + 1) as never)).map(
    ({ side, order, quantity, state }) => [
      side === BID ? 'bid' : 'ask',
      order.price / 100,
      quantity / 100,
      state.status,
    ],
  );
const decisions = ({ journal }: Played) =>
  journal.lines.filter((line) => line.includes(' decision ')).map((line) => line.split(' decision ')[1]);

const book = (...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(
    1,
    [
      [40, 10],
      [30, 50],
    ],
    [
      [50, 10],
      [60, 50],
    ],
  ),
  ...rest,
];

const becomes = (at: number, status: MarketStatus): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'lifecycle', change: { market: index(0), status } },
});
const covers = (at: number, covered: boolean): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'coverage', change: { market: index(0), covered, reason: 'gap' } },
});

describe('where maker quotes', () => {
  it('rests one post-only order a side, half a spread from the mid', () => {
    const { played } = quote(book(delta(4_000, BID, 1, 1)));
    expect(ordersOf(played)).toEqual([
      ['bid', 43, 5, 'resting'],
      ['ask', 47, 5, 'resting'],
    ]);
    expect(played.run.engine.orders.get(1 as never).order.postOnly).toBe(true);
    expect(decisions(played)).toEqual(['quote']);
  });

  it('rounds away from the mid to the grid', () => {
    const { played } = quote(book(delta(4_000, BID, 1, 1)), { halfSpread: 2.5 });
    expect(ordersOf(played).map(([, cents]) => cents)).toEqual([42, 48]);
  });

  it('never reaches the other side, however much it wants to lean', () => {
    const rows = book(print(2_000, ASK, 43, 5), delta(9_000, BID, 1, 1));
    const { played } = quote(rows, { skew: 40 });
    // Five bought at 43: the centre falls 40 cents, but the new ask stays above the bid.
    expect(ordersOf(played).slice(2)).toEqual([
      ['ask', 41, 5, 'resting'],
      ['bid', 3, 5, 'resting'],
    ]);
  });

  it('leans against what it holds: after buying, both quotes fall', () => {
    const { played } = quote(book(print(2_000, ASK, 43, 5), delta(9_000, BID, 1, 1)), { skew: 2 });
    // Held 5, so the centre is 43 now: once `refresh` has passed both sides stand around it.
    expect(ordersOf(played)).toEqual([
      ['bid', 43, 5, 'executed'],
      ['ask', 47, 5, 'cancelled'],
      ['ask', 45, 5, 'resting'],
      ['bid', 41, 5, 'resting'],
    ]);
  });

  it('at its cap quotes only the side that works it off', () => {
    const { played } = quote(book(print(2_000, ASK, 43, 5), delta(9_000, BID, 1, 1)), { maxPosition: 5, skew: 0 });
    expect(ordersOf(played)).toEqual([
      ['bid', 43, 5, 'executed'],
      ['ask', 47, 5, 'resting'],
    ]);
  });

  it('near its cap quotes what is left below it', () => {
    const { played } = quote(book(print(2_000, ASK, 43, 5), delta(9_000, BID, 1, 1)), { maxPosition: 7, skew: 0 });
    expect(ordersOf(played).at(-1)).toEqual(['bid', 43, 2, 'resting']);
  });
});

describe('when maker moves a quote', () => {
  const shift = (at: number): Row[] => [delta(at, ASK, 50, -10), delta(at, BID, 46, 10)];

  it('not before `refresh` has passed, then by a cancel and, after its answer, a new order', () => {
    const { played } = quote(book(...shift(2_000), delta(9_000, BID, 1, 1)), {}, { request: 20, response: 30 });
    const cancel = played.journal.lines.find((line) => line.endsWith(' cancel 1'));
    // Quoted at 1 ms, so moved at 5,001 ms; 46 bid and 60 ask give a mid of 53.
    expect(cancel).toBe(`${START + 5_001_000} cancel 1`);
    expect(ordersOf(played)).toEqual([
      ['bid', 43, 5, 'cancelled'],
      ['ask', 47, 5, 'cancelled'],
      ['bid', 51, 5, 'resting'],
      ['ask', 55, 5, 'resting'],
    ]);
    expect(played.run.engine.orders.get(3 as never).order.submitTime).toBe(START + 5_051_000);
  });

  it('not at once after a fill, of which it may hear before the book shows what filled it', () => {
    const falls = [print(7_000, ASK, 43, 5), delta(7_000, BID, 40, -10), delta(7_000, ASK, 36, 20)];
    const { played } = quote(book(...falls, delta(20_000, BID, 1, 1)), {}, { response: 10, feed: 60 });
    // Known at 7,010 ms, when the book at hand still says 40 to 50; at 7,060 it says 30 to 36.
    expect(ordersOf(played).map(([, , , status]) => status)).not.toContain('rejected');
    const bids = ordersOf(played).filter(([side]) => side === 'bid');
    expect(bids).toEqual([
      ['bid', 43, 5, 'executed'],
      ['bid', 30, 5, 'resting'],
    ]);
    expect(played.run.engine.orders.get(4 as never).order.submitTime).toBe(START + 12_010_000);
  });

  it('not for a mid that moved within the tolerance', () => {
    const { played } = quote(book(delta(6_000, BID, 42, 3), delta(9_000, BID, 1, 1)));
    expect(ordersOf(played)).toHaveLength(2);
  });

  it('a quote that a limit refuses is not sent again for a minute, and the other side goes on', () => {
    const limits = { ...WIDE_LIMITS, openOrders: 1 };
    const wiggle = Array.from({ length: 20 }, (_, at) => delta(2_000 + at * 6_000, BID, 1, 1));
    const { played } = quote(book(...wiggle), {}, { limits });
    const refused = played.journal.lines.filter((line) => line.startsWith('refused'));
    // Two minutes of tape: at the start, after one minute, after two.
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(refused.every((line) => line.includes('open-orders'))).toBe(true);
    expect(ordersOf(played)[0]).toMatchObject({ 0: 'bid', 3: 'resting' });
  });
});

describe('when maker must not quote', () => {
  it('withdraws when the book tears, and quotes again once it is whole', () => {
    const { played } = quote(
      book(delta(3_000, BID, 40, -99), ...snapshot(9_000, [[40, 10]], [[50, 10]]), delta(20_000, BID, 1, 1)),
    );
    expect(ordersOf(played).map(([side, , , status]) => `${side} ${status}`)).toEqual([
      'bid cancelled',
      'ask cancelled',
      'bid resting',
      'ask resting',
    ]);
    expect(played.journal.lines).toContain(`${START + 3_000_000} cancel 1`);
    expect(decisions(played)).toEqual(['quote', 'pause: no book', 'quote']);
  });

  it('withdraws when the tape no longer vouches for the market', () => {
    const { played } = quote(book(covers(3_000, false), delta(9_000, BID, 1, 1)));
    expect(ordersOf(played).every(([, , , status]) => status === 'cancelled')).toBe(true);
  });

  it('withdraws when a side of the book empties: there is no mid', () => {
    const { played } = quote(book(delta(6_000, ASK, 50, -10), delta(6_000, ASK, 60, -50), delta(9_000, BID, 1, 1)));
    expect(ordersOf(played).every(([, , , status]) => status === 'cancelled')).toBe(true);
    expect(decisions(played)).toContain('pause: one-sided book');
  });

  it('withdraws ten minutes before the close, even if nothing happens then, and does not come back', () => {
    const { played } = quote(book(delta(HOUR_MS - 1_000, BID, 42, 9)));
    const at = START + (HOUR_MS - 600_000) * 1_000;
    expect(played.journal.lines).toContain(`${at} cancel 1`);
    expect(ordersOf(played)).toHaveLength(2);
    expect(decisions(played)).toEqual(['quote', 'pause: too near the close']);
  });

  it('follows a close that is moved', () => {
    const moved: Row = {
      at: 5_000,
      kind: DETAIL,
      detail: { type: 'lifecycle', change: { market: index(0), closeTime: (START + 700_000_000) as Time } },
    };
    const { played } = quote(book(moved, delta(900_000, BID, 42, 9)));
    expect(played.journal.lines).toContain(`${START + 100_000_000} cancel 1`);
  });

  it('leaves alone a market whose close is not known, unless told that this does not matter', () => {
    const markets = [testMarket(0)];
    expect(ordersOf(quote(book(delta(9_000, BID, 1, 1)), {}, { markets }).played)).toEqual([]);
    expect(ordersOf(quote(book(delta(9_000, BID, 1, 1)), { closeBuffer: 0 }, { markets }).played)).toHaveLength(2);
  });

  it('withdraws while trading is paused', () => {
    const { played } = quote(book(becomes(3_000, 'inactive'), becomes(60_000, 'active'), delta(90_000, BID, 1, 1)));
    expect(ordersOf(played).map(([, , , status]) => status)).toEqual(['cancelled', 'cancelled', 'resting', 'resting']);
    expect(decisions(played)).toContain('pause: market not active');
  });

  it('on a tape without a book says so once and does nothing', () => {
    const prints = Array.from({ length: 20 }, (_, at) => print(100 + at, BID, 50, 5));
    const { played } = quote([...opens(), ...prints], {}, { grade: PRINTS });
    expect(decisions(played)).toEqual(['skip: no book on this tape']);
    expect(ordersOf(played)).toEqual([]);
  });
});

describe('how many markets maker quotes', () => {
  const MANY = 12;
  const markets = Array.from({ length: MANY }, (_, number) => closing(number, { series: 'TEST' }));
  const opening = markets.flatMap((_, number) => [
    ...opens(number, number),
    ...snapshot(number, [[40, 10]], [[50, 10]], number),
  ]);

  it('no more than four at one time, within ten open orders', () => {
    const { played, strategy } = quote([...opening, delta(60_000, BID, 1, 1)], {}, { markets });
    expect(strategy.mostOpen).toBe(8);
    expect(strategy.mostOpen).toBeLessThanOrEqual(STANDARD_LIMITS.openOrders);
    expect(new Set(played.run.engine.orders.list().map(({ market }) => market))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('a market that can no longer be quoted makes room for another', () => {
    const torn = [delta(20_000, BID, 40, -99, 0), delta(30_000, BID, 39, 1, 7)];
    const { played } = quote([...opening, ...torn, delta(60_000, BID, 1, 1, 7)], {}, { markets });
    expect(new Set(played.run.engine.orders.list().map(({ market }) => market))).toEqual(new Set([1, 2, 3, 7]));
  });

  it('one that every limit refuses makes room too', () => {
    // Nothing has traded: the share of volume lets no order grow, except where there was a print.
    const limits = { ...WIDE_LIMITS, volumeShare: 0.1 };
    const traded = [print(70_000, BID, 50, 500, 9), delta(70_001, BID, 39, 1, 9)];
    const { played } = quote([...opening, ...traded, delta(80_000, BID, 1, 1)], { maxMarkets: 1 }, { markets, limits });
    expect(new Set(played.run.engine.orders.list().map(({ market }) => market))).toEqual(new Set([9]));
  });
});

describe('maker on random tapes with random delays, in every lane', () => {
  it('never takes, never holds more than its cap, has one order a side at most, and ends with none after the close', () => {
    let filled = 0;
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          lane: fc.constantFrom(...LANES),
          request: fc.integer({ min: 0, max: 60 }),
          response: fc.integer({ min: 0, max: 60 }),
          feed: fc.integer({ min: 0, max: 30 }),
        }),
        fc.record({
          halfSpread: fc.constantFrom(0, 0.5, 1, 2, 5),
          size: fc.integer({ min: 1, max: 12 }),
          skew: fc.constantFrom(0, 0.5, 3),
          maxPosition: fc.integer({ min: 1, max: 20 }),
          refresh: fc.constantFrom(0.01, 0.05, 0.3),
          tolerance: fc.constantFrom(0, 1),
          closeBuffer: fc.constantFrom(0.2, 0.5),
        }),
        ({ seed, ...scene }, params) => {
          const rows = randomTape(new Random(seed), 150);
          const close = rows.at(-1)!.at - 1;
          rows.splice(rows.length - 1, 0, becomes(close, 'closed'));
          const markets = [testMarket(0, { closeTime: (START + close * 1_000) as Time })];
          const { played, strategy } = quote(rows, params, { ...scene, markets });
          let held = 0;
          for (const { fill } of played.journal.fills) {
            expect(fill.liquidity).toBe('maker');
            held += direction(fill.side) * fill.quantity;
            expect(Math.abs(held)).toBeLessThanOrEqual(params.maxPosition * 100);
          }
          filled += played.journal.fills.length;
          expect(strategy.mostOnOneSide).toBeLessThanOrEqual(1);
          expect(played.run.engine.orders.openCount).toBe(0);
          const end = START + close * 1_000 - params.closeBuffer * 1e6;
          for (let id = 1; id <= played.run.engine.orders.count; id++) {
            expect(played.run.engine.orders.get(id as never).order.submitTime).toBeLessThanOrEqual(end);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(filled).toBeGreaterThan(1_000);
  });
});
