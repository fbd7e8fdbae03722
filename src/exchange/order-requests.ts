import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { BodyReader } from './body-reader.ts';
import type { SelfTradeWord, TimeInForceWord } from './order-record.ts';
import { badParameter, refusal } from './refusal.ts';

/** What `POST /portfolio/events/orders` asks for. */
export interface CreateRequest {
  readonly ticker: string;
  readonly clientId: string;
  readonly side: Side;
  readonly count: Quantity;
  readonly price: Price;
  readonly expires: Time | null;
  readonly timeInForce: TimeInForceWord;
  readonly postOnly: boolean;
  readonly selfTrade: SelfTradeWord;
  readonly cancelOnPause: boolean;
  readonly reduceOnly: boolean;
  readonly groupId: string;
}

/** What an amend asks for; `expires` undefined keeps what is. */
export interface AmendRequest {
  readonly ticker: string;
  readonly side: Side;
  readonly count: Quantity;
  readonly price: Price;
  readonly clientId: string | undefined;
  readonly newClientId: string | undefined;
  readonly expires: Time | null | undefined;
}

/** What a decrease asks for: one of the two. */
export type DecreaseRequest = { readonly by: Quantity } | { readonly to: Quantity };

const CLIENT_ID = /^[-\w:+=/]{0,64}$/;
const TIMES_IN_FORCE = ['fill_or_kill', 'good_till_canceled', 'immediate_or_cancel'] as const;
const SELF_TRADES = ['taker_at_cross', 'maker'] as const;

/** Reads a new order at `now`. Throws a Refusal. */
export function readCreate(value: unknown, now: Time): CreateRequest {
  const body = new BodyReader(value, 'CreateOrderV2Request');
  checkPlace(body);
  const request = {
    ticker: body.needText('ticker'),
    clientId: clientId(body, 'client_order_id') ?? '',
    side: side(body),
    count: count(body),
    price: price(body),
    timeInForce: body.word('time_in_force', TIMES_IN_FORCE),
    postOnly: body.flag('post_only'),
    selfTrade: body.word('self_trade_prevention_type', SELF_TRADES),
    cancelOnPause: body.flag('cancel_order_on_pause'),
    reduceOnly: body.flag('reduce_only'),
    groupId: body.text('order_group_id') ?? '',
  };
  const seconds = body.integer('expiration_time');
  const immediate = request.timeInForce !== 'good_till_canceled';
  if (seconds !== undefined && immediate) {
    throw badParameter(`Cannot specify both ${request.timeInForce} and expiration_ts`);
  }
  if (request.postOnly && immediate) throw badParameter(`Cannot specify both ${request.timeInForce} and post_only`);
  if (request.reduceOnly && request.timeInForce !== 'immediate_or_cancel') {
    throw badParameter('reduce_only needs immediate_or_cancel');
  }
  return { ...request, expires: seconds === undefined ? null : future(seconds, now) };
}

/** Reads an amend at `now`. Throws a Refusal. */
export function readAmend(value: unknown, now: Time): AmendRequest {
  const body = new BodyReader(value, 'AmendOrderV2Request');
  checkPlace(body);
  const seconds = body.integer('expiration_time');
  return {
    ticker: body.needText('ticker'),
    side: side(body),
    count: count(body),
    price: price(body),
    clientId: clientId(body, 'client_order_id'),
    newClientId: clientId(body, 'updated_client_order_id'),
    expires: seconds === undefined ? undefined : seconds === 0 ? null : future(seconds, now),
  };
}

/** Reads a decrease. Throws a Refusal. */
export function readDecrease(value: unknown): DecreaseRequest {
  const body = new BodyReader(value, 'DecreaseOrderV2Request');
  checkPlace(body);
  const by = body.decimal('reduce_by', 2) as Quantity | undefined;
  const to = body.decimal('reduce_to', 2) as Quantity | undefined;
  if ((by === undefined) === (to === undefined)) throw badParameter('exactly one of reduce_by and reduce_to is needed');
  if ((by !== undefined && by <= 0) || (to !== undefined && to < 0)) throw badParameter('a decrease must be positive');
  return by === undefined ? { to: to! } : { by };
}

/** This exchange has one shard and one subaccount. Throws a Refusal where a body names another. */
export function checkPlace(body: BodyReader): void {
  const shard = body.integer('exchange_index') ?? 0;
  if (shard !== 0 && shard !== -1) throw badParameter(`exchange_index ${shard} does not exist here`);
  const subaccount = body.integer('subaccount') ?? 0;
  if (subaccount !== 0) throw badParameter(`subaccount ${subaccount} does not exist here`);
}

function side(body: BodyReader): Side {
  return body.word('side', ['bid', 'ask']) === 'bid' ? BID : ASK;
}

function count(body: BodyReader): Quantity {
  const value = body.decimal('count', 2);
  if (value === undefined || value < 1) throw badParameter('count must be at least 0.01');
  return value as Quantity;
}

/** A price from 0 to 1 dollar in 1e-4; whether its market has it is seen later. */
function price(body: BodyReader): Price {
  const text = body.needText('price');
  if (!/^\d*\.?\d+$/.test(text)) throw refusal(400, 'invalid_price');
  const value = body.decimal('price', 6)!;
  if (value <= 0 || value >= 1_000_000 || value % 100 !== 0) throw refusal(400, 'invalid_price');
  return (value / 100) as Price;
}

function clientId(body: BodyReader, field: string): string | undefined {
  const text = body.text(field);
  if (text !== undefined && !CLIENT_ID.test(text)) throw badParameter(`${field} has characters that it may not have`);
  return text;
}

function future(seconds: number, now: Time): Time {
  const time = seconds * 1_000_000;
  if (!(time > now)) throw badParameter('Expiration timestamp must be in the future');
  if (!Number.isSafeInteger(time)) throw badParameter('Expiration timestamp is too far in the future');
  return time as Time;
}
