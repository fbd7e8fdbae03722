import { Fault } from '../core/fault.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { DecodedTrade } from './decode-trade.ts';
import type { WireFrame } from './frame.ts';
import { fitsPricing, type LegPricing, yesLevel } from './leg-pricing.ts';

export interface BookLevel {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Receives what a session says, in order, in YES terms. Local times never fall. */
export interface SessionSink {
  /** The whole book of a market; no levels is an empty book. */
  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, localTime: Time): void;
  /** A change of one level, signed. */
  delta(ticker: string, level: BookLevel, exchangeTime: Time, localTime: Time): void;
  trade(trade: DecodedTrade, localTime: Time): void;
  /** From here on the market's book cannot be trusted, or can again. */
  coverage(ticker: string, covered: boolean, reason: string, time: Time): void;
}

/** How often a session met what, by name. */
export interface SessionCounts {
  duplicates: number;
  gaps: number;
  /** Gaps of subscriptions that carry no book. */
  gapsWithoutBook: number;
  missingMessages: number;
  deltasWithoutBook: number;
  negativeLevels: number;
  untimedSnapshots: number;
  timesMovedUp: number;
  withoutLocalTime: number;
  receivedBeforeSent: number;
  acknowledgements: number;
  otherFrames: number;
}

type BookFrame = Extract<WireFrame, { type: 'snapshot' | 'delta' }>;

/**
 * Follows the frames of one WebSocket session: checks `seq` per subscription, rebuilds each book to see that no level goes below
 * zero, and tells a sink. A gap makes every book of its subscription untrusted until its next snapshot; what arrives in between is dropped.
 */
export class FrameSession {
  readonly counts: SessionCounts = {
    duplicates: 0,
    gaps: 0,
    gapsWithoutBook: 0,
    missingMessages: 0,
    deltasWithoutBook: 0,
    negativeLevels: 0,
    untimedSnapshots: 0,
    timesMovedUp: 0,
    withoutLocalTime: 0,
    receivedBeforeSent: 0,
    acknowledgements: 0,
    otherFrames: 0,
  };
  readonly #sink: SessionSink;
  readonly #pricing: LegPricing;
  readonly #lastSeq = new Map<number, number>();
  /** Levels of each trusted book, by price × 2 + side. Absent: no snapshot yet, or torn since. */
  readonly #books = new Map<string, Map<number, number>>();
  readonly #tickers = new Map<number, Set<string>>();
  /** Snapshots without a time, waiting for the next timed frame of their subscription. */
  readonly #waiting = new Map<number, { frame: BookFrame; local: Time | null }[]>();
  #now = 0 as Time;

  constructor(sink: SessionSink, pricing: LegPricing) {
    this.#sink = sink;
    this.#pricing = pricing;
  }

  /** The levels of a trusted book, by price × 2 + side; undefined while it is not. */
  book(ticker: string): ReadonlyMap<number, number> | undefined {
    return this.#books.get(ticker);
  }

