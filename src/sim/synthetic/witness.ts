import type { MarketIndex } from '../../core/market.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { OrderBook, Owner } from './order-book.ts';

/** How an order left its queue. `reduced` never ends one: what is left keeps its place. */
export type Leaving = 'filled' | 'cancelled' | 'market-closed' | 'reactivated';

/** An order enters a queue, behind all that rest at its price. */
export interface RestedOrder {
  readonly id: number;
  readonly owner: Owner;
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** What stood ahead of it at its price. */
  readonly ahead: Quantity;
  readonly time: Time;
}

/** A taker met a resting order. Of one taking the takings share `taking`, a number that counts up. */
export interface TruthTrade {
  readonly taking: number;
  readonly taker: Owner;
  readonly order: number;
  readonly owner: Owner;
  readonly market: MarketIndex;
  /** The taker's side. */
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly time: Time;
}

/** An order leaves its queue with `quantity` unfilled. */
export interface LeftOrder {
  readonly id: number;
  readonly market: MarketIndex;
  readonly how: Leaving;
  readonly quantity: Quantity;
  readonly time: Time;
}

/**
 * Sees what only the generator knows: its own book after every operation, and each order's way through its queue. From `rested`,
 * `traded` and `left` every queue can be rebuilt at any instant.
 */
export interface Witness {
  operation?(book: OrderBook, now: Time): void;
  rested?(order: RestedOrder): void;
  traded?(trade: TruthTrade): void;
  left?(order: LeftOrder): void;
  /** All that rests in this book is cancelled next: the feed shows no delta of it. */
  clearing?(book: OrderBook, now: Time): void;
}
