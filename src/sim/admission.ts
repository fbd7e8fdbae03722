import { OPEN } from '../book/book-state.ts';
import type { MarketIndex } from '../core/market.ts';
import type { Order, RejectReason } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';

/** Why a market takes no order now, or null. A paused one refuses in its own word. */
export function marketRefusal(state: MarketState, market: MarketIndex, grade: Grade): RejectReason | null {
  const status = state.status(market);
  if (status === 'inactive') return 'trading-paused';
  if (status !== 'active') return 'market-not-open';
  if (!state.isCovered(market)) return 'not-covered';
  // What an order would meet in a book that is torn, crossed or locked is not known.
  return grade.depth === 'none' || state.book(market)?.state === OPEN ? null : 'not-covered';
}

/** A price that the market's grid does not have. */
export function offGrid(grid: PriceGrid, price: Price): RejectReason | null {
  return grid.contains(price) ? null : 'invalid-price';
}

/** Why the venue takes no order of this shape, or null: the combinations that Kalshi's V2 orders forbid. */
export function malformed(order: Order, grid: PriceGrid, time: Time, groupTriggered: boolean): RejectReason | null {
  const refusal = offGrid(grid, order.price);
  if (refusal !== null) return refusal;
  if (groupTriggered) return 'group-triggered';
  const resting = order.timeInForce === 'good-till-cancelled';
  if (order.expireTime !== null && (!resting || order.expireTime <= time)) return 'invalid-order';
  if (order.reduceOnly && order.timeInForce !== 'immediate-or-cancel') return 'invalid-order';
  return order.postOnly && !resting ? 'invalid-order' : null;
}
