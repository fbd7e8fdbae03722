import { assert } from '../core/assert.ts';
import { mulDivCeil } from '../core/decimal.ts';
import type { Settlement } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import { complement, type NoPrice, ONE_DOLLAR, type Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { BID, direction, type Side } from '../core/side.ts';

/** Our standing in one market. Price P&L never holds a fee. */
export interface PositionView {
  /** Signed: positive is YES held, negative is NO held. */
  readonly quantity: Quantity;
  /** What the open position cost, without fees: never negative, zero when flat. */
  readonly cost: Money;
  /** Price P&L of what was closed by trading. */
  readonly realised: Money;
  /** Price P&L of what was held to settlement. */
  readonly settled: Money;
  readonly fees: Money;
  /** Contracts traded, both sides. */
  readonly volume: Quantity;
  /** Cash paid to open, over the position's life. */
  readonly paid: Money;
}

/** What a settlement did: the gross `payout`, what was kept of it as `fee`, and the price P&L (payout less cost). */
export interface SettlementResult {
  readonly payout: Money;
  readonly fee: Money;
  readonly realised: Money;
}

/** Settlement pays whole cents: what an odd scalar value leaves below one is shown as a settlement fee. */
const PAYOUT_UNIT = 10_000;

/**
 * One market's position at average cost. YES and NO net: buying YES while NO is held closes the NO, and each pair is worth a dollar.
 * A partial close releases its share of the cost rounded up to 1e-6 dollars and the rest stays, so that the sums are exact.
 */
export class Position implements PositionView {
  quantity = 0 as Quantity;
  cost = 0 as Money;
  realised = 0 as Money;
  settled = 0 as Money;
  fees = 0 as Money;
  volume = 0 as Quantity;
  paid = 0 as Money;
  /** Cash received by closing, over the position's life. */
  received = 0 as Money;
  /** Gross payouts of settlements. */
  payouts = 0 as Money;

  /** Books a trade and returns the change of cash before fees. */
  trade(side: Side, price: Price, quantity: Quantity): Money {
    const opening = legPrice(side, price);
    const sign = direction(side);
    const held = Math.abs(this.quantity);
    const closed = this.quantity * sign < 0 ? Math.min(held, quantity) : 0;
    let proceeds = 0;
    if (closed > 0) {
      // The leg held is the other one: with the leg bought it makes a dollar, so closing it is worth one less the price paid.
      proceeds = (ONE_DOLLAR - opening) * closed;
      const released = closed === held ? this.cost : mulDivCeil(this.cost, closed, held);
      this.cost = (this.cost - released) as Money;
      this.realised = (this.realised + proceeds - released) as Money;
      this.received = (this.received + proceeds) as Money;
    }
    const spent = opening * (quantity - closed);
    this.cost = (this.cost + spent) as Money;
    this.paid = (this.paid + spent) as Money;
    this.quantity = (this.quantity + sign * quantity) as Quantity;
    this.volume = (this.volume + quantity) as Quantity;
    return (proceeds - spent) as Money;
  }

  /** Pays out at settlement and leaves the position flat. The fee is counted in `fees`. */
  settle(settlement: Settlement): SettlementResult {
    const value = this.quantity >= 0 ? settlement.value : complement(settlement.value);
    const payout = value * Math.abs(this.quantity);
    const fee = payout % PAYOUT_UNIT;
    const realised = payout - this.cost;
    this.quantity = 0 as Quantity;
    this.cost = 0 as Money;
    this.settled = (this.settled + realised) as Money;
    this.payouts = (this.payouts + payout) as Money;
    this.fees = (this.fees + fee) as Money;
    return { payout: payout as Money, fee: fee as Money, realised: realised as Money };
  }

  /** What the open position is worth at a YES price. */
  value(mark: Price): Money {
    return ((this.quantity >= 0 ? mark : complement(mark)) * Math.abs(this.quantity)) as Money;
  }

  /** Checks that cash in and out, open cost and P&L of this market agree. */
  audit(): void {
    const held = Math.abs(this.quantity);
    assert(this.cost >= 0 && this.cost <= held * 10_000, 'a position costs between nothing and a dollar a contract');
    assert(
      this.received - this.paid + this.payouts === this.realised + this.settled - this.cost,
      'the cash of a market does not match its P&L and open cost',
    );
  }
}

/** What a contract of the leg costs that an order on this side opens, in 1e-4 dollars: YES for a bid, NO for an ask. */
export function legPrice(side: Side, price: Price): Price | NoPrice {
  return side === BID ? price : complement(price);
}