  /** The connection is gone, or something of it is missing: no book of the session is trusted any more. */
  lose(reason: string, time: Time): void {
    for (const ticker of [...this.#books.keys()]) this.#tear(ticker, reason, time);
  }

  /** Takes the next frame. `localTime` is when it was received, or null where the recording does not say: then it is the venue's time. */
  accept(frame: WireFrame, localTime: Time | null): void {
    if ('seq' in frame && frame.seq !== null && !this.#inSequence(frame.sid, frame.seq, timeOf(frame))) return;
    switch (frame.type) {
      case 'snapshot':
      case 'delta':
        this.#book(frame, localTime);
        return;
      case 'trade':
        this.#sink.trade(frame.trade, this.#local(frame.trade.time, localTime));
        return;
      case 'acknowledged':
      case 'subscribed':
        this.counts.acknowledgements++;
        return;
      default:
        this.counts.otherFrames++;
    }
  }

  /** Ends the session: snapshots still without a time take the last one known. Gives how many had no time to take. */
  finish(): number {
    let lost = 0;
    for (const list of this.#waiting.values()) {
      if (this.#now === 0) lost += list.length;
      else for (const { frame, local } of list) this.#emit(frame, this.#now, local);
    }
    this.#waiting.clear();
    return lost;
  }

  #inSequence(sid: number, seq: number, time: Time | null): boolean {
    const last = this.#lastSeq.get(sid);
    if (last !== undefined && seq <= last) {
      this.counts.duplicates++;
      return false;
    }
    if (last !== undefined && seq > last + 1) {
      if (this.#tickers.has(sid)) this.counts.gaps++;
      else this.counts.gapsWithoutBook++;
      this.counts.missingMessages += seq - last - 1;
      this.#waiting.delete(sid);
      for (const ticker of this.#tickers.get(sid) ?? []) this.#tear(ticker, `sequence gap: ${last} then ${seq}`, time);
    }
    this.#lastSeq.set(sid, seq);
    return true;
  }

  #tear(ticker: string, reason: string, time: Time | null): void {
    if (!this.#books.delete(ticker)) return;
    this.#sink.coverage(ticker, false, reason, this.#local(time ?? this.#now, null, false));
  }

  #book(frame: BookFrame, local: Time | null): void {
    const waiting = this.#waiting.get(frame.sid) ?? [];
    if (frame.time === null) {
      this.counts.untimedSnapshots++;
      waiting.push({ frame, local });
      this.#waiting.set(frame.sid, waiting);
      return;
    }
    this.#waiting.delete(frame.sid);
    for (const earlier of waiting) this.#emit(earlier.frame, frame.time, earlier.local);
    this.#emit(frame, frame.time, local);
  }

  #emit(frame: BookFrame, time: Time, received: Time | null): void {
    if (frame.type === 'snapshot') this.#emitSnapshot(frame, time, this.#local(time, received));
    else this.#emitDelta(frame, time, received);
  }

  #emitSnapshot(frame: Extract<BookFrame, { type: 'snapshot' }>, time: Time, local: Time): void {
    if (!fitsPricing(frame.yes, frame.no, this.#pricing)) {
      throw new Fault(
        'crossed-book',
        `a snapshot of ${frame.ticker} is crossed when its NO leg is read as ${this.#pricing}`,
        {
          next: 'Check how the session was subscribed (use_yes_price), and say so with legPricing.',
        },
      );
    }
    const book = new Map<number, number>();
    const levels: BookLevel[] = [];
    for (const leg of ['yes', 'no'] as const) {
      for (const { price: wirePrice, quantity } of frame[leg]) {
        if (quantity <= 0) continue;
        const { side, price } = yesLevel(leg, wirePrice, this.#pricing);
        book.set(price * 2 + side, quantity);
        levels.push({ side, price, quantity });
      }
    }
    if (!this.#books.has(frame.ticker)) this.#sink.coverage(frame.ticker, true, 'snapshot', local);
    this.#books.set(frame.ticker, book);
    const known = this.#tickers.get(frame.sid) ?? new Set();
    this.#tickers.set(frame.sid, known.add(frame.ticker));
    this.#sink.snapshot(frame.ticker, levels, time, local);
  }

  #emitDelta(frame: Extract<BookFrame, { type: 'delta' }>, time: Time, received: Time | null): void {
    const book = this.#books.get(frame.ticker);
    if (book === undefined) {
      this.counts.deltasWithoutBook++;
      return;
    }
    const { side, price } = yesLevel(frame.leg, frame.price, this.#pricing);
    const left = (book.get(price * 2 + side) ?? 0) + frame.change;
    if (left < 0) {
      this.counts.negativeLevels++;
      this.#tear(frame.ticker, 'a level would be less than empty: a message is missing', time);
      return;
    }
    if (left === 0) book.delete(price * 2 + side);
    else book.set(price * 2 + side, left);
    this.#sink.delta(frame.ticker, { side, price, quantity: frame.change }, time, this.#local(time, received));
  }

  /** The local time of a row: when it was received, else the venue's time; never before that, nor before the row before it. */
  #local(time: Time, received: Time | null, counted = true): Time {
    const at = received !== null && received > time ? received : time;
    if (counted && received === null) this.counts.withoutLocalTime++;
    else if (counted && at !== received) this.counts.receivedBeforeSent++;
    if (at < this.#now) {
      if (counted) this.counts.timesMovedUp++;
    } else this.#now = at;
    return this.#now;
  }
}

function timeOf(frame: WireFrame): Time | null {
  if (frame.type === 'trade') return frame.trade.time;
  return 'time' in frame ? frame.time : null;
}
