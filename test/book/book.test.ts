import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../../src/book/book.ts';
import { CROSSED, LOCKED, OPEN, TORN } from '../../src/book/book-state.ts';
import { AssertionError } from '../../src/core/assert.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID, gridOf, NAMED_GRIDS } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { GRIDS } from './grids.ts';

const DECI_GRID = gridOf(NAMED_GRIDS.deci_cent!);

const at = (e4: number) => e4 as Price;
const of = (size: number) => size as Quantity;

/** A whole book with these levels: [side, price, size]. */
function bookOf(levels: readonly (readonly [Side, number, number])[], grid = CENT_GRID): Book {
  const book = new Book(grid);
  book.beginSnapshot();
  for (const [side, price, size] of levels) book.setLevel(side, at(price), of(size));
  book.endSnapshot();
  return book;
}

const USUAL = [
  [BID, 4_500, 1_000],
  [BID, 4_400, 2_000],
  [ASK, 4_700, 500],
  [ASK, 4_800, 700],
] as const;

describe('a book before its first snapshot', () => {
  it('is torn, says so, and cannot be read', () => {
    const book = new Book(CENT_GRID);
    expect([book.state, book.stateName, book.tornReason]).toEqual([TORN, 'torn', 'no-snapshot']);
    expect(book.readable()).toBeUndefined();
    expect([book.empty, book.oneSided]).toEqual([false, false]);
  });

  it('ignores deltas and counts them', () => {
    const book = new Book(CENT_GRID);
    expect(book.applyDelta(BID, at(4_500), of(100))).toBe(-1);
    expect(book.applyDelta(ASK, at(4_555), of(100))).toBe(-1);
    expect([book.ignored, book.tears, book.bids.count, book.asks.count]).toEqual([2, 0, 0, 0]);
    expect(book.tornReason).toBe('no-snapshot');
  });

  it('stays torn between the first and the last row of a snapshot', () => {
    const book = new Book(CENT_GRID);
    book.beginSnapshot();
    book.setLevel(BID, at(4_500), of(100));
    expect([book.stateName, book.tornReason]).toEqual(['torn', 'snapshot-unfinished']);
    expect(book.readable()).toBeUndefined();
    book.endSnapshot();
    expect([book.state, book.tornReason]).toEqual([OPEN, '']);
  });
});

describe('a whole book', () => {
  it('reads back its snapshot and its deltas', () => {
    const book = bookOf(USUAL);
    expect([book.bestBidE4, book.bestAskE4]).toEqual([4_500, 4_700]);
    expect(book.applyDelta(BID, at(4_600), of(250))).toBe(250);
    expect(book.applyDelta(ASK, at(4_700), of(-500))).toBe(0);
    expect([book.bestBidE4, book.bestAskE4]).toEqual([4_600, 4_800]);
    expect([book.bids.count, book.asks.count]).toEqual([3, 1]);
  });

  it('is open when a side or both are empty, and says which', () => {
    const book = bookOf([[ASK, 0, 0]]);
    expect([book.stateName, book.empty, book.oneSided]).toEqual(['open', true, false]);
    expect([book.bestBidE4, book.bestAskE4]).toEqual([0, 10_000]);
    book.applyDelta(BID, at(100), of(5));
    expect([book.stateName, book.empty, book.oneSided]).toEqual(['open', false, true]);
    expect(book.readable()?.bestAsk).toBeUndefined();
  });

  it('cannot be read while locked or crossed, and can again when that has passed', () => {
    const book = bookOf(USUAL);
    book.applyDelta(BID, at(4_700), of(10));
    expect([book.state, book.stateName]).toEqual([LOCKED, 'locked']);
    expect(book.readable()).toBeUndefined();
    book.applyDelta(BID, at(4_800), of(10));
    expect([book.state, book.stateName]).toEqual([CROSSED, 'crossed']);
    expect(book.readable()).toBeUndefined();
    book.applyDelta(BID, at(4_800), of(-10));
    book.applyDelta(BID, at(4_700), of(-10));
    expect(book.state).toBe(OPEN);
    expect(book.readable()?.bestBid).toBe(4_500);
    expect(book.tears).toBe(0);
  });

  it('is torn by a level that would go below zero', () => {
    const book = bookOf(USUAL);
    expect(book.applyDelta(BID, at(4_500), of(-1_001))).toBe(-1);
    expect([book.state, book.tornReason, book.tears]).toEqual([TORN, 'negative', 1]);
    expect(book.readable()).toBeUndefined();
    expect(book.applyDelta(BID, at(4_500), of(5))).toBe(-1);
    expect(book.ignored).toBe(1);
  });

  it.each([0, 4_550, 10_000, 10_001, 65_535])('is torn by a delta at the price %i, which is off its grid', (price) => {
    const book = bookOf(USUAL);
    expect(book.applyDelta(ASK, at(price), of(1))).toBe(-1);
    expect([book.stateName, book.tornReason]).toEqual(['torn', 'off-grid']);
  });

  it('is torn by a gap until its next snapshot, which forgets what was before', () => {
    const book = bookOf(USUAL);
    book.tear('gap');
    expect([book.stateName, book.tornReason, book.tears]).toEqual(['torn', 'gap', 1]);
    book.beginSnapshot();
    book.setLevel(ASK, at(3_000), of(7));
    book.endSnapshot();
    expect([book.stateName, book.tornReason]).toEqual(['open', '']);
    expect([book.bestBidE4, book.bestAskE4, book.bids.count, book.asks.count]).toEqual([0, 3_000, 0, 1]);
  });
});

