import { describe, expect, it } from 'vitest';
import { Book } from '../../../src/book/book.ts';
import type { BookView } from '../../../src/book/book-view.ts';
import { dollars } from '../../../src/core/money.ts';
import { price } from '../../../src/core/price.ts';
import { CENT_GRID } from '../../../src/core/price-grid.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { estimatedSlippage, referencePrice } from '../../../strategies/whale/pricing.ts';
import { entrySize } from '../../../strategies/whale/sizing.ts';
import { whaleParams } from './tapes.ts';

const MARKET = { grid: CENT_GRID };

/** Levels in cents and contracts. */
function book(bids: [number, number][], asks: [number, number][]): BookView {
  const made = new Book(CENT_GRID);
  made.beginSnapshot();
  for (const [cents, count] of bids) made.setLevel(BID, price(cents * 100), contracts(count));
  for (const [cents, count] of asks) made.setLevel(ASK, price(cents * 100), contracts(count));
  made.endSnapshot();
  return made.readable()!;
}

describe('the reference price', () => {
  const wide = book([[40, 10]], [[45, 10]]);
  const narrow = book([[40, 10]], [[41, 10]]);

  it('bid is two cents above our own best bid, and never beyond the ask', () => {
    const params = whaleParams({ reference: 'bid' });
    expect(referencePrice(params, MARKET, BID, price(4_300), wide)).toBe(4_200);
    expect(referencePrice(params, MARKET, BID, price(4_300), narrow)).toBe(4_100);
    // Buying NO: our own best bid is 55 for NO, 57 is YES at 43; the NO ask is 60, YES at 40.
    expect(referencePrice(params, MARKET, ASK, price(4_300), wide)).toBe(4_300);
    expect(referencePrice(params, MARKET, ASK, price(4_300), narrow)).toBe(4_000);
  });

  it('ask is what a taker of our side pays', () => {
    const params = whaleParams({ reference: 'ask' });
    expect(referencePrice(params, MARKET, BID, price(4_300), wide)).toBe(4_500);
    expect(referencePrice(params, MARKET, ASK, price(4_300), wide)).toBe(4_000);
  });

  it('whale is the price of the crossing print, and so is every reference without a book', () => {
    expect(referencePrice(whaleParams({ reference: 'whale' }), MARKET, ASK, price(4_300), wide)).toBe(4_300);
    expect(referencePrice(whaleParams({ reference: 'ask' }), MARKET, BID, price(4_300), null)).toBe(4_300);
  });

  it('a price between two ticks is moved away from the market', () => {
    expect(referencePrice(whaleParams(), MARKET, BID, price(4_350), null)).toBe(4_300);
    expect(referencePrice(whaleParams(), MARKET, ASK, price(4_350), null)).toBe(4_400);
  });

  it('there is none in a book that is empty on a side it needs, or cannot be read', () => {
    const params = whaleParams();
    expect(referencePrice(params, MARKET, BID, price(4_300), book([[40, 10]], []))).toBeUndefined();
    expect(referencePrice(params, MARKET, BID, price(4_300), book([], [[45, 10]]))).toBeUndefined();
    expect(referencePrice(params, MARKET, BID, price(4_300), undefined)).toBeUndefined();
  });
});

describe('the estimated slippage', () => {
  const deep = book(
    [
      [40, 5],
      [38, 5],
    ],
    [
      [44, 5],
      [46, 5],
    ],
  );

  it('walks the other side for our size and adds the buffer', () => {
    // 45 cents on average where the whale paid 40: 12.5 %, with the buffer 15 %.
    const estimate = estimatedSlippage(deep, BID, contracts(10), price(4_000), 0.2)!;
    expect(estimate.e4).toBeCloseTo(600, 9);
    expect(estimate.share).toBeCloseTo(0.15, 12);
  });

  it('is relative to what a contract of our side costs', () => {
    // NO at 61 on average where YES at 40 is NO at 60.
    expect(estimatedSlippage(deep, ASK, contracts(10), price(4_000), 0)!.share).toBeCloseTo(100 / 6_000, 12);
  });

  it('gets no buffer where the book is better than the whale’s price', () => {
    expect(estimatedSlippage(deep, BID, contracts(5), price(5_000), 0.2)!.e4).toBe(-600);
  });

  it('is unknown where the book does not hold our size', () => {
    expect(estimatedSlippage(deep, BID, contracts(11), price(4_000), 0.2)).toBeUndefined();
  });
});

describe('the size', () => {
  it('fixed, or a share of the whale, up to the cap', () => {
    expect(entrySize(whaleParams(), 5_000, contracts(2_000), dollars(1_000))).toBe(contracts(5));
    const share = whaleParams({ size: 'fraction', fraction: 1, maxContracts: 50 });
    expect(entrySize(share, 5_000, contracts(2_000), dollars(1_000))).toBe(contracts(20));
    expect(entrySize(share, 5_000, contracts(20_000), dollars(1_000))).toBe(contracts(50));
  });

  it('Kelly stakes its share of edge over odds, and nothing without an edge', () => {
    const kelly = whaleParams({ size: 'kelly', edge: 2, kelly: 25, maxContracts: 1_000 });
    // f = 0.02 / 0.5 = 4 %; a quarter of it is 1 % of $1,000: $10 at 50 cents.
    expect(entrySize(kelly, 5_000, contracts(1), dollars(1_000))).toBe(contracts(20));
    expect(entrySize(whaleParams({ size: 'kelly' }), 5_000, contracts(1), dollars(1_000))).toBe(0);
    const capped = whaleParams({ size: 'kelly', edge: 50, kelly: 100, maxContracts: 7 });
    expect(entrySize(capped, 5_000, contracts(1), dollars(1_000))).toBe(contracts(7));
  });
});
