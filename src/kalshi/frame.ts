import { Fault } from '../core/fault.ts';
import { type Price, parsePrice } from '../core/price.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { parseTime, type Time } from '../core/time.ts';
import { type DecodedTrade, decodeTrade } from './decode-trade.ts';
import {
  decimalText,
  malformed,
  optionalInteger,
  optionalText,
  type WireObject,
  wireList,
  wireObject,
  wireText,
} from './wire.ts';

/** A leg of a market as the wire names it. NO exists only here. */
export type Leg = 'yes' | 'no';

export interface WireLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Where a message stands in its subscription: `seq` is null on channels that do not count. */
interface Numbered {
  readonly sid: number;
  readonly seq: number | null;
}

/** One WebSocket message, its numbers read; prices are still those of the leg that the wire speaks of. */
export type WireFrame =
  | { readonly type: 'subscribed'; readonly channel: string; readonly sid: number }
  | ({ readonly type: 'acknowledged' } & Numbered)
  | ({
      readonly type: 'snapshot';
      readonly ticker: string;
      readonly yes: readonly WireLevel[];
      readonly no: readonly WireLevel[];
      readonly time: Time | null;
    } & Numbered)
  | ({
      readonly type: 'delta';
      readonly ticker: string;
      readonly leg: Leg;
      readonly price: Price;
      readonly change: Quantity;
      readonly time: Time | null;
    } & Numbered)
  | ({ readonly type: 'trade'; readonly trade: DecodedTrade } & Numbered)
  | { readonly type: 'error'; readonly code: number; readonly message: string; readonly sid: number | null }
  | ({ readonly type: 'other'; readonly name: string } & Numbered);

/** Reads one WebSocket text frame. Throws a Fault (`malformed-input`) when it is not JSON or not of the shape its type has. */
export function parseFrame(text: string): WireFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Fault('malformed-input', `a frame is not JSON: ${text.slice(0, 60)}`, {
      next: 'Correct or remove it; only a torn last line is left out by itself.',
      cause,
    });
  }
  return decodeFrame(json);
}

/** A text frame as a JSON object. Throws a Fault (`malformed-input`) for anything else. */
export function frameObject(text: string): WireObject {
  try {
    return wireObject(JSON.parse(text), 'frame');
  } catch (cause) {
    throw new Fault('malformed-input', `a frame is not a JSON object: ${text.slice(0, 60)}`, { cause });
  }
}

/** As {@link parseFrame}, for a message already parsed as JSON. */
export function decodeFrame(json: unknown): WireFrame {
  const from = wireObject(json, 'frame');
  const type = wireText(from, 'type');
  const seq = optionalInteger(from, 'seq');
  const sid = optionalInteger(from, 'sid');
  switch (type) {
    case 'subscribed': {
      const message = wireObject(from.msg, 'subscribed.msg');
      return { type, channel: wireText(message, 'channel'), sid: needed(optionalInteger(message, 'sid'), 'sid') };
    }
    case 'error': {
      const message = wireObject(from.msg, 'error.msg');
      return { type, code: optionalInteger(message, 'code') ?? 0, message: optionalText(message, 'msg') ?? '', sid };
    }
    case 'ok':
    case 'unsubscribed':
      // The answer to list_subscriptions belongs to no subscription and counts in none.
      return sid === null ? { type: 'other', name: type, sid: 0, seq: null } : { type: 'acknowledged', sid, seq };
    case 'orderbook_snapshot':
      return snapshot(wireObject(from.msg, type), needed(sid, 'sid'), seq);
    case 'orderbook_delta':
      return delta(wireObject(from.msg, type), needed(sid, 'sid'), seq);
    case 'trade':
      return { type, trade: decodeTrade(from.msg), sid: needed(sid, 'sid'), seq };
    default:
      return { type: 'other', name: type, sid: sid ?? 0, seq };
  }
}

