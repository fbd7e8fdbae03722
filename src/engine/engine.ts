import { AssertionError, assert } from '../core/assert.ts';
import type { MarketIndex, Settlement } from '../core/market.ts';
import { DETAIL, type Detail, type MarketEvent, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import { Misuse } from '../core/misuse.ts';
import type { Money } from '../core/money.ts';
import type { Liquidity, OrderGroupId, OrderId, OrderRequest } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Random } from '../core/random.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Time } from '../core/time.ts';
import { TimeQueue } from '../core/time-queue.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { Account } from '../ledger/account.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import { estimateFee, type Membership } from '../ledger/fees.ts';
import { AskedCount } from './asked-count.ts';
import { EngineContext } from './engine-context.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Execution } from './execution.ts';
import { type Asking, type Inference, NO_MODELS } from './inference.ts';
import type { Journal } from './journal.ts';
import { Limits } from './limits.ts';
import { Listener } from './listener.ts';
import { LossWatch } from './loss-watch.ts';
import type { MarketState } from './market-state.ts';
import { Outbox } from './outbox.ts';
import { OwnOrders } from './own-orders.ts';
import type { Request } from './request.ts';
import { checkPrice, checkQuantity, checkRequest } from './request-check.ts';
import type { PredictionId, Timer, Trade } from './strategy.ts';
import { tradeOf } from './trade-view.ts';

/** More wake-ups than this at one instant is a strategy that wakes itself for ever. */
const WAKES_AT_ONE_TIME = 100_000;

/**
 * The decision loop, pure and synchronous: an event goes in, the market, orders and ledger are updated, the strategy is
 * told, and each of its requests is checked, journaled and handed to the execution before the next event is read.
 */
export class Engine {
  readonly state: MarketState;
  readonly account: Account;
  readonly orders = new OwnOrders();
  readonly limits: Limits;
  /** Wake-ups the strategy asked for; the driver calls `wake` when `timers.next` has come. */
  readonly timers = new TimeQueue<Timer>();
  readonly random: Random;
  readonly grade: Grade;
  now = 0 as Time;
  /** Set when a request left or a wake-up was asked for; the driver that looks when the next is due clears it. */
  acted = false;
  /** Whether the strategy is told of book changes and of prints: a driver may leave out rows that nobody hears. */
  readonly hearsBook: boolean;
  readonly hearsTrades: boolean;
  readonly #listener: Listener;
  readonly #outbox: Outbox;
  /** What was lost, and what is to be done about it. */
  readonly losses: LossWatch;
  readonly #execution: Execution;
  readonly #inference: Inference;
  readonly #journal: Journal;
  readonly #fees: FeeBook;
  readonly #membership: Membership;
  /** Markets that have paid while orders of ours there were still unanswered. */
  readonly #unsettled = new Map<MarketIndex, Settlement>();
  #wakes = 0;
  #groups = 0;
  #predictions = 0;
  readonly #asked = new AskedCount();

  constructor(options: EngineOptions) {
    this.state = options.state;
    this.account = options.account;
    this.random = options.random;
    this.grade = options.grade;
    this.#execution = options.execution;
    this.#inference = options.inference ?? NO_MODELS;
    this.#journal = options.journal;
    this.#fees = options.fees;
    this.#membership = options.membership;
    this.limits = new Limits(
      options.limits,
      options.account,
      this.orders,
      options.state,
      options.grade.trades,
      (market, price, quantity) => this.fee(market, price, quantity, 'taker'),
    );
    this.#listener = new Listener(options.strategy, new EngineContext(this, options.journal));
    this.#outbox = new Outbox(this, options.execution, options.journal, (order) => this.#listener.onOrder(order));
    this.losses = new LossWatch(
      options.account,
      options.state,
      this.limits,
      { noBooks: options.grade.depth === 'none', releasesDaily: options.releasesDaily },
      {
        halt: (reason) => this.halt(reason, this.now),
        release: () => this.release('a new day', this.now),
        pause: (reason) => this.pause(reason, this.now),
        lift: (reason) => this.lift(reason, this.now),
        size: (factor) => {
          this.limits.sizeFactor = factor;
          this.#journal.stopped(factor < 1 ? 'half sizes' : 'full sizes', 'drawdown', this.now);
        },
      },
    );
    this.hearsBook = this.#listener.hearsBook;
    this.hearsTrades = this.#listener.hearsTrades;
  }

  /** The callback that is running, or that threw; null while the engine itself works. */
  get telling(): string | null {
    return this.#listener.telling;
  }

  /** Tells the strategy that the run begins. */
  start(now: Time): void {
    this.now = now;
    this.losses.look(now);
    this.#listener.onStart();
    this.#flush();
  }

  /** Tells the strategy that the run ends. Requests made now still go out. */
  stop(now: Time): void {
    this.#arrive(now);
    this.#listener.onStop();
    this.#flush();
  }