describe('a snapshot that cannot be true', () => {
  it.each([
    ['off-grid', 4_550, 5],
    ['negative', 4_600, -5],
    ['duplicate-level', 4_500, 5],
  ])('leaves the book torn: %s', (reason, price, size) => {
    const book = bookOf([...USUAL, [BID, price, size], [BID, 100, 1]]);
    expect([book.stateName, book.tornReason, book.tears, book.ignored]).toEqual(['torn', reason, 1, 1]);
    expect(book.bids.count).toBe(0);
  });

  it('is torn by a delta or a quote in its midst', () => {
    const book = new Book(CENT_GRID);
    book.beginSnapshot();
    book.applyDelta(BID, at(4_500), of(1));
    book.endSnapshot();
    expect(book.tornReason).toBe('delta-inside-snapshot');
    book.beginSnapshot();
    book.applyQuote(BID, at(4_500), of(1));
    book.endSnapshot();
    expect(book.tornReason).toBe('quote-inside-snapshot');
  });

  it('does not hide a level told outside of it', () => {
    const book = bookOf(USUAL);
    expect(() => book.setLevel(BID, at(100), of(1))).toThrow(AssertionError);
  });
});

describe('a top-of-book market', () => {
  it('is torn until both sides were told; an empty side counts as told', () => {
    const book = new Book(CENT_GRID);
    book.applyQuote(BID, at(4_500), of(100));
    expect([book.stateName, book.tornReason]).toEqual(['torn', 'one-side-told']);
    book.applyQuote(ASK, at(0), of(0));
    expect([book.stateName, book.oneSided, book.bestBidE4, book.bestAskE4]).toEqual(['open', true, 4_500, 10_000]);
  });

  it('holds one level a side, the last one told', () => {
    const book = new Book(CENT_GRID);
    for (const price of [4_400, 4_600, 4_500, 4_500]) book.applyQuote(BID, at(price), of(price));
    book.applyQuote(ASK, at(4_700), of(30));
    expect([book.bestBidE4, book.bids.count, book.bids.sizeAt(44)]).toEqual([4_500, 1, 4_500]);
    book.applyQuote(BID, at(0), of(0));
    expect([book.bestBidE4, book.bids.count, book.oneSided]).toEqual([0, 0, true]);
  });

  it('needs both sides anew after a doubt', () => {
    const book = new Book(CENT_GRID);
    book.applyQuote(BID, at(4_500), of(100));
    book.applyQuote(ASK, at(4_700), of(100));
    book.applyQuote(ASK, at(4_650), of(100));
    expect(book.tornReason).toBe('off-grid');
    book.applyQuote(ASK, at(4_600), of(100));
    expect(book.stateName).toBe('torn');
    book.applyQuote(BID, at(4_500), of(100));
    expect(book.stateName).toBe('open');
  });

  it('does not take a price without a size', () => {
    const book = new Book(CENT_GRID);
    book.applyQuote(BID, at(4_500), of(0));
    expect(book.tornReason).toBe('quote-without-size');
  });
});

