import type { MarketIndex } from '../../src/core/market.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import { after, MINUTE, type Time } from '../../src/core/time.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { WorkingOrder } from '../../src/engine/tactics/working-order.ts';
import type { MakerParams } from './params.ts';
import type { Quote } from './quotes.ts';

/** How long a side waits after a limit refused it. */
const REFUSED_PAUSE = MINUTE;

/**
 * Keeps at most one post-only order on one side of one market. A new price is a cancel and, once its answer is here, a new order:
 * the venue's amend knows no post-only, so an amended price could take. A smaller size at the same price is amended and keeps its place.
 */
export class QuoteSide {
  readonly #market: MarketIndex;
  readonly #side: Side;
  readonly #params: MakerParams;
  #order: WorkingOrder | null = null;
  #shutUntil = 0;
  /** Before this time its quote stays: `refresh` after it was last set. Its withdrawal waits for nothing. */
  nextChange = 0 as Time;

  constructor(market: MarketIndex, side: Side, params: MakerParams) {
    this.#market = market;
    this.#side = side;
    this.#params = params;
  }

  /** A limit refused its order: it sends none for a while. */
  shut(context: Context): void {
    this.#shutUntil = after(context.now, REFUSED_PAUSE);
  }

  /** Sets no quote before `refresh` has passed. A fill calls for it: we may hear of it before the book shows what filled us. */
  keep(context: Context): void {
    this.nextChange = after(context.now, this.#params.refresh);
  }

  isShut(context: Context): boolean {
    return context.now < this.#shutUntil;
  }

  /** Moves the order towards the quote; true when it asked for a change. An order that waits for an answer is left alone. */
  move(context: Context, quote: Quote | null): boolean {
    if (context.now < this.nextChange) return false;
    const order = this.#live(context);
    return order === null ? this.#place(context, quote) : this.#adjust(context, order, quote);
  }

  #place(context: Context, quote: Quote | null): boolean {
    if (quote === null || this.isShut(context)) return false;
    this.#order = new WorkingOrder(context, { market: this.#market, side: this.#side, ...quote, postOnly: true });
    this.keep(context);
    return true;
  }

  #adjust(context: Context, order: WorkingOrder, quote: Quote | null): boolean {
    const { id, state, price, quantity, filled } = context.order(order.id);
    if (state.status !== 'resting') return false;
    if (quote === null || Math.abs(price - quote.price) > this.#params.tolerance) {
      // The new order need not wait for anything but the answer.
      order.cancel(context, String(this.#market));
      return true;
    }
    if (quantity - filled <= quote.quantity) return false;
    context.amend(id, price, (filled + quote.quantity) as Quantity);
    this.keep(context);
    return true;
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
