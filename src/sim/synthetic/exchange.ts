import type { Quantity } from '../../core/quantity.ts';
import { BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { Emitter } from './emit.ts';
import type { OrderBook, Owner, RestingOrder } from './order-book.ts';
import type { ShadowBoard } from './shadow.ts';

/** Sees the generator's own book after every operation on it: the truth that a rebuilt book is judged by. */
export interface Witness {
  operation(book: OrderBook, now: Time): void;
}

/** Matches the generator's participants in price-time priority and shows the wire what a public feed would show. */
export class SyntheticExchange {
  readonly #emit: Emitter;
  readonly #witness: Witness | undefined;
  readonly #shadows: ShadowBoard | undefined;
  #lastId = 0;

  constructor(emit: Emitter, witness?: Witness, shadows?: ShadowBoard) {
    this.#emit = emit;
    this.#witness = witness;
    this.#shadows = shadows;
  }

  /** The market trades from now on. */
  open(book: OrderBook): void {
    this.#shadows?.open(book);
  }

  /** The market has closed: what rests is cancelled, and nobody is shown a delta of it. */
  close(book: OrderBook, now: Time): void {
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.pause(book);
    this.#shadows?.clear(book, now, 'market-closed');
  }

  /** Takes what crosses, rests what remains. Returns the resting order, or null when all of it was filled. */
  submit(book: OrderBook, owner: Owner, side: Side, level: number, quantity: Quantity, now: Time): RestingOrder | null {
    const left = (quantity - this.#match(book, side, level, quantity, now)) as Quantity;
    let order: RestingOrder | null = null;
    if (left > 0) {
      order = book.rest(++this.#lastId, owner, side, level, left);
      this.#emit.delta(book, side, level, left);
    }
    this.#witness?.operation(book, now);
    return order;
  }

  /** Immediate-or-cancel: fills up to `quantity` no worse than `level`. Returns what was filled. */
  take(book: OrderBook, side: Side, level: number, quantity: Quantity, now: Time): Quantity {
    const filled = this.#match(book, side, level, quantity, now);
    this.#witness?.operation(book, now);
    return filled;
  }

  /** Cancels what is left of an order; nothing happens where it is gone already. */
  cancel(order: RestingOrder, now: Time): void {
    const left = order.quantity;
    if (left === 0) return;
    const { book } = order;
    this.#emit.begin(now);
    this.#shadows?.advance(book, now, this.#lastId);
    this.#shadows?.cancelled(order, left, now);
    book.reduce(order, left);
    this.#emit.delta(book, order.side, order.level, -left as Quantity);
    this.#witness?.operation(book, now);
  }

  #match(book: OrderBook, side: Side, limit: number, quantity: Quantity, now: Time): Quantity {
    const shadows = this.#shadows;
    this.#emit.begin(now);
    shadows?.advance(book, now, this.#lastId);
    shadows?.beginTaking(book, side);
    const resting = opposite(side);
    let left = quantity as number;
    while (left > 0 && book.crosses(side, limit)) {
      const level = side === BID ? book.bestAsk : book.bestBid;
      let taken = 0;
      for (let order = book.first(resting, level); order !== null && left > 0; order = book.first(resting, level)) {
        const fill = Math.min(left, order.quantity) as Quantity;
        this.#emit.trade(book, side, level, fill);
        shadows?.traded(order, fill, now);
        book.reduce(order, fill);
        left -= fill;
        taken += fill;
      }
      this.#emit.delta(book, resting, level, -taken as Quantity);
    }
    shadows?.endTaking(book, side, limit, quantity, now);
    return (quantity - left) as Quantity;
  }
}
