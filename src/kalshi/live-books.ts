import type { Time } from '../core/time.ts';
import type { WireFrame } from './frame.ts';
import type { BookLevel } from './frame-session.ts';
import { fitsPricing, yesLevel } from './leg-pricing.ts';

export interface BookSink {
  /** The whole book of a market in YES terms; no levels is an empty book. Times in µs. */
  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, localTime: Time): void;
  delta(ticker: string, level: BookLevel, exchangeTime: Time, localTime: Time): void;
  /** From here on the market's book may not be read, or may again. */
  coverage(ticker: string, covered: boolean, reason: string, time: Time): void;
}

type Snapshot = Extract<WireFrame, { type: 'snapshot' }>;
type Delta = Extract<WireFrame, { type: 'delta' }>;

/** The books that can be read now: each from its last snapshot on, until it is torn. Frames must carry YES prices on both legs. */
export class LiveBooks {
  readonly #sink: BookSink;
  readonly #books = new Map<string, Map<number, number>>();
  #pricing: 'unproven' | 'proven' | 'refuted' = 'unproven';

  constructor(sink: BookSink) {
    this.#sink = sink;
  }

  /** Whether `use_yes_price` was seen to work: a snapshot that fits both ways proves nothing, one that cannot be YES prices refutes it. */
  get pricing(): 'unproven' | 'proven' | 'refuted' {
    return this.#pricing;
  }

  /** A new subscription begins: its pricing is to be seen anew. */
  renew(): void {
    this.#pricing = 'unproven';
  }

  readable(ticker: string): boolean {
    return this.#books.has(ticker);
  }

  tear(ticker: string, reason: string, now: number): void {
    if (this.#books.delete(ticker)) this.#sink.coverage(ticker, false, reason, now as Time);
  }

  /** Takes a snapshot. False where its NO leg cannot be in YES prices: then every book is torn, and none is taken until `renew`. */
  snapshot(frame: Snapshot, sent: Time, now: number): boolean {
    if (!fitsPricing(frame.yes, frame.no, 'yes-prices')) this.#pricing = 'refuted';
    if (this.#pricing === 'refuted') {
      for (const ticker of [...this.#books.keys()]) this.tear(ticker, 'use_yes_price without effect', now);
      return false;
    }
    if (!fitsPricing(frame.yes, frame.no, 'no-prices')) this.#pricing = 'proven';
    const book = new Map<number, number>();
    const levels: BookLevel[] = [];
    for (const leg of ['yes', 'no'] as const) {
      for (const { price: wirePrice, quantity } of frame[leg]) {
        if (quantity <= 0) continue;
        const { side, price } = yesLevel(leg, wirePrice, 'yes-prices');
        book.set(price * 2 + side, quantity);
        levels.push({ side, price, quantity });
      }
    }
    const torn = !this.#books.has(frame.ticker);
    this.#books.set(frame.ticker, book);
    this.#sink.snapshot(frame.ticker, levels, sent, now as Time);
    if (torn) this.#sink.coverage(frame.ticker, true, 'snapshot', now as Time);
    return true;
  }

  /** Takes a change; one of a torn book is dropped. False where a level would fall below zero: the book is then torn. */
  delta(frame: Delta, sent: Time, now: number): boolean {
    const book = this.#books.get(frame.ticker);
    if (book === undefined) return true;
    const { side, price } = yesLevel(frame.leg, frame.price, 'yes-prices');
    const key = price * 2 + side;
    const left = (book.get(key) ?? 0) + frame.change;
    if (left < 0) {
      this.tear(frame.ticker, 'a level fell below zero', now);
      return false;
    }
    if (left === 0) book.delete(key);
    else book.set(key, left);
    this.#sink.delta(frame.ticker, { side, price, quantity: frame.change }, sent, now as Time);
    return true;
  }
}
