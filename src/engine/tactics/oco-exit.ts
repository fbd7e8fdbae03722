import type { MarketIndex } from '../../core/market.ts';
import { Misuse } from '../../core/misuse.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import { BID, type Side } from '../../core/side.ts';
import { after, type Duration, MINUTE, SECOND, type Time } from '../../core/time.ts';
import type { Context, OrderUpdate, Timer, Trade } from '../strategy.ts';
import { ExitTrigger } from './exit-trigger.ts';
import type { Tactic } from './tactic.ts';
import { totalFilled, WorkingOrder } from './working-order.ts';

export interface OcoExitPlan {
  readonly market: MarketIndex;
  /** The side that closes the position: an ask closes YES, a bid closes NO. */
  readonly side: Side;
  readonly quantity: Quantity;
  /** Where the target rests, or null for none. */
  readonly target: Price | null;
  /** YES price in 1e-4 dollars at which the stop fires, or null for none. */
  readonly stop: number | null;
  /** How far the stop follows the best price, in 1e-4 dollars, or null. */
  readonly trail: number | null;
  /** What the stop watches: the quote the exit would take, or the last print. */
  readonly watches: 'quote' | 'print';
  /** How far beyond the quote, or last print, a take may go, in 1e-4 dollars. */
  readonly slack: number;
  /** When to leave whatever the price, or null for never. */
  readonly deadline: Time | null;
  /** Names its wake-ups. */
  readonly tag: string;
}

export type ExitCause = 'stop' | 'timeout';

export type OcoExitState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'watching'; readonly target: WorkingOrder | null; readonly placeAt: Time }
  | { readonly phase: 'withdrawing'; readonly target: WorkingOrder; readonly cause: ExitCause }
  | { readonly phase: 'taking'; readonly order: WorkingOrder; readonly cause: ExitCause }
  | { readonly phase: 'pausing'; readonly until: Time; readonly cause: ExitCause }
  | { readonly phase: 'done'; readonly cause: ExitCause | 'target' | 'market-closed' };

const SHORTEST_PAUSE = SECOND;
const LONGEST_PAUSE = (5 * MINUTE) as Duration;

/**
 * One cancels the other: a target rests as a limit order while a stop (or a deadline) waits as a trigger. The trigger cancels the target, waits
 * for the answer, then takes what is left with immediate-or-cancel orders until flat. Orders the venue turns away are sent again after a
 * pause that doubles up to five minutes. It ends when the market closes: what is left settles.
 */
export class OcoExit implements Tactic {
  readonly plan: OcoExitPlan;
  state: OcoExitState = { phase: 'idle' };
  readonly #trigger: ExitTrigger;
  readonly #orders: WorkingOrder[] = [];
  #pause: number = SHORTEST_PAUSE;
  #lastPrint: Price | null = null;

  constructor(plan: OcoExitPlan) {
    this.plan = plan;
    this.#trigger = new ExitTrigger({ exitSide: plan.side, stop: plan.stop, trail: plan.trail });
  }

  get done(): boolean {
    return this.state.phase === 'done';
  }

  filled(context: Context): Quantity {
    return totalFilled(this.#orders, context);
  }

  start(context: Context): void {
    if (this.state.phase !== 'idle') throw new Misuse('a tactic starts once');
    const { deadline, tag } = this.plan;
    if (deadline !== null) context.wakeAt(Math.max(deadline, context.now) as Time, tag);
    this.state = { phase: 'watching', target: null, placeAt: context.now };
    this.#advance(context, false);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    if (update.order.market === this.plan.market) this.#advance(context, false);
  }

  onTimer(_timer: Timer, context: Context): void {
    this.#advance(context, false);
  }

  onTrade(trade: Trade, context: Context): void {
    if (trade.market !== this.plan.market) return;
    this.#lastPrint = trade.price;
    const fires = this.state.phase === 'watching' && this.plan.watches === 'print' && this.#trigger.see(trade.price);
    this.#advance(context, fires);
  }

  onBook(market: MarketIndex, context: Context): void {
    if (market !== this.plan.market || this.state.phase !== 'watching' || this.plan.watches !== 'quote') return;
    const quote = this.#quote(context);
    this.#advance(context, quote !== undefined && this.#trigger.see(quote));
  }

  #advance(context: Context, fires: boolean): void {
    const { state } = this;
    if (state.phase === 'watching') this.#watch(context, state.target, state.placeAt, fires);
    else if (state.phase === 'withdrawing') {
      if (state.target.end(context) === undefined) state.target.cancel(context, this.plan.tag);
      else this.#take(context, state.cause);
    } else if (state.phase === 'taking') {
      if (state.order.end(context) !== undefined) this.#afterTake(context, state.order, state.cause);
    } else if (state.phase === 'pausing' && context.now >= state.until) this.#take(context, state.cause);
  }

