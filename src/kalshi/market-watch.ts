import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { MarketFeed } from './market-feed.ts';
import type { MarketReads } from './market-reads.ts';
import { Rounds } from './rounds.ts';

const BATCH = 100;

export interface MarketWatchOptions {
  readonly reads: MarketReads;
  readonly feed: MarketFeed;
  readonly tickers: readonly string[];
  readonly clock: Clock;
  readonly onTrouble: (fault: Fault) => void;
  /** How often every record is read. Default 60 s: that a market opens or closes in time no message tells. */
  readonly every?: Duration;
  /** How long between two looks at whether it is time. Default 1 s. */
  readonly pause?: Duration;
}

/** Reads the records of the markets again and again, and at once where messages about them were missed, and tells the feed. */
export class MarketWatch {
  readonly #options: MarketWatchOptions;
  readonly #rounds: Rounds;
  #wanted = false;
  #lastLook: number;

  constructor(options: MarketWatchOptions) {
    this.#options = options;
    this.#lastLook = options.clock.elapsed();
    this.#rounds = new Rounds(options.clock, (signal) => this.#look(signal), options.pause);
  }

  /** The records are read at the next look. */
  lookSoon(): void {
    this.#wanted = true;
  }

  /** Ends it; resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { reads, feed, tickers, clock, onTrouble, every = 60 * SECOND } = this.#options;
    if (!this.#wanted && clock.elapsed() - this.#lastLook < every) return;
    this.#wanted = false;
    this.#lastLook = clock.elapsed();
    try {
      for (let at = 0; at < tickers.length; at += BATCH) {
        const query = { tickers: tickers.slice(at, at + BATCH).join(',') };
        for await (const market of reads.markets(query, signal)) feed.record(market, clock.now());
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#wanted = true;
      if (error.code !== 'interrupted') onTrouble(error);
    }
  }
}
