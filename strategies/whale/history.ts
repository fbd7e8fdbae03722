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
  readonly #byMarket = new Map<MarketIndex, MarketHistory>();

  of(market: MarketIndex): MarketHistory {
    return this.#byMarket.get(market) ?? NOTHING;
  }

  add(trade: Trade): void {
    let history = this.#byMarket.get(trade.market);
    if (history === undefined) {
      history = { ...NOTHING };
      this.#byMarket.set(trade.market, history);
    }
    history.prints++;
    history.volume += trade.quantity;
    history.lastTime = trade.localTime;
  }
}
