import type { MarketIndex } from '../../src/core/market.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import { after, MINUTE } from '../../src/core/time.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { WorkingOrder } from '../../src/engine/tactics/working-order.ts';
import type { Quote } from './quotes.ts';

/** What a side asked for: nothing, the end of its order, or a new or smaller one. */
export type Move = 'none' | 'cancelled' | 'quoted';

/** How long a side waits after a limit refused it. */
const REFUSED_PAUSE = MINUTE;

/**
 * Keeps at most one post-only order on one side of one market. A new price is a cancel and, once its answer is here, a new order:
 * the venue's amend knows no post-only, so an amended price could take. A smaller size at the same price is amended and keeps its place.
 */
export class QuoteSide {
  readonly #market: MarketIndex;
  readonly #side: Side;
  #order: WorkingOrder | null = null;
  #shutUntil = 0;

  constructor(market: MarketIndex, side: Side) {
    this.#market = market;
    this.#side = side;
  }

  /** A limit refused its order: it sends none for a while. */
  shut(context: Context): void {
    this.#shutUntil = after(context.now, REFUSED_PAUSE);
  }

  isShut(context: Context): boolean {
    return context.now < this.#shutUntil;
  }

  /** Moves the order towards the quote. An order that waits for an answer is left alone. */
  move(context: Context, quote: Quote | null, tolerance: number): Move {
    const order = this.#live(context);
    if (order === null) {
      if (quote === null || this.isShut(context)) return 'none';
      this.#order = new WorkingOrder(context, { market: this.#market, side: this.#side, ...quote, postOnly: true });
      return 'quoted';
    }
    const { id, state, price, quantity, filled } = context.order(order.id);
    if (state.status !== 'resting') return 'none';
    if (quote === null || Math.abs(price - quote.price) > tolerance) {
      order.cancel(context, String(this.#market));
      return 'cancelled';
    }
    if (quantity - filled <= quote.quantity) return 'none';
    context.amend(id, price, (filled + quote.quantity) as Quantity);
    return 'quoted';
  }

  /** Asks for the cancel of a live order, even one the venue has not acknowledged yet; true while there is one. */
  withdraw(context: Context): boolean {
    const order = this.#live(context);
    order?.cancel(context, String(this.#market));
    return order !== null;
  }

  #live(context: Context): WorkingOrder | null {
    if (this.#order?.end(context) !== undefined) this.#order = null;
    return this.#order;
  }
}
