import type { MarketIndex } from '../../src/core/market.ts';
import { DELTA, SNAPSHOT, TRADE } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { Random } from '../../src/core/random.ts';
import { ASK, BID, opposite, type Side } from '../../src/core/side.ts';
import { MINUTE, SECOND, type Time } from '../../src/core/time.ts';
import type { OrderBook } from '../../src/sim/synthetic/order-book.ts';
import type { GeneratedRow, RowWatcher } from './generated-tape.ts';

/** When the queue ahead of an order is looked at, after it joined. */
export const LOOKS = [0, SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE] as const;

/** An order that nobody in the generator's market can see, and what it would have got there. */
export interface Shadow {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly placed: Time;
  readonly until: Time;
  /** Orders up to this number stood before it. */
  readonly lastAhead: number;
  /** The queue ahead at each look at which it still rested whole or in part, 0.01 contract. */
  readonly ahead: (number | null)[];
  readonly fills: { readonly time: number; readonly quantity: number }[];
  remaining: number;
}

interface Queued {
  readonly id: number;
  readonly quantity: number;
}

/** What the watcher knows of one market: every order of its book as it stood after the last operation, and what the rows told since. */
interface Watched {
  book: OrderBook | null;
  /** By side, by level. */
  readonly queues: readonly [Map<number, Queued[]>, Map<number, Queued[]>];
  readonly touched: Set<number>;
  /** Traded off each level since the last operation, and rested on it, by level × 2 + side. */
  readonly taken: Map<number, number>;
  readonly rested: Map<number, number>;
  readonly live: Shadow[];
  nextPlacement: number;
  shown: boolean;
}

/**
 * Places extra orders at random times, levels and sizes in every market while it is generated, one bank of them after another, and follows
 * each in the generator's own queues: who stood before it, who left, and what takers would have given it. Uses nothing of the simulator's.
 */
export class ShadowOrders implements RowWatcher {
  readonly all: Shadow[] = [];
  readonly #random: Random;
  readonly #meanGap: number;
  readonly #markets = new Map<MarketIndex, Watched>();
  #lastId = 0;

  /** `meanGap` is the mean time between two orders of one market, µs. */
  constructor(random: Random, meanGap: number) {
    this.#random = random;
    this.#meanGap = meanGap;
  }

  row(row: GeneratedRow): void {
    if (row.kind !== DELTA && row.kind !== TRADE && row.kind !== SNAPSHOT) {
      const { detail } = row;
      if (detail?.type === 'coverage' && !detail.change.covered) this.#end(this.#watched(detail.change.market), row);
      return;
    }
    const watched = this.#watched(row.market);
    const { book } = watched;
    if (book === null) return;
    if (row.kind === SNAPSHOT) {
      if (!row.more) this.#learnWhole(watched, book, row.exchangeTime);
      return;
    }
    const level = book.grid.levelOf(row.price as Price);
    if (row.kind === TRADE) {
      const key = level * 2 + opposite(row.side);
      watched.taken.set(key, (watched.taken.get(key) ?? 0) + row.quantity);
    } else {
      const key = level * 2 + row.side;
      watched.touched.add(key);
      if (row.quantity > 0) watched.rested.set(key, (watched.rested.get(key) ?? 0) + row.quantity);
    }
  }

  operation(book: OrderBook, now: Time): void {
    const watched = this.#watched(book.market);
    watched.book = book;
    if (!watched.shown) return;
    this.#passTime(watched, book, now);
    for (const shadow of watched.live) this.#trade(shadow, watched, now);
    for (const key of watched.touched) this.#learnLevel(watched, book, key);
    watched.touched.clear();
    watched.taken.clear();
    watched.rested.clear();
  }

