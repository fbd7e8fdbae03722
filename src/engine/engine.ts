import { AssertionError, assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { DETAIL, type Detail, type MarketEvent, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Money } from '../core/money.ts';
import type { Liquidity, OrderId, OrderRequest } from '../core/order.ts';
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
import { EngineContext } from './engine-context.ts';
import type { Execution } from './execution.ts';
import type { Journal } from './journal.ts';
import { type LimitSettings, Limits, unitCost } from './limits.ts';
import type { MarketState } from './market-state.ts';
import { type OwnOrder, OwnOrders } from './own-orders.ts';
import type { Strategy, Timer } from './strategy.ts';
import { TradeView } from './trade-view.ts';

export interface EngineOptions {
  readonly strategy: Strategy;
  readonly state: MarketState;
  readonly account: Account;
  readonly fees: FeeBook;
  /** How the account clears: it decides how fees are rounded. */
  readonly membership: Membership;
  readonly limits: LimitSettings;
  readonly execution: Execution;
  readonly journal: Journal;
  readonly random: Random;
  readonly grade: Grade;
}

/** More requests than this out of one event is a strategy that answers itself for ever. */
const REQUESTS_PER_STEP = 10_000;

type Request =
  | { readonly type: 'submit'; readonly own: OwnOrder }
  | { readonly type: 'cancel'; readonly own: OwnOrder }
  | { readonly type: 'amend'; readonly own: OwnOrder; readonly price: Price; readonly quantity: Quantity };

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
  /** Whether the strategy is told of book changes and of prints: a driver may leave out rows that nobody hears. */
  readonly hearsBook: boolean;
  readonly hearsTrades: boolean;
  readonly #strategy: Strategy;
  readonly #execution: Execution;
  readonly #journal: Journal;
  readonly #fees: FeeBook;
  readonly #membership: Membership;
  readonly #context: EngineContext;
  readonly #trade = new TradeView();
  readonly #requests: Request[] = [];

  constructor(options: EngineOptions) {
    this.state = options.state;
    this.account = options.account;
    this.random = options.random;
    this.grade = options.grade;
    this.#strategy = options.strategy;
    this.hearsBook = options.strategy.onBook !== undefined;
    this.hearsTrades = options.strategy.onTrade !== undefined;
    this.#execution = options.execution;
    this.#journal = options.journal;
    this.#fees = options.fees;
    this.#membership = options.membership;
    this.limits = new Limits(options.limits, options.account, this.orders, options.state, options.grade.trades);
    this.#context = new EngineContext(this, options.journal);
  }

  /** Tells the strategy that the run begins. */
  start(now: Time): void {
    this.now = now;
    this.#strategy.onStart?.(this.#context);
    this.#flush();
  }

  /** Tells the strategy that the run ends. Requests made now still go out. */
  stop(now: Time): void {
    this.#advance(now);
    this.#strategy.onStop?.(this.#context);
    this.#flush();
  }

  /** One recorded event, in tape order. The view may be reused by the caller after return. */
  step(event: MarketEvent): void {
    this.#advance(event.localTime);
    this.state.apply(event);
    const strategy = this.#strategy;
    if (event.kind === DETAIL) this.#detail(event.detail!);
    else if (event.kind === TRADE || event.kind === UNSIDED_TRADE) {
      if (strategy.onTrade !== undefined) strategy.onTrade(this.#trade.show(event), this.#context);
    } else if (!event.more && strategy.onBook !== undefined) strategy.onBook(event.market, this.#context);
    if (this.#requests.length > 0) this.#flush();
  }

  #detail(detail: Detail): void {
    const strategy = this.#strategy;
    if (detail.type === 'signal') strategy.onSignal?.(detail.signal, this.#context);
    else if (detail.type === 'lifecycle') strategy.onLifecycle?.(detail.change, this.#context);
    else if (detail.type === 'coverage') strategy.onBook?.(detail.change.market, this.#context);
    else if (detail.type === 'settlement') {
      const { settlement } = detail;
      const { quantity } = this.account.position(settlement.market);
      const paid = this.account.settle(settlement);
      if (paid !== null && quantity !== 0) {
        this.#journal.settled(settlement, quantity, paid.payout, paid.realised, this.now);
      }
      strategy.onSettlement?.(settlement, this.#context);
    }
  }

  /** One answer of the venue. */
  answer(event: VenueEvent): void {
    this.#advance(event.localTime);
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
    } else if (answer.type === 'amended') {
      this.account.release(own.id);
      this.#reserve(own);
    }
    this.#journal.answered(event, own);
    if (own.cancelWanted && own.state.status === 'resting') {
      own.cancelWanted = false;
      this.#requests.push({ type: 'cancel', own });
    }
    this.#strategy.onOrder?.({ order: own, localTime: event.localTime }, this.#context);
    if (answer.type === 'filled') this.#strategy.onFill?.(answer.fill, this.#context);
    this.#flush();
  }

  /** Fires the earliest wake-up; the driver calls it when `timers.next` has come. */
  wake(): void {
    const timer = this.timers.take();
    this.#advance(timer.time);
    this.#strategy.onTimer?.(timer, this.#context);
    this.#flush();
  }

  /** What a fill would be charged now, as the venue would charge a fresh order. */
  fee(market: MarketIndex, price: Price, quantity: Quantity, liquidity: Liquidity): Money {
    const { series, event } = this.state.markets[market]!;
    return estimateFee(this.#fees.lookup(series, event, this.now), this.#membership, price, quantity, liquidity);
  }

  /** Queues a request of the strategy: it leaves when the callback has returned. Throws a RangeError without a quantity. */
  submit(request: OrderRequest): OrderId {
    if (!Number.isInteger(request.quantity) || request.quantity <= 0) {
      throw new RangeError(`an order needs a whole quantity above zero (0.01 contract), not ${request.quantity}`);
    }
    this.state.markets[request.market]!.grid.levelOf(request.price);
    const own = this.orders.create(request, this.now);
    this.#requests.push({ type: 'submit', own });
    return own.id;
  }

  cancel(id: OrderId): void {
    this.#requests.push({ type: 'cancel', own: this.orders.get(id) });
  }

  amend(id: OrderId, price: Price, quantity: Quantity): void {
    const own = this.orders.get(id);
    this.state.markets[own.market]!.grid.levelOf(price);
    this.#requests.push({ type: 'amend', own, price, quantity });
  }

  #advance(time: Time): void {
    if (time < this.now) throw new AssertionError(`time went back from ${this.now} to ${time}`);
    this.now = time;
  }

  #flush(): void {
    const requests = this.#requests;
    for (let done = 0; done < requests.length; done++) {
      assert(done < REQUESTS_PER_STEP, `one event led to more than ${REQUESTS_PER_STEP} requests`);
      const request = requests[done]!;
      if (request.type === 'submit') this.#send(request.own);
      else if (request.type === 'cancel') this.#sendCancel(request.own);
      else this.#sendAmend(request.own, request.price, request.quantity);
    }
    requests.length = 0;
  }

  #send(own: OwnOrder): void {
    const asked = own.quantity;
    const verdict = this.limits.check(own);
    if ('refused' in verdict) {
      own.refuse(verdict.refused);
      this.orders.close(own.id);
      this.#journal.refused(own.order, verdict.refused, this.state.sequence);
      this.#strategy.onOrder?.({ order: own, localTime: this.now }, this.#context);
      return;
    }
    if (verdict.allowed < asked) own.shrink(verdict.allowed);
    this.#reserve(own);
    this.#journal.submitted(own.order, asked, this.state.sequence);
    this.#execution.submit(own.order);
  }

  /** Locks what an order may still cost: price of its growing part and the highest fee it can meet. */
  #reserve(own: OwnOrder): void {
    const { market, side, price, remaining } = own;
    const fee = this.fee(market, price, remaining, 'taker');
    this.account.reserve(own.id, market, side, price, remaining, fee);
  }

  #sendCancel(own: OwnOrder): void {
    const { status } = own.state;
    if (own.final || status === 'cancelling' || status === 'in-doubt') return;
    if (status === 'in-flight' || status === 'amending') {
      own.cancelWanted = true;
      return;
    }
    own.beginCancel();
    this.#journal.cancelRequested(own, this.now);
    this.#execution.cancel(own.id);
  }

  #sendAmend(own: OwnOrder, price: Price, quantity: Quantity): void {
    if (own.state.status !== 'resting' || quantity <= own.filled) return;
    const growth = unitCost(own.side, price) * (quantity - own.filled) - unitCost(own.side, own.price) * own.remaining;
    if (growth > 0 && growth > this.account.available) return;
    own.beginAmend(price, quantity);
    this.#journal.amendRequested(own, price, quantity, this.now);
    this.#execution.amend(own.id, price, quantity);
  }
}
