import { type Money, parseMoney } from '../core/money.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import { type DriftSentinel, drifted, type RecordFields } from './drift.ts';
import * as fields from './order-fields.ts';
import { optionalInteger, optionalText, type WireObject, wireText } from './wire.ts';

/** What became of an order at once. */
export interface Placed {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly filled: Quantity;
  readonly remaining: Quantity;
  /** Paid or received per contract, to 1e-6 dollar; null where nothing filled. */
  readonly averagePrice: Money | null;
  /** Per contract, not in all; null where nothing filled. */
  readonly averageFee: Money | null;
  /** By the exchange's clock; a batch may leave it out. */
  readonly time: Time | null;
}

export interface Cancelled {
  readonly orderId: string;
  /** What was still open and no longer is. */
  readonly reducedBy: Quantity;
  readonly time: Time | null;
}

/** After an amend; null where that part did not change. The order may have a new id. */
export interface Amended {
  readonly orderId: string;
  readonly filled: Quantity | null;
  readonly remaining: Quantity | null;
  readonly time: Time;
}

export interface Decreased {
  readonly orderId: string;
  readonly remaining: Quantity;
  readonly time: Time;
}

/**
 * Reads the answer to a create. It must be about the order that was sent: its client order id where it names one, no more
 * contracts than asked for, and a price and fee with every fill. Throws a Fault (`wire-drift`, `malformed-input`) otherwise.
 */
export function decodePlaced(
  value: unknown,
  sent: { clientOrderId: string; quantity: Quantity },
  drift: DriftSentinel,
  record: RecordFields = fields.CREATE_ANSWER,
): Placed {
  const from = drift.check(record, value);
  same(from, 'client_order_id', sent.clientOrderId, record);
  const filled = count(from, 'fill_count');
  const remaining = count(from, 'remaining_count');
  if (filled < 0 || remaining < 0 || filled + remaining > sent.quantity) {
    throw drifted(record.record, `filled ${filled} and remaining ${remaining} of ${sent.quantity} hundredths`);
  }
  const averagePrice = optionalMoney(from, 'average_fill_price');
  const averageFee = optionalMoney(from, 'average_fee_paid');
  if (filled > 0 && (averagePrice === null || averageFee === null)) {
    throw drifted(record.record, 'a fill without its price or fee');
  }
  return {
    orderId: wireText(from, 'order_id'),
    clientOrderId: sent.clientOrderId,
    filled,
    remaining,
    averagePrice,
    averageFee,
    time: optionalMilliseconds(from),
  };
}

/** Reads the answer to a cancel; it must name the order that was meant. Throws as {@link decodePlaced}. */
export function decodeCancelled(
  value: unknown,
  orderId: string,
  drift: DriftSentinel,
  record: RecordFields = fields.CANCEL_ANSWER,
): Cancelled {
  const from = drift.check(record, value);
  same(from, 'order_id', orderId, record);
  const reducedBy = count(from, 'reduced_by');
  if (reducedBy < 0) throw drifted(record.record, 'it is reduced by less than nothing');
  return { orderId, reducedBy, time: optionalMilliseconds(from) };
}

export function decodeAmended(
  value: unknown,
  clientOrderIds: readonly (string | undefined)[],
  drift: DriftSentinel,
): Amended {
  const from = drift.check(fields.AMEND_ANSWER, value);
  const named = optionalText(from, 'client_order_id');
  const known = clientOrderIds.filter((id) => id !== undefined);
  if (named !== null && known.length > 0 && !known.includes(named)) {
    throw drifted('amend answer', 'it is about another client_order_id');
  }
  const changed = (name: string) => (optionalText(from, name) === null ? null : count(from, name));
  return {
    orderId: wireText(from, 'order_id'),
    filled: changed('fill_count'),
    remaining: changed('remaining_count'),
    time: milliseconds(from),
  };
}

export function decodeDecreased(value: unknown, orderId: string, drift: DriftSentinel): Decreased {
  const from = drift.check(fields.DECREASE_ANSWER, value);
  same(from, 'order_id', orderId, fields.DECREASE_ANSWER);
  return { orderId, remaining: count(from, 'remaining_count'), time: milliseconds(from) };
}

/** In May 2026 answers briefly described another order: an answer that names one must name ours. */
function same(from: WireObject, name: string, meant: string, { record }: RecordFields): void {
  const named = optionalText(from, name);
  if (named !== null && named !== meant) throw drifted(record, `it is about another ${name}`);
}

function count(from: WireObject, name: string): Quantity {
  return parseQuantity(wireText(from, name));
}

function optionalMoney(from: WireObject, name: string): Money | null {
  const text = optionalText(from, name);
  return text === null ? null : parseMoney(text);
}

function optionalMilliseconds(from: WireObject): Time | null {
  const value = optionalInteger(from, 'ts_ms');
  return value === null ? null : ((value * 1_000) as Time);
}

function milliseconds(from: WireObject): Time {
  const time = optionalMilliseconds(from);
  if (time === null) throw drifted('answer', 'it has no time');
  return time;
}