/** What today's wire writes as texts within a message of a type; recordings of the past have numbers there. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  orderbook_delta: ['price_dollars', 'delta_fp'],
  trade: ['yes_price_dollars', 'count_fp'],
};

/**
 * Checks a message of a numbered channel, received now, to be of today's form: it has its number, and its prices and sizes are texts. Throws a
 * Fault (`malformed-input`).
 */
export function checkLiveForm(json: WireObject): void {
  const { type, seq, msg } = json;
  if (type !== 'orderbook_snapshot' && type !== 'orderbook_delta' && type !== 'trade') return;
  if (!Number.isSafeInteger(seq)) throw malformed(`${type}.seq`, 'is missing');
  const message = wireObject(msg, type);
  for (const name of TEXTS[type] ?? []) {
    if (typeof message[name] !== 'string')
      throw malformed(`${type}.${name}`, `is ${JSON.stringify(message[name])}, not a text`);
  }
}

function needed(value: number | null, name: string): number {
  if (value === null) throw malformed(name, 'is missing');
  return value;
}

const LEGS: readonly string[] = ['yes_dollars_fp', 'no_dollars_fp', 'yes_dollars', 'no_dollars', 'yes', 'no'];
const BESIDE_LEGS: readonly string[] = ['market_ticker', 'market_id', 'ts', 'ts_ms'];

/** An absent leg is an empty one; where a field is there that nobody knows, it may be that leg under another name, and nothing is concluded. */
function snapshot(message: WireObject, sid: number, seq: number | null): WireFrame {
  const names = Object.keys(message);
  const unknown = names.find((name) => !LEGS.includes(name) && !BESIDE_LEGS.includes(name));
  if (unknown !== undefined && names.filter((name) => LEGS.includes(name)).length < 2) {
    throw malformed('orderbook_snapshot', `lacks a leg and has the unknown field "${unknown}"`);
  }
  return {
    type: 'snapshot',
    ticker: wireText(message, 'market_ticker'),
    yes: levels(message, 'yes'),
    no: levels(message, 'no'),
    time: frameTime(message),
    sid,
    seq,
  };
}

function levels(message: WireObject, leg: Leg): WireLevel[] {
  const dollars = message[`${leg}_dollars_fp`] ?? message[`${leg}_dollars`];
  const cents = dollars === undefined || dollars === null;
  return wireList(cents ? message[leg] : dollars, `${leg} levels`).map((value) => {
    const [at, size] = wireList(value, `${leg} level`);
    const price = decimalText(at, 'level price');
    return {
      price: parsePrice(cents ? centsAsDollars(price) : price),
      quantity: parseQuantity(decimalText(size, 'level size')),
    };
  });
}

function centsAsDollars(cents: string): string {
  if (!/^\d{1,3}$/.test(cents)) throw malformed('level price', `is "${cents}", not whole cents`);
  const padded = cents.padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}`;
}

function delta(message: WireObject, sid: number, seq: number | null): WireFrame {
  const leg = wireText(message, 'side');
  if (leg !== 'yes' && leg !== 'no') throw malformed('side', `is "${leg}", neither yes nor no`);
  const dollars = message.price_dollars;
  const price =
    dollars === undefined || dollars === null
      ? parsePrice(centsAsDollars(decimalText(message.price, 'price')))
      : parsePrice(decimalText(dollars, 'price_dollars'));
  return {
    type: 'delta',
    ticker: wireText(message, 'market_ticker'),
    leg,
    price,
    change: parseQuantity(decimalText(message.delta_fp ?? message.delta, 'delta')),
    time: frameTime(message),
    sid,
    seq,
  };
}

/** The microsecond `ts` where it is a text, else `ts_ms`: the first is deprecated but finer. */
function frameTime(message: WireObject): Time | null {
  if (typeof message.ts === 'string') return parseTime(message.ts);
  const milliseconds = optionalInteger(message, 'ts_ms');
  return milliseconds === null ? null : ((milliseconds * 1_000) as Time);
}
