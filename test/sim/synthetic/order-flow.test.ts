import { describe, expect, test } from 'vitest';
import { ASK, BID } from '../../../src/core/side.ts';
import { HOUR, SECOND, type Time } from '../../../src/core/time.ts';
import { LIFECYCLE_CONFIG, type SyntheticConfig } from '../../../src/sim/synthetic/config.ts';
import { generate } from '../../../src/sim/synthetic/generator.ts';
import type { OrderBook } from '../../../src/sim/synthetic/order-book.ts';
import { ownerKind } from '../../../src/sim/synthetic/owners.ts';
import type { LeftOrder, RestedOrder, TruthTrade, Witness } from '../../../src/sim/synthetic/witness.ts';
import { RecordingSink, SMALL } from './recording-sink.ts';

const queueKey = ({ market, side, price }: Pick<RestedOrder, 'market' | 'side' | 'price'>) =>
  `${market} ${side} ${price}`;

/** Every queue of every book, rebuilt from what the witness is told of single orders. */
class Queues implements Witness {
  readonly orders = new Map<number, { -readonly [K in keyof RestedOrder]: RestedOrder[K] }>();
  readonly queues = new Map<string, number[]>();
  readonly trades: TruthTrade[] = [];
  readonly ends: LeftOrder[] = [];
  readonly places: { time: number; front: boolean; back: boolean; fleeting: boolean; noise: number }[] = [];

  rested(order: RestedOrder): void {
    const queue = this.queues.get(queueKey(order)) ?? [];
    this.queues.set(queueKey(order), queue);
    const ahead = queue.reduce((sum, id) => sum + this.orders.get(id)!.quantity, 0);
    if (ahead !== order.ahead) throw new Error(`order ${order.id} rests behind ${order.ahead}, not ${ahead}`);
    this.orders.set(order.id, { ...order });
    queue.push(order.id);
  }

  traded(trade: TruthTrade): void {
    const order = this.orders.get(trade.order)!;
    const [first] = this.queues.get(queueKey(order))!;
    if (first !== trade.order) throw new Error(`order ${trade.order} traded before order ${first}`);
    order.quantity = (order.quantity - trade.quantity) as typeof order.quantity;
    this.trades.push(trade);
  }

  left(end: LeftOrder): void {
    const order = this.orders.get(end.id)!;
    const queue = this.queues.get(queueKey(order))!;
    if (order.quantity !== end.quantity) throw new Error(`order ${end.id} left ${end.quantity}, not ${order.quantity}`);
    if (end.how === 'cancelled') this.#place(order, queue, end.time);
    queue.splice(queue.indexOf(end.id), 1);
    this.ends.push(end);
  }

  #place({ id, owner, time }: RestedOrder, queue: readonly number[], now: Time): void {
    if (ownerKind(owner) !== 'noise') return;
    const noise = queue.filter((other) => ownerKind(this.orders.get(other)!.owner) === 'noise');
    const fleeting = now - time <= SECOND / 2;
    this.places.push({ time: now, front: noise[0] === id, back: noise.at(-1) === id, fleeting, noise: noise.length });
  }
}

/** Also compares those queues with the generator's own, level by level. */
class CheckedQueues extends Queues {
  operations = 0;

  operation(book: OrderBook): void {
    if (this.operations++ % 50 !== 0) return;
    for (const side of [BID, ASK] as const) {
      for (let level = 0; level < book.grid.size; level++) {
        const own: number[] = [];
        for (let order = book.first(side, level); order !== null; order = order.behind) own.push(order.id);
        const told = this.queues.get(queueKey({ market: book.market, side, price: book.grid.priceAt(level) })) ?? [];
        if (own.join() !== told.join()) throw new Error(`queues differ: ${own.join()} and ${told.join()}`);
      }
    }
  }
}

test('every queue can be rebuilt at any instant from what is told of single orders', () => {
  const config: SyntheticConfig = { ...SMALL, lifecycle: LIFECYCLE_CONFIG.lifecycle, sweepsPerEvent: 20 };
  for (const seed of ['one', 'two', 'three']) {
    const queues = new CheckedQueues();
    const sink = new RecordingSink();
    generate({ ...config, seed, activity: 0.2 }, sink, queues);
    expect(queues.operations).toBeGreaterThan(2_000);
    expect(queues.ends.length).toBe(queues.orders.size);
    expect([...queues.queues.values()].every((queue) => queue.length === 0)).toBe(true);
    expect(new Set(queues.ends.map(({ how }) => how))).toContain('market-closed');
  }
});

