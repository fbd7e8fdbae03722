import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MarketIndex } from '../../../src/core/market.ts';
import { CENT_GRID } from '../../../src/core/price-grid.ts';
import type { Quantity } from '../../../src/core/quantity.ts';
import { ASK, BID, opposite, type Side } from '../../../src/core/side.ts';
import { OrderBook, type RestingOrder } from '../../../src/sim/synthetic/order-book.ts';

const MARKET = 0 as MarketIndex;
const size = (hundredths: number) => hundredths as Quantity;

test('an order waits behind those that were at its price before, and moves up when they go', () => {
  const book = new OrderBook(MARKET, CENT_GRID);
  const first = book.rest(1, 1, BID, 40, size(300));
  const second = book.rest(2, 2, BID, 40, size(50));
  const third = book.rest(3, 3, BID, 40, size(700));
  expect(book.queueAhead(third)).toBe(350);
  book.reduce(first, size(100));
  expect(book.queueAhead(third)).toBe(250);
  book.reduce(second, size(50));
  expect(book.queueAhead(third)).toBe(200);
  expect(book.first(BID, 40)).toBe(first);
  book.reduce(first, size(200));
  expect(book.first(BID, 40)).toBe(third);
  expect(book.total(BID, 40)).toBe(700);
});

test('an order that would lock or cross the book may not rest', () => {
  const book = new OrderBook(MARKET, CENT_GRID);
  book.rest(1, 1, ASK, 50, size(100));
  expect(() => book.rest(2, 1, BID, 50, size(100))).toThrow('cross');
  expect(() => book.rest(3, 1, BID, 60, size(100))).toThrow('cross');
  expect(book.rest(4, 1, BID, 49, size(100)).level).toBe(49);
});

test('an order gives no more than it holds', () => {
  const book = new OrderBook(MARKET, CENT_GRID);
  const order = book.rest(1, 1, ASK, 50, size(100));
  expect(() => book.reduce(order, size(101))).toThrow('holds less');
});

const operation = fc.record({
  side: fc.constantFrom<Side>(BID, ASK),
  level: fc.integer({ min: 0, max: CENT_GRID.size - 1 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  pick: fc.nat(),
  cancel: fc.boolean(),
});

test('best prices, level totals and queues equal those of a plain list of orders, whatever rests and goes', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
      const book = new OrderBook(MARKET, CENT_GRID);
      const plain: RestingOrder[] = [];
      let id = 0;
      for (const { side, level, quantity, pick, cancel } of operations) {
        const chosen = plain[pick % Math.max(1, plain.length)];
        if (cancel && chosen !== undefined) {
          book.reduce(chosen, size(Math.min(chosen.quantity, quantity)));
          if (chosen.quantity === 0) plain.splice(plain.indexOf(chosen), 1);
        } else if (!book.crosses(side, level)) plain.push(book.rest(++id, 1, side, level, size(quantity)));
        const levels = (of: Side) => plain.filter((order) => order.side === of).map((order) => order.level);
        expect(book.bestBid).toBe(Math.max(-1, ...levels(BID)));
        expect(book.bestAsk).toBe(Math.min(CENT_GRID.size, ...levels(ASK)));
        const same = plain.filter((order) => order.side === side && order.level === level);
        expect(book.total(side, level)).toBe(same.reduce((sum, order) => sum + order.quantity, 0));
        expect(book.first(side, level)).toBe(same[0] ?? null);
        const last = same.at(-1);
        if (last !== undefined) expect(book.queueAhead(last)).toBe(book.total(side, level) - last.quantity);
        expect(book.orderCount).toBe(plain.length);
        expect(book.bestBid).toBeLessThan(book.bestAsk);
        expect(book.crosses(opposite(side), level)).toBe(side === BID ? level <= book.bestBid : level >= book.bestAsk);
      }
    }),
    { numRuns: 300 },
  );
});
