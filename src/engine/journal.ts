import type { MarketIndex, Settlement } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { Fill, Order } from '../core/order.ts';
import type { Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { OrderView, Prediction, Reasons } from './strategy.ts';

/** A halt lets nothing leave but cancels, a pause nothing that enters; a drawdown halves sizes. */
export type StopAction = 'halt' | 'release' | 'pause' | 'lift' | 'half sizes' | 'full sizes';

/**
 * Everything an engine decides and learns, told in order. A run writes it to files, a live session flushes it before a
 * request leaves, a digest folds it. Calls are synchronous and must not throw for reasons of their own.
 */
export interface Journal {
  /** A decision the strategy explained, not trading included. */
  decision(time: Time, action: string, market: MarketIndex, reasons: Reasons): void;
  /** What a model said, before the strategy is told. */
  predicted(prediction: Prediction): void;
  /** A request that passed the limits and is about to leave. `asked` is what the strategy wanted. */
  submitted(order: Order, asked: number, tapeSequence: number): void;
  /** A request that a limit stopped. */
  refused(order: Order, reason: string, tapeSequence: number): void;
  cancelRequested(order: OrderView, time: Time): void;
  amendRequested(order: OrderView, price: number, quantity: number, time: Time): void;
  /** An answer of the venue, after it has been applied. */
  answered(event: VenueEvent, order: OrderView): void;
  filled(fill: Fill, event: VenueEvent, positionAfter: number): void;
  /** What the session or its limits stop, or let go on again, and why. */
  stopped(action: StopAction, reason: string, time: Time): void;
  /** A market in which we held something paid. */
  settled(settlement: Settlement, quantity: number, payout: Money, realised: Money, time: Time): void;
}
