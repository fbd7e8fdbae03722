import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../src/book/book.ts';
import type { BookView } from '../../src/book/book-view.ts';
import { noBook } from '../../src/book/no-book.ts';
import { Misuse } from '../../src/core/misuse.ts';
import { complement, type Price } from '../../src/core/price.ts';
import { CENT_GRID, type PriceGrid } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { ASK, BID, opposite, type Side } from '../../src/core/side.ts';
import { GRIDS } from './grids.ts';

const at = (e4: number) => e4 as Price;
const of = (size: number) => size as Quantity;

type Levels = readonly (readonly [number, number])[];

function bookOf(bids: Levels, asks: Levels, grid: PriceGrid = CENT_GRID): Book {
  const book = new Book(grid);
  book.beginSnapshot();
  for (const [price, size] of bids) book.setLevel(BID, at(price), of(size));
  for (const [price, size] of asks) book.setLevel(ASK, at(price), of(size));
  book.endSnapshot();
  return book;
}

function viewOf(bids: Levels, asks: Levels, grid?: PriceGrid): BookView {
  const view = bookOf(bids, asks, grid).readable();
  if (view === undefined) throw new Error('the book is not open');
  return view;
}

const usual = () =>
  viewOf(
    [
      [4_500, 1_000],
      [4_400, 2_000],
    ],
    [
      [4_700, 500],
      [4_900, 3_000],
    ],
  );

describe('an open book', () => {
  it('tells its best prices, spread, mid and imbalance', () => {
    const view = usual();
    expect([view.bestBid, view.bestAsk, view.bidSize, view.askSize]).toEqual([4_500, 4_700, 1_000, 500]);
    expect([view.spread, view.mid, view.imbalance]).toEqual([200, 4_600, 500 / 1_500]);
    expect([view.empty, view.oneSided]).toEqual([false, false]);
  });

  it('says undefined, never zero or a guess, where a side is empty', () => {
    const view = viewOf([[4_500, 1_000]], []);
    expect([view.bestAsk, view.spread, view.mid, view.imbalance]).toEqual([undefined, undefined, undefined, undefined]);
    expect([view.askSize, view.empty, view.oneSided]).toEqual([0, false, true]);
    expect(view.walk(BID, of(100))).toEqual({ filled: 0, cost: 0, worst: undefined });
  });

  it('gives the size of a price, none off the grid', () => {
    const view = usual();
    expect([view.sizeAt(BID, at(4_400)), view.sizeAt(ASK, at(4_400)), view.sizeAt(BID, at(4_450))]).toEqual([
      2_000, 0, 0,
    ]);
  });

  it('lists levels best first, no more than asked for', () => {
    const view = usual();
    expect(view.levels(ASK, 9)).toEqual([
      { price: 4_700, quantity: 500 },
      { price: 4_900, quantity: 3_000 },
    ]);
    expect(view.levels(BID, 1)).toEqual([{ price: 4_500, quantity: 1_000 }]);
    expect(view.levels(BID, 0)).toEqual([]);
  });

  it('walks an order through the other side, at its limit or better', () => {
    const view = usual();
    expect(view.walk(BID, of(600))).toEqual({ filled: 600, cost: 500 * 4_700 + 100 * 4_900, worst: 4_900 });
    expect(view.walk(BID, of(600), at(4_800))).toEqual({ filled: 500, cost: 500 * 4_700, worst: 4_700 });
    expect(view.walk(BID, of(600), at(4_600))).toEqual({ filled: 0, cost: 0, worst: undefined });
    expect(view.walk(ASK, of(5_000))).toEqual({ filled: 3_000, cost: 1_000 * 4_500 + 2_000 * 4_400, worst: 4_400 });
    expect(view.walk(ASK, of(1_500), at(4_500))).toEqual({ filled: 1_000, cost: 4_500_000, worst: 4_500 });
  });

  it('cannot be read through a kept view once it is doubtful', () => {
    const book = bookOf([[4_500, 100]], [[4_700, 100]]);
    const view = book.readable()!;
    const reads = [
      () => view.bestBid,
      () => view.askSize,
      () => view.mid,
      () => view.imbalance,
      () => view.empty,
      () => view.sizeAt(BID, at(4_500)),
      () => view.levels(BID, 1),
      () => view.walk(BID, of(1)),
    ];
    for (const read of reads) expect(read).not.toThrow();
    book.applyDelta(BID, at(4_700), of(1));
    for (const read of reads) expect(read).toThrow(Misuse);
    book.applyDelta(BID, at(4_700), of(-1));
    for (const read of reads) expect(read).not.toThrow();
    book.tear('gap');
    for (const read of reads) expect(read).toThrow(Misuse);
  });
});

