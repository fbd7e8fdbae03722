import type { MarketIndex, Settlement } from '../core/market.ts';
import type { Time } from '../core/time.ts';
import type { SyntheticExchange } from '../sim/synthetic/exchange.ts';
import type { EventLife } from '../sim/synthetic/lifecycle.ts';
import type { OrderBook } from '../sim/synthetic/order-book.ts';

/** What makes the markets of an exchange live: their books, whoever trades in them, and what becomes of them. */
export interface WorldSource {
  /** Where guests, owners below 0, send their orders. */
  readonly exchange: SyntheticExchange;
  /** By the number that the sink gave each market. */
  readonly books: readonly OrderBook[];
  /** What is known of the events beforehand. */
  readonly events: readonly SourceEvent[];
  /** Lets everything happen up to `time`. */
  runUntil(time: Time): void;
  /** What a market pays, from its last close on. */
  payoutOf(market: MarketIndex): Omit<Settlement, 'market'>;
}

export interface SourceEvent {
  readonly event: string;
  /** When its result is expected. */
  readonly expected: Time;
  /** What was measured, as the venue writes it; empty where nobody knows. */
  readonly measured: string;
  /** Whether the first result is not the one that is paid. */
  readonly disputed: boolean;
  /** What will befall a made-up event; null where it is on a tape. */
  readonly life: EventLife | null;
}