  #watch(context: Context, target: WorkingOrder | null, placeAt: Time, fires: boolean): void {
    const { deadline, tag } = this.plan;
    const live = target !== null && target.end(context) === undefined;
    if (!live && this.#settles(context, 'target')) return;
    const cause = fires ? 'stop' : deadline !== null && context.now >= deadline ? 'timeout' : null;
    if (cause !== null) {
      if (!live) this.#take(context, cause);
      else {
        this.state = { phase: 'withdrawing', target, cause };
        target.cancel(context, tag);
      }
    } else if (target !== null && !live) {
      this.state = { phase: 'watching', target: null, placeAt: this.#pauseUntil(context) };
    } else if (target === null && context.now >= placeAt) this.#placeTarget(context);
  }

  #placeTarget(context: Context): void {
    const { market, side, target } = this.plan;
    if (target === null) return;
    if (context.status(market) !== 'active') {
      this.state = { phase: 'watching', target: null, placeAt: this.#pauseUntil(context) };
      return;
    }
    const order = new WorkingOrder(context, { market, side, quantity: this.#remaining(context), price: target });
    this.#orders.push(order);
    this.state = { phase: 'watching', target: order, placeAt: context.now };
  }

  /** Sends a take for what is left. No other order is live when this is called. */
  #take(context: Context, cause: ExitCause): void {
    if (this.#settles(context, 'target')) return;
    const { market, side } = this.plan;
    const price = this.#takeLimit(context);
    if (price === undefined || context.status(market) !== 'active') {
      this.state = { phase: 'pausing', until: this.#pauseUntil(context), cause };
      return;
    }
    const quantity = this.#remaining(context);
    // What rested at the target, or an earlier take, left this much.
    const follows = this.#orders.at(-1)?.id;
    const order = new WorkingOrder(context, {
      market,
      side,
      quantity,
      price,
      timeInForce: 'immediate-or-cancel',
      ...(follows === undefined ? {} : { follows }),
    });
    this.#orders.push(order);
    this.state = { phase: 'taking', order, cause };
  }

  #afterTake(context: Context, order: WorkingOrder, cause: ExitCause): void {
    if (this.#settles(context, cause)) return;
    if (order.filled(context) > 0) this.#pause = SHORTEST_PAUSE;
    this.state = { phase: 'pausing', until: this.#pauseUntil(context), cause };
  }

  /** Ends the tactic when nothing is left to close, or nothing can be closed any more. */
  #settles(context: Context, cause: ExitCause | 'target'): boolean {
    const status = context.status(this.plan.market);
    const open = status === 'active' || status === 'inactive' || status === 'initialized';
    if (this.#remaining(context) === 0) this.state = { phase: 'done', cause };
    else if (!open) this.state = { phase: 'done', cause: 'market-closed' };
    return this.done;
  }

  #pauseUntil(context: Context): Time {
    const until = after(context.now, this.#pause as Duration);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    context.wakeAt(until, this.plan.tag);
    return until;
  }

  #remaining(context: Context): Quantity {
    return (this.plan.quantity - this.filled(context)) as Quantity;
  }

  /** The best price the exit could take now. */
  #quote(context: Context): Price | undefined {
    const book = context.book(this.plan.market);
    return this.plan.side === BID ? book?.bestAsk : book?.bestBid;
  }

  #takeLimit(context: Context): Price | undefined {
    const { market, side, slack } = this.plan;
    const from = this.#quote(context) ?? this.#lastPrint;
    if (from === null) return undefined;
    const { grid } = context.market(market);
    if (side === BID) return grid.ceil(from + slack) ?? grid.priceAt(grid.size - 1);
    return grid.floor(from - slack) ?? grid.priceAt(0);
  }
}