describe('a change of price grid', () => {
  it('keeps every size whose price lives on, on both sides', () => {
    const book = bookOf(USUAL);
    const before = [book.readable()?.levels(BID, 9), book.readable()?.levels(ASK, 9)];
    book.changeGrid(DECI_GRID);
    expect([book.readable()?.levels(BID, 9), book.readable()?.levels(ASK, 9)]).toEqual(before);
    expect(book.applyDelta(BID, at(4_510), of(3))).toBe(3);
    expect([book.bestBidE4, book.grid.size, book.tears]).toEqual([4_510, 999, 0]);
  });

  it('tears the book when a price is lost', () => {
    const book = bookOf([[BID, 4_510, 3]], DECI_GRID);
    book.changeGrid(CENT_GRID);
    expect([book.stateName, book.tornReason, book.bids.count, book.grid]).toEqual([
      'torn',
      'grid-change',
      0,
      CENT_GRID,
    ]);
    book.beginSnapshot();
    book.setLevel(BID, at(4_500), of(3));
    book.endSnapshot();
    expect(book.bestBidE4).toBe(4_500);
  });

  it('leaves a torn book torn for its own reason', () => {
    const book = new Book(CENT_GRID);
    book.changeGrid(DECI_GRID);
    expect([book.tornReason, book.tears]).toEqual(['no-snapshot', 0]);
  });
});

describe('any stream of deltas', () => {
  for (const [name, grid] of GRIDS) {
    it(`leaves the book of a plain map, or tears it where the map would break (${name})`, () => {
      const delta = fc.record({
        side: fc.constantFrom<Side>(BID, ASK),
        level: fc.oneof(fc.nat(grid.size - 1), fc.integer({ min: 40, max: 50 })),
        change: fc.oneof(
          { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
          { weight: 3, arbitrary: fc.integer({ min: -3, max: -1 }) },
        ),
        /** Mostly only cancels that the level can bear, so that streams live long. */
        bold: fc.nat(30).map((draw) => draw === 0),
      });
      fc.assert(
        fc.property(fc.array(delta, { maxLength: 80 }), (deltas) => {
          const book = bookOf([], grid);
          const model = [new Map<number, number>(), new Map<number, number>()] as const;
          let broken = false;
          let ignored = 0;
          for (const { side, level, change, bold } of deltas) {
            const price = grid.priceAt(level);
            const size = (model[side].get(price) ?? 0) + change;
            if (size < 0 && !bold) continue;
            if (broken) ignored++;
            if (size < 0) broken = true;
            expect(book.applyDelta(side, price, of(change))).toBe(broken ? -1 : size);
            if (size > 0) model[side].set(price, size);
            else model[side].delete(price);
          }
          expect(book.ignored).toBe(ignored);
          const bid = Math.max(0, ...model[BID].keys());
          const ask = Math.min(10_000, ...model[ASK].keys());
          const expected = broken ? 'torn' : bid < ask ? 'open' : bid === ask ? 'locked' : 'crossed';
          expect(book.stateName).toBe(expected);
          if (expected !== 'open') expect(book.readable()).toBeUndefined();
          if (broken) return;
          expect([book.bestBidE4, book.bestAskE4]).toEqual([bid, ask]);
          for (const [price, size] of model[BID]) expect(book.bids.sizes[grid.levelOf(at(price))]).toBe(size);
          for (const [price, size] of model[ASK]) expect(book.asks.sizes[grid.levelOf(at(price))]).toBe(size);
          expect([book.bids.count, book.asks.count]).toEqual([model[BID].size, model[ASK].size]);
        }),
        { numRuns: 1000 },
      );
    });
  }
});
