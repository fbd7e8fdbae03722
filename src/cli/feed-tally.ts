import type { Time } from '../core/time.ts';
import type { FeedSink } from '../kalshi/feed-types.ts';
import type { Gap } from '../tape/record/gap-ledger.ts';

/** Counts what a recording meets, for the status line and the end. */
export class FeedTally {
  /** Why the recorder stopped by itself; null while it works. */
  stopped: unknown = null;
  readonly #covered = new Set<string>();
  readonly #troubles = new Map<string, number>();
  readonly #onGap: (gap: Omit<Gap, 'next'>) => void;
  #frames = 0;
  #synced = 0;
  #trades = 0;
  #torn = 0;

  readonly #onTrouble: (what: string) => void;

  /** `onGap` hears at once of every stretch in which messages may be missing, `onTrouble` of everything else that went wrong. */
  constructor(onGap: (gap: Omit<Gap, 'next'>) => void, onTrouble: (what: string) => void) {
    this.#onGap = onGap;
    this.#onTrouble = onTrouble;
  }

  /** Frames that the exchange sent. */
  get frames(): number {
    return this.#frames;
  }

  frame(): void {
    this.#frames++;
  }

  synced(n: number): void {
    this.#synced = n;
  }

  stop(fault: unknown): void {
    this.stopped = fault;
  }

  trouble(what: string): void {
    this.#onTrouble(what);
    this.#troubles.set(what, (this.#troubles.get(what) ?? 0) + 1);
  }

  /** Hears one connection. Whatever a book misses is a gap of its market: nothing of it counts until its next snapshot. */
  sinkOf(connection: number): FeedSink {
    const gap = (what: string, time: Time): void => {
      this.#onGap({ kind: 'connection', from: null, until: time, reason: `connection ${connection}: ${what}` });
    };
    // One loss tears many books at once: it is one gap.
    const torn = new Map<string, { tickers: string[]; time: Time }>();
    const tell = (): void => {
      for (const [reason, { tickers, time }] of torn) {
        gap(`${tickers.length === 1 ? tickers[0] : `${tickers.length} books`}: ${reason}`, time);
      }
      torn.clear();
    };
    const tear = (ticker: string, reason: string, time: Time): void => {
      if (torn.size === 0) queueMicrotask(tell);
      const known = torn.get(reason);
      if (known === undefined) torn.set(reason, { tickers: [ticker], time });
      else known.tickers.push(ticker);
    };
    return {
      snapshot: () => {},
      delta: () => {},
      coverage: (ticker, covered, reason, time) => {
        if (covered) this.#covered.add(ticker);
        else if (this.#covered.delete(ticker)) {
          this.#torn++;
          tear(ticker, reason, time);
        }
      },
      trade: () => {
        this.#trades++;
      },
      message: () => {},
      missed: (channel, reason, time) => gap(`${channel}: ${reason}`, time),
      fault: (fault) => this.trouble(fault.message),
    };
  }

  line(): string {
    return `${this.#frames} frames, ${this.#synced} on disk, ${this.#trades} prints, ${this.#covered.size} books whole, ${this.#torn} torn`;
  }

  summary(): { prints: number; booksWhole: number; booksTorn: number; troubles: string[] } {
    return {
      prints: this.#trades,
      booksWhole: this.#covered.size,
      booksTorn: this.#torn,
      troubles: this.troubles(),
    };
  }

  troubles(): string[] {
    return [...this.#troubles].map(([what, times]) => (times === 1 ? what : `${what} (${times} times)`));
  }
}
