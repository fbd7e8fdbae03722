import type { Money } from '../../src/core/money.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import type { WhaleParams } from './params.ts';

/**
 * How many contracts to ask for at `unit` (1e-4 dollars a contract). With `kelly` the stake is a share of f = (q − c) / (1 − c) of the
 * cash at hand, for a price c and an assumed chance q = c + edge of winning (Kelly 1956, a binary bet at odds (1 − c) / c).
 */
export function entrySize(params: WhaleParams, unit: number, whale: Quantity, available: Money): Quantity {
  return Math.min(params.maxContracts, Math.floor(wantedSize(params, unit, whale, available))) as Quantity;
}

function wantedSize(params: WhaleParams, unit: number, whale: Quantity, available: Money): number {
  if (params.size === 'fixed') return params.contracts;
  if (params.size === 'fraction') return params.fraction * whale;
  if (unit >= 10_000) return 0;
  const full = Math.min(params.edge, 10_000 - unit) / (10_000 - unit);
  return (full * params.kelly * available) / unit;
}
