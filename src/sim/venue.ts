import { assert } from '../core/assert.ts';
import type { MarketChange, MarketIndex } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { CancelReason, Fill, Liquidity, Order, OrderGroupId, OrderId, RejectReason } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { direction, opposite, type Side } from '../core/side.ts';
import type { Grade } from '../core/tape-block.ts';
import { type Duration, SECOND, type Time } from '../core/time.ts';
import type { VenueAnswer } from '../core/venue-event.ts';
import type { MarketState } from '../engine/market-state.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import { feeOfFill, type Membership } from '../ledger/fees.ts';
import { malformed, marketRefusal, offGrid } from './admission.ts';
import type { Due } from './agenda.ts';
import { type ApiTier, WriteBudget } from './api-budget.ts';
import type { Lane } from './lane.ts';
import { OrderGroup } from './order-group.ts';
import { crosses, fillable, takeable } from './taking.ts';
import { displayed, VenueMarket } from './venue-market.ts';
import { VenueOrder } from './venue-order.ts';

/** How long an order on a prints tape waits for a print on its side. */
export const PRINT_WAIT = (60 * SECOND) as Duration;

export interface VenueOptions {
  readonly lane: Lane;
  readonly grade: Grade;
  /** The recorded market at exchange time. */
  readonly state: MarketState;
  readonly fees: FeeBook;
  readonly membership: Membership;
  /** How much earlier than written a recorded event may have happened, in µs. */
  readonly resolution: number;
  /** How many requests it takes from us. */
  readonly tier: ApiTier;
  /** Called with every answer at its exchange time. */
  readonly answer: (order: OrderId, time: Time, answer: VenueAnswer) => void;
  /** Asks to be called back at an exchange time. */
  readonly schedule: (time: Time, due: Due) => void;
}

/**
 * The venue that never was, for one lane: takes our orders at exchange time, matches them against the recorded market, and answers.
 * Which fills a tape's grade allows is decided here and in {@link import('./resting.ts')}.
 */
export class Venue {
  readonly lane: Lane;
  readonly grade: Grade;
  readonly state: MarketState;
  readonly resolution: number;
  /** Markets in which we have orders, or took something, by index. */
  readonly markets = new Map<MarketIndex, VenueMarket>();
  /** Called before the first order into a market is looked at: whoever walks the recorded rows must follow its book from then on. */
  follow: (market: MarketIndex) => void = () => {};
  /** Orders that may still trade. */
  live = 0;
  readonly #options: VenueOptions;
  readonly #orders = new Map<OrderId, VenueOrder>();
  /** Our signed position as the venue knows it, ahead of what we have heard. */
  readonly #positions = new Map<MarketIndex, number>();
  readonly #groups = new Map<OrderGroupId, OrderGroup>();
  readonly #budget: WriteBudget;

  constructor(options: VenueOptions) {
    this.#options = options;
    this.lane = options.lane;
    this.grade = options.grade;
    this.state = options.state;
    this.resolution = options.resolution;
    this.#budget = new WriteBudget(options.tier);
  }

