import type { Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, type Side } from '../core/side.ts';

/** An order that may still fill, in whole or in part: resting, in flight or in doubt. An OrderRequest fits. */
interface ExposureOrder {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Our stake in one market of an event. */
export interface ExposureLeg {
  /** Signed YES position. */
  readonly quantity: Quantity;
  /** What the position cost; with fees, where the limit is to hold after them. */
  readonly cost: Money;
  readonly orders: readonly ExposureOrder[];
}

/**
 * P&L of an event in its worst outcome, against the cost of what is held: negative is a loss, positive is locked in. `exclusive`: at
 * most one leg settles yes. `exhaustive`: the legs are all markets of the event, so exactly one does; say so only if they are (a leg
 * may be empty). Legs that do not exclude each other count at their own worst, each. Each order fills just as far as that hurts. A void
 * or scalar payout is not among the outcomes, nor are fees of orders.
 */
export function worstCase(legs: readonly ExposureLeg[], exclusive: boolean, exhaustive: boolean): Money {
  let independent = 0;
  let allNo = 0;
  // What the outcome adds, at least, when one leg settles yes instead of no.
  let worstSwitch = Number.POSITIVE_INFINITY;
  for (const leg of legs) {
    const no = worstOf(leg, 0);
    const yes = worstOf(leg, 10_000);
    independent += Math.min(no, yes);
    allNo += no;
    worstSwitch = Math.min(worstSwitch, yes - no);
  }
  if (legs.length === 0) return 0 as Money;
  if (!exclusive) return independent as Money;
  return (allNo + (exhaustive ? worstSwitch : Math.min(0, worstSwitch))) as Money;
}

/**
 * P&L of one leg when YES pays `value`, every order filled that loses there. A fill's P&L is quantity × (value − price), whatever it
 * nets with, so orders never influence each other.
 */
function worstOf(leg: ExposureLeg, value: number): number {
  let total = -leg.cost + (leg.quantity >= 0 ? value : value - 10_000) * leg.quantity;
  for (const order of leg.orders) {
    const gain = order.side === BID ? value - order.price : order.price - value;
    if (gain < 0) total += gain * order.quantity;
  }
  return total;
}
