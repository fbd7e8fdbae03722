import type { NoPrice, Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';

/** A log-normal number with the given median; `spread` is the deviation of its logarithm. */
export function drawLogNormal(random: Random, median: number, spread: number): number {
  return median * Math.exp(spread * random.normal());
}

/** A count of Poisson-many arrivals with the given mean, by exponential gaps. */
export function drawPoisson(random: Random, mean: number): number {
  let count = 0;
  for (let sum = random.exponential(1); sum < mean; sum += random.exponential(1)) count++;
  return count;
}

/** Share of orders that are not whole contracts. */
const FRACTIONAL_SHARE = 0.12;

/** An order size around a median number of contracts: mostly whole contracts, some to the hundredth, at least 0.01. */
export function drawQuantity(random: Random, medianContracts: number, spread: number): Quantity {
  const size = drawLogNormal(random, medianContracts, spread);
  if (random.uniform() < FRACTIONAL_SHARE) return Math.max(1, Math.round(size * 100)) as Quantity;
  return (Math.max(1, Math.round(size)) * 100) as Quantity;
}

/** The largest quantity whose cost at a price per contract stays within `dollars`, at least 0.01 contract. */
export function capQuantity(quantity: Quantity, costPrice: Price | NoPrice, dollars: number): Quantity {
  const most = Math.floor((dollars * 1_000_000) / Math.max(1, costPrice));
  return Math.max(1, Math.min(quantity, most)) as Quantity;
}
