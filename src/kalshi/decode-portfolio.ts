import { type Money, parseMoney } from '../core/money.ts';
import { ONE_DOLLAR, type Price, parsePrice } from '../core/price.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { type DriftSentinel, drifted } from './drift.ts';
import * as fields from './order-fields.ts';
import { optionalInteger, optionalText, optionalTime, type WireObject, wireText } from './wire.ts';

/** An order as the exchange lists it. Prices are YES prices; `price` is the limit, not what was paid. */
export interface OrderRow {
  readonly orderId: string;
  /** Empty where none was given. */
  readonly clientOrderId: string;
  readonly ticker: string;
  readonly side: Side;
  readonly status: 'resting' | 'cancelled' | 'executed';
  readonly price: Price;
  readonly initial: Quantity;
  readonly filled: Quantity;
  readonly remaining: Quantity;
  /** Paid for what filled, without fees. */
  readonly cost: Money;
  readonly fees: Money;
  readonly groupId: string | null;
  /** Why it changed last, in the exchange's word. */
  readonly reason: string | null;
  readonly created: Time | null;
  readonly updated: Time | null;
}

/** One fill of ours; `fee` is the total for it. */
export interface FillRow {
  readonly fillId: string;
  readonly tradeId: string;
  readonly orderId: string;
  readonly ticker: string;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly taker: boolean;
  readonly fee: Money;
  readonly time: Time | null;
}

/** A position in one market: `quantity` is above zero for YES, below for NO. */
export interface PositionRow {
  readonly ticker: string;
  readonly quantity: Quantity;
  readonly exposure: Money;
  readonly realised: Money;
  readonly fees: Money;
}

export interface SettlementRow {
  readonly ticker: string;
  readonly event: string;
  readonly result: 'yes' | 'no' | 'scalar';
  readonly yes: Quantity;
  readonly no: Quantity;
  readonly revenue: Money;
  readonly fees: Money;
  readonly time: Time | null;
}

/** Cash at hand, and what the open positions are worth by the exchange's marks (to the cent). */
export interface BalanceRow {
  readonly cash: Money;
  readonly portfolio: Money;
}

const STATUSES = { resting: 'resting', canceled: 'cancelled', executed: 'executed' } as const;

/** Reads an Order record. Throws a Fault (`wire-drift`, `malformed-input`) unless every field is there and agrees with the others. */
export function decodeOrder(value: unknown, drift: DriftSentinel): OrderRow {
  const from = drift.check(fields.ORDER, value);
  const orderId = wireText(from, 'order_id');
  const status = STATUSES[wireText(from, 'status') as keyof typeof STATUSES];
  if (status === undefined) throw drifted('order', `the status "${from.status}" is unknown`);
  const filled = count(from, 'fill_count_fp');
  const remaining = count(from, 'remaining_count_fp');
  const initial = count(from, 'initial_count_fp');
  // Not held against the initial count: an amend may raise the total, and the reference does not say that the initial count follows.
  if (filled < 0 || remaining < 0) throw drifted('order', `${orderId} has a count below zero`);
  return {
    orderId,
    clientOrderId: optionalText(from, 'client_order_id') ?? '',
    ticker: wireText(from, 'ticker'),
    side: sideOf(from, 'order'),
    status,
    price: yesPrice(from, 'order'),
    initial,
    filled,
    remaining,
    cost: sum(from, 'taker_fill_cost_dollars', 'maker_fill_cost_dollars'),
    fees: sum(from, 'taker_fees_dollars', 'maker_fees_dollars'),
    groupId: optionalText(from, 'order_group_id'),
    reason: optionalText(from, 'last_update_reason'),
    created: optionalTime(from, 'created_time'),
    updated: optionalTime(from, 'last_update_time'),
  };
}

/** Reads a Fill record. Throws as {@link decodeOrder}. */
export function decodeFill(value: unknown, drift: DriftSentinel): FillRow {
  const from = drift.check(fields.FILL, value);
  const quantity = count(from, 'count_fp');
  if (quantity <= 0) throw drifted('fill', `${from.fill_id} has no size`);
  if (from.ticker !== from.market_ticker) throw drifted('fill', `${from.fill_id} names two markets`);
  return {
    fillId: wireText(from, 'fill_id'),
    tradeId: wireText(from, 'trade_id'),
    orderId: wireText(from, 'order_id'),
    ticker: wireText(from, 'ticker'),
    side: sideOf(from, 'fill'),
    price: yesPrice(from, 'fill'),
    quantity,
    taker: from.is_taker === true,
    fee: parseMoney(wireText(from, 'fee_cost')),
    time: optionalTime(from, 'created_time'),
  };
}

export function decodePosition(value: unknown, drift: DriftSentinel): PositionRow {
  const from = drift.check(fields.MARKET_POSITION, value);
  return {
    ticker: wireText(from, 'ticker'),
    quantity: count(from, 'position_fp'),
    exposure: parseMoney(wireText(from, 'market_exposure_dollars')),
    realised: parseMoney(wireText(from, 'realized_pnl_dollars')),
    fees: parseMoney(wireText(from, 'fees_paid_dollars')),
  };
}

/** Reads a Settlement record; its `revenue` is in whole cents. */
export function decodeSettlementRow(value: unknown, drift: DriftSentinel): SettlementRow {
  const from = drift.check(fields.SETTLEMENT, value);
  const result = wireText(from, 'market_result');
  if (result !== 'yes' && result !== 'no' && result !== 'scalar') {
    throw drifted('settlement', `the result "${result}" is unknown`);
  }
  return {
    ticker: wireText(from, 'ticker'),
    event: wireText(from, 'event_ticker'),
    result,
    yes: count(from, 'yes_count_fp'),
    no: count(from, 'no_count_fp'),
    revenue: wholeCents(from, 'revenue'),
    fees: parseMoney(wireText(from, 'fee_cost')),
    time: optionalTime(from, 'settled_time'),
  };
}

/** Reads a balance: cash from `balance_dollars`, because `balance` is cut to the cent; the two must agree that far. */
export function decodeBalance(value: unknown, drift: DriftSentinel): BalanceRow {
  const from = drift.check(fields.BALANCE, value);
  const cash = parseMoney(wireText(from, 'balance_dollars'));
  if (Math.abs(cash - wholeCents(from, 'balance')) >= 10_000) {
    throw drifted('balance', `${from.balance} cents and $${from.balance_dollars} are not the same`);
  }
  return { cash, portfolio: wholeCents(from, 'portfolio_value') };
}

function count(from: WireObject, name: string): Quantity {
  return parseQuantity(wireText(from, name));
}

function sum(from: WireObject, first: string, second: string): Money {
  return (parseMoney(wireText(from, first)) + parseMoney(wireText(from, second))) as Money;
}

function wholeCents(from: WireObject, name: string): Money {
  return ((optionalInteger(from, name) ?? 0) * 10_000) as Money;
}

function yesPrice(from: WireObject, record: string): Price {
  const yes = parsePrice(wireText(from, 'yes_price_dollars'));
  if (yes + parsePrice(wireText(from, 'no_price_dollars')) !== ONE_DOLLAR) {
    throw drifted(record, 'its YES and NO prices do not sum to one dollar');
  }
  return yes;
}

/** `book_side` and `outcome_side` say the same twice; where they do not, neither is believed. */
function sideOf(from: WireObject, record: string): Side {
  const said = `${from.book_side} ${from.outcome_side}`;
  if (said === 'bid yes') return BID;
  if (said === 'ask no') return ASK;
  throw drifted(record, `its sides are "${said}"`);
}
