import { assert } from '../core/assert.ts';
import { mulDivCeil } from '../core/decimal.ts';
import type { FeeType } from '../core/fee-schedule.ts';
import type { Money } from '../core/money.ts';
import type { Fill, Liquidity } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID } from '../core/side.ts';

/** The formula and multiplier in force: a row of the fee schedule. */
export interface FeeTerms {
  readonly type: FeeType;
  /** The fee multiplier in 1e-4: 10,000 is 1. */
  readonly multiplierE4: number;
}

/** How the account clears, which sets the precision of its balance: `direct` $0.0001, `non-direct` (through a broker) $0.01. */
export type Membership = 'direct' | 'non-direct';

/** What one order has been charged above its model fees and not yet been given back, in Money. One per order, from its first fill on. */
export interface FeeAccumulator {
  carried: Money;
}

/** What decides the fee of a fill. */
type FeeFill = Pick<Fill, 'side' | 'price' | 'quantity' | 'liquidity'>;

/** Coefficients in 1e-4 of Kalshi's fee schedule: 0.07 for takers, a quarter or half of it for makers where makers pay. */
const TAKER_E4 = 700;
const MAKER_E4 = 175;
const COMBO_MAKER_E4 = 350;

/** The smallest step of an account's balance, in Money. */
const BALANCE_UNIT: Record<Membership, number> = { direct: 100, 'non-direct': 10_000 };

/**
 * The model fee m × k × C × P × (1 − P), rounded up to $0.000001 and exact for any size. k is 0.07 for takers; for makers 0, 0.0175
 * (`quadratic_with_maker_fees`) or 0.035 (combos). Source: Kalshi's fee schedule of 2026-02-05.
 */
export function modelFee(terms: FeeTerms, liquidity: Liquidity, price: Price, quantity: Quantity): Money {
  assert(Number.isSafeInteger(quantity) && quantity > 0, 'a fee needs a positive quantity');
  assert(Number.isInteger(price) && price >= 0 && price <= 10_000, 'a fee needs a price from 0 to 1 dollar');
  assert(Number.isInteger(terms.multiplierE4) && terms.multiplierE4 >= 0, 'a fee multiplier is a whole number of 1e-4');
  let rate = feeCoefficient(terms.type, liquidity) * terms.multiplierE4;
  if (rate === 0) return 0 as Money;
  // 1e-4 (multiplier) × 1e-4 (coefficient) × 1e-8 (P × (1 − P)) × 1e-2 (C) over 1e-6 (Money). Common tens leave early, to stay below 2^53.
  let scale = 1e12;
  while (rate % 10 === 0) {
    rate /= 10;
    scale /= 10;
  }
  const perContract = rate * price * (10_000 - price);
  assert(Number.isSafeInteger(perContract), 'the fee multiplier is out of range');
  return mulDivCeil(perContract, quantity, scale) as Money;
}

/** k of the model fee in 1e-4: 700 is 0.07. */
export function feeCoefficient(type: FeeType, liquidity: Liquidity): number {
  if (liquidity === 'taker') return TAKER_E4;
  if (type === 'quadratic_with_maker_fees') return MAKER_E4;
  return type === 'quadratic_with_combo_maker_fees' ? COMBO_MAKER_E4 : 0;
}

/**
 * The net fee of one fill, as the venue reports it (`fee_cost`), moving the order's accumulator on. Call once per fill, in order.
 * Source: Kalshi "Fee Rounding", October 2026: the balance change is floored to the account's unit, the excess goes into the
 * accumulator, and whole units of it come back as far as the net fee stays at zero or above.
 */
export function feeOfFill(terms: FeeTerms, membership: Membership, fill: FeeFill, accumulator: FeeAccumulator): Money {
  const unit = BALANCE_UNIT[membership];
  const tradeFee = modelFee(terms, fill.liquidity, fill.price, fill.quantity);
  // Selling YES at P and buying NO at 1 − P differ by whole cents, so either reading of the revenue leaves the same remainder.
  const revenue = (fill.side === BID ? -1 : 1) * fill.price * fill.quantity;
  const roundingFee = floorRemainder(revenue - tradeFee, unit);
  const charged = tradeFee + roundingFee;
  const carried = accumulator.carried + roundingFee;
  const returnable = Math.min(carried, charged);
  const rebate = returnable - (returnable % unit);
  accumulator.carried = (carried - rebate) as Money;
  return (charged - rebate) as Money;
}

/** What is left of `value` above the next multiple of `unit` toward minus infinity. */
function floorRemainder(value: number, unit: number): number {
  const remainder = value % unit;
  return remainder < 0 ? remainder + unit : Math.abs(remainder);
}

/**
 * The fee of a fresh order that fills at once at `price`, on the dearer of its two sides (they differ only where price times quantity
 * is finer than the account's unit). A fill at a better price nearer 50 cents can cost more.
 */
export function estimateFee(
  terms: FeeTerms,
  membership: Membership,
  price: Price,
  quantity: Quantity,
  liquidity: Liquidity,
): Money {
  const buying = feeOfFill(terms, membership, { side: BID, price, quantity, liquidity }, { carried: 0 as Money });
  const selling = feeOfFill(terms, membership, { side: ASK, price, quantity, liquidity }, { carried: 0 as Money });
  return Math.max(buying, selling) as Money;
}
