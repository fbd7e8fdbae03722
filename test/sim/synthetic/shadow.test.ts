import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MarketIndex } from '../../../src/core/market.ts';
import type { Price } from '../../../src/core/price.ts';
import { CENT_GRID } from '../../../src/core/price-grid.ts';
import type { Quantity } from '../../../src/core/quantity.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID, type Side } from '../../../src/core/side.ts';
import { MINUTE, type Time } from '../../../src/core/time.ts';
import { Emitter } from '../../../src/sim/synthetic/emit.ts';
import { SyntheticExchange } from '../../../src/sim/synthetic/exchange.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import { OrderBook, type RestingOrder } from '../../../src/sim/synthetic/order-book.ts';
import { ShadowBoard, type ShadowOrder, type ShadowResult } from '../../../src/sim/synthetic/shadow.ts';
import { wouldHaveGot } from '../../../src/sim/synthetic/would-have-got.ts';
import { RecordingSink, SMALL } from './recording-sink.ts';

const MARKET = 0 as MarketIndex;
const OTHERS = 1;
const OURS = 99;

const shadow = (time: number, side: Side, cents: number, contracts: number, cancel?: number): ShadowOrder => ({
  market: MARKET,
  side,
  price: (cents * 100) as Price,
  quantity: (contracts * 100) as Quantity,
  time: time as Time,
  cancelTime: cancel === undefined ? null : (cancel as Time),
});

/** A market run by hand: times in µs, prices in cents, sizes in contracts. */
class Floor {
  readonly book = new OrderBook(MARKET, CENT_GRID);
  readonly board: ShadowBoard;
  readonly sink = new RecordingSink();
  readonly exchange: SyntheticExchange;

  constructor(...orders: ShadowOrder[]) {
    this.board = new ShadowBoard(orders);
    this.exchange = new SyntheticExchange(new Emitter(this.sink, new Random('floor')), undefined, this.board);
    this.exchange.open(this.book, 0 as Time);
  }

  rest(time: number, side: Side, cents: number, contracts: number, owner = OTHERS): RestingOrder | null {
    return this.exchange.submit(this.book, owner, side, cents - 1, (contracts * 100) as Quantity, time as Time);
  }

  take(time: number, side: Side, cents: number, contracts: number): number {
    return this.exchange.take(this.book, OTHERS, side, cents - 1, (contracts * 100) as Quantity, time as Time) / 100;
  }

  cancel(time: number, order: RestingOrder | null): void {
    if (order !== null) this.exchange.cancel(order, time as Time);
  }

  close(time: number): ShadowResult {
    this.exchange.clear(this.book, 'market-closed', time as Time);
    return this.board.results[0]!;
  }
}

const fillsOf = ({ fills }: ShadowResult) =>
  fills.map(({ time, price, quantity, liquidity }) => [time, price / 100, quantity / 100, liquidity]);
const queueOf = ({ queue }: ShadowResult) => queue.map(({ time, ahead, cause }) => [time, ahead / 100, cause]);

describe('one order more', () => {
  test('waits behind all that rested at its price, and gets what a taker has left for those behind it', () => {
    const floor = new Floor(shadow(10, BID, 40, 50));
    floor.rest(1, BID, 40, 30);
    floor.rest(11, BID, 40, 100);
    floor.take(20, ASK, 40, 20);
    floor.take(30, ASK, 40, 25);
    floor.take(40, ASK, 40, 70);
    const result = floor.close(50);
    expect(queueOf(result)).toEqual([
      [10, 30, 'rested'],
      [20, 10, 'trade'],
      [30, 0, 'trade'],
    ]);
    expect(fillsOf(result)).toEqual([
      [30, 40, 15, 'maker'],
      [40, 40, 35, 'maker'],
    ]);
    expect(result).toMatchObject({ end: 'filled', endTime: 40, filled: 5_000 });
  });

  test('moves up when those ahead cancel, not when those behind it do', () => {
    const floor = new Floor(shadow(10, ASK, 60, 5));
    const ahead = floor.rest(1, ASK, 60, 30);
    const behind = floor.rest(11, ASK, 60, 40);
    floor.cancel(12, behind);
    floor.cancel(13, ahead);
    expect(queueOf(floor.close(50))).toEqual([
      [10, 30, 'rested'],
      [13, 0, 'cancel'],
    ]);
  });

  test('a better price that comes later is served first; worse prices are not', () => {
    const floor = new Floor(shadow(10, BID, 40, 50));
    floor.rest(11, BID, 41, 10);
    floor.rest(12, BID, 39, 100);
    floor.take(20, ASK, 39, 25);
    expect(fillsOf(floor.close(50))).toEqual([[20, 40, 15, 'maker']]);
  });

  test('meets who comes to an empty price, even one that then rests', () => {
    const floor = new Floor(shadow(10, BID, 40, 50));
    floor.take(20, ASK, 38, 10);
    floor.rest(30, ASK, 40, 15);
    floor.take(31, ASK, 41, 15);
    expect(fillsOf(floor.close(50))).toEqual([
      [20, 40, 10, 'maker'],
      [30, 40, 15, 'maker'],
    ]);
  });

  test('takes what is displayed within its limit and rests what is left', () => {
    const floor = new Floor(shadow(10, BID, 41, 50));
    floor.rest(1, ASK, 40, 10);
    floor.rest(2, ASK, 41, 20);
    floor.rest(3, ASK, 42, 20);
    floor.take(20, ASK, 41, 15);
    expect(fillsOf(floor.close(50))).toEqual([
      [10, 40, 10, 'taker'],
      [10, 41, 20, 'taker'],
      [20, 41, 15, 'maker'],
    ]);
  });

  test('comes after all that happens at its instant, and so does its cancel', () => {
    const floor = new Floor(shadow(10, BID, 40, 50, 20));
    floor.rest(10, BID, 40, 30);
    floor.take(20, ASK, 40, 40);
    floor.take(21, ASK, 40, 40);
    const result = floor.close(50);
    expect(fillsOf(result)).toEqual([[20, 40, 10, 'maker']]);
    expect(result).toMatchObject({ end: 'cancelled', endTime: 20 });
  });

  test('is refused off the grid and while the market is not open, and ends with the close', () => {
    const late = new Floor(shadow(50, BID, 40, 50));
    expect(late.close(50).end).toBe('not-open');
    expect(new Floor(shadow(10, BID, 40.5, 50)).close(50).end).toBe('off-grid');
    expect(new Floor(shadow(10, BID, 40, 50)).close(50)).toMatchObject({ end: 'market-closed', endTime: 50 });
  });
});

