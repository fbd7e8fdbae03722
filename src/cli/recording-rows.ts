import { Fault } from '../core/fault.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, type Detail, type MarketEventKind, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { decodeChannelMessage } from '../kalshi/channel-message.ts';
import { decodeFrame, type WireFrame } from '../kalshi/frame.ts';
import type { BookLevel, FrameSession, SessionSink } from '../kalshi/frame-session.ts';
import { lifecycleDetail, lifecycleTicker } from '../kalshi/lifecycle-detail.ts';
import type { MarketLife } from '../kalshi/market-life.ts';
import { wireObject } from '../kalshi/wire.ts';
import type { RecordedFrame } from '../tape/record/line.ts';
import type { RecordingEntry } from '../tape/record/read-recording.ts';
import type { BookChecks } from './book-checks.ts';
import { RECORDER, type RecorderFrame, readRecorderFrame } from './recording-frames.ts';
import { RecordingSource, type SourceSink } from './recording-source.ts';

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

/**
 * Turns the entries of recordings into rows: each connection is a session of its own, and what is lost of it leaves its books uncovered. Of
 * several recordings of one market one leads, as long as its book is trusted; then another does, from a snapshot of its own book on. Prints
 * are told once, by whoever heard them first.
 */
export class RecordingRows implements SourceSink {
  readonly counts = {
    trades: 0,
    repeatedTrades: 0,
    unreadable: 0,
    damage: 0,
    restarts: 0,
    connections: 0,
    handovers: 0,
    unknownMarkets: 0,
  };
  /** The first frames that could not be read, for a person. */
  readonly unreadable: string[] = [];
  /** What each session met, over all of them. */
  readonly sessions: FrameSession[] = [];
  readonly #lives: ReadonlyMap<string, MarketLife>;
  readonly #sink: RowSink;
  readonly #venueTime: boolean;
  readonly #sources: readonly RecordingSource[];
  /** The recording whose book of a market the rows follow. */
  readonly #leaders = new Map<string, RecordingSource>();
  readonly #trades = new Set<string>();
  #now = 0 as Time;

  /** `venueTime`: the venue's time at the beginning, for an exchange whose clock is not that of the wall: rows are then known at its time. Else null. */
  constructor(lives: ReadonlyMap<string, MarketLife>, sink: RowSink, venueTime: Time | null, sources = 1) {
    this.#lives = lives;
    this.#sink = sink;
    this.#venueTime = venueTime !== null;
    this.#now = venueTime ?? (0 as Time);
    this.#sources = Array.from({ length: sources }, () => new RecordingSource(this));
  }

  /** How the books over REST compare, by recording. */
  get checks(): readonly BookChecks[] {
    return this.#sources.map(({ checks }) => checks);
  }

  take(entry: RecordingEntry, number = 0): void {
    const source = this.#sources[number]!;
    if (entry.type === 'frame') {
      this.#frame(entry.frame, source);
      return;
    }
    if (entry.type === 'restart') {
      this.counts.restarts++;
      source.clock.restart();
    } else this.counts.damage++;
    for (const session of source.live.values()) session.lose(entry.reason, this.#now);
    if (entry.type === 'restart') source.live.clear();
  }

  /** Nothing is known after the last frame. */
  finish(): void {
    for (const source of this.#sources) {
      for (const session of source.live.values()) session.finish();
      source.checks.finish(source.clock.last);
      source.trusted.clear();
    }
    for (const [ticker, from] of [...this.#leaders]) this.coverage(from, ticker, false, 'recording ended', this.#now);
  }

  snapshot(from: RecordingSource, ticker: string, levels: readonly BookLevel[], exchangeTime: Time, local: Time): void {
    if (this.#leaders.get(ticker) !== from) return;
    const rows = levels.length > 0 ? levels : [EMPTY];
    rows.forEach((level, at) => {
      this.#row(ticker, SNAPSHOT, level, exchangeTime, local, at < rows.length - 1);
    });
  }

  delta(from: RecordingSource, ticker: string, level: BookLevel, exchangeTime: Time, local: Time): void {
    if (this.#leaders.get(ticker) === from) this.#row(ticker, DELTA, level, exchangeTime, local, false);
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

  coverage(from: RecordingSource, ticker: string, covered: boolean, reason: string, time: Time): void {
    const leader = this.#leaders.get(ticker);
    if (covered && leader === undefined) {
      this.#leaders.set(ticker, from);
      // Proven by the numbers of its messages, not declared.
      this.#cover(ticker, true, `sequence: ${reason}`, time);
    }
    if (covered || leader !== from) return;
    const next = this.#sources.find(({ trusted }) => trusted.has(ticker));
    if (next === undefined) {
      this.#leaders.delete(ticker);
      this.#cover(ticker, false, reason, time);
      return;
    }
    this.#leaders.set(ticker, next);
    this.counts.handovers++;
    const now = this.#local(time);
    this.snapshot(next, ticker, levelsOf(next.book(ticker)), now, now);
  }

  #cover(ticker: string, covered: boolean, reason: string, time: Time): void {
    const market = this.#lives.get(ticker)?.market.index;
    if (market === undefined) return;
    this.#detail({ type: 'coverage', change: { market, covered, reason } }, this.#local(time));
  }

  #frame({ wall, monotonic, connection, text, n }: RecordedFrame, source: RecordingSource): void {
    const received = source.clock.at(wall, monotonic);
    source.checks.heard(received);
    try {
      const json: unknown = JSON.parse(text);
      if (connection === RECORDER) {
        const now = this.#local(received);
        this.#ownFrame(source, readRecorderFrame(json, now), now);
      } else {
        const session = source.session(connection, (begun) => this.sessions.push(begun));
        this.#venueFrame(session, json, received);
      }
    } catch (error) {
      if (!(error instanceof Fault || error instanceof SyntaxError)) throw error;
      this.counts.unreadable++;
      if (this.unreadable.length < 20) this.unreadable.push(`frame ${n}: ${error.message}`);
      // It may have changed any book of its connection.
      source.live.get(connection)?.lose('a message could not be read', this.#now);
    }
  }

  #ownFrame(source: RecordingSource, frame: RecorderFrame | null, now: Time): void {
    if (frame === null) return;
    if (frame.type === 'tapedeck_market') {
      for (const detail of this.#lives.get(frame.market.facts.ticker)?.record(frame.market) ?? [])
        this.#detail(detail, now);
    } else if (frame.type === 'tapedeck_signal') this.#detail({ type: 'signal', signal: frame.signal }, now);
    else if ('fees' in frame) this.#detail({ type: 'fees', change: frame.fees }, now);
    else if (frame.type === 'tapedeck_connected' || frame.type === 'tapedeck_closed') {
      source.live.get(frame.connection)?.lose('connection lost', now);
      source.live.delete(frame.connection);
      if (frame.type === 'tapedeck_connected') this.counts.connections++;
    } else if (frame.type === 'tapedeck_asking') source.checks.asking(source.trusted);
    else if (frame.type === 'tapedeck_books') source.checks.answered(frame.books, source.clock.last);
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

function levelsOf(book: ReadonlyMap<number, number> | undefined): BookLevel[] {
  return [...(book ?? [])].map(([key, quantity]) => {
    const side = (key & 1) as Side;
    return { side, price: ((key - side) / 2) as Price, quantity: quantity as Quantity };
  });
}

const EMPTY: BookLevel = { side: BID, price: 0 as Price, quantity: 0 as Quantity };

function isTerminal(frame: WireFrame): frame is Extract<WireFrame, { type: 'error' }> {
  return frame.type === 'error' && (frame.code === 10 || frame.code === 25);
}
