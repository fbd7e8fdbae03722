import { parseMoney } from '../../core/money.ts';
import { parsePrice } from '../../core/price.ts';
import { parseQuantity } from '../../core/quantity.ts';
import { ASK, BID, type Side } from '../../core/side.ts';
import { parseTime, type Time } from '../../core/time.ts';
import type { ChannelMessage } from '../channel-message.ts';
import type { FillRow, OrderRow } from '../decode-portfolio.ts';
import { drifted } from '../drift.ts';
import { malformed, optionalInteger, optionalText, type WireObject, wireText } from '../wire.ts';

/** What the desk believes of an order that the exchange speaks of, by a list or by the channel `user_orders`. */
export type OrderNews = Pick<
  OrderRow,
  'orderId' | 'clientOrderId' | 'ticker' | 'status' | 'price' | 'filled' | 'remaining' | 'reason' | 'updated'
>;

/** A fill of ours, by a list or by the channel `fill`. */
export type FillNews = Omit<FillRow, 'fillId'> & {
  /** Null where the source does not say. */
  readonly clientOrderId: string | null;
};

const STATUSES = { resting: 'resting', canceled: 'cancelled', executed: 'executed' } as const;

/** Reads a `user_order` message. Throws a Fault (`wire-drift`, `malformed-input`) where it cannot be believed. */
export function orderNews({ fields }: ChannelMessage): OrderNews {
  const status = STATUSES[wireText(fields, 'status') as keyof typeof STATUSES];
  if (status === undefined) throw drifted('user_order', `the status "${fields.status}" is unknown`);
  const milliseconds = optionalInteger(fields, 'last_updated_ts_ms');
  const exact = optionalText(fields, 'last_update_time');
  return {
    orderId: wireText(fields, 'order_id'),
    clientOrderId: optionalText(fields, 'client_order_id') ?? '',
    ticker: wireText(fields, 'ticker'),
    status,
    price: parsePrice(wireText(fields, 'yes_price_dollars')),
    filled: parseQuantity(wireText(fields, 'fill_count_fp')),
    remaining: parseQuantity(wireText(fields, 'remaining_count_fp')),
    reason: optionalText(fields, 'last_update_reason'),
    updated: exact === null ? (milliseconds === null ? null : ((milliseconds * 1_000) as Time)) : parseTime(exact),
  };
}

/** Reads a `fill` message; null where it lacks the fee or the side, which only the list of fills then tells. Throws as {@link orderNews}. */
export function fillNews({ fields }: ChannelMessage): FillNews | null {
  const side = sideOf(fields);
  const fee = optionalText(fields, 'fee_cost');
  if (side === null || fee === null) return null;
  const quantity = parseQuantity(wireText(fields, 'count_fp'));
  if (quantity <= 0) throw malformed('fill.count_fp', 'is no size');
  const milliseconds = optionalInteger(fields, 'ts_ms');
  return {
    tradeId: wireText(fields, 'trade_id'),
    orderId: wireText(fields, 'order_id'),
    clientOrderId: optionalText(fields, 'client_order_id'),
    ticker: wireText(fields, 'market_ticker'),
    side,
    price: parsePrice(wireText(fields, 'yes_price_dollars')),
    quantity,
    taker: fields.is_taker === true,
    fee: parseMoney(fee),
    time: milliseconds === null ? null : ((milliseconds * 1_000) as Time),
  };
}

function sideOf({ book_side, outcome_side }: WireObject): Side | null {
  const said = `${book_side} ${outcome_side}`;
  if (said === 'bid yes') return BID;
  if (said === 'ask no') return ASK;
  if (book_side == null && outcome_side == null) return null;
  throw drifted('fill', `its sides are "${said}"`);
}