  /** An order reaches the venue. */
  submit(order: Order, time: Time): void {
    if (!this.markets.has(order.market)) this.follow(order.market);
    const refused = this.#budget.pay('submit', time)
      ? (this.#refusal(order.market) ??
        malformed(order, this.state.gridOf(order.market), time, this.#groupTriggered(order)))
      : 'rate-limited';
    if (refused !== null) {
      this.#reject(order.id, time, refused);
      return;
    }
    const quantity = this.#reducedQuantity(order);
    const own = new VenueOrder(order, quantity, time, { carried: 0 as Money });
    const market = this.#market(order.market);
    if (quantity === 0) {
      this.#options.answer(order.id, time, { type: 'accepted', resting: 0 as Quantity });
      this.#options.answer(order.id, time, { type: 'cancelled', reason: 'reduce-only', quantity: order.quantity });
      return;
    }
    if (this.grade.depth === 'none') this.#seekPrint(own, market, time);
    else this.#match(own, market, time);
  }

  cancel(id: OrderId, time: Time): void {
    const own = this.#orders.get(id);
    const paid = this.#budget.pay('cancel', time);
    if (paid && own !== undefined) this.end(own, time, 'requested');
    else this.#options.answer(id, time, { type: 'cancel-rejected', reason: paid ? 'not-found' : 'rate-limited' });
  }

  /** `quantity` is the new total. A new price or a larger size goes to the back of the queue; a smaller size keeps its place. */
  amend(id: OrderId, price: Price, quantity: Quantity, time: Time): void {
    const own = this.#orders.get(id);
    const refusal =
      this.#amendRefusal('amend', own, time) ?? (own && offGrid(this.state.gridOf(own.order.market), price)) ?? null;
    if (own === undefined || refusal !== null) {
      this.#options.answer(id, time, { type: 'amend-rejected', reason: refusal ?? 'not-found' });
      return;
    }
    const remaining = quantity - own.filled;
    if (remaining <= 0) {
      this.#options.answer(id, time, { type: 'amend-rejected', reason: 'invalid-order' });
      return;
    }
    const keepsPlace = price === own.price && remaining <= own.remaining;
    own.price = price;
    own.remaining = remaining as Quantity;
    this.#options.answer(id, time, { type: 'amended', price, quantity });
    if (keepsPlace) return;
    const market = this.#market(own.order.market);
    market.drop(own);
    if (this.grade.depth === 'none') this.#rest(own, market);
    else {
      const selfTrade = this.#take(own, market, time);
      if (selfTrade) this.end(own, time, 'self-trade');
      else if (own.remaining > 0) this.#rest(own, market);
    }
  }

  /** Takes `by` off what rests and keeps the place; all of it, or more because fills came first, cancels. */
  decrease(id: OrderId, by: Quantity, time: Time): void {
    const own = this.#orders.get(id);
    const refusal = this.#amendRefusal('decrease', own, time);
    if (own === undefined || refusal !== null) {
      this.#options.answer(id, time, { type: 'amend-rejected', reason: refusal ?? 'not-found' });
      return;
    }
    if (by >= own.remaining) {
      this.end(own, time, 'requested');
      return;
    }
    own.remaining = (own.remaining - by) as Quantity;
    const quantity = (own.filled + own.remaining) as Quantity;
    this.#options.answer(id, time, { type: 'amended', price: own.price, quantity });
  }

  // Takes no write tokens: a group is opened before there is anything to trade, and nothing could answer that it was not.
  openGroup(id: OrderGroupId, limit: Quantity): void {
    this.#groups.set(id, new OrderGroup(limit));
  }

  /** A reset that finds no write token is not done: the group stays as it was. */
  resetGroup(id: OrderGroupId, time: Time): void {
    if (this.#budget.pay('reset-group', time)) this.#groups.get(id)!.reset();
  }

  #amendRefusal(request: 'amend' | 'decrease', own: VenueOrder | undefined, time: Time): RejectReason | null {
    if (!this.#budget.pay(request, time)) return 'rate-limited';
    return own === undefined ? 'not-found' : this.#refusal(own.order.market);
  }

  /** A clock of the venue ran out. */
  expire(id: OrderId, time: Time): void {
    const own = this.#orders.get(id);
    if (own !== undefined) this.end(own, time, 'expired');
  }

  /** No print came in time for an order on a prints tape. */
  printDeadline(id: OrderId, time: Time): void {
    const own = this.#orders.get(id);
    if (own === undefined || own.phase !== 'seeking') return;
    if (own.order.timeInForce === 'good-till-cancelled') this.#rest(own, this.#market(own.order.market));
    else if (own.order.timeInForce === 'immediate-or-cancel') this.end(own, time, 'no-print-in-time');
    else this.refuseUnfilled(own, time);
  }

  /** Fills part of a live order at the resting order's price. `source` is the tape row that gave it. */
  fill(own: VenueOrder, price: number, quantity: number, liquidity: Liquidity, time: Time, source: number): void {
    assert(quantity > 0 && quantity <= own.remaining, `order ${own.order.id} would fill beyond what is left`);
    const { id, market, side } = own.order;
    const { series, event } = this.state.markets[market]!;
    const terms = this.#options.fees.lookup(series, event, time);
    const part = { side, price: price as Price, quantity: quantity as Quantity, liquidity };
    const fee = feeOfFill(terms, this.#options.membership, part, own.fees);
    own.remaining = (own.remaining - quantity) as Quantity;
    own.filled = (own.filled + quantity) as Quantity;
    this.#positions.set(market, (this.#positions.get(market) ?? 0) + direction(side) * quantity);
    const fill: Fill = { order: id, market, ...part, fee, source };
    this.#options.answer(id, time, { type: 'filled', fill, remaining: own.remaining });
    this.#countInGroup(own, part.quantity, time);
    if (own.remaining > 0 || !this.#orders.has(id)) return;
    this.#finish(own);
    if (own.cut > 0) this.#options.answer(id, time, { type: 'cancelled', reason: 'reduce-only', quantity: own.cut });
  }

  /** Counts a fill in its order's group; a group over its limit loses all its orders. */
  #countInGroup(own: VenueOrder, quantity: Quantity, time: Time): void {
    const { group } = own.order;
    if (group === null || !this.#groups.get(group)!.count(quantity, time)) return;
    for (const other of [...this.#orders.values()]) {
      if (other.order.group === group && other.remaining > 0) this.end(other, time, 'group-triggered');
    }
  }

  /** Ends a live order without a further fill. */
  end(own: VenueOrder, time: Time, reason: CancelReason): void {
    const quantity = (own.remaining + own.cut) as Quantity;
    this.#finish(own);
    this.#options.answer(own.order.id, time, { type: 'cancelled', reason, quantity });
  }

  /** Ends a fill-or-kill order that could not fill whole. */
  refuseUnfilled(own: VenueOrder, time: Time): void {
    this.#finish(own);
    this.#reject(own.order.id, time, 'fill-or-kill-not-filled');
  }

  /** Puts an order into the queue of its price: behind all that is displayed there. */
  #rest(own: VenueOrder, market: VenueMarket): void {
    market.drop(own);
    own.phase = 'resting';
    own.withheld = 0;
    own.missed = 0;
    own.ahead = this.#displayedFor(own, market);
    market.resting.push(own);
  }

  #displayedFor(own: VenueOrder, market: VenueMarket): number {
    const book = this.state.book(own.order.market);
    // Without a trusted book nothing is known of what stands ahead: until one is told, all of it.
    if (book === null || book.tornReason !== '') return this.grade.depth === 'L2' ? Number.POSITIVE_INFINITY : 0;
    const { side } = own.order;
    return market.depletion.left(side, own.price, displayed(book, side, own.price));
  }

  /** Moves a seeking order on once its print has decided, or an order's queue anew after a stretch without coverage. */
  rest(own: VenueOrder): void {
    this.#rest(own, this.#market(own.order.market));
  }

  /** The market's status, coverage or grid changed at the venue. */
  lifecycle(change: MarketChange, wasActive: boolean, time: Time): void {
    const market = this.markets.get(change.market);
    if (market === undefined || change.status === undefined) return;
    const live = [...market.resting, ...market.seeking];
    if (change.status === 'active') {
      if (!wasActive) for (const own of live) this.end(own, time, 'reactivated');
    } else if (change.status === 'inactive') {
      for (const own of live) if (own.order.cancelOnPause) this.end(own, time, 'paused');
    } else for (const own of live) this.end(own, time, 'market-closed');
  }

  /** The market paid: nothing of ours can trade there any more. */
  settled(index: MarketIndex, time: Time): void {
    const market = this.markets.get(index);
    this.#positions.delete(index);
    if (market === undefined) return;
    for (const own of [...market.resting, ...market.seeking]) this.end(own, time, 'market-closed');
  }

  /** The tape stopped, or began again, to vouch for a market. */
  coverage(index: MarketIndex, covered: boolean, time: Time): void {
    const market = this.markets.get(index);
    if (market === undefined) return;
    if (covered) return;
    this.losePlace(index);
    if (this.lane.survivesGap) return;
    for (const own of [...market.resting, ...market.seeking]) this.end(own, time, 'coverage-lost');
  }

  /** The recorded book broke: until the next full one nothing is known of what stands ahead of us, so nothing there fills us. */
  losePlace(index: MarketIndex): void {
    const market = this.markets.get(index);
    if (market === undefined) return;
    market.split.settle();
    for (const own of market.resting) own.ahead = Number.POSITIVE_INFINITY;
  }

  /** A full book or quote was told: our place is no better than the back of what it displays. */
  requeue(index: MarketIndex, time: number): void {
    const market = this.markets.get(index);
    if (market === undefined) return;
    market.split.settle();
    const book = this.state.book(index);
    if (book === null || book.tornReason !== '') return;
    const sizeOf = (side: Side, price: number): number => displayed(book, side, price);
    if (this.grade.depth === 'L1') market.depletion.reconcileQuotes(sizeOf, time);
    else market.depletion.reconcile(sizeOf);
    for (const own of market.resting) own.ahead = Math.min(own.ahead, this.#displayedFor(own, market));
  }

  #market(index: MarketIndex): VenueMarket {
    let market = this.markets.get(index);
    if (market === undefined) {
      market = new VenueMarket(this.grade.trades);
      this.markets.set(index, market);
    }
    return market;
  }

  #refusal(market: MarketIndex): RejectReason | null {
    return this.state.isSettled(market) ? 'market-not-open' : marketRefusal(this.state, market, this.grade);
  }

  #groupTriggered({ group }: Order): boolean {
    return group !== null && this.#groups.get(group)!.triggered;
  }

  #reducedQuantity(order: Order): Quantity {
    if (!order.reduceOnly) return order.quantity;
    const held = this.#positions.get(order.market) ?? 0;
    const against = order.side === 0 ? Math.max(0, -held) : Math.max(0, held);
    return Math.min(order.quantity, against) as Quantity;
  }

  #admit(own: VenueOrder, time: Time, resting: number): void {
    this.#orders.set(own.order.id, own);
    this.live++;
    this.#options.answer(own.order.id, time, { type: 'accepted', resting: resting as Quantity });
    const { expireTime } = own.order;
    if (expireTime !== null) this.#options.schedule(expireTime, { type: 'expire', order: own.order.id });
  }

