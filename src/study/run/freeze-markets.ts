import type { Market } from '../../core/market.ts';

/** Every case of a pass reads the same markets: a strategy must not be able to write to them. */
export function freezeMarkets(markets: readonly Market[]): void {
  for (const market of markets) {
    Object.freeze(market);
    Object.freeze(market.strike);
  }
  Object.freeze(markets);
}
