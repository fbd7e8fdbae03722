import type { Market, MarketIndex } from '../../core/market.ts';
import { DELTA, type Detail, type MarketEventKind, SNAPSHOT, TRADE } from '../../core/market-event.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { drawLogNormal } from './draw.ts';
import type { OrderBook } from './order-book.ts';

/** Where generated rows go, in tape order. Neither time ever falls; `localTime` is never before `exchangeTime`. */
export interface TapeSink {
  /** Called for every market before the first row; returns its number on the tape. */
  market(market: Omit<Market, 'index'>): MarketIndex;
  row(
    exchangeTime: Time,
    localTime: Time,
    kind: MarketEventKind,
    market: MarketIndex,
    side: Side,
    price: Price,
    quantity: Quantity,
    more: boolean,
  ): void;
  detail(exchangeTime: Time, localTime: Time, detail: Detail): void;
}

/** The shortest time a row needs to reach us, and the median of what comes on top, in µs. */
const LEAST_DELAY = 1_200;
const MEDIAN_DELAY = 2_500;
const DELAY_SPREAD = 0.6;
/** Operations closer together than this travel together, with one delay. */
const TOGETHER = 2_000;

/** Writes what a public feed would show of the generator's books, one connection for all of them, each row with its delay. */
export class Emitter {
  readonly #sink: TapeSink;
  readonly #random: Random;
  #exchangeTime = 0 as Time;
  #localTime = 0 as Time;
  #delay = 0;
  #delayDrawn = 0;
  readonly #shown = new Set<OrderBook>();
  #rows = 0;

  constructor(sink: TapeSink, random: Random) {
    this.#sink = sink;
    this.#random = random;
  }

  /** Rows written so far, details included. */
  get rows(): number {
    return this.#rows;
  }

  /** Begins one operation of the exchange: its rows share both times. One connection delivers in order, so local time waits for what is before it. */
  begin(now: Time): void {
    this.#exchangeTime = now;
    if (now - this.#delayDrawn > TOGETHER) {
      this.#delay = LEAST_DELAY + Math.round(drawLogNormal(this.#random, MEDIAN_DELAY, DELAY_SPREAD));
      this.#delayDrawn = now;
    }
    this.#localTime = Math.max(this.#localTime, now + this.#delay) as Time;
  }

  /** A print at the resting order's price; `side` is the taker's. */
  trade(book: OrderBook, side: Side, level: number, quantity: Quantity): void {
    if (this.#shown.has(book)) this.#row(TRADE, book.market, side, book.grid.priceAt(level), quantity, false);
  }

  /** A change of one level, signed. */
  delta(book: OrderBook, side: Side, level: number, change: Quantity): void {
    if (this.#shown.has(book)) this.#row(DELTA, book.market, side, book.grid.priceAt(level), change, false);
  }

  /** Shows a book from now on, and first the whole of it as one group of rows, best levels first; an empty book is one row of price 0. */
  show(book: OrderBook): void {
    this.#shown.add(book);
    const levels: [Side, number][] = [];
    for (let level = book.bestBid; level >= 0; level--) if (book.total(BID, level) > 0) levels.push([BID, level]);
    for (let level = book.bestAsk; level < book.grid.size; level++) {
      if (book.total(ASK, level) > 0) levels.push([ASK, level]);
    }
    if (levels.length === 0) this.#row(SNAPSHOT, book.market, BID, 0 as Price, 0 as Quantity, false);
    levels.forEach(([side, level], index) => {
      const more = index + 1 < levels.length;
      this.#row(SNAPSHOT, book.market, side, book.grid.priceAt(level), book.total(side, level), more);
    });
  }

  /** From now on nothing of this book is shown. */
  hide(book: OrderBook): void {
    this.#shown.delete(book);
  }

  /** A rare event. */
  detail(detail: Detail): void {
    this.#rows++;
    this.#sink.detail(this.#exchangeTime, this.#localTime, detail);
  }

  #row(kind: MarketEventKind, market: MarketIndex, side: Side, price: Price, quantity: Quantity, more: boolean): void {
    this.#rows++;
    this.#sink.row(this.#exchangeTime, this.#localTime, kind, market, side, price, quantity, more);
  }
}
