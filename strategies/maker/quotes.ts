import type { BookView } from '../../src/book/book-view.ts';
import type { Price } from '../../src/core/price.ts';
import type { PriceGrid } from '../../src/core/price-grid.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { MakerParams } from './params.ts';

/** Where one side should rest. */
export interface Quote {
  readonly price: Price;
  readonly quantity: Quantity;
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
    bid: quoteAt(bid, Math.min(params.size, params.maxPosition - held)),
    ask: quoteAt(ask, Math.min(params.size, params.maxPosition + held)),
  };
}

function quoteAt(price: Price | undefined, quantity: number): Quote | null {
  return price === undefined || quantity <= 0 ? null : { price, quantity: quantity as Quantity };
}
