import type { MarketIndex } from '../../src/core/market.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { type Duration, MINUTE, type Time } from '../../src/core/time.ts';
import type { Trade } from '../../src/engine/strategy.ts';

/** How far back is recent. */
const SPAN = (30 * MINUTE) as Duration;

interface Prints {
  readonly of: { readonly time: Time; readonly quantity: number }[];
  sum: number;
  last: Trade;
}

/** What was printed of each market in the last half hour, and its last print. */
export class RecentVolume {
  readonly #markets = new Map<MarketIndex, Prints>();

  add(trade: Trade): void {
    const { market, quantity, localTime: time } = trade;
    const prints = this.#markets.get(market);
    if (prints === undefined) this.#markets.set(market, { of: [{ time, quantity }], sum: quantity, last: trade });
    else {
      prints.of.push({ time, quantity });
      prints.sum += quantity;
      prints.last = trade;
    }
  }

  /** Contracts printed in the last half hour. */
  contracts(market: MarketIndex, now: Time): Quantity {
    const prints = this.#markets.get(market);
    if (prints === undefined) return 0 as Quantity;
    let gone = 0;
    for (const { time, quantity } of prints.of) {
      if (time > now - SPAN) break;
      prints.sum -= quantity;
      gone++;
    }
    prints.of.splice(0, gone);
    return prints.sum as Quantity;
  }

  /** The last print of a market, however old. */
  last(market: MarketIndex): Trade | undefined {
    return this.#markets.get(market)?.last;
  }
}
