import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { Asking } from '../engine/inference.ts';

/** Something of one lane that falls due at a time: a request reaching the venue, a clock of the venue, an answer reaching us. */
export type Due =
  | { readonly type: 'submit'; readonly order: Order }
  | { readonly type: 'cancel'; readonly order: OrderId }
  | { readonly type: 'amend'; readonly order: OrderId; readonly price: Price; readonly quantity: Quantity }
  | { readonly type: 'decrease'; readonly order: OrderId; readonly by: Quantity }
  | { readonly type: 'reset-group'; readonly group: OrderGroupId }
  | { readonly type: 'expire'; readonly order: OrderId }
  | { readonly type: 'print-deadline'; readonly order: OrderId }
  | { readonly type: 'answer'; readonly event: VenueEvent }
  | { readonly type: 'prediction'; readonly asking: Asking; readonly askedTime: Time };