  #watched(market: MarketIndex): Watched {
    let watched = this.#markets.get(market);
    if (watched === undefined) {
      watched = {
        book: null,
        queues: [new Map(), new Map()],
        touched: new Set(),
        taken: new Map(),
        rested: new Map(),
        live: [],
        nextPlacement: Number.POSITIVE_INFINITY,
        shown: false,
      };
      this.#markets.set(market, watched);
    }
    return watched;
  }

  #learnWhole(watched: Watched, book: OrderBook, now: number): void {
    for (const side of [BID, ASK] as const) {
      watched.queues[side].clear();
      for (let level = 0; level < book.grid.size; level++) this.#learnLevel(watched, book, level * 2 + side);
    }
    watched.shown = true;
    watched.nextPlacement = now + this.#gap();
  }

  #learnLevel(watched: Watched, book: OrderBook, key: number): void {
    const side = (key % 2) as Side;
    const level = (key - side) / 2;
    const queue: Queued[] = [];
    for (let order = book.first(side, level); order !== null; order = order.behind) {
      queue.push({ id: order.id, quantity: order.quantity });
      this.#lastId = Math.max(this.#lastId, order.id);
    }
    if (queue.length === 0) watched.queues[side].delete(level);
    else watched.queues[side].set(level, queue);
  }

  /** Everything that fell due before `now`, on the book as it stood: looks, ends and new orders, each at its own time. */
  #passTime(watched: Watched, book: OrderBook, now: number): void {
    while (watched.nextPlacement < now) {
      const placed = watched.nextPlacement as Time;
      watched.nextPlacement = placed + this.#gap();
      this.#place(watched, book, placed);
    }
    for (const shadow of watched.live) this.#look(shadow, watched, now);
    for (let at = watched.live.length - 1; at >= 0; at--) {
      const shadow = watched.live[at]!;
      if (shadow.until < now || shadow.remaining === 0) watched.live.splice(at, 1);
    }
  }

  #look(shadow: Shadow, watched: Watched, now: number): void {
    while (shadow.ahead.length < LOOKS.length) {
      const time = shadow.placed + LOOKS[shadow.ahead.length]!;
      if (time >= now) return;
      const resting = shadow.remaining > 0 && time < shadow.until;
      shadow.ahead.push(resting ? aheadOf(shadow, watched) : null);
    }
  }

  #place(watched: Watched, book: OrderBook, placed: Time): void {
    const random = this.#random;
    const side = random.below(2) as Side;
    const bids = [...watched.queues[BID].keys()];
    const asks = [...watched.queues[ASK].keys()];
    const where = random.uniform();
    const away = where < 0.1 ? -1 : where < 0.55 ? 0 : 1 + random.below(3);
    const size = Math.max(1, Math.round(Math.exp(random.normal() * 1.2) * 20)) * 100;
    const minutes = 2 + random.exponential(20);
    if (bids.length === 0 || asks.length === 0) return;
    const [bid, ask] = [Math.max(...bids), Math.min(...asks)];
    const level = side === BID ? bid - away : ask + away;
    if (level < 0 || level >= book.grid.size || (side === BID ? level >= ask : level <= bid)) return;
    const shadow: Shadow = {
      market: book.market,
      side,
      price: book.grid.priceAt(level),
      quantity: size as Quantity,
      placed,
      until: (placed + Math.round(minutes * MINUTE)) as Time,
      lastAhead: this.#lastId,
      ahead: [],
      fills: [],
      remaining: size,
    };
    watched.live.push(shadow);
    this.all.push(shadow);
  }

  /** What an operation would have given an order: what takers had left at its level, all they took beyond it, and all that came to rest across it. */
  #trade(shadow: Shadow, watched: Watched, now: number): void {
    const { side } = shadow;
    const level = watched.book!.grid.levelOf(shadow.price);
    const across = opposite(side);
    let given = 0;
    for (const [key, quantity] of watched.taken) {
      const at = levelAt(key, side);
      if (at === level) given += Math.max(0, quantity - aheadOf(shadow, watched));
      else if (at !== null && (side === BID ? at < level : at > level)) given += quantity;
    }
    for (const [key, quantity] of watched.rested) {
      const at = levelAt(key, across);
      if (at !== null && (side === BID ? at <= level : at >= level)) given += quantity;
    }
    const quantity = Math.min(given, shadow.remaining);
    if (quantity === 0) return;
    shadow.remaining -= quantity;
    shadow.fills.push({ time: now, quantity });
  }

  /** The market closed: whatever rests is cancelled, and nothing more is shown. */
  #end(watched: Watched, row: GeneratedRow): void {
    if (!watched.shown) return;
    for (const shadow of watched.live) this.#look(shadow, watched, row.exchangeTime);
    watched.live.length = 0;
    watched.shown = false;
  }

  #gap(): number {
    return Math.max(1, Math.round(this.#random.exponential(this.#meanGap)));
  }
}

function levelAt(key: number, side: Side): number | null {
  return key % 2 === side ? (key - side) / 2 : null;
}

/** What stands before an order: the orders of its level that were there when it came. */
function aheadOf(shadow: Shadow, watched: Watched): number {
  const level = watched.book!.grid.levelOf(shadow.price);
  let sum = 0;
  for (const { id, quantity } of watched.queues[shadow.side].get(level) ?? []) {
    if (id > shadow.lastAhead) break;
    sum += quantity;
  }
  return sum;
}
