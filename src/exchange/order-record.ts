import type { Money } from '../core/money.ts';
import type { OrderId } from '../core/order.ts';
import { formatPrice, type Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import { formatTime, type Time } from '../core/time.ts';
import type { RestingOrder } from '../sim/synthetic/order-book.ts';
import type { ExchangeAccount } from './account.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import type { OrderGroup } from './order-groups.ts';
import { countText, directionFields, dollarText, priceFields, unixMilliseconds, unixSeconds } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

export type TimeInForceWord = 'fill_or_kill' | 'good_till_canceled' | 'immediate_or_cancel';
export type SelfTradeWord = 'taker_at_cross' | 'maker';

/** Why an order changed last, in the words of the wire. */
export type UpdateReason =
  | 'Decrease'
  | 'Amend'
  | 'SelfTradeCancel'
  | 'ExpiryCancel'
  | 'CloseCancel'
  | 'HaltCancel'
  | 'Trade'
  | 'PostOnlyCrossCancel'
  | 'ReduceOnlyCancel';

/** What an order asked for when it came. */
export interface OrderTerms {
  readonly account: ExchangeAccount;
  readonly market: MarketRecord;
  readonly side: Side;
  readonly timeInForce: TimeInForceWord;
  readonly postOnly: boolean;
  readonly selfTrade: SelfTradeWord;
  readonly cancelOnPause: boolean;
  readonly group: OrderGroup | null;
}

/** A guest's order, from its arrival on, for ever. */
export class OrderRecord {
  readonly id: string;
  readonly number: OrderId;
  readonly terms: OrderTerms;
  clientId: string;
  /** Its limit. */
  price: Price;
  /** What it asked for, by its last amend or decrease. */
  initial: Quantity;
  filled = 0 as Quantity;
  remaining: Quantity;
  status: 'resting' | 'canceled' | 'executed' = 'resting';
  reason: UpdateReason | null = null;
  expires: Time | null;
  readonly created: Time;
  updated: Time;
  takerCost = 0 as Money;
  makerCost = 0 as Money;
  takerFees = 0 as Money;
  makerFees = 0 as Money;
  readonly accumulator = { carried: 0 as Money };
  /** Its place in the queue while it rests. */
  resting: RestingOrder | null = null;

  constructor(
    id: string,
    number: OrderId,
    terms: OrderTerms,
    asked: { clientId: string; price: Price; count: Quantity; expires: Time | null },
    now: Time,
  ) {
    this.id = id;
    this.number = number;
    this.terms = terms;
    this.clientId = asked.clientId;
    this.price = asked.price;
    this.initial = asked.count;
    this.remaining = asked.count;
    this.expires = asked.expires;
    this.created = now;
    this.updated = now;
  }

  /** What was paid or received by price, and in fees. */
  get cost(): Money {
    return (this.takerCost + this.makerCost) as Money;
  }

  get fees(): Money {
    return (this.takerFees + this.makerFees) as Money;
  }

  /** Ends it: what is left is gone. */
  end(reason: UpdateReason | null, now: Time): void {
    this.status = this.filled > 0 && this.remaining === 0 ? 'executed' : 'canceled';
    this.remaining = 0 as Quantity;
    this.resting = null;
    this.change(reason, now);
  }

  change(reason: UpdateReason | null, now: Time): void {
    this.reason = reason;
    this.updated = now;
  }
}

/** An order as `GET /portfolio/orders` gives it. */
export function orderFacts(order: OrderRecord): Fields {
  const { account, market, side, selfTrade, cancelOnPause, group } = order.terms;
  return {
    order_id: order.id,
    user_id: account.id,
    client_order_id: order.clientId,
    ticker: market.ticker,
    ...directionFields(side),
    type: 'limit',
    status: order.status,
    ...priceFields(order.price),
    fill_count_fp: countText(order.filled),
    remaining_count_fp: countText(order.remaining),
    initial_count_fp: countText(order.initial),
    taker_fill_cost_dollars: dollarText(order.takerCost),
    maker_fill_cost_dollars: dollarText(order.makerCost),
    taker_fees_dollars: dollarText(order.takerFees),
    maker_fees_dollars: dollarText(order.makerFees),
    ...(order.expires === null ? {} : { expiration_time: formatTime(order.expires) }),
    created_time: formatTime(order.created),
    last_update_time: formatTime(order.updated),
    ...(order.reason === null ? {} : { last_update_reason: order.reason }),
    self_trade_prevention_type: selfTrade,
    ...(group === null ? {} : { order_group_id: group.id }),
    cancel_order_on_pause: cancelOnPause,
    subaccount_number: 0,
    exchange_index: 0,
  };
}

/** An order as the channel `user_orders` tells it. */
export function userOrderMessage(order: OrderRecord): Fields {
  const { account, market, side, selfTrade, group } = order.terms;
  const { outcome_side, book_side } = directionFields(side);
  return {
    order_id: order.id,
    user_id: account.id,
    ticker: market.ticker,
    exchange_index: 0,
    status: order.status,
    side: 'yes',
    is_yes: outcome_side === 'yes',
    outcome_side,
    book_side,
    yes_price_dollars: formatPrice(order.price),
    fill_count_fp: countText(order.filled),
    remaining_count_fp: countText(order.remaining),
    initial_count_fp: countText(order.initial),
    taker_fill_cost_dollars: dollarText(order.takerCost),
    maker_fill_cost_dollars: dollarText(order.makerCost),
    taker_fees_dollars: dollarText(order.takerFees),
    maker_fees_dollars: dollarText(order.makerFees),
    client_order_id: order.clientId,
    ...(group === null ? {} : { order_group_id: group.id }),
    self_trade_prevention_type: selfTrade,
    created_time: formatTime(order.created),
    created_ts_ms: unixMilliseconds(order.created),
    last_update_time: formatTime(order.updated),
    last_updated_ts_ms: unixMilliseconds(order.updated),
    ...(order.expires === null
      ? {}
      : { expiration_time: formatTime(order.expires), expiration_ts_ms: unixMilliseconds(order.expires) }),
    ...(order.reason === null ? {} : { last_update_reason: order.reason }),
    subaccount_number: 0,
  };
}

/** One fill of a guest's order. */
export interface FillRecord {
  readonly order: OrderRecord;
  readonly trade: Trade;
  readonly taker: boolean;
  readonly fee: Money;
  /** Signed, after the fill. */
  readonly position: Quantity;
}

/** A fill as `GET /portfolio/fills` gives it. */
export function fillFacts({ order, trade, taker, fee }: FillRecord): Fields {
  return {
    fill_id: trade.id,
    exchange_index: 0,
    trade_id: trade.id,
    order_id: order.id,
    ticker: trade.market.ticker,
    market_ticker: trade.market.ticker,
    ...directionFields(order.terms.side),
    count_fp: countText(trade.quantity),
    ...priceFields(trade.price),
    is_taker: taker,
    created_time: formatTime(trade.time),
    fee_cost: dollarText(fee),
    subaccount_number: 0,
    ts: unixSeconds(trade.time),
  };
}

/** A fill as the channel `fill` tells it. */
export function fillMessage({ order, trade, taker, fee, position }: FillRecord): Fields {
  const direction = directionFields(order.terms.side);
  return {
    trade_id: trade.id,
    order_id: order.id,
    ...(order.clientId === '' ? {} : { client_order_id: order.clientId }),
    market_ticker: trade.market.ticker,
    exchange_index: 0,
    is_taker: taker,
    ...direction,
    purchased_side: direction.outcome_side,
    yes_price_dollars: formatPrice(trade.price),
    count_fp: countText(trade.quantity),
    fee_cost: dollarText(fee),
    post_position_fp: countText(position),
    ts: unixSeconds(trade.time),
    ts_ms: unixMilliseconds(trade.time),
    subaccount: 0,
  };
}
