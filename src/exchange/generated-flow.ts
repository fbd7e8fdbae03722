import type { MarketIndex, Settlement } from '../core/market.ts';
import type { Time } from '../core/time.ts';
import type { SyntheticConfig } from '../sim/synthetic/config.ts';
import type { TapeSink } from '../sim/synthetic/emit.ts';
import type { SyntheticExchange } from '../sim/synthetic/exchange.ts';
import { World } from '../sim/synthetic/generator.ts';
import type { OrderBook } from '../sim/synthetic/order-book.ts';
import type { Witness } from '../sim/synthetic/witness.ts';
import type { SourceEvent, WorldSource } from './world-source.ts';

/** SYNTHETIC: markets, traders and weather of the order-level generator. */
export class GeneratedFlow implements WorldSource {
  readonly #world: World;
  readonly books: readonly OrderBook[];
  readonly events: readonly SourceEvent[];

  constructor(config: SyntheticConfig, sink: TapeSink, witness: Witness) {
    this.#world = new World(config, sink, witness);
    this.books = this.#world.books;
    this.events = this.#world.truth().events.map(({ event, life, path }) => {
      return { event, expected: life.settle, measured: `${path.settledHigh}.00`, disputed: life.disputed, life };
    });
  }

  get exchange(): SyntheticExchange {
    return this.#world.exchange;
  }

  runUntil(time: Time): void {
    this.#world.runUntil(time);
  }

  payoutOf(market: MarketIndex): Omit<Settlement, 'market'> {
    return this.#world.payoutOf(market);
  }
}
