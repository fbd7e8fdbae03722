import type { CancelReason, Fill, OrderId, RejectReason } from './order.ts';
import type { Price } from './price.ts';
import type { Quantity } from './quantity.ts';
import type { Time } from './time.ts';

/** What the venue says of one of our orders. Requests return nothing: these are the answers, and they come back as events. */
export type VenueAnswer =
  | { readonly type: 'accepted'; readonly resting: Quantity }
  | { readonly type: 'rejected'; readonly reason: RejectReason }
  | {
      readonly type: 'filled';
      readonly fill: Fill;
      readonly remaining: Quantity;
      /** What the venue calls it; absent where it has no name for it. */
      readonly trade?: string;
    }
  | { readonly type: 'cancelled'; readonly reason: CancelReason; readonly quantity: Quantity }
  | { readonly type: 'cancel-rejected'; readonly reason: RejectReason }
  | { readonly type: 'amended'; readonly price: Price; readonly quantity: Quantity }
  | { readonly type: 'amend-rejected'; readonly reason: RejectReason }
  | { readonly type: 'in-doubt' };

/** An answer with both its times: the venue's, and when we could know it. */
export interface VenueEvent {
  readonly order: OrderId;
  readonly exchangeTime: Time;
  readonly localTime: Time;
  readonly answer: VenueAnswer;
}
