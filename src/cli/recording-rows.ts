import { Fault } from '../core/fault.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, type Detail, type MarketEventKind, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { decodeChannelMessage } from '../kalshi/channel-message.ts';
import { decodeFrame, type WireFrame } from '../kalshi/frame.ts';
import { type BookLevel, FrameSession, type SessionSink } from '../kalshi/frame-session.ts';
import { lifecycleDetail, lifecycleTicker } from '../kalshi/lifecycle-detail.ts';
import type { MarketLife } from '../kalshi/market-life.ts';
import { wireObject } from '../kalshi/wire.ts';
import type { RecordedFrame } from '../tape/record/line.ts';
import type { RecordingEntry } from '../tape/record/read-recording.ts';
import { BookChecks } from './book-checks.ts';
import { ReceiptClock } from './receipt-clock.ts';
import { RECORDER, type RecorderFrame, readRecorderFrame } from './recording-frames.ts';

/** Takes the rows of a tape, in order. */
export interface RowSink {
  event(
    exchangeTime: Time,
    localTime: Time,
    kind: MarketEventKind,
    market: MarketIndex,
    side: Side,
    price: Price,
    quantity: Quantity,
    more: boolean,
    tradeId: string | null,
  ): void;
  detail(exchangeTime: Time, localTime: Time, detail: Detail): void;
}

/** Turns the entries of a recording into rows: each connection is a session of its own, and what is lost of it leaves its books uncovered. */
export class RecordingRows implements SessionSink {
  readonly checks: BookChecks;
  readonly counts = {
    trades: 0,
    repeatedTrades: 0,
    unreadable: 0,
    damage: 0,
    restarts: 0,
    connections: 0,
    unknownMarkets: 0,
  };
  /** The first frames that could not be read, for a person. */
  readonly unreadable: string[] = [];
  /** What each session met, over all of them. */
  readonly sessions: FrameSession[] = [];
  readonly #lives: ReadonlyMap<string, MarketLife>;
  readonly #sink: RowSink;
  readonly #venueTime: boolean;
  readonly #clock = new ReceiptClock();
  readonly #live = new Map<number, FrameSession>();
  readonly #covered = new Set<string>();
  readonly #trades = new Set<string>();
  #now = 0 as Time;

