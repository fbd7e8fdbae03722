import type { Quantity } from '../core/quantity.ts';
import { BID, opposite, type Side } from '../core/side.ts';
import type { OrderBook, Owner, RestingOrder } from '../sim/synthetic/order-book.ts';

/** The first order of the taker's own that a taking would meet, and what it fills before it. */
export interface OwnOrderMet {
  readonly order: RestingOrder;
  readonly before: Quantity;
}

/** What an order of this side can take up to a level, in the order in which it would. */
function* reach(book: OrderBook, side: Side, limit: number): Generator<RestingOrder> {
  const resting = opposite(side);
  const step = side === BID ? 1 : -1;
  const best = book.best(resting);
  if (best === undefined) return;
  for (let level = best; side === BID ? level <= limit : level >= limit; level += step) {
    for (let order = book.first(resting, level); order !== null; order = order.behind) yield order;
  }
}

/** Whether a taking of `quantity` would meet an order of its own owner. */
export function ownOrderMet(
  book: OrderBook,
  owner: Owner,
  side: Side,
  limit: number,
  quantity: Quantity,
): OwnOrderMet | null {
  let before = 0;
  for (const order of reach(book, side, limit)) {
    if (before >= quantity) return null;
    if (order.owner === owner) return { order, before: before as Quantity };
    before += order.quantity;
  }
  return null;
}

/** What a taking can fill of others' orders; where `stops` it ends at the first of its own, else it passes them over. */
export function takeable(book: OrderBook, owner: Owner, side: Side, limit: number, stops: boolean): Quantity {
  let sum = 0;
  for (const order of reach(book, side, limit)) {
    if (order.owner !== owner) sum += order.quantity;
    else if (stops) break;
  }
  return sum as Quantity;
}
