import { parseTime, type Time } from '../core/time.ts';
import { type BookPicture, decodeBook } from './decode-book.ts';
import { type Candle, decodeCandle } from './decode-candle.ts';
import { type DecodedMarket, decodeMarket } from './decode-market.ts';
import { type DecodedTrade, decodeTrade } from './decode-trade.ts';
import type { DriftSentinel, RecordFields } from './drift.ts';
import * as fields from './market-fields.ts';
import { listOf, pages, rows, segment } from './pages.ts';
import type { KalshiRest, Query } from './rest.ts';
import { type WireObject, wireList, wireObject, wireText } from './wire.ts';

/** A span of candlesticks, its ends in Unix time to the second. */
export interface CandleSpan {
  readonly start: Time;
  readonly end: Time;
  readonly minutes: 1 | 60 | 1440;
}

/** Where the live tier ends: what is older is in the historical one only. */
export interface Cutoff {
  readonly marketsSettled: Time;
  readonly tradesCreated: Time;
  readonly ordersUpdated: Time;
}

/** At most so many tickers go into one request. */
const BATCH = 100;

/** Public data. Every method throws the Faults of {@link KalshiRest.read}, and `malformed-input` where a record cannot be used. */
export class MarketReads {
  readonly #rest: KalshiRest;
  readonly #drift: DriftSentinel;

  constructor(rest: KalshiRest, drift: DriftSentinel) {
    this.#rest = rest;
    this.#drift = drift;
  }

  async status(signal?: AbortSignal): Promise<{ exchangeActive: boolean; tradingActive: boolean }> {
    const from = this.#drift.check(fields.EXCHANGE_STATUS, await this.#rest.read('/exchange/status', {}, signal));
    return { exchangeActive: from.exchange_active === true, tradingActive: from.trading_active === true };
  }

  /** Opening hours and maintenance windows, as the wire has them: times are Eastern. */
  async schedule(signal?: AbortSignal): Promise<WireObject> {
    return this.#part('/exchange/schedule', 'schedule', {}, signal);
  }

  /** One series record, for its fee type and multiplier among others. */
  async series(ticker: string, signal?: AbortSignal): Promise<WireObject> {
    return this.#drift.check(fields.SERIES, await this.#part(`/series/${segment(ticker)}`, 'series', {}, signal));
  }

  /** All series of a category, in one answer. */
  async allSeries(query: Query, signal?: AbortSignal): Promise<WireObject[]> {
    return this.#list('/series', 'series', fields.SERIES, query, signal);
  }

