import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import type { Account } from '../ledger/account.ts';
import type { Execution } from './execution.ts';
import type { Journal } from './journal.ts';
import { dearestPrice, type Limits, unitCost } from './limits.ts';
import type { MarketState } from './market-state.ts';
import { OwnOrder, type OwnOrders } from './own-orders.ts';
import type { Request } from './request.ts';
import type { Context, OrderUpdate } from './strategy.ts';

/** The parts of an engine that stand behind its requests. */
export interface OutboxSource {
  readonly now: Time;
  readonly state: MarketState;
  readonly account: Account;
  readonly orders: OwnOrders;
  readonly limits: Limits;
  fee: Context['fee'];
}

/** Requests that wait until a callback has returned: each is checked against the limits, journaled, its collateral locked, and handed on. */
export class Outbox {
  readonly #requests: Request[] = [];
  readonly #engine: OutboxSource;
  readonly #execution: Execution;
  readonly #journal: Journal;
  readonly #onOrder: (update: OrderUpdate) => void;

  constructor(engine: OutboxSource, execution: Execution, journal: Journal, onOrder: (update: OrderUpdate) => void) {
    this.#engine = engine;
    this.#execution = execution;
    this.#journal = journal;
    this.#onOrder = onOrder;
  }

  get waits(): boolean {
    return this.#requests.length > 0;
  }

  add(request: Request): void {
    this.#requests.push(request);
  }

  /** Sends what waits, and what is asked for meanwhile. */
  send(): void {
    const requests = this.#requests;
    for (let done = 0; done < requests.length; done++) {
      const request = requests[done]!;
      if (request.type === 'submit') this.#send(request.own);
      else if (request.type === 'cancel') this.#sendCancel(request.own);
      else if (request.type === 'amend') this.#sendAmend(request.own, request.price, request.quantity);
      else if (request.type === 'decrease') this.#sendDecrease(request.own, request.by);
      else this.#execution.resetGroup(request.group);
    }
    requests.length = 0;
  }

  #send(own: OwnOrder): void {
    const asked = own.quantity;
    const verdict = this.#engine.limits.check(own);
    if ('refused' in verdict) {
      own.refuse(verdict.refused);
      this.#engine.orders.close(own.id);
      this.#journal.refused(own.order, verdict.refused, this.#engine.state.sequence);
      this.#onOrder({ order: own.view, localTime: this.#engine.now });
      return;
    }
    if (verdict.allowed < asked) own.shrink(verdict.allowed);
    own.sent = true;
    this.reserve(own, own.price, own.remaining);
    this.#journal.submitted(own.order, asked, this.#engine.state.sequence);
    this.#execution.submit(own.order);
  }

  /** Locks what an order may still cost: price of its growing part and the highest fee it can meet. */
  reserve(own: OwnOrder, price: Price, quantity: Quantity): void {
    const fee = this.#engine.fee(own.market, dearestPrice(own.side, price), quantity, 'taker');
    this.#engine.account.reserve(own.id, own.market, own.side, price, quantity, fee);
  }

  #sendCancel(own: OwnOrder): void {
    const { status } = own.state;
    if (own.final || status === 'cancelling') return;
    if (status === 'in-flight' || status === 'amending' || status === 'in-doubt') {
      own.cancelWanted = true;
      return;
    }
    own.beginCancel();
    this.#journal.cancelRequested(own, this.#engine.now);
    this.#execution.cancel(own.id);
  }

  /** An amended order must pass the limits whole, and locks the dearer of its two shapes until the venue has answered. */
  #sendAmend(own: OwnOrder, price: Price, quantity: Quantity): void {
    if (own.state.status !== 'resting' || quantity <= own.filled) return;
    const remaining = (quantity - own.filled) as Quantity;
    const verdict = this.#engine.limits.check(new OwnOrder({ ...own.order, price, quantity: remaining }), own);
    const refused = 'refused' in verdict ? verdict.refused : verdict.allowed < remaining ? 'limit: not whole' : null;
    if (refused !== null) {
      this.#journal.decision(this.#engine.now, 'refused amend', own.market, {
        order: own.id,
        price,
        quantity,
        reason: refused,
      });
      this.#onOrder({ order: own.view, localTime: this.#engine.now });
      return;
    }
    const dearer = unitCost(own.side, price) > unitCost(own.side, own.price) ? price : own.price;
    own.beginAmend(price, quantity);
    this.reserve(own, dearer, Math.max(remaining, own.remaining) as Quantity);
    this.#journal.amendRequested(own, price, quantity, this.#engine.now);
    this.#execution.amend(own.id, price, quantity);
  }

  /** A smaller order passes every limit; what it locks is freed when the venue has answered. */
  #sendDecrease(own: OwnOrder, by: Quantity): void {
    if (own.state.status !== 'resting') return;
    const quantity = Math.max(own.filled, own.quantity - by) as Quantity;
    own.beginAmend(own.price, quantity);
    this.#journal.amendRequested(own, own.price, quantity, this.#engine.now);
    this.#execution.decrease(own.id, by);
  }
}
