import type { MarketIndex } from '../../core/market.ts';
import { Misuse } from '../../core/misuse.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Side } from '../../core/side.ts';
import { after, type Duration, type Time } from '../../core/time.ts';
import type { Context, OrderUpdate, Timer } from '../strategy.ts';
import type { Tactic } from './tactic.ts';
import { type OrderEnd, totalFilled, WorkingOrder } from './working-order.ts';

export interface MakerThenTakerPlan {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly quantity: Quantity;
  /** Where the order rests, post-only. */
  readonly restPrice: Price;
  /** How long it rests. */
  readonly patience: Duration;
  /** The worst price to take at, asked when it is time to take; undefined: do not take. */
  takeLimit(context: Context): Price | undefined;
  /** What one YES contract is held to be worth: written down with both orders. */
  readonly fairPrice?: Price;
  /** Names its wake-ups. */
  readonly tag: string;
}

export type MakerThenTakerState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'resting'; readonly order: WorkingOrder; readonly deadline: Time }
  | { readonly phase: 'withdrawing'; readonly order: WorkingOrder }
  | { readonly phase: 'taking'; readonly order: WorkingOrder }
  | { readonly phase: 'done'; readonly reason: OrderEnd | 'not-taken' };

/**
 * Rests post-only, and after its patience cancels, waits for the answer, and takes what is left with an immediate-or-cancel
 * order. Never are both live: whatever fills while the cancel is in flight is not bought again.
 */
export class MakerThenTaker implements Tactic {
  readonly plan: MakerThenTakerPlan;
  state: MakerThenTakerState = { phase: 'idle' };
  readonly #orders: WorkingOrder[] = [];

  constructor(plan: MakerThenTakerPlan) {
    this.plan = plan;
  }

  get done(): boolean {
    return this.state.phase === 'done';
  }

  /** What it has filled so far. */
  filled(context: Context): Quantity {
    return totalFilled(this.#orders, context);
  }

  start(context: Context): void {
    if (this.state.phase !== 'idle') throw new Misuse('a tactic starts once');
    const { market, side, quantity, restPrice, patience, fairPrice, tag } = this.plan;
    const deadline = after(context.now, patience);
    const order = new WorkingOrder(context, {
      market,
      side,
      quantity,
      price: restPrice,
      postOnly: true,
      fairPrice,
      patience,
    });
    this.#orders.push(order);
    this.state = { phase: 'resting', order, deadline };
    context.wakeAt(deadline, tag);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    if (update.order.market === this.plan.market) this.#advance(context);
  }

  onTimer(_timer: Timer, context: Context): void {
    this.#advance(context);
  }

  #advance(context: Context): void {
    const { state } = this;
    if (state.phase === 'resting') this.#whileResting(context, state.order, state.deadline);
    else if (state.phase === 'withdrawing') this.#whileWithdrawing(context, state.order);
    else if (state.phase === 'taking') {
      const end = state.order.end(context);
      if (end !== undefined) this.state = { phase: 'done', reason: end };
    }
  }

  #whileResting(context: Context, order: WorkingOrder, deadline: Time): void {
    const end = order.end(context);
    if (end !== undefined) this.#afterRest(context, order, end);
    else if (context.now >= deadline) {
      this.state = { phase: 'withdrawing', order };
      order.cancel(context, this.plan.tag);
    }
  }

  #whileWithdrawing(context: Context, order: WorkingOrder): void {
    const end = order.end(context);
    if (end === undefined) order.cancel(context, this.plan.tag);
    else this.#afterRest(context, order, end);
  }

  /** Only our own cancel, or a price that would have crossed, leads to a take; anything else the venue had a reason for. */
  #afterRest(context: Context, rest: WorkingOrder, end: OrderEnd): void {
    const { market, side, fairPrice } = this.plan;
    if (end !== 'requested' && end !== 'post-only-cross') {
      this.state = { phase: 'done', reason: end };
      return;
    }
    // A limit may have cut the resting order: its quantity, not the plan's, is what may be bought.
    const quantity = (rest.quantity(context) - rest.filled(context)) as Quantity;
    const price = this.plan.takeLimit(context);
    if (price === undefined) {
      this.state = { phase: 'done', reason: 'not-taken' };
      return;
    }
    const order = new WorkingOrder(context, {
      market,
      side,
      quantity,
      price,
      timeInForce: 'immediate-or-cancel',
      fairPrice,
      follows: rest.id,
    });
    this.#orders.push(order);
    this.state = { phase: 'taking', order };
  }
}