  /** One recorded event, in tape order. The view may be reused by the caller after return. */
  step(event: MarketEvent): void {
    this.state.apply(event);
    if (event.kind === DETAIL) {
      this.#arrive(event.localTime);
      this.#detail(event.detail!);
      this.#flush();
    } else if (event.kind === TRADE || event.kind === UNSIDED_TRADE) this.printed(tradeOf(event));
    else if (!event.more) this.bookChanged(event.market, event.localTime);
    else this.#advance(event.localTime);
  }

  /** A market's book has changed; the state has been told already. What `step` does with a book row. */
  bookChanged(market: MarketIndex, time: Time): void {
    this.#arrive(time);
    if (!this.hearsBook) return;
    this.#listener.onBook(market);
    if (this.#outbox.waits) this.#flush();
  }

  /** A print was told; the state has it already. What `step` does with a print. */
  printed(trade: Trade): void {
    this.#arrive(trade.localTime);
    if (!this.hearsTrades) return;
    this.#listener.onTrade(trade);
    if (this.#outbox.waits) this.#flush();
  }

  #detail(detail: Detail): void {
    if (detail.type === 'signal') this.#listener.onSignal(detail.signal);
    else if (detail.type === 'lifecycle') this.#listener.onLifecycle(detail.change);
    else if (detail.type === 'coverage') this.#listener.onBook(detail.change.market);
    else if (detail.type === 'settlement') {
      const { settlement } = detail;
      // Fills of the venue may still be on their way: they belong to what settles.
      if (this.orders.list(settlement.market).some((own) => own.sent))
        this.#unsettled.set(settlement.market, settlement);
      else this.#settle(settlement);
    }
  }

  #settle(settlement: Settlement): void {
    const { quantity } = this.account.position(settlement.market);
    const paid = this.account.settle(settlement);
    if (paid !== null && quantity !== 0) {
      this.#journal.settled(settlement, quantity, paid.payout, paid.realised, this.now);
      this.losses.changed(settlement.market, this.now);
    }
    this.#listener.onSettlement(settlement);
  }

