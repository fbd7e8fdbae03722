import type { MarketIndex } from '../../src/core/market.ts';
import type { Trade } from '../../src/engine/strategy.ts';

/** What a market's prints have told so far. */
export interface MarketHistory {
  prints: number;
  /** Contracts in 0.01. */
  volume: number;
  /** Local time of the last print. */
  lastTime: number;
}

const NOTHING: MarketHistory = { prints: 0, volume: 0, lastTime: Number.NEGATIVE_INFINITY };

/** Prints so far, by market. */
export class Histories {
  readonly #byMarket: (MarketHistory | undefined)[] = [];

  of(market: MarketIndex): MarketHistory {
    return this.#byMarket[market] ?? NOTHING;
  }

  add(trade: Trade): void {
    const history = this.#byMarket[trade.market] ?? this.#begin(trade.market);
    history.prints++;
    history.volume += trade.quantity;
    history.lastTime = trade.localTime;
  }

  #begin(market: MarketIndex): MarketHistory {
    const history = { ...NOTHING };
    while (this.#byMarket.length <= market) this.#byMarket.push(undefined);
    this.#byMarket[market] = history;
    return history;
  }
}
