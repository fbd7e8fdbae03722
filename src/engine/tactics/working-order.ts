import type { Money } from '../../core/money.ts';
import type { CancelReason, OrderId, OrderRequest, RejectReason } from '../../core/order.ts';
import type { Quantity } from '../../core/quantity.ts';
import { after, SECOND, type Time } from '../../core/time.ts';
import type { Context, OrderView } from '../strategy.ts';

/** How long after a cancel that the venue refused the next one is asked for. */
const CANCEL_PAUSE = SECOND;

/** Why an order ended: `executed`, `refused` by our own limits, or the venue's reason. */
export type OrderEnd = 'executed' | 'refused' | CancelReason | RejectReason;

/**
 * How an order ended, or undefined while it may still trade. An order in doubt has not ended: whoever replaced it could
 * own both.
 */
export function orderEnd(order: OrderView): OrderEnd | undefined {
  const { state } = order;
  if (state.status === 'executed' || state.status === 'refused') return state.status;
  if (state.status === 'cancelled' || state.status === 'rejected') return state.reason;
  return undefined;
}

/** One order of a tactic. What it did is always read from the context, so no order of answers can be counted twice. */
export class WorkingOrder {
  readonly id: OrderId;
  #cancelAsked: Time | null = null;

  /** Sends the request. */
  constructor(context: Context, request: OrderRequest) {
    this.id = context.submit(request);
  }

  end(context: Context): OrderEnd | undefined {
    return orderEnd(context.order(this.id));
  }

  filled(context: Context): Quantity {
    return context.order(this.id).filled;
  }

  /** What a limit left of the request, fills included. */
  quantity(context: Context): Quantity {
    return context.order(this.id).quantity;
  }

  /** What the fills cost at their YES prices. */
  filledCost(context: Context): Money {
    return context.order(this.id).filledCost;
  }

  /**
   * Asks for the cancel, again after a pause if the venue refused it. Called on every event until the order has ended; `tag` names
   * the wake-up it asks for.
   */
  cancel(context: Context, tag: string): void {
    const { status } = context.order(this.id).state;
    if (status !== 'resting' && status !== 'in-flight' && status !== 'amending') return;
    if (this.#cancelAsked !== null) {
      const again = after(this.#cancelAsked, CANCEL_PAUSE);
      if (status !== 'resting') return;
      if (context.now < again) {
        context.wakeAt(again, tag);
        return;
      }
    }
    this.#cancelAsked = context.now;
    context.cancel(this.id);
  }
}

/** What several orders of a tactic filled together. */
export function totalFilled(orders: readonly WorkingOrder[], context: Context): Quantity {
  let total = 0;
  for (const order of orders) total += order.filled(context);
  return total as Quantity;
}
