import type { PriceGrid } from '../../core/price-grid.ts';
import type { Quantity } from '../../core/quantity.ts';
import { BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { Emitter } from './emit.ts';
import type { OrderBook, Owner, RestingOrder } from './order-book.ts';
import type { ShadowBoard } from './shadow.ts';
import type { Leaving, Witness } from './witness.ts';

/** Matches the generator's participants in price-time priority and shows the wire what a public feed would show. */
export class SyntheticExchange {
  readonly #emit: Emitter;
  readonly #witness: Witness | undefined;
  readonly #shadows: ShadowBoard | undefined;
  #lastId = 0;
  #takings = 0;
  /** Called when an order with a reserve has been filled whole. */
  refill: ((order: RestingOrder, now: Time) => void) | null = null;

  constructor(emit: Emitter, witness?: Witness, shadows?: ShadowBoard) {
    this.#emit = emit;
    this.#witness = witness;
    this.#shadows = shadows;
  }

  /** Takes what crosses, rests what remains. Returns the resting order, or null when all of it was filled. */
  submit(book: OrderBook, owner: Owner, side: Side, level: number, quantity: Quantity, now: Time): RestingOrder | null {
    const left = (quantity - this.#match(book, owner, side, level, quantity, now)) as Quantity;
    let order: RestingOrder | null = null;
    if (left > 0) {
      order = book.rest(++this.#lastId, owner, side, level, left);
      this.#emit.delta(book, side, level, left);
      if (this.#witness?.rested !== undefined) this.#tellRested(order, now);
    }
    this.#witness?.operation?.(book, now);
    return order;
  }

  /** Immediate-or-cancel: fills up to `quantity` no worse than `level`. Returns what was filled. */
  take(book: OrderBook, owner: Owner, side: Side, level: number, quantity: Quantity, now: Time): Quantity {
    const filled = this.#match(book, owner, side, level, quantity, now);
    this.#witness?.operation?.(book, now);
    return filled;
  }

  /** Cancels what is left of an order; nothing happens where it is gone already. */
  cancel(order: RestingOrder, now: Time): void {
    this.decrease(order, order.quantity, now);
  }

  /** Cancels `quantity` of an order, which must hold as much; what is left keeps its place. Nothing happens for a quantity of 0. */
  decrease(order: RestingOrder, quantity: Quantity, now: Time): void {
    if (quantity === 0) return;
    const { book } = order;
    this.#emit.begin(now);
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.cancelled(order, quantity, now);
    book.reduce(order, quantity);
    this.#emit.delta(book, order.side, order.level, -quantity as Quantity);
    if (order.quantity === 0) this.#tellLeft(order, 'cancelled', quantity, now);
    this.#witness?.operation?.(book, now);
  }

  /** The market trades from now on. */
  open(book: OrderBook, now: Time): void {
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.open(book);
  }

  /** Nothing can trade from now on. What rests keeps its place, and can be cancelled. */
  pause(book: OrderBook, now: Time): void {
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.pause(book);
  }

  /** Cancels all that rests, at the close or where a pause ends. The feed shows no delta of it. */
  clear(book: OrderBook, why: 'market-closed' | 'reactivated', now: Time): void {
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.pause(book);
    this.#shadows?.clear(book, now, why);
    this.#witness?.clearing?.(book, now);
    for (const order of [...book.orders()]) {
      const left = order.quantity;
      book.reduce(order, left);
      this.#tellLeft(order, why, left, now);
    }
  }

  /** The market's price grid changes; every order keeps its place. */
  regrid(book: OrderBook, grid: PriceGrid, now: Time): void {
    this.#shadows?.advance(book, now, this.#lastId);
    book.regrid(grid);
  }

  #match(book: OrderBook, owner: Owner, side: Side, limit: number, quantity: Quantity, now: Time): Quantity {
    const shadows = this.#shadows;
    this.#emit.begin(now);
    shadows?.advance(book, now, this.#lastId);
    shadows?.beginTaking(book, side);
    const resting = opposite(side);
    let left = quantity as number;
    if (book.crosses(side, limit)) this.#takings++;
    while (left > 0 && book.crosses(side, limit)) {
      const level = side === BID ? book.bestAsk : book.bestBid;
      let taken = 0;
      for (let order = book.first(resting, level); order !== null && left > 0; order = book.first(resting, level)) {
        const fill = Math.min(left, order.quantity) as Quantity;
        this.#emit.trade(book, side, level, fill);
        shadows?.traded(order, fill, now);
        book.reduce(order, fill);
        if (this.#witness?.traded !== undefined) this.#tellTraded(owner, order, fill, now);
        if (order.quantity === 0) {
          this.#tellLeft(order, 'filled', 0 as Quantity, now);
          if (order.reserve > 0) this.refill?.(order, now);
        }
        left -= fill;
        taken += fill;
      }
      this.#emit.delta(book, resting, level, -taken as Quantity);
    }
    shadows?.endTaking(book, side, limit, quantity, now);
    return (quantity - left) as Quantity;
  }

  #tellRested({ id, owner, book, side, level, quantity }: RestingOrder, time: Time): void {
    const ahead = (book.total(side, level) - quantity) as Quantity;
    const price = book.grid.priceAt(level);
    this.#witness!.rested!({ id, owner, market: book.market, side, price, quantity, ahead, time });
  }

  #tellTraded(taker: Owner, { id, owner, book, side, level }: RestingOrder, quantity: Quantity, time: Time): void {
    this.#witness!.traded!({
      taking: this.#takings,
      taker,
      order: id,
      owner,
      market: book.market,
      side: opposite(side),
      price: book.grid.priceAt(level),
      quantity,
      time,
    });
  }

  #tellLeft({ id, book }: RestingOrder, how: Leaving, quantity: Quantity, time: Time): void {
    this.#witness?.left?.({ id, market: book.market, how, quantity, time });
  }
}