  /** Pays a market whose last order has just ended. */
  #settleLate(market: MarketIndex): void {
    const settlement = this.#unsettled.get(market);
    if (settlement === undefined || this.orders.list(market).some((own) => own.sent)) return;
    this.#unsettled.delete(market);
    this.#settle(settlement);
  }

  /** One answer of the venue. */
  answer(event: VenueEvent): void {
    this.#arrive(event.localTime);
    const own = this.orders.get(event.order);
    const { answer } = event;
    own.apply(answer, event.localTime);
    if (answer.type === 'filled') {
      this.account.applyFill(answer.fill);
      this.#journal.filled(answer.fill, event, this.account.position(own.market).quantity);
    }
    if (own.final) {
      this.account.release(own.id);
      this.orders.close(own.id);
    } else if (answer.type === 'amended' || answer.type === 'amend-rejected') {
      this.account.release(own.id);
      this.#outbox.reserve(own, own.price, own.remaining);
    }
    if (own.final) this.#settleLate(own.market);
    this.#journal.answered(event, own);
    if (answer.type === 'cancel-rejected') own.cancelUndone = !own.final && this.limits.stopped !== null;
    if (own.cancelWanted && own.state.status === 'resting') {
      own.cancelWanted = false;
      this.#outbox.add({ type: 'cancel', own });
    }
    if (answer.type === 'filled') this.losses.changed(own.market, this.now);
    this.#listener.onOrder({ order: own.view, localTime: event.localTime });
    if (answer.type === 'filled') this.#listener.onFill(answer.fill);
    this.#flush();
  }

  /** From now on nothing leaves but cancels, of all that rests, until `release`. */
  halt(reason: string, now: Time): void {
    this.#journal.stopped('halt', reason, now);
    this.#callOff(reason, now);
  }

  /** The end: nothing leaves any more but cancels, of all that rests. What is asked for all the same is refused with this reason. */
  close(reason: string, now: Time): void {
    this.limits.ended = true;
    this.#callOff(reason, now);
  }

  #callOff(reason: string, now: Time): void {
    this.#advance(now);
    this.limits.halt = reason;
    this.#cancelAll();
  }

  /** Ends a halt; pauses stay. */
  release(reason: string, now: Time): void {
    this.#advance(now);
    this.limits.halt = null;
    this.limits.ended = false;
    this.#journal.stopped('release', reason, now);
  }

  /** Nothing is entered until that reason is lifted, and all that rests is cancelled; what reduces a position may leave. */
  pause(reason: string, now: Time): void {
    this.#advance(now);
    if (this.limits.pauses.has(reason)) return;
    this.limits.pauses.add(reason);
    this.#journal.stopped('pause', reason, now);
    this.#cancelAll();
  }

  lift(reason: string, now: Time): void {
    this.#advance(now);
    if (this.limits.pauses.delete(reason)) this.#journal.stopped('lift', reason, now);
  }

  #cancelAll(): void {
    for (const own of this.orders.open()) this.#outbox.add({ type: 'cancel', own });
    this.#flush();
  }

  /** Cancels once more what must not rest and whose cancel was lost or turned away; called when it may help. */
  cancelAgain(now: Time): void {
    this.#advance(now);
    for (const own of this.orders.undone()) {
      own.cancelUndone = false;
      if (this.limits.stopped !== null) this.#outbox.add({ type: 'cancel', own });
    }
    this.#flush();
  }

  /** Takes up a position from before, at what it cost. */
  adopt(market: MarketIndex, quantity: Quantity, cost: Money): void {
    this.account.adopt(market, quantity, cost);
    this.losses.changed(market, this.now);
  }

  get takesParams(): boolean {
    return this.#listener.takesParams;
  }

  /** Other parameters from now on. Throws a Misuse where the strategy cannot change while it runs. */
  changeParams(params: never, now: Time): void {
    this.#advance(now);
    this.#listener.onParams(params);
    this.#flush();
  }

  /** Fires the earliest wake-up, at its time or, by a driver that real time has overtaken, later; called when `timers.next` has come. */
  wake(now: Time = this.timers.next): void {
    const timer = this.timers.take();
    this.#wakes = timer.time === this.now ? this.#wakes + 1 : 0;
    if (this.#wakes > WAKES_AT_ONE_TIME) throw new Misuse(`more than ${WAKES_AT_ONE_TIME} wake-ups at one time`);
    this.#arrive(now);
    this.#listener.onTimer(timer);
    this.#flush();
  }

  /** The answer of a model to a question of the strategy. Throws an AssertionError where it has none yet. */
  predicted({ id, question, tag }: Asking, askedTime: Time, now: Time): void {
    this.#arrive(now);
    const { model, answer } = question;
    assert(answer !== null, 'a question comes back with its answer');
    const prediction = { ...answer, id, model, tag, askedTime, localTime: now };
    this.#journal.predicted(prediction);
    this.#listener.onPrediction(prediction);
    this.#flush();
  }

  get models(): ReadonlySet<string> {
    return this.#inference.models;
  }

  /** Sends a question: it leaves at once, like all that cannot cost anything. */
  predict(model: string, features: Float64Array, tag: string): PredictionId {
    this.#asked.add(this.now);
    const id = ++this.#predictions as PredictionId;
    this.#inference.ask({ id, question: { model, features: features.slice(), answer: null }, tag });
    this.acted = true;
    return id;
  }

  /** What a fill would be charged now, as the venue would charge a fresh order. */
  fee(market: MarketIndex, price: Price, quantity: Quantity, liquidity: Liquidity): Money {
    const { series, event } = this.state.markets[market]!;
    return estimateFee(this.#fees.lookup(series, event, this.now), this.#membership, price, quantity, liquidity);
  }

  /** Queues a request of the strategy: it leaves when the callback has returned. Throws a Misuse where the request cannot be. */
  submit(request: OrderRequest): OrderId {
    checkRequest(request, this.state, (market) => this.state.gridOf(market));
    if (request.group !== undefined) this.#knownGroup(request.group);
    const own = this.orders.create(request, this.now);
    this.#ask({ type: 'submit', own });
    return own.id;
  }

  cancel(id: OrderId): void {
    this.#ask({ type: 'cancel', own: this.orders.ours(id) });
  }

  amend(id: OrderId, price: Price, quantity: Quantity): void {
    const own = this.orders.ours(id);
    checkQuantity(quantity);
    checkPrice(price, this.state.gridOf(own.market), this.state.markets[own.market]!);
    this.#ask({ type: 'amend', own, price, quantity });
  }

  #ask(request: Request): void {
    this.#asked.add(this.now);
    this.#outbox.add(request);
  }

  decrease(id: OrderId, by: Quantity): void {
    const own = this.orders.ours(id);
    checkQuantity(by);
    this.#ask({ type: 'decrease', own, by });
  }

  openGroup(contracts: Quantity): OrderGroupId {
    checkQuantity(contracts);
    this.#asked.add(this.now);
    const group = ++this.#groups as OrderGroupId;
    this.#execution.openGroup(group, contracts);
    return group;
  }

  resetGroup(group: OrderGroupId): void {
    this.#knownGroup(group);
    this.#ask({ type: 'reset-group', group });
  }

  #knownGroup(group: OrderGroupId): void {
    if (!(Number.isInteger(group) && group >= 1 && group <= this.#groups)) {
      throw new Misuse(`there is no order group ${String(group)}: open one first`);
    }
  }

  #advance(time: Time): void {
    if (time < this.now) throw new AssertionError(`time went back from ${this.now} to ${time}`);
    this.now = time;
  }

  /** Time goes on to where every book is whole: what was lost can be looked at. */
  #arrive(time: Time): void {
    this.#advance(time);
    if (time >= this.losses.next) this.losses.look(time);
  }

  #flush(): void {
    if (!this.#outbox.waits) return;
    this.acted = true;
    this.#outbox.send();
  }
}