  /** Event records; with `with_nested_markets` each holds its markets. */
  async *events(query: Query = {}, signal?: AbortSignal): AsyncGenerator<WireObject> {
    for await (const row of rows(this.#rest, '/events', 'events', { limit: 200, ...query }, signal)) {
      yield this.#drift.check(fields.EVENT, row);
    }
  }

  /** An event with its markets. */
  async event(ticker: string, signal?: AbortSignal): Promise<{ event: WireObject; markets: DecodedMarket[] }> {
    const path = `/events/${segment(ticker)}`;
    const body = wireObject(await this.#rest.read(path, {}, signal), path);
    const event = this.#drift.check(fields.EVENT, body.event);
    return { event, markets: listOf(body, 'markets', path).map((row) => this.#market(row, event)) };
  }

  async market(ticker: string, signal?: AbortSignal): Promise<DecodedMarket> {
    return this.#market(await this.#part(`/markets/${segment(ticker)}`, 'market', {}, signal), null);
  }

  /** Markets by filter (`status`, `series_ticker`, `event_ticker`, `tickers`, …). */
  async *markets(query: Query = {}, signal?: AbortSignal): AsyncGenerator<DecodedMarket> {
    for await (const row of rows(this.#rest, '/markets', 'markets', { limit: 1000, ...query }, signal)) {
      yield this.#market(row, null);
    }
  }

  /** Open markets whose ticker or title holds every word of `text`: the API itself has no search. */
  async *search(text: string, query: Query = {}, signal?: AbortSignal): AsyncGenerator<DecodedMarket> {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for await (const market of this.markets({ status: 'open', mve_filter: 'exclude', ...query }, signal)) {
      const said = `${market.facts.ticker} ${market.facts.title}`.toLowerCase();
      if (words.every((word) => said.includes(word))) yield market;
    }
  }

  /** A book; `depth` levels a side, 0 for all. */
  async book(ticker: string, depth = 0, signal?: AbortSignal): Promise<BookPicture> {
    const path = `/markets/${segment(ticker)}/orderbook`;
    return this.#book(await this.#part(path, 'orderbook_fp', { depth }, signal));
  }

  /** Books by ticker, however many are asked for. */
  async books(tickers: readonly string[], signal?: AbortSignal): Promise<Map<string, BookPicture>> {
    const path = '/markets/orderbooks';
    const found = new Map<string, BookPicture>();
    for (let at = 0; at < tickers.length; at += BATCH) {
      const body = wireObject(await this.#rest.read(path, { tickers: tickers.slice(at, at + BATCH) }, signal), path);
      for (const row of listOf(body, 'orderbooks', path)) {
        const from = wireObject(row, 'order book');
        found.set(wireText(from, 'ticker'), this.#book(from.orderbook_fp));
      }
    }
    return found;
  }

  /** Public trades, newest first. */
  trades(query: Query = {}, signal?: AbortSignal): AsyncGenerator<DecodedTrade> {
    return this.#trades('/markets/trades', query, signal);
  }

  async candles(series: string, ticker: string, span: CandleSpan, signal?: AbortSignal): Promise<Candle[]> {
    const path = `/series/${segment(series)}/markets/${segment(ticker)}/candlesticks`;
    return (await this.#list(path, 'candlesticks', fields.CANDLE, spanQuery(span), signal)).map(decodeCandle);
  }

  /** Candlesticks of up to 100 markets, by ticker; the exchange gives at most 10,000 in all. */
  async candlesOf(tickers: readonly string[], span: CandleSpan, signal?: AbortSignal): Promise<Map<string, Candle[]>> {
    const path = '/markets/candlesticks';
    const query = { market_tickers: tickers.join(','), ...spanQuery(span) };
    const body = wireObject(await this.#rest.read(path, query, signal), path);
    const found = new Map<string, Candle[]>();
    for (const row of listOf(body, 'markets', path)) {
      const from = wireObject(row, 'candlesticks of a market');
      const candles = this.#drift.checkAll(fields.CANDLE, listOf(from, 'candlesticks', path));
      found.set(wireText(from, 'market_ticker'), candles.map(decodeCandle));
    }
    return found;
  }

  async cutoff(signal?: AbortSignal): Promise<Cutoff> {
    const from = this.#drift.check(fields.CUTOFF, await this.#rest.read('/historical/cutoff', {}, signal));
    return {
      marketsSettled: parseTime(wireText(from, 'market_settled_ts')),
      tradesCreated: parseTime(wireText(from, 'trades_created_ts')),
      ordersUpdated: parseTime(wireText(from, 'orders_updated_ts')),
    };
  }

  async *historicalMarkets(query: Query = {}, signal?: AbortSignal): AsyncGenerator<DecodedMarket> {
    for await (const row of rows(this.#rest, '/historical/markets', 'markets', { limit: 1000, ...query }, signal)) {
      yield this.#market(row, null);
    }
  }

  historicalTrades(query: Query = {}, signal?: AbortSignal): AsyncGenerator<DecodedTrade> {
    return this.#trades('/historical/trades', query, signal);
  }

  async historicalCandles(ticker: string, span: CandleSpan, signal?: AbortSignal): Promise<Candle[]> {
    const path = `/historical/markets/${segment(ticker)}/candlesticks`;
    return (await this.#list(path, 'candlesticks', fields.HISTORICAL_CANDLE, spanQuery(span), signal)).map(
      decodeCandle,
    );
  }

  /** Announced changes of series fees; with `show_historical` past ones too. */
  async seriesFeeChanges(query: Query = {}, signal?: AbortSignal): Promise<WireObject[]> {
    return this.#list('/series/fee_changes', 'series_fee_change_arr', fields.SERIES_FEE_CHANGE, query, signal);
  }

  async *eventFeeChanges(query: Query = {}, signal?: AbortSignal): AsyncGenerator<WireObject> {
    for await (const body of pages(this.#rest, '/events/fee_changes', 'event_fee_changes', query, signal)) {
      const list = listOf(body, 'event_fee_changes', '/events/fee_changes');
      yield* this.#drift.checkAll(fields.EVENT_FEE_CHANGE, list);
    }
  }

  async *#trades(path: string, query: Query, signal?: AbortSignal): AsyncGenerator<DecodedTrade> {
    for await (const row of rows(this.#rest, path, 'trades', { limit: 1000, ...query }, signal)) {
      yield decodeTrade(this.#drift.check(fields.TRADE, row));
    }
  }

  #market(row: unknown, event: WireObject | null): DecodedMarket {
    const from = this.#drift.check(fields.MARKET, row);
    this.#drift.checkAll(fields.PRICE_RANGE, wireList(from.price_ranges, 'price_ranges'));
    return decodeMarket(from, event);
  }

  #book(row: unknown): BookPicture {
    return decodeBook(this.#drift.check(fields.ORDER_BOOK, row));
  }

  async #part(path: string, part: string, query: Query, signal?: AbortSignal): Promise<WireObject> {
    return wireObject(wireObject(await this.#rest.read(path, query, signal), path)[part], `${part} of ${path}`);
  }

  async #list(path: string, list: string, of: RecordFields, query: Query, signal?: AbortSignal): Promise<WireObject[]> {
    const body = wireObject(await this.#rest.read(path, query, signal), path);
    return this.#drift.checkAll(of, listOf(body, list, path));
  }
}

function spanQuery({ start, end, minutes }: CandleSpan): Query {
  return { start_ts: Math.floor(start / 1_000_000), end_ts: Math.floor(end / 1_000_000), period_interval: minutes };
}
