import type { Order } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { FeeAccumulator } from '../ledger/fees.ts';

/** Where an order of ours stands at the simulated venue. */
export type VenuePhase = 'seeking' | 'resting' | 'done';

/** One of our orders as the simulated venue holds it. */
export class VenueOrder {
  readonly order: Order;
  price: Price;
  /** What has not traded yet. */
  remaining: Quantity;
  filled = 0 as Quantity;
  /** What reduce-only cut off before it began: it ends as cancelled with the order. */
  readonly cut: Quantity;
  phase: VenuePhase = 'resting';
  /** Contracts of others (0.01) that must trade or leave before ours at this price. */
  ahead = 0;
  /**
   * What quotes at its price, and beyond it, offered and did not give (0.01 contract), because the lane or the tape's grade says so. It is
   * kept from our other orders, as where it fills, and never more than it still wants.
   */
  withheld = 0;
  missed = 0;
  /** When it reached the venue. */
  readonly arrival: number;
  readonly fees: FeeAccumulator;

  constructor(order: Order, quantity: Quantity, arrival: number, fees: FeeAccumulator) {
    this.order = order;
    this.price = order.price;
    this.remaining = quantity;
    this.cut = (order.quantity - quantity) as Quantity;
    this.arrival = arrival;
    this.fees = fees;
  }
}
