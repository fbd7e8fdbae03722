import type { MarketIndex } from '../../core/market.ts';
import type { Liquidity } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import { BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { OrderBook, RestingOrder } from './order-book.ts';

/** An order that nobody in the generated market sees: it asks what one more order would have got. */
export interface ShadowOrder {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** When it reaches the venue: after all that happens there at that instant. */
  readonly time: Time;
  /** When its cancel reaches the venue, after all that happens at that instant; null where it is never cancelled. */
  readonly cancelTime: Time | null;
}

/** A fill that it would have got. As a maker it fills at its own price, as a taker at the resting orders'. */
export interface ShadowFill {
  readonly time: Time;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly liquidity: Liquidity;
}

/** A change of what stands ahead of it at its own price. */
export interface QueueStep {
  readonly time: Time;
  readonly ahead: Quantity;
  readonly cause: 'rested' | 'trade' | 'cancel';
}

/** How a shadow order ended. `not-open` and `off-grid`: the venue would have refused it. */
export type ShadowEnd = 'filled' | 'cancelled' | 'market-closed' | 'reactivated' | 'not-open' | 'off-grid';

/** What one more order would have got, by the generator's own queues. */
export interface ShadowResult {
  readonly order: ShadowOrder;
  readonly fills: readonly ShadowFill[];
  readonly filled: Quantity;
  /** What stood ahead of it at its price, from when it rested; empty where it never did. */
  readonly queue: readonly QueueStep[];
  readonly end: ShadowEnd;
  readonly endTime: Time;
}

const UNTIL_THE_END = Number.POSITIVE_INFINITY;

class Shadow implements ShadowResult {
  readonly order: ShadowOrder;
  readonly fills: ShadowFill[] = [];
  readonly queue: QueueStep[] = [];
  end: ShadowEnd = 'not-open';
  endTime: Time;
  left: number;
  ahead = 0;
  /** Orders at its price up to this number were there before it. */
  lastBefore = 0;
  /** What the taker under way has traded with orders of higher priority. */
  met = 0;

  constructor(order: ShadowOrder) {
    this.order = order;
    this.endTime = order.time;
    this.left = order.quantity;
  }

  get filled(): Quantity {
    return (this.order.quantity - this.left) as Quantity;
  }

  get cancelTime(): number {
    return this.order.cancelTime ?? UNTIL_THE_END;
  }

  /** Whether a resting order of its side is filled before it. */
  follows({ id }: RestingOrder, price: number): boolean {
    const { side, price: own } = this.order;
    if (price === own) return id <= this.lastBefore;
    return side === BID ? price > own : price < own;
  }

  fill(time: Time, price: Price, quantity: number, liquidity: Liquidity): void {
    this.fills.push({ time, price, quantity: quantity as Quantity, liquidity });
    this.left -= quantity;
    this.endTime = time;
    if (this.left === 0) this.end = 'filled';
  }

  step(time: Time, change: number, cause: QueueStep['cause']): void {
    this.ahead += change;
    this.queue.push({ time, ahead: this.ahead as Quantity, cause });
  }
}

/** The shadow orders of one market: those to come, by time, and those that rest, by side. */
interface Board {
  readonly pending: Shadow[];
  readonly resting: readonly [Shadow[], Shadow[]];
  open: boolean;
}

/**
 * Tracks extra orders through the generator's queues without anyone seeing them. Each stands behind all that rested at its price when
 * it came, and gets what a taker has left once everything of higher priority is served: what orders behind it, worse prices or
 * nobody got instead. Shadow orders do not see each other either, and no participant answers them.
 */
export class ShadowBoard {
  readonly #boards = new Map<MarketIndex, Board>();
  readonly #all: readonly Shadow[];

  constructor(orders: readonly ShadowOrder[]) {
    this.#all = orders.map((order) => new Shadow(order));
    for (const shadow of this.#all) {
      const { market } = shadow.order;
      const board = this.#boards.get(market) ?? { pending: [], resting: [[], []], open: false };
      this.#boards.set(market, board);
      board.pending.push(shadow);
    }
    for (const { pending } of this.#boards.values()) pending.sort((left, right) => right.order.time - left.order.time);
  }

  /** What each order would have got, in the order in which they were given. */
  get results(): readonly ShadowResult[] {
    return this.#all;
  }

  /** Called before every operation on a book: whoever came or was cancelled before it does so now. */
  advance(book: OrderBook, now: Time, lastId: number): void {
    const board = this.#boards.get(book.market);
    if (board === undefined) return;
    const { pending } = board;
    for (let next = pending.at(-1); next !== undefined && next.order.time < now; next = pending.at(-1)) {
      pending.pop();
      this.#place(next, board, book, lastId);
    }
    this.#dropCancelled(board, now);
  }

  /** The market trades from now on. */
  open(book: OrderBook): void {
    const board = this.#boards.get(book.market);
    if (board !== undefined) board.open = true;
  }

  /** The market does not trade from now on; what rests stays. */
  pause(book: OrderBook): void {
    const board = this.#boards.get(book.market);
    if (board !== undefined) board.open = false;
  }

  /** All that rests in the market is cancelled. */
  clear(book: OrderBook, now: Time, end: ShadowEnd): void {
    const board = this.#boards.get(book.market);
    if (board === undefined) return;
    for (const side of board.resting) {
      for (const shadow of side) finish(shadow, now, end);
      side.length = 0;
    }
  }

  /** A taker of `side` begins to match. */
  beginTaking(book: OrderBook, side: Side): void {
    for (const shadow of this.#resting(book, opposite(side))) shadow.met = 0;
  }

  /** The taker under way traded with a resting order. */
  traded(order: RestingOrder, quantity: Quantity, now: Time): void {
    const price = order.book.grid.priceAt(order.level);
    for (const shadow of this.#resting(order.book, order.side)) {
      if (!shadow.follows(order, price)) continue;
      shadow.met += quantity;
      if (price === shadow.order.price) shadow.step(now, -quantity, 'trade');
    }
  }

  /** The taker is done: it wanted `quantity` no worse than `level`, whatever it found. */
  endTaking(book: OrderBook, side: Side, level: number, quantity: Quantity, now: Time): void {
    const resting = this.#resting(book, opposite(side));
    const limit = book.grid.priceAt(level);
    let gone = false;
    for (const shadow of resting) {
      const { price } = shadow.order;
      if (side === BID ? price > limit : price < limit) continue;
      const got = Math.min(shadow.left, quantity - shadow.met);
      if (got <= 0) continue;
      shadow.fill(now, price, got, 'maker');
      gone ||= shadow.left === 0;
    }
    if (gone) keep(resting, (shadow) => shadow.left > 0);
  }

  /** A resting order, or part of it, was cancelled. */
  cancelled(order: RestingOrder, quantity: Quantity, now: Time): void {
    const price = order.book.grid.priceAt(order.level);
    for (const shadow of this.#resting(order.book, order.side)) {
      if (price === shadow.order.price && order.id <= shadow.lastBefore) shadow.step(now, -quantity, 'cancel');
    }
  }

  #resting(book: OrderBook, side: Side): Shadow[] {
    return this.#boards.get(book.market)?.resting[side] ?? NONE;
  }

  #dropCancelled({ resting }: Board, now: Time): void {
    for (const side of resting) {
      if (side.every((shadow) => shadow.cancelTime >= now)) continue;
      keep(side, (shadow) => {
        if (shadow.cancelTime >= now) return true;
        finish(shadow, shadow.cancelTime as Time, 'cancelled');
        return false;
      });
    }
  }

  #place(shadow: Shadow, board: Board, book: OrderBook, lastId: number): void {
    const { side, price, time } = shadow.order;
    if (!board.open) return;
    if (!book.grid.contains(price)) {
      shadow.end = 'off-grid';
      return;
    }
    takeDisplayed(shadow, book);
    if (shadow.left === 0) return;
    shadow.lastBefore = lastId;
    shadow.step(time, book.total(side, book.grid.levelOf(price)), 'rested');
    board.resting[side].push(shadow);
  }
}

const NONE: Shadow[] = [];

/** As a taker it gets what is displayed within its limit, best price first. */
function takeDisplayed(shadow: Shadow, book: OrderBook): void {
  const { side, price, time } = shadow.order;
  const facing = opposite(side);
  const step = side === BID ? 1 : -1;
  const limit = book.grid.levelOf(price);
  let level = side === BID ? book.bestAsk : book.bestBid;
  for (; shadow.left > 0 && (side === BID ? level <= limit : level >= limit); level += step) {
    const got = Math.min(shadow.left, book.total(facing, level));
    if (got > 0) shadow.fill(time, book.grid.priceAt(level), got, 'taker');
  }
}

function finish(shadow: Shadow, time: Time, end: ShadowEnd): void {
  shadow.end = end;
  shadow.endTime = time;
}

function keep(list: Shadow[], wanted: (shadow: Shadow) => boolean): void {
  let kept = 0;
  for (const shadow of list) if (wanted(shadow)) list[kept++] = shadow;
  list.length = kept;
}
