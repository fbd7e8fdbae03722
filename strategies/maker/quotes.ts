import type { BookView } from '../../src/book/book-view.ts';
import type { Price } from '../../src/core/price.ts';
import type { PriceGrid } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { MakerParams } from './params.ts';

/** Where one side should rest. */
export interface Quote {
  readonly price: Price;
  readonly quantity: Quantity;
  /** What it holds YES to be worth: the mid, half a tick rounded against the quote. */
  readonly fairPrice: Price;
}

/** What both sides should show; null is no quote on that side. */
export interface Quotes {
  readonly bid: Quote | null;
  readonly ask: Quote | null;
}

/**
 * Quotes around the mid, moved against a position of `held` contracts, snapped away from the mid and never across the other
 * side's best price. Undefined where a side of the book is empty.
 */
export function desiredQuotes(
  params: MakerParams,
  grid: PriceGrid,
  book: BookView,
  held: Quantity,
): Quotes | undefined {
  const { mid, bestBid, bestAsk } = book;
  if (mid === undefined || bestBid === undefined || bestAsk === undefined) return undefined;
  const centre = mid - (params.skew * held) / params.size;
  const bid = grid.floor(Math.min(centre - params.halfSpread, bestAsk - 1));
  const ask = grid.ceil(Math.max(centre + params.halfSpread, bestBid + 1));
  return {
    bid: quoteAt(bid, Math.min(params.size, params.maxPosition - held), Math.floor(mid)),
    ask: quoteAt(ask, Math.min(params.size, params.maxPosition + held), Math.ceil(mid)),
  };
}

function quoteAt(price: Price | undefined, quantity: number, fair: number): Quote | null {
  if (price === undefined || quantity <= 0) return null;
  return { price, quantity: quantity as Quantity, fairPrice: fair as Price };
}