  /** `venueTime`: the venue's time at the beginning, for an exchange whose clock is not that of the wall: rows are then known at its time. Else null. */
  constructor(lives: ReadonlyMap<string, MarketLife>, sink: RowSink, venueTime: Time | null) {
    this.#lives = lives;
    this.#sink = sink;
    this.#venueTime = venueTime !== null;
    this.#now = venueTime ?? (0 as Time);
    this.checks = new BookChecks((ticker) => this.#bookOf(ticker));
  }

  take(entry: RecordingEntry): void {
    if (entry.type === 'frame') this.#frame(entry.frame);
    else {
      if (entry.type === 'restart') {
        this.counts.restarts++;
        this.#clock.restart();
      } else this.counts.damage++;
      for (const session of this.#live.values()) session.lose(entry.reason, this.#now);
      if (entry.type === 'restart') this.#live.clear();
    }
  }

  /** Nothing is known after the last frame. */
  finish(): void {
    for (const session of this.#live.values()) session.finish();
    this.checks.finish();
    for (const ticker of [...this.#covered]) this.coverage(ticker, false, 'recording ended', this.#now);
  }

  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, localTime: Time): void {
    const rows = levels.length > 0 ? levels : [EMPTY];
    rows.forEach((level, at) => {
      this.#row(ticker, SNAPSHOT, level, exchangeTime, localTime, at < rows.length - 1);
    });
    this.checks.changed(ticker, this.#now);
  }

  delta(ticker: string, level: BookLevel, exchangeTime: Time, localTime: Time): void {
    this.#row(ticker, DELTA, level, exchangeTime, localTime, false);
    this.checks.changed(ticker, this.#now);
  }

  trade(
    { id, ticker, side, price, quantity, time, block }: Parameters<SessionSink['trade']>[0],
    localTime: Time,
  ): void {
    if (block) return;
    if (this.#trades.has(id)) {
      this.counts.repeatedTrades++;
      return;
    }
    this.#trades.add(id);
    this.counts.trades++;
    const level = { side: side ?? BID, price, quantity };
    this.#row(ticker, side === null ? UNSIDED_TRADE : TRADE, level, time, localTime, false, id);
  }

  coverage(ticker: string, covered: boolean, reason: string, time: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market === undefined) return;
    if (covered) this.#covered.add(ticker);
    else this.#covered.delete(ticker);
    // Proven by the numbers of its messages, not declared.
    const said = covered ? `sequence: ${reason}` : reason;
    this.#detail({ type: 'coverage', change: { market, covered, reason: said } }, this.#local(time));
  }

  #frame({ wall, monotonic, connection, text, n }: RecordedFrame): void {
    const received = this.#clock.at(wall, monotonic);
    try {
      const json: unknown = JSON.parse(text);
      if (connection === RECORDER)
        this.#ownFrame(readRecorderFrame(json, this.#local(received)), this.#local(received));
      else this.#venueFrame(this.#sessionOf(connection), json, received);
    } catch (error) {
      if (!(error instanceof Fault || error instanceof SyntaxError)) throw error;
      this.counts.unreadable++;
      if (this.unreadable.length < 20) this.unreadable.push(`frame ${n}: ${error.message}`);
      // It may have changed any book of its connection.
      this.#live.get(connection)?.lose('a message could not be read', this.#now);
    }
  }

  #ownFrame(frame: RecorderFrame | null, now: Time): void {
    if (frame === null) return;
    if (frame.type === 'tapedeck_market') {
      for (const detail of this.#lives.get(frame.market.facts.ticker)?.record(frame.market) ?? [])
        this.#detail(detail, now);
    } else if ('fees' in frame) this.#detail({ type: 'fees', change: frame.fees }, now);
    else if (frame.type === 'tapedeck_connected' || frame.type === 'tapedeck_closed') {
      this.#live.get(frame.connection)?.lose('connection lost', now);
      this.#live.delete(frame.connection);
      if (frame.type === 'tapedeck_connected') this.counts.connections++;
    } else if (frame.type === 'tapedeck_asking') this.checks.asking(this.#covered);
    else if (frame.type === 'tapedeck_books') this.checks.answered(frame.books, now);
  }

  #venueFrame(session: FrameSession, json: unknown, received: Time): void {
    const frame = decodeFrame(json);
    if (frame.type === 'other' && frame.name === 'market_lifecycle_v2') this.#lifecycle(json, received);
    session.accept(frame, this.#venueTime ? null : received);
    if (isTerminal(frame)) session.lose(`the venue ended a subscription: code ${frame.code}`, this.#now);
  }

  #lifecycle(json: unknown, received: Time): void {
    const message = decodeChannelMessage('market_lifecycle_v2', wireObject(json, 'frame').msg);
    const life = this.#lives.get(lifecycleTicker(message));
    if (life === undefined) return;
    const detail = lifecycleDetail(message, life.market.index);
    const news = detail?.type === 'lifecycle' ? life.change(detail.change) : null;
    if (news !== null) this.#detail(news, this.#local(received));
  }

  #sessionOf(connection: number): FrameSession {
    let session = this.#live.get(connection);
    if (session === undefined) {
      session = new FrameSession(this, 'yes-prices');
      this.#live.set(connection, session);
      this.sessions.push(session);
    }
    return session;
  }

  #bookOf(ticker: string): ReadonlyMap<number, number> | undefined {
    for (const session of this.#live.values()) {
      const book = session.book(ticker);
      if (book !== undefined) return book;
    }
    return undefined;
  }

  /** Local times never fall, though sessions are followed one by one. Where rows go by the venue's time, so does what the recorder noted. */
  #local(time: Time): Time {
    return this.#venueTime ? this.#now : (Math.max(time, this.#now) as Time);
  }

  #row(
    ticker: string,
    kind: MarketEventKind,
    { side, price, quantity }: BookLevel,
    exchangeTime: Time,
    localTime: Time,
    more: boolean,
    tradeId: string | null = null,
  ): void {
    const market = this.#lives.get(ticker)?.market;
    if (market === undefined) {
      this.counts.unknownMarkets++;
      return;
    }
    this.#now = Math.max(this.#now, localTime) as Time;
    this.#sink.event(exchangeTime, this.#now, kind, market.index, side, price, quantity, more, tradeId);
  }

  #detail(detail: Detail, time: Time): void {
    this.#now = Math.max(this.#now, time) as Time;
    this.#sink.detail(this.#now, this.#now, detail);
  }
}

const EMPTY: BookLevel = { side: BID, price: 0 as Price, quantity: 0 as Quantity };

function isTerminal(frame: WireFrame): frame is Extract<WireFrame, { type: 'error' }> {
  return frame.type === 'error' && (frame.code === 10 || frame.code === 25);
}