describe('order flow', () => {
  const queues = new Queues();
  const sink = new RecordingSink();
  generate({ ...SMALL, activity: 1, days: 2, cancels: { front: 0.25, back: 0.45 } }, sink, queues);

  test.each([
    [0, 0],
    [1, 0],
    [0, 1],
    [0.25, 0.45],
  ])(
    'noise orders are cancelled at the front with a share of %f and at the back with one of %f, the others anywhere',
    (front, back) => {
      const told = new Queues();
      const { events } = generate(
        { ...SMALL, activity: 2, days: 2, cancels: { front, back } },
        new RecordingSink(),
        told,
      );
      // What news makes stale is withdrawn wherever it stands.
      const news = new Set<number>(events.flatMap(({ path }) => path.steps.map(({ time }) => time)));
      const places = told.places.filter(({ noise, fleeting, time }) => noise >= 2 && !fleeting && !news.has(time));
      const count = places.length;
      expect(count).toBeGreaterThan(150);
      const anywhere = ((1 - front - back) * places.reduce((sum, { noise }) => sum + 1 / noise, 0)) / count;
      // "Anywhere" is only about even: icebergs and what news withdraws thin the queues unevenly.
      const shareOf = (where: 'front' | 'back') => places.filter((place) => place[where]).length / count;
      expect(Math.abs(shareOf('front') - front - anywhere)).toBeLessThan(0.15);
      expect(Math.abs(shareOf('back') - back - anywhere)).toBeLessThan(0.15);
    },
  );

  test('some orders are withdrawn within half a second, and icebergs come back to the end of their queue', () => {
    expect(queues.places.filter(({ fleeting }) => fleeting).length / queues.places.length).toBeGreaterThan(0.04);
    const byOwner = new Map<string, number>();
    for (const { market, owner } of queues.orders.values()) {
      if (ownerKind(owner) === 'noise') byOwner.set(`${market} ${owner}`, (byOwner.get(`${market} ${owner}`) ?? 0) + 1);
    }
    expect([...byOwner.values()].filter((parts) => parts > 1).length).toBeGreaterThanOrEqual(5);
  });

  test('the truth names who took and who was taken from', () => {
    const kinds = new Set(queues.trades.map(({ taker, owner }) => `${ownerKind(taker)} from ${ownerKind(owner)}`));
    for (const pair of [
      'noise from maker',
      'noise from noise',
      'sweep from maker',
      'news from maker',
      'maker from noise',
    ]) {
      expect(kinds).toContain(pair);
    }
    expect([...kinds].some((kind) => kind.startsWith('informed'))).toBe(false);
  });
});

/** The most rows within any second, by exchange time. */
function busiestSecond(times: readonly number[]): number {
  let [most, from] = [0, 0];
  times.forEach((time, at) => {
    while (times[from]! <= time - SECOND) from++;
    most = Math.max(most, at - from + 1);
  });
  return most;
}

describe('rates', () => {
  test('a burst reaches 5,000 rows a second and the books stay whole', () => {
    const sink = new RecordingSink();
    const queues = new CheckedQueues();
    const bursts = { perEvent: 3, peak: 5_000, seconds: 2 };
    const { events } = generate({ ...SMALL, seed: 'news', activity: 0.1, bursts }, sink, queues);
    expect(events.length).toBe(1);
    const busiest = busiestSecond(sink.rows.map(({ exchangeTime }) => exchangeTime));
    expect(busiest).toBeGreaterThan(5_000);
    expect(busiest).toBeLessThan(6_500);
  });

  test('the hours before dawn are a quiet night against noon', () => {
    const sink = new RecordingSink();
    generate({ ...SMALL, seed: 'quiet' }, sink);
    const midnight = sink.markets[0]!.closeTime! + 60 * SECOND - 24 * HOUR;
    const rowsFrom = (from: number, to: number) =>
      sink.rows.filter(({ exchangeTime: time }) => time >= midnight + from * HOUR && time < midnight + to * HOUR)
        .length;
    expect(rowsFrom(3, 6)).toBeGreaterThan(0);
    expect(rowsFrom(3, 6)).toBeLessThan(rowsFrom(11, 14) / 5);
  });
});
