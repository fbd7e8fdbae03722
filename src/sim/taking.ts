import type { Book } from '../book/book.ts';
import { OPEN } from '../book/book-state.ts';
import type { Order } from '../core/order.ts';
import { BID, opposite, type Side } from '../core/side.ts';
import type { VenueMarket } from './venue-market.ts';

/** A level that an order may take from, best first. */
export interface Takeable {
  readonly price: number;
  /** What is displayed there, less what we took before. */
  readonly quantity: number;
}

/**
 * The displayed depth that an order of `side` meets at `limit` or better, with our earlier takes removed. Empty when the book cannot be
 * trusted: nothing is taken from a doubtful book.
 */
export function takeable(book: Book | null, own: VenueMarket, side: Side, limit: number): Takeable[] {
  const levels: Takeable[] = [];
  if (book === null || book.state !== OPEN) return levels;
  const facing = opposite(side);
  const ladder = facing === BID ? book.bids : book.asks;
  for (let level = ladder.best; level >= 0; level = ladder.next(level)) {
    const price = book.grid.prices[level]!;
    if (side === BID ? price > limit : price < limit) break;
    const quantity = own.depletion.left(facing, price, ladder.sizes[level]!);
    if (quantity > 0) levels.push({ price, quantity });
  }
  return levels;
}

/** What an order could take whole: nothing beyond the first of our own orders in its way that would end it. */
export function fillable(book: Book | null, own: VenueMarket, order: Order): number {
  const [blocking] = own.reachable(opposite(order.side), order.price);
  let total = 0;
  for (const level of takeable(book, own, order.side, order.price)) {
    const behind =
      blocking !== undefined && (order.side === BID ? level.price >= blocking.price : level.price <= blocking.price);
    if (behind && order.selfTradePrevention === 'taker-at-cross') break;
    total += level.quantity;
  }
  return total;
}

/** Whether an order would meet the best displayed price of the other side. */
export function crosses(book: Book | null, { side, price }: Pick<Order, 'side' | 'price'>): boolean {
  if (book === null || book.state !== OPEN) return false;
  const ladder = side === BID ? book.asks : book.bids;
  if (ladder.best < 0) return false;
  const best = book.grid.prices[ladder.best]!;
  return side === BID ? best <= price : best >= price;
}
