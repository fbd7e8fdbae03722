import type { Money } from '../../src/core/money.ts';
import type { Quantity } from '../../src/core/quantity.ts';

/**
 * A share of the Kelly stake in contracts, whole ones. For a chance q of winning and a cost c (fee included, in 1e-4 dollars a contract) the
 * full stake is f = (q − c) / (1 − c) of the cash at hand (Kelly 1956, a binary bet at odds (1 − c) / c). Zero where nothing is to be gained.
 */
export function kellySize(chance: number, cost: number, share: number, available: Money): Quantity {
  const price = cost / 10_000;
  if (price <= 0 || price >= 1 || chance <= price) return 0 as Quantity;
  const stake = share * ((chance - price) / (1 - price)) * (available / 1_000_000);
  // A whole number that the division just misses is one.
  return (Math.max(0, Math.floor(stake / price + 1e-9)) * 100) as Quantity;
}

/** The least of several sizes, in whole contracts. */
export function cappedSize(...sizes: readonly number[]): Quantity {
  return (Math.floor(Math.min(...sizes) / 100) * 100) as Quantity;
}
