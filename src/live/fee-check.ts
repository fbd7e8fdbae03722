import type { Market, MarketIndex } from '../core/market.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { Fill, OrderId } from '../core/order.ts';
import type { Time } from '../core/time.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import { type FeeAccumulator, feeOfFill, type Membership } from '../ledger/fees.ts';

/** Beyond this difference over all fills of one order our schedule of fees is wrong: what fills heard in another order can make is far less. */
const TOLERATED = 10_000;

interface OrderFees {
  readonly accumulator: FeeAccumulator;
  ours: number;
  theirs: number;
}

/** Holds the fee of each fill against what our own schedule says it costs: a backtest with a wrong one would flatter. */
export class FeeCheck {
  /** Fills whose fee was ours to the last digit, and those where it was not. */
  alike = 0;
  different = 0;
  /** What differs beyond what is tolerated, the first that was found; null while nothing does. */
  wrong: string | null = null;
  readonly #fees: FeeBook;
  readonly #membership: Membership;
  readonly #marketOf: (market: MarketIndex) => Market;
  readonly #orders = new Map<OrderId, OrderFees>();

  constructor(fees: FeeBook, membership: Membership, marketOf: (market: MarketIndex) => Market) {
    this.#fees = fees;
    this.#membership = membership;
    this.#marketOf = marketOf;
  }

  fill(fill: Fill, time: Time): void {
    const { series, event, ticker } = this.#marketOf(fill.market);
    let order = this.#orders.get(fill.order);
    if (order === undefined) {
      order = { accumulator: { carried: 0 as Money }, ours: 0, theirs: 0 };
      this.#orders.set(fill.order, order);
    }
    const ours = feeOfFill(this.#fees.lookup(series, event, time), this.#membership, fill, order.accumulator);
    order.ours += ours;
    order.theirs += fill.fee;
    if (ours === fill.fee) this.alike++;
    else this.different++;
    if (this.wrong !== null || Math.abs(order.ours - order.theirs) < TOLERATED) return;
    this.wrong = `order ${fill.order} (${ticker}) was charged ${formatMoney(order.theirs as Money)}, and by our schedule it costs ${formatMoney(order.ours as Money)}`;
  }
}