  #finish(own: VenueOrder): void {
    this.#market(own.order.market).drop(own);
    // Whoever walks a list made before the order ended must find nothing left of it.
    own.remaining = 0 as Quantity;
    if (this.#orders.delete(own.order.id)) this.live--;
  }

  #reject(id: OrderId, time: Time, reason: RejectReason): void {
    this.#options.answer(id, time, { type: 'rejected', reason });
  }

  #seekPrint(own: VenueOrder, market: VenueMarket, time: Time): void {
    const resting = own.order.timeInForce === 'good-till-cancelled';
    this.#admit(own, time, resting ? own.remaining : 0);
    if (own.order.postOnly) {
      this.#rest(own, market);
      return;
    }
    own.phase = 'seeking';
    market.seeking.push(own);
    this.#options.schedule((time + PRINT_WAIT) as Time, { type: 'print-deadline', order: own.order.id });
  }

  #match(own: VenueOrder, market: VenueMarket, time: Time): void {
    const { order } = own;
    const facing = opposite(order.side);
    // Whether it crosses is asked of the recorded book, which never felt what we took: so every lane, and the strategy, see the same.
    const crossing = crosses(this.state.book(order.market), order) || market.reachable(facing, order.price).length > 0;
    if (order.postOnly && crossing) {
      this.#reject(order.id, time, 'post-only-cross');
      return;
    }
    if (
      order.timeInForce === 'fill-or-kill' &&
      fillable(this.state.book(order.market), market, order) < own.remaining
    ) {
      this.#reject(order.id, time, 'fill-or-kill-not-filled');
      return;
    }
    this.#admit(own, time, order.timeInForce === 'good-till-cancelled' ? own.remaining : 0);
    const selfTrade = this.#take(own, market, time);
    if (own.remaining === 0) return;
    if (selfTrade) this.end(own, time, 'self-trade');
    else if (order.timeInForce === 'good-till-cancelled') this.#rest(own, market);
    else this.end(own, time, 'immediate-remainder');
  }

  /** Takes displayed depth level by level. True when our own resting order stopped it. */
  #take(own: VenueOrder, market: VenueMarket, time: Time): boolean {
    const { order } = own;
    const facing: Side = opposite(order.side);
    const ours = market.reachable(facing, own.price);
    for (const level of takeable(this.state.book(order.market), market, order.side, own.price)) {
      if (own.remaining === 0) return false;
      if (this.#meetsOwn(own, ours, level.price, time)) return true;
      const quantity = Math.min(own.remaining, level.quantity);
      market.depletion.take(facing, level.price, quantity, time);
      this.fill(own, level.price, quantity, 'taker', time, this.state.sequence);
    }
    return own.remaining > 0 && this.#meetsOwn(own, ours, own.price, time);
  }

  /** Self-trade prevention at a price: ends our resting orders there, or says that the taker must end. */
  #meetsOwn(own: VenueOrder, ours: VenueOrder[], price: number, time: Time): boolean {
    for (;;) {
      const first = ours.find((resting) => resting.remaining > 0);
      if (first === undefined) return false;
      if (own.order.side === 0 ? first.price > price : first.price < price) return false;
      if (own.order.selfTradePrevention === 'taker-at-cross') return true;
      this.end(first, time, 'self-trade');
    }
  }
}
