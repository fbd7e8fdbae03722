import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, type Side } from '../../src/core/side.ts';
import type { WhaleParams } from './params.ts';
import { takerPays } from './sweep.ts';

/**
 * The price of an entry on our side, on the market's grid: the whale's, or from the book the ask we would take, or our own best bid plus
 * `bump` up to that ask. Undefined where the book has no such price.
 */
export function referencePrice(
  params: Pick<WhaleParams, 'reference' | 'bump'>,
  market: Market,
  side: Side,
  whale: Price,
  book: BookView | undefined,
): Price | undefined {
  if (book === undefined || params.reference === 'whale') return whale;
  const { bestBid, bestAsk } = book;
  if (side === BID) {
    if (bestAsk === undefined) return undefined;
    if (params.reference === 'ask') return bestAsk;
    return bestBid === undefined ? undefined : market.grid.floor(Math.min(bestBid + params.bump, bestAsk));
  }
  if (bestBid === undefined) return undefined;
  if (params.reference === 'ask') return bestBid;
  return bestAsk === undefined ? undefined : market.grid.ceil(Math.max(bestAsk - params.bump, bestBid));
}

/**
 * How much more than the whale's price a contract would cost us, as a share of that price, if we walked the displayed book for our size
 * now; a buffer is added. Undefined where the book does not hold our size.
 */
export function estimatedSlippage(
  book: BookView,
  side: Side,
  quantity: Quantity,
  whale: Price,
  buffer: number,
): number | undefined {
  const { filled, cost } = book.walk(side, quantity);
  if (filled < quantity) return undefined;
  const paid = side === BID ? cost / filled : 10_000 - cost / filled;
  const pays = takerPays(side, whale);
  return pays === 0 ? undefined : (Math.max(0, paid - pays) / pays) * (1 + buffer);
}
