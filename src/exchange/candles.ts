import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { MINUTE, type Time } from '../core/time.ts';

/** Open, low, high, close. */
export interface Span {
  open: number;
  low: number;
  high: number;
  close: number;
}

/** What happened in a stretch of time that ends with second `end`. Prices in 1e-4 dollars. */
export interface Candle {
  readonly end: number;
  readonly bid: Span;
  readonly ask: Span;
  /** Of its trades; null where there were none. */
  price: Span | null;
  /** Price times contracts, summed over its trades. */
  turnover: number;
  volume: number;
  openInterest: number;
  /** The last trade before it; null where there was none. */
  readonly previous: Price | null;
}

/** One market's candles of a minute. A minute in which nothing changed has none. */
export class Candles {
  readonly #minutes: Candle[] = [];
  #last: Price | null = null;
  #bid = 0;
  #ask = 10_000;
  #openInterest = 0;

  /** The best prices stand here from now on; 0 and 10,000 say that a side is empty. */
  quote(time: Time, bid: number, ask: number): void {
    if (bid === this.#bid && ask === this.#ask) return;
    const candle = this.#at(time);
    this.#bid = bid;
    this.#ask = ask;
    widen(candle.bid, bid);
    widen(candle.ask, ask);
  }

  trade(time: Time, price: Price, quantity: Quantity, openInterest: number): void {
    const candle = this.#at(time);
    if (candle.price === null) candle.price = flat(price);
    else widen(candle.price, price);
    candle.turnover += price * quantity;
    candle.volume += quantity;
    candle.openInterest = openInterest;
    this.#openInterest = openInterest;
    this.#last = price;
  }

  /** Contracts traded in minutes that end after `time`. */
  volumeSince(time: Time): Quantity {
    let sum = 0;
    for (let at = this.#minutes.length - 1; at >= 0 && this.#minutes[at]!.end * 1_000_000 > time; at--) {
      sum += this.#minutes[at]!.volume;
    }
    return sum as Quantity;
  }

  /** The last candle that ended by second `second`, or null. */
  before(second: number): Candle | null {
    return this.#minutes.findLast(({ end }) => end <= second) ?? null;
  }

  /** Candles of `minutes` minutes that end between two seconds, both included. */
  between(from: number, to: number, minutes: number): Candle[] {
    const length = minutes * 60;
    const found: Candle[] = [];
    for (const minute of this.#minutes) {
      const end = Math.ceil(minute.end / length) * length;
      if (end < from || end > to) continue;
      const last = found.at(-1);
      if (last?.end === end) join(last, minute);
      else found.push({ ...minute, end, bid: { ...minute.bid }, ask: { ...minute.ask }, price: copy(minute.price) });
    }
    return found;
  }

  #at(time: Time): Candle {
    const end = (Math.floor(time / MINUTE) + 1) * 60;
    const last = this.#minutes.at(-1);
    if (last?.end === end) return last;
    const candle: Candle = {
      end,
      bid: flat(this.#bid),
      ask: flat(this.#ask),
      price: null,
      turnover: 0,
      volume: 0,
      openInterest: this.#openInterest,
      previous: this.#last,
    };
    this.#minutes.push(candle);
    return candle;
  }
}

function flat(value: number): Span {
  return { open: value, low: value, high: value, close: value };
}

function copy(span: Span | null): Span | null {
  return span === null ? null : { ...span };
}

function widen(span: Span, value: number): void {
  span.low = Math.min(span.low, value);
  span.high = Math.max(span.high, value);
  span.close = value;
}

function append(span: Span, next: Span): void {
  span.low = Math.min(span.low, next.low);
  span.high = Math.max(span.high, next.high);
  span.close = next.close;
}

function join(candle: Candle, minute: Candle): void {
  append(candle.bid, minute.bid);
  append(candle.ask, minute.ask);
  if (minute.price !== null) {
    if (candle.price === null) candle.price = { ...minute.price };
    else append(candle.price, minute.price);
  }
  candle.turnover += minute.turnover;
  candle.volume += minute.volume;
  candle.openInterest = minute.openInterest;
}
