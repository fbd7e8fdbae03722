import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';

/**
 * Where approved requests go: the simulated venue or the live adapter. Nothing is returned; every answer comes back
 * to the engine as a {@link import('../core/venue-event.ts').VenueEvent}.
 */
export interface Execution {
  submit(order: Order): void;
  cancel(order: OrderId): void;
  /** `quantity` is the new total, fills included, as the venue counts it. */
  amend(order: OrderId, price: Price, quantity: Quantity): void;
  /** Takes `by` off what rests; all of it, or more, cancels. The place in the queue stays. */
  decrease(order: OrderId, by: Quantity): void;
  /** The group exists from now on; orders name it. */
  openGroup(group: OrderGroupId, contracts: Quantity): void;
  resetGroup(group: OrderGroupId): void;
}
