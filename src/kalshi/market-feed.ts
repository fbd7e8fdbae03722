import type { Fault } from '../core/fault.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import {
  DELTA,
  DETAIL,
  type Detail,
  MarketEvent,
  type MarketEventKind,
  SNAPSHOT,
  TRADE,
  UNSIDED_TRADE,
} from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { ChannelMessage } from './channel-message.ts';
import type { DecodedMarket } from './decode-market.ts';
import type { DecodedTrade } from './decode-trade.ts';
import type { FeedSink } from './feed-types.ts';
import type { BookLevel } from './frame-session.ts';
import { lifecycleDetail, lifecycleTicker } from './lifecycle-detail.ts';
import { MarketLife } from './market-life.ts';

/** Whoever joins a feed to an engine. */
export interface MarketFeedSink {
  /** One event for the engine; the object is used again after return. */
  event(event: MarketEvent): void;
  /** A message of a channel that is not about markets: fills, our orders, groups. May throw a Fault where it cannot be believed. */
  own(message: ChannelMessage): void;
  /** Messages of a channel were missed, or say less than is to be known: read over REST what they are about. */
  missed(channel: string, reason: string): void;
  trouble(fault: Fault): void;
}

/** What a feed tells of known markets, as numbered events of one engine. Messages about other markets are passed over. */
export class MarketFeed implements FeedSink {
  readonly #sink: MarketFeedSink;
  readonly #lives = new Map<string, MarketLife>();
  /** Who vouches for a book now. */
  readonly #covered = new Map<string, 'socket' | 'rest'>();
  readonly #event = new MarketEvent();
  #sequence = 0;

  /** The engine knows close and grid of the markets as they stand there; `sequence` is the number of the last event that it was told. */
  constructor(markets: readonly Market[], sink: MarketFeedSink, sequence = 0) {
    this.#sink = sink;
    this.#sequence = sequence;
    for (const market of markets) this.add(market);
  }

  /** Messages about one more market are told from now on. */
  add(market: Market): void {
    this.#lives.set(market.ticker, new MarketLife(market));
  }

  /** Tells of something that came by another way than the feed: a status read over REST, a signal. */
  detail(detail: Detail, market: MarketIndex, exchangeTime: Time, localTime: Time): void {
    const event = this.#next(DETAIL, market, exchangeTime, localTime);
    event.detail = detail;
    this.#sink.event(event);
  }

  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, localTime: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market === undefined) return;
    if (levels.length === 0) this.#level(SNAPSHOT, market, EMPTY, exchangeTime, localTime, false);
    levels.forEach((level, at) => {
      this.#level(SNAPSHOT, market, level, exchangeTime, localTime, at < levels.length - 1);
    });
  }

  delta(ticker: string, level: BookLevel, exchangeTime: Time, localTime: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market !== undefined) this.#level(DELTA, market, level, exchangeTime, localTime, false);
  }

  coverage(ticker: string, covered: boolean, reason: string, time: Time): void {
    if (covered) this.#covered.set(ticker, 'socket');
    else this.#covered.delete(ticker);
    this.#cover(ticker, covered, reason, time);
  }

  /** A book that was read over REST: told where the socket vouches for none. */
  polled(ticker: string, levels: readonly BookLevel[], now: Time): void {
    if (this.#covered.get(ticker) === 'socket') return;
    this.snapshot(ticker, levels, now, now);
    this.#covered.set(ticker, 'rest');
    this.#cover(ticker, true, 'read over REST: there is no socket', now);
  }

  /** Books that were read over REST are too old now, or no longer needed. */
  pollEnded(reason: string, now: Time): void {
    for (const [ticker, by] of [...this.#covered]) {
      if (by === 'socket') continue;
      this.#covered.delete(ticker);
      this.#cover(ticker, false, reason, now);
    }
  }

  #cover(ticker: string, covered: boolean, reason: string, time: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market !== undefined) {
      this.detail({ type: 'coverage', change: { market, covered, reason } }, market, time, time);
    }
  }

  trade({ ticker, side, price, quantity, time, block }: DecodedTrade, localTime: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market === undefined || block) return;
    const level = { side: side ?? BID, price, quantity };
    this.#level(side === null ? UNSIDED_TRADE : TRADE, market, level, time, localTime, false);
  }

  message(message: ChannelMessage, localTime: Time): void {
    if (message.type !== 'market_lifecycle_v2') {
      this.#sink.own(message);
      return;
    }
    const life = this.#lives.get(lifecycleTicker(message));
    if (life === undefined) return;
    const { index } = life.market;
    const detail = lifecycleDetail(message, index);
    const news = detail?.type === 'lifecycle' ? life.change(detail.change) : null;
    if (news !== null) this.detail(news, index, localTime, localTime);
    // What it pays stands in its record: a result may have been corrected since it was told.
    if (message.fields.event_type === 'settled') this.#sink.missed(message.type, 'settled');
  }

  /** What a market's record says of its life, read over REST: only what is new is told. */
  record(record: DecodedMarket, localTime: Time): void {
    const life = this.#lives.get(record.facts.ticker);
    if (life === undefined) return;
    for (const news of life.record(record)) {
      const time = news.type === 'settlement' ? (record.settlementTime ?? localTime) : localTime;
      this.detail(news, life.market.index, time, localTime);
    }
  }

  missed(channel: string, reason: string): void {
    this.#sink.missed(channel, reason);
  }

  fault(fault: Fault): void {
    this.#sink.trouble(fault);
  }

  #level(
    kind: MarketEventKind,
    market: MarketIndex,
    { side, price, quantity }: BookLevel,
    exchangeTime: Time,
    localTime: Time,
    more: boolean,
  ): void {
    const event = this.#next(kind, market, exchangeTime, localTime);
    event.side = side;
    event.price = price;
    event.quantity = quantity;
    event.more = more;
    this.#sink.event(event);
  }

  #next(kind: MarketEventKind, market: MarketIndex, exchangeTime: Time, localTime: Time): MarketEvent {
    const event = this.#event;
    event.kind = kind;
    event.sequence = ++this.#sequence;
    event.market = market;
    event.exchangeTime = exchangeTime;
    event.writtenTime = exchangeTime;
    event.localTime = localTime;
    event.more = false;
    event.detail = null;
    return event;
  }
}

const EMPTY: BookLevel = { side: BID, price: 0 as Price, quantity: 0 as Quantity };