const operation = fc.record({
  side: fc.constantFrom<Side>(BID, ASK),
  cents: fc.integer({ min: 36, max: 45 }),
  contracts: fc.integer({ min: 1, max: 60 }),
  pick: fc.nat(),
  what: fc.constantFrom<'rest' | 'take' | 'cancel'>('rest', 'take', 'cancel'),
});

test('it gets just what a real order gets in its place, while the others do what they would have done', () => {
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: 10, maxLength: 80 }),
      fc.constantFrom<Side>(BID, ASK),
      fc.integer({ min: 38, max: 43 }),
      fc.integer({ min: 1, max: 200 }),
      fc.nat(),
      (operations, side, cents, contracts, at) => {
        const time = 1_000 * (at % (operations.length - 1)) + 500;
        const ghost = new Floor(shadow(time, side, cents, contracts));
        const real = new Floor();
        const pairs: [RestingOrder | null, RestingOrder | null][] = [];
        const got: [number, number][] = [];
        let ours: RestingOrder | null = null;
        let left = contracts * 100;
        const look = (now: number) => {
          const still = ours?.quantity ?? 0;
          if (still < left) got.push([now, left - still]);
          left = still;
        };
        operations.forEach((step, index) => {
          const now = 1_000 * index;
          if (now > time && ours === null && left > 0) {
            ours = real.rest(time, side, cents, contracts, OURS);
            look(time);
          }
          const chosen = pairs[step.pick % Math.max(1, pairs.length)];
          const crosses = [ghost, real].some(({ book }) => book.crosses(step.side, step.cents - 1));
          if (step.what === 'take') {
            ghost.take(now, step.side, step.cents, step.contracts);
            real.take(now, step.side, step.cents, step.contracts);
          } else if (step.what === 'cancel' && chosen !== undefined) {
            ghost.cancel(now, chosen[0]);
            real.cancel(now, chosen[1]);
          } else if (!crosses) {
            const { side: of, cents: price, contracts: size } = step;
            pairs.push([ghost.rest(now, of, price, size), real.rest(now, of, price, size)]);
          }
          if (now > time) look(now);
        });
        const { fills } = ghost.close(1_000 * operations.length);
        const byTime = new Map<number, number>();
        for (const fill of fills) byTime.set(fill.time, (byTime.get(fill.time) ?? 0) + fill.quantity);
        expect([...byTime]).toEqual(got);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('thousands of shadow orders change no row, each has its own queue, and none gets more than it asked', () => {
  const plain = new RecordingSink();
  generate(SMALL, plain);
  const random = new Random('shadows');
  const { openTime, closeTime } = plain.markets[0]!;
  const orders = Array.from({ length: 4_000 }, (): ShadowOrder => {
    const time = Math.round(openTime! + random.uniform() * (closeTime! - openTime!));
    return {
      market: random.below(plain.markets.length) as MarketIndex,
      side: random.below(2) as Side,
      price: (100 + 100 * random.below(99)) as Price,
      quantity: (100 + 100 * random.below(50)) as Quantity,
      time: time as Time,
      cancelTime: (time + 30 * MINUTE) as Time,
    };
  });
  const watched = new RecordingSink();
  const { shadows } = generate(SMALL, watched, undefined, orders);
  expect(watched.rows).toEqual(plain.rows);
  expect(shadows.map(({ order }) => order)).toEqual(orders);
  const ends = new Set(shadows.map(({ end }) => end));
  expect([...ends].sort()).toEqual(['cancelled', 'filled', 'market-closed']);
  for (const { fills, filled, order, queue, end, endTime } of shadows) {
    expect(fills.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(filled);
    expect(filled <= order.quantity && (end === 'filled') === (filled === order.quantity)).toBe(true);
    expect(queue.every(({ ahead }, at) => ahead >= 0 && (at === 0 || ahead < queue[at - 1]!.ahead))).toBe(true);
    expect(endTime).toBeLessThanOrEqual(order.cancelTime!);
  }
  expect(shadows.filter(({ fills }) => fills.some(({ liquidity }) => liquidity === 'maker')).length).toBeGreaterThan(
    20,
  );
  expect(wouldHaveGot(SMALL, orders)).toEqual(shadows);
});
