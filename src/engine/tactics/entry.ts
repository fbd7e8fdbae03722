import type { MarketIndex } from '../../core/market.ts';
import { Misuse } from '../../core/misuse.ts';
import type { Money } from '../../core/money.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Side } from '../../core/side.ts';
import { after, type Duration, type Time } from '../../core/time.ts';
import type { Context, OrderUpdate, Timer } from '../strategy.ts';
import type { Tactic } from './tactic.ts';
import { type OrderEnd, totalFilled, WorkingOrder } from './working-order.ts';

export interface EntryPlan {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** How long each attempt rests before it is cancelled. */
  readonly wait: Duration;
  /** The share of the quantity, 0 to 1, from which a partial fill is enough. */
  readonly acceptShare: number;
  /** How often a smaller partial fill is quoted again. */
  readonly requotes: number;
  /** The price of a second attempt, or undefined to leave it. */
  requotePrice(context: Context): Price | undefined;
  /** Names its wake-ups. */
  readonly tag: string;
}

/** `accepted`: enough of it filled; `partial`: less, and no attempt left; `missed`: none. */
export type EntryOutcome = 'filled' | 'accepted' | 'partial' | 'missed';

export type EntryState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'working'; readonly order: WorkingOrder; readonly deadline: Time }
  | { readonly phase: 'withdrawing'; readonly order: WorkingOrder }
  | { readonly phase: 'done'; readonly outcome: EntryOutcome; readonly reason: OrderEnd };

/**
 * Rests a limit order, cancels it after a wait, and quotes a small partial fill again. The next attempt is sent only after
 * the one before has ended, for what is left by then.
 */
export class Entry implements Tactic {
  readonly plan: EntryPlan;
  state: EntryState = { phase: 'idle' };
  readonly #orders: WorkingOrder[] = [];

  constructor(plan: EntryPlan) {
    this.plan = plan;
  }

  get done(): boolean {
    return this.state.phase === 'done';
  }

  /** Orders sent so far. */
  get attempts(): number {
    return this.#orders.length;
  }

  filled(context: Context): Quantity {
    return totalFilled(this.#orders, context);
  }

  /** What the fills cost at their YES prices. */
  filledCost(context: Context): Money {
    let total = 0;
    for (const order of this.#orders) total += order.filledCost(context);
    return total as Money;
  }

  start(context: Context): void {
    if (this.state.phase !== 'idle') throw new Misuse('a tactic starts once');
    this.#send(context, this.plan.price, this.plan.quantity);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    if (update.order.market === this.plan.market) this.#advance(context);
  }

  onTimer(_timer: Timer, context: Context): void {
    this.#advance(context);
  }

  #send(context: Context, price: Price, quantity: Quantity): void {
    const { market, side, wait, tag } = this.plan;
    const follows = this.#orders.at(-1)?.id;
    const order = new WorkingOrder(context, {
      market,
      side,
      quantity,
      price,
      patience: wait,
      ...(follows === undefined ? {} : { follows }),
    });
    const deadline = after(context.now, wait);
    this.#orders.push(order);
    this.state = { phase: 'working', order, deadline };
    context.wakeAt(deadline, tag);
  }

  #advance(context: Context): void {
    const { state } = this;
    if (state.phase !== 'working' && state.phase !== 'withdrawing') return;
    const end = state.order.end(context);
    if (end !== undefined) this.#ended(context, end);
    else if (state.phase === 'withdrawing') state.order.cancel(context, this.plan.tag);
    else if (context.now >= state.deadline) {
      this.state = { phase: 'withdrawing', order: state.order };
      state.order.cancel(context, this.plan.tag);
    }
  }

  #ended(context: Context, end: OrderEnd): void {
    const filled = this.filled(context);
    // What a limit left of the first order is the whole entry.
    const wanted = this.#orders[0]!.quantity(context);
    const again = end === 'requested' && this.attempts <= this.plan.requotes;
    if (filled >= wanted) this.#finish('filled', end);
    else if (filled === 0) this.#finish('missed', end);
    else if (filled >= this.plan.acceptShare * wanted) this.#finish('accepted', end);
    else {
      const price = again ? this.plan.requotePrice(context) : undefined;
      if (price === undefined) this.#finish('partial', end);
      else this.#send(context, price, (wanted - filled) as Quantity);
    }
  }

  #finish(outcome: EntryOutcome, reason: OrderEnd): void {
    this.state = { phase: 'done', outcome, reason };
  }
}
