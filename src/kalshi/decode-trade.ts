import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import {
  malformed,
  optionalInteger,
  optionalText,
  optionalTime,
  type WireObject,
  wireCount,
  wireObject,
  wirePrice,
  wireText,
} from './wire.ts';

/** A public print in YES terms. */
export interface DecodedTrade {
  readonly id: string;
  readonly ticker: string;
  readonly price: Price;
  readonly quantity: Quantity;
  /** The taker's side, or null where the wire does not say. */
  readonly side: Side | null;
  readonly time: Time;
  /** Agreed off the book: it says nothing about what was displayed. */
  readonly block: boolean;
}

/**
 * Decodes one trade of `GET /markets/trades` or of the `trade` channel, in today's form (dollar strings, `taker_book_side`) or
 * the past's (whole cents, `taker_side`). Throws a Fault (`malformed-input`) when a field is missing or two contradict.
 */
export function decodeTrade(value: unknown): DecodedTrade {
  const from = wireObject(value, 'trade');
  const id = wireText(from, 'trade_id');
  const price = wirePrice(from, 'yes_price');
  const no = from.no_price_dollars ?? from.no_price;
  if (no !== undefined && no !== null && wirePrice(from, 'no_price') + price !== 10_000) {
    throw malformed(`trade ${id}`, 'has a YES and a NO price that do not sum to one dollar');
  }
  const quantity = wireCount(from, 'count');
  if (quantity <= 0) throw malformed(`trade ${id}`, 'has no size');
  return {
    id,
    ticker: optionalText(from, 'ticker') ?? wireText(from, 'market_ticker'),
    price,
    quantity,
    side: takerSide(from, id),
    time: tradeTime(from, id),
    block: from.is_block_trade === true,
  };
}

function takerSide(from: WireObject, id: string): Side | null {
  const said: Side[] = [];
  for (const name of ['taker_book_side', 'taker_outcome_side', 'taker_side']) {
    const word = optionalText(from, name);
    if (word === null) continue;
    if (word === 'bid' || word === 'yes') said.push(BID);
    else if (word === 'ask' || word === 'no') said.push(ASK);
    else throw malformed(`trade ${id}`, `has the taker side "${word}"`);
  }
  if (said.some((side) => side !== said[0])) throw malformed(`trade ${id}`, 'names two different taker sides');
  return said[0] ?? null;
}

function tradeTime(from: WireObject, id: string): Time {
  const created = optionalTime(from, 'created_time');
  if (created !== null) return created;
  const milliseconds = optionalInteger(from, 'ts_ms');
  if (milliseconds !== null) return (milliseconds * 1_000) as Time;
  throw malformed(`trade ${id}`, 'has no time');
}

/**
 * The trades of a saved body, whatever it is wrapped in: one API page (`{trades, cursor}`), a plain list, or lists by ticker.
 * Order is kept as it is: the venue sends the newest first.
 */
export function tradeBodies(json: unknown): unknown[] {
  if (Array.isArray(json)) return json;
  const from = wireObject(json, 'trades body');
  if (Array.isArray(from.trades)) return from.trades;
  return Object.entries(from).flatMap(([ticker, list]) => {
    if (!Array.isArray(list)) throw malformed(`trades of ${ticker}`, 'are not a list');
    return list;
  });
}