/** An uncrossed book on a grid: bids below a level, asks above it. */
function openBook(grid: PriceGrid): fc.Arbitrary<{ bids: [number, number][]; asks: [number, number][] }> {
  const size = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 5_000_000_000 }));
  return fc.integer({ min: 1, max: grid.size - 2 }).chain((middle) => {
    const side = (min: number, max: number) =>
      fc.uniqueArray(fc.tuple(fc.integer({ min, max }), size), { maxLength: 12, selector: ([level]) => level });
    const priced = (levels: [number, number][]) =>
      levels.map(([level, quantity]): [number, number] => [grid.priceAt(level), quantity]);
    return fc
      .record({ bids: side(0, middle - 1), asks: side(middle, grid.size - 1) })
      .map(({ bids, asks }) => ({ bids: priced(bids), asks: priced(asks) }));
  });
}

describe('the two sides of one market', () => {
  for (const [name, grid] of GRIDS) {
    const side = fc.constantFrom<Side>(BID, ASK);
    const quantity = fc.oneof(fc.nat(200), fc.nat(20_000_000_000)).map(of);
    const limit = fc.option(fc.integer({ min: 0, max: 10_000 }).map(at), { nil: undefined });

    it(`are exact complements: the best NO bid is 1 − the best YES ask (${name})`, () => {
      fc.assert(
        fc.property(openBook(grid), side, quantity, limit, ({ bids, asks }, side, quantity, limit) => {
          const yes = viewOf(bids, asks, grid);
          const no = noBook(yes);
          expect(no.bestBid).toBe(yes.bestAsk === undefined ? undefined : 10_000 - yes.bestAsk);
          expect(no.bestAsk).toBe(yes.bestBid === undefined ? undefined : 10_000 - yes.bestBid);
          expect([no.bidSize, no.askSize, no.spread]).toEqual([yes.askSize, yes.bidSize, yes.spread]);
          expect([no.empty, no.oneSided]).toEqual([yes.empty, yes.oneSided]);
          if (yes.mid !== undefined) expect(no.mid! + yes.mid).toBe(10_000);
          if (yes.imbalance !== undefined) expect(no.imbalance! + yes.imbalance).toBe(0);
          for (const { price, quantity } of no.levels(side, 99)) {
            expect(yes.sizeAt(opposite(side), complement(price))).toBe(quantity);
            expect(no.sizeAt(side, price)).toBe(quantity);
          }
          const bought = no.walk(side, quantity, limit === undefined ? undefined : complement(limit));
          const sold = yes.walk(opposite(side), quantity, limit);
          expect(bought.filled).toBe(sold.filled);
          expect(bought.cost + sold.cost).toBe(10_000 * sold.filled);
          expect(bought.worst).toBe(sold.worst === undefined ? undefined : complement(sold.worst));
        }),
        { numRuns: 1000 },
      );
    });

    it(`fill a walked order level by level, as counted by hand (${name})`, () => {
      fc.assert(
        fc.property(openBook(grid), side, quantity, limit, ({ bids, asks }, side, quantity, limit) => {
          const sorted = side === BID ? asks.toSorted((a, b) => a[0] - b[0]) : bids.toSorted((a, b) => b[0] - a[0]);
          const within = sorted.filter(
            ([price]) => limit === undefined || (side === BID ? price <= limit : price >= limit),
          );
          let left = quantity as number;
          let cost = 0n;
          let worst: number | undefined;
          for (const [price, size] of within) {
            if (left === 0) break;
            const taken = Math.min(left, size);
            left -= taken;
            cost += BigInt(price) * BigInt(taken);
            worst = price;
          }
          const walk = viewOf(bids, asks, grid).walk(side, quantity, limit);
          expect(walk).toEqual({ filled: quantity - left, cost: Number(cost), worst });
          expect(BigInt(walk.cost)).toBe(cost);
        }),
        { numRuns: 1000 },
      );
    });
  }
});
