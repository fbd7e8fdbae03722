import type { SelfTradePrevention, TimeInForce } from '../core/order.ts';
import { formatPrice, type Price } from '../core/price.ts';
import { formatQuantity, type Quantity } from '../core/quantity.ts';
import { type Side, sideName } from '../core/side.ts';
import type { Time } from '../core/time.ts';

/** An order for one ticker. The price is the YES price. */
export interface NewOrder {
  readonly ticker: string;
  /** Used once for ever: the exchange refuses a second order of the same id, even after the first is cancelled. */
  readonly clientOrderId: string;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly timeInForce: TimeInForce;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  /** To the second. */
  readonly expireTime?: Time | null;
  readonly selfTradePrevention?: SelfTradePrevention;
  readonly cancelOnPause?: boolean;
  readonly groupId?: string | null;
}

const TIME_IN_FORCE = {
  'good-till-cancelled': 'good_till_canceled',
  'immediate-or-cancel': 'immediate_or_cancel',
  'fill-or-kill': 'fill_or_kill',
} as const;

/** The V2 create body. Prices and counts are texts: the exchange refuses numbers. */
export function createBody(order: NewOrder): Readonly<Record<string, unknown>> {
  return {
    ticker: order.ticker,
    client_order_id: order.clientOrderId,
    side: sideName(order.side),
    count: formatQuantity(order.quantity),
    price: formatPrice(order.price),
    time_in_force: TIME_IN_FORCE[order.timeInForce],
    self_trade_prevention_type: order.selfTradePrevention === 'maker' ? 'maker' : 'taker_at_cross',
    ...(order.postOnly && { post_only: true }),
    ...(order.reduceOnly && { reduce_only: true }),
    ...(order.cancelOnPause && { cancel_order_on_pause: true }),
    ...(order.expireTime != null && { expiration_time: Math.floor(order.expireTime / 1_000_000) }),
    ...(order.groupId != null && { order_group_id: order.groupId }),
  };
}
