import type { Time } from '../core/time.ts';
import { type BookLevel, FrameSession, type SessionSink } from '../kalshi/frame-session.ts';
import { BookChecks } from './book-checks.ts';
import { ReceiptClock } from './receipt-clock.ts';

type Trade = Parameters<SessionSink['trade']>[0];

/** Hears what the recordings tell of the markets, and from which. */
export interface SourceSink {
  snapshot(from: RecordingSource, ticker: string, levels: readonly BookLevel[], exchangeTime: Time, local: Time): void;
  delta(from: RecordingSource, ticker: string, level: BookLevel, exchangeTime: Time, local: Time): void;
  trade(trade: Trade, local: Time): void;
  coverage(from: RecordingSource, ticker: string, covered: boolean, reason: string, time: Time): void;
}

/** One recording on its way through: its clock, its connections, and the books that it vouches for now. */
export class RecordingSource implements SessionSink {
  readonly clock = new ReceiptClock();
  readonly live = new Map<number, FrameSession>();
  readonly trusted = new Set<string>();
  readonly checks: BookChecks;
  readonly #sink: SourceSink;

  constructor(sink: SourceSink) {
    this.#sink = sink;
    this.checks = new BookChecks((ticker) => this.book(ticker));
  }

  /** The session of a connection; `onNew` hears of one that begins. */
  session(connection: number, onNew: (session: FrameSession) => void): FrameSession {
    let session = this.live.get(connection);
    if (session === undefined) {
      session = new FrameSession(this, 'yes-prices');
      this.live.set(connection, session);
      onNew(session);
    }
    return session;
  }

  /** The trusted book of a market, by price × 2 + side. */
  book(ticker: string): ReadonlyMap<number, number> | undefined {
    for (const session of this.live.values()) {
      const book = session.book(ticker);
      if (book !== undefined) return book;
    }
    return undefined;
  }

  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, local: Time): void {
    this.#sink.snapshot(this, ticker, levels, exchangeTime, local);
    this.checks.changed(ticker, this.clock.last);
  }

  delta(ticker: string, level: BookLevel, exchangeTime: Time, local: Time): void {
    this.#sink.delta(this, ticker, level, exchangeTime, local);
    this.checks.changed(ticker, this.clock.last);
  }

  trade(trade: Trade, local: Time): void {
    this.#sink.trade(trade, local);
  }

  coverage(ticker: string, covered: boolean, reason: string, time: Time): void {
    if (covered) this.trusted.add(ticker);
    else {
      this.trusted.delete(ticker);
      this.checks.torn(ticker);
    }
    this.#sink.coverage(this, ticker, covered, reason, time);
  }
}
