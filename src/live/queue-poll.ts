import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { type Duration, SECOND } from '../core/time.ts';
import type { Engine } from '../engine/engine.ts';
import type { OwnOrder } from '../engine/own-orders.ts';
import type { PortfolioReads } from '../kalshi/portfolio-reads.ts';
import { Rounds } from '../kalshi/rounds.ts';

/** Where one of our orders stands in its queue by the exchange's word, and what its level shows by our book. Quantities in 0.01 contract. */
export interface QueuePlace {
  readonly order: number;
  readonly ahead: number;
  readonly level: number;
}

export interface QueuePollOptions {
  readonly engine: Engine;
  readonly reads: Pick<PortfolioReads, 'queuePositions'>;
  /** The exchange's id of an order, where it is known. */
  readonly exchangeId: (own: OwnOrder) => string | null;
  /** The clock on the wall. */
  readonly wall: Clock;
  readonly found: (places: readonly QueuePlace[]) => void;
  readonly trouble: (fault: Fault) => void;
  /** How often it asks while an order rests: one read in so much of the account's budget. Default 2 s. */
  readonly every?: Duration;
}

/** Asks the exchange now and then how much stands before each of our resting orders: what a queue model is fitted to. */
export class QueuePoll {
  readonly #options: QueuePollOptions;
  readonly #rounds: Rounds;

  constructor(options: QueuePollOptions) {
    this.#options = options;
    const { wall, every = (2 * SECOND) as Duration } = options;
    this.#rounds = new Rounds(wall, (signal) => this.#look(signal), every);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { engine, reads, exchangeId, found, trouble } = this.#options;
    const resting = engine.orders.list().filter((own) => own.state.status === 'resting');
    if (resting.length === 0) return;
    const tickers = [...new Set(resting.map(({ market }) => engine.state.markets[market]!.ticker))];
    try {
      const places = await reads.queuePositions({ market_tickers: tickers.join(',') }, signal);
      found(
        resting.flatMap((own) => {
          const id = exchangeId(own);
          const ahead = id === null ? undefined : places.get(id);
          const level = engine.state.readable(own.market)?.sizeAt(own.side, own.price);
          if (ahead === undefined || level === undefined || own.state.status !== 'resting') return [];
          return [{ order: own.id, ahead, level }];
        }),
      );
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code !== 'interrupted') trouble(error);
    }
  }
}
