import type { Price } from '../../src/core/price.ts';
import type { PriceGrid } from '../../src/core/price-grid.ts';
import { BID, type Side } from '../../src/core/side.ts';

/** What one contract of a side costs at a YES price, in 1e-4 dollars. */
export function costOf(side: Side, price: number): number {
  return side === BID ? price : 10_000 - price;
}

/**
 * The expected gain a contract, in 1e-4 dollars: the chance that the side wins, in dollars, less what it costs and the fee (1e-4 dollars a
 * contract) at that price.
 */
export function gainOf(side: Side, chance: number, price: Price, feeAt: (price: Price) => number): number {
  return chance * 10_000 - costOf(side, price) - feeAt(price);
}

/**
 * The worst price of the grid at which a side is still worth `least` (1e-4 dollars a contract) or more; undefined where none is. The gain falls
 * as the price worsens, but for the fee, which changes by less than a tick.
 */
export function worstPrice(
  side: Side,
  chance: number,
  least: number,
  grid: PriceGrid,
  feeAt: (price: Price) => number,
): Price | undefined {
  let [low, high] = [0, grid.size];
  // Levels as the side pays for them: the first is its cheapest.
  const at = (level: number): Price => grid.priceAt(side === BID ? level : grid.size - 1 - level);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (gainOf(side, chance, at(middle), feeAt) >= least) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : at(low - 1);
}
