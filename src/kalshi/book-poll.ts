import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { ASK, BID } from '../core/side.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { BookPicture } from './decode-book.ts';
import type { BookLevel } from './frame-session.ts';
import type { MarketFeed } from './market-feed.ts';
import type { MarketReads } from './market-reads.ts';
import { Rounds } from './rounds.ts';

export interface BookPollOptions {
  readonly reads: MarketReads;
  readonly feed: MarketFeed;
  readonly tickers: readonly string[];
  readonly clock: Clock;
  /** Whether the socket is open. */
  readonly connected: () => boolean;
  readonly onTrouble: (fault: Fault) => void;
  /** How long without a socket until books are read over REST, and how long from one reading to the next. Default 15 s. */
  readonly every?: Duration;
}

/**
 * Reads the books over REST while no socket can be had. Each is readable from its reading on for two such intervals at most, and no more
 * once the socket is back: then its own snapshots count.
 */
export class BookPoll {
  readonly #options: BookPollOptions;
  readonly #every: number;
  readonly #rounds: Rounds;
  /** Since when there is no socket. */
  #without: number | null = null;
  #asked = Number.NEGATIVE_INFINITY;
  /** When the books that are readable now were read. */
  #readAt: number | null = null;

  constructor(options: BookPollOptions) {
    this.#options = options;
    this.#every = options.every ?? 15 * SECOND;
    this.#rounds = new Rounds(options.clock, (signal) => this.#look(signal));
  }

  /** Ends it; resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { clock, connected } = this.#options;
    const now = clock.elapsed();
    if (connected()) {
      this.#without = null;
      this.#tear('the socket is back');
      return;
    }
    this.#without ??= now;
    if (now - this.#without >= this.#every && now - this.#asked >= this.#every) {
      this.#asked = now;
      await this.#read(signal);
    }
    if (this.#readAt !== null && clock.elapsed() - this.#readAt >= 2 * this.#every) this.#tear('no book over REST');
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { reads, feed, tickers, clock, connected, onTrouble } = this.#options;
    try {
      const asked = clock.elapsed();
      const books = await reads.books(tickers, signal);
      if (connected()) return;
      const now = clock.now();
      for (const [ticker, book] of books) feed.polled(ticker, levelsOf(book), now);
      this.#readAt = asked;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code !== 'interrupted') onTrouble(error);
    }
  }

  #tear(reason: string): void {
    if (this.#readAt === null) return;
    this.#readAt = null;
    const { feed, clock } = this.#options;
    feed.pollEnded(reason, clock.now());
  }
}

function levelsOf({ bids, asks }: BookPicture): BookLevel[] {
  return [
    ...bids.map(({ price, quantity }) => ({ side: BID, price, quantity })),
    ...asks.map(({ price, quantity }) => ({ side: ASK, price, quantity })),
  ];
}
