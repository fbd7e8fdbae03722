import type { MarketIndex } from '../../src/core/market.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import type { Context, OrderView } from '../../src/engine/strategy.ts';
import { orderEnd } from '../../src/engine/tactics/working-order.ts';
import type { Quote } from './quotes.ts';

/**
 * Keeps at most one post-only order on one side of one market. A new price is a cancel and, once its answer is here, a new order:
 * the venue's amend knows no post-only, so an amended price could take. A smaller size at the same price is amended and keeps its place.
 */
export class QuoteSide {
  readonly #market: MarketIndex;
  readonly #side: Side;
  #order: OrderId | null = null;

  constructor(market: MarketIndex, side: Side) {
    this.#market = market;
    this.#side = side;
  }

  /** The order that may still trade, if there is one. */
  live(context: Context): OrderView | undefined {
    if (this.#order === null) return undefined;
    const order = context.order(this.#order);
    if (orderEnd(order) === undefined) return order;
    this.#order = null;
    return undefined;
  }

  /** Moves the order towards the quote; true when it asked for a change. An order that waits for an answer is left alone. */
  move(context: Context, quote: Quote | null, tolerance: number): boolean {
    const order = this.live(context);
    if (order === undefined) {
      if (quote === null) return false;
      this.#order = context.submit({ market: this.#market, side: this.#side, ...quote, postOnly: true });
      return true;
    }
    if (order.state.status !== 'resting') return false;
    if (quote === null || Math.abs(order.price - quote.price) > tolerance) {
      context.cancel(order.id);
      return true;
    }
    if (order.quantity - order.filled <= quote.quantity) return false;
    context.amend(order.id, order.price, (order.filled + quote.quantity) as Quantity);
    return true;
  }

  /** Asks for the cancel of a live order, even one the venue has not acknowledged yet. */
  withdraw(context: Context): boolean {
    const order = this.live(context);
    if (order === undefined || order.state.status === 'cancelling' || order.state.status === 'in-doubt') return false;
    context.cancel(order.id);
    return true;
  }
}
