import { Misuse } from '../core/misuse.ts';
import { type Money, NO_MONEY } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import { type Quantity, ZERO_QUANTITY } from '../core/quantity.ts';
import { ASK, BID, opposite, type Side } from '../core/side.ts';
import { type BookState, OPEN, STATE_NAMES } from './book-state.ts';
import type { BookView, Level, Walk } from './book-view.ts';
import type { Ladder } from './ladder.ts';

/** What a view reads: the two ladders, the grid that prices them, and whether they can be trusted. */
export interface Ladders {
  readonly state: BookState;
  readonly grid: PriceGrid;
  readonly bids: Ladder;
  readonly asks: Ladder;
}

/** The {@link BookView} of a book. One is made per book; each read first checks that the book is open. */
export class OpenView implements BookView {
  readonly #book: Ladders;

  constructor(book: Ladders) {
    this.#book = book;
  }

  get bestBid(): Price | undefined {
    return this.#best(BID);
  }

  get bestAsk(): Price | undefined {
    return this.#best(ASK);
  }

  get bidSize(): Quantity {
    return this.#bestSize(BID);
  }

  get askSize(): Quantity {
    return this.#bestSize(ASK);
  }

  get empty(): boolean {
    return this.#ladder(BID).empty && this.#ladder(ASK).empty;
  }

  get oneSided(): boolean {
    return this.#ladder(BID).empty !== this.#ladder(ASK).empty;
  }

  get spread(): number | undefined {
    const bid = this.bestBid;
    const ask = this.bestAsk;
    return bid === undefined || ask === undefined ? undefined : ask - bid;
  }

  get mid(): number | undefined {
    const bid = this.bestBid;
    const ask = this.bestAsk;
    return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
  }

  get imbalance(): number | undefined {
    const bid = this.bidSize;
    const ask = this.askSize;
    return bid === 0 || ask === 0 ? undefined : (bid - ask) / (bid + ask);
  }

  sizeAt(side: Side, price: Price): Quantity {
    const ladder = this.#ladder(side);
    const level = this.#book.grid.levels[price] ?? -1;
    return level < 0 ? ZERO_QUANTITY : (ladder.sizes[level] as Quantity);
  }

  levels(side: Side, count: number): Level[] {
    const ladder = this.#ladder(side);
    const prices = this.#book.grid.prices;
    const found: Level[] = [];
    for (let level = ladder.best; level >= 0 && found.length < count; level = ladder.next(level)) {
      found.push({ price: prices[level] as Price, quantity: ladder.sizes[level] as Quantity });
    }
    return found;
  }

  walk(side: Side, quantity: Quantity, limit?: Price): Walk {
    const ladder = this.#ladder(opposite(side));
    const prices = this.#book.grid.prices;
    let left: number = quantity;
    let cost: number = NO_MONEY;
    let worst: number | undefined;
    for (let level = ladder.best; level >= 0 && left > 0; level = ladder.next(level)) {
      const price = prices[level]!;
      if (limit !== undefined && (side === BID ? price > limit : price < limit)) break;
      const taken = Math.min(left, ladder.sizes[level]!);
      left -= taken;
      cost += price * taken;
      worst = price;
    }
    return { filled: (quantity - left) as Quantity, cost: cost as Money, worst: worst as Price | undefined };
  }

  #ladder(side: Side): Ladder {
    const state = this.#book.state;
    if (state !== OPEN)
      throw new Misuse(`a ${STATE_NAMES[state]} book cannot be read: ask for its view in each callback`);
    return side === BID ? this.#book.bids : this.#book.asks;
  }

  #best(side: Side): Price | undefined {
    const level = this.#ladder(side).best;
    return level < 0 ? undefined : (this.#book.grid.prices[level] as Price);
  }

  #bestSize(side: Side): Quantity {
    const ladder = this.#ladder(side);
    return ladder.best < 0 ? ZERO_QUANTITY : (ladder.sizes[ladder.best] as Quantity);
  }
}
