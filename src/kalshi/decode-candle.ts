import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import { malformed, optionalInteger, optionalPrice, type WireObject, wireCount, wireObject } from './wire.ts';

/** Open, high, low and close of one side; each null where there was none. */
export interface Ohlc {
  readonly open: Price | null;
  readonly high: Price | null;
  readonly low: Price | null;
  readonly close: Price | null;
}

export interface Candle {
  /** The end of the period, inclusive. */
  readonly end: Time;
  readonly bid: Ohlc;
  readonly ask: Ohlc;
  /** Of trades. */
  readonly trade: Ohlc;
  readonly volume: Quantity;
  readonly openInterest: Quantity;
}

/** Reads a candlestick, live (`open_dollars`, `volume_fp`) or historical (`open`, `volume`). Throws a Fault (`malformed-input`). */
export function decodeCandle(from: WireObject): Candle {
  const end = optionalInteger(from, 'end_period_ts');
  if (end === null) throw malformed('candlestick', 'has no end');
  return {
    end: (end * 1_000_000) as Time,
    bid: ohlc(from.yes_bid, 'yes_bid'),
    ask: ohlc(from.yes_ask, 'yes_ask'),
    trade: ohlc(from.price, 'price'),
    volume: wireCount(from, 'volume'),
    openInterest: wireCount(from, 'open_interest'),
  };
}

function ohlc(value: unknown, name: string): Ohlc {
  const from = wireObject(value, name);
  return {
    open: optionalPrice(from, 'open'),
    high: optionalPrice(from, 'high'),
    low: optionalPrice(from, 'low'),
    close: optionalPrice(from, 'close'),
  };
}
