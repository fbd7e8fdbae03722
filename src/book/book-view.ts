import type { Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { BookStateName } from './book-state.ts';

/** One displayed level; of the NO book its price is a NO price. */
export interface Level<P = Price> {
  readonly price: P;
  readonly quantity: Quantity;
}

/** What an order would take from the displayed depth, level by level, fees aside. */
export interface Walk<P = Price> {
  /** How much of the order the depth within its limit covers. */
  readonly filled: Quantity;
  /** Price times quantity over the filled part: a bid pays it, an ask receives it. */
  readonly cost: Money;
  /** The last price reached, or undefined when nothing is filled. */
  readonly worst: P | undefined;
}

/**
 * A book that can be trusted now: whole, in sequence, neither locked nor crossed. Valid until the callback it was read in
 * returns; a view kept beyond that throws a Misuse once its book is doubtful. Prices are in 1e-4 dollars.
 */
export interface BookView<P = Price> {
  /** The best price of a side, or undefined when that side is empty. */
  readonly bestBid: P | undefined;
  readonly bestAsk: P | undefined;
  /** The size at the best price, 0 when that side is empty. */
  readonly bidSize: Quantity;
  readonly askSize: Quantity;
  /** True when neither side has a level. */
  readonly empty: boolean;
  /** True when exactly one side has a level. */
  readonly oneSided: boolean;
  /** Best ask less best bid in 1e-4 dollars, above zero, or undefined unless both sides have a level. */
  readonly spread: number | undefined;
  /** Half way between the best prices in 1e-4 dollars, a multiple of ½, or undefined unless both sides have a level. */
  readonly mid: number | undefined;
  /** (bid size − ask size) / (bid size + ask size) at the best prices, −1 to 1, or undefined unless both sides have a level. */
  readonly imbalance: number | undefined;
  /** The size displayed at a price; 0 where there is none, or where the price is off the grid. */
  sizeAt(side: Side, price: P): Quantity;
  /** Up to `count` levels of a side, best first. */
  levels(side: Side, count: number): Level<P>[];
  /** What an order of `side` for `quantity` would take from the other side, at `limit` or better. */
  walk(side: Side, quantity: Quantity, limit?: P): Walk<P>;
}

/** What a strategy may hold of a book: its state, and its levels only while they can be trusted. */
export interface ReadableBook {
  readonly stateName: BookStateName;
  /** Why the book is torn, or '' when it is not. */
  readonly tornReason: string;
  /** The book's levels, or undefined while it is torn, locked or crossed. Allocates nothing. */
  readable(): BookView | undefined;
}
