import type { BookView } from '../book/book-view.ts';
import type { Market, MarketIndex, MarketStatus } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { Liquidity, OrderGroupId, OrderId, OrderRequest } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Random } from '../core/random.ts';
import type { Grade } from '../core/tape-block.ts';
import type { Time } from '../core/time.ts';
import type { TimeQueue } from '../core/time-queue.ts';
import type { Account } from '../ledger/account.ts';
import type { Journal } from './journal.ts';
import type { MarketState } from './market-state.ts';
import type { OwnOrders } from './own-orders.ts';
import type { Context, OrderView, Position, Reasons, Timer } from './strategy.ts';

/** The parts of an engine that its context shows. */
export interface ContextSource {
  readonly now: Time;
  readonly grade: Grade;
  readonly random: Random;
  readonly state: MarketState;
  readonly account: Account;
  readonly orders: OwnOrders;
  readonly timers: TimeQueue<Timer>;
  fee: Context['fee'];
  submit: Context['submit'];
  cancel: Context['cancel'];
  amend: Context['amend'];
  decrease: Context['decrease'];
  openGroup: Context['openGroup'];
  resetGroup: Context['resetGroup'];
}

/** The face an engine shows its strategy: what it may read and ask for, and nothing else. */
export class EngineContext implements Context {
  readonly #engine: ContextSource;
  readonly #journal: Journal;

  constructor(engine: ContextSource, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  get now(): Time {
    return this.#engine.now;
  }

  get grade(): Grade {
    return this.#engine.grade;
  }

  get markets(): readonly Market[] {
    return this.#engine.state.known;
  }

  market(index: MarketIndex): Market {
    const { state } = this.#engine;
    if (!state.isKnown(index)) throw new RangeError(`market ${index} is not known yet: no row of it has been told`);
    return state.markets[index]!;
  }

  get random(): Random {
    return this.#engine.random;
  }

  get positions(): number {
    return this.#engine.account.openCount;
  }

  get available(): Money {
    return this.#engine.account.available;
  }

  status(market: MarketIndex): MarketStatus {
    return this.#engine.state.status(market);
  }

  book(market: MarketIndex): BookView | undefined {
    return this.#engine.state.readable(market);
  }

  position(market: MarketIndex): Position {
    return this.#engine.account.position(market);
  }

  order(id: OrderId): OrderView {
    if (!(id >= 1 && id <= this.#engine.orders.count)) throw new RangeError(`there is no order ${id}`);
    return this.#engine.orders.get(id);
  }

  openOrders(market?: MarketIndex): readonly OrderView[] {
    return this.#engine.orders.list(market);
  }

  fee(market: MarketIndex, price: Price, quantity: Quantity, liquidity: Liquidity): Money {
    return this.#engine.fee(market, price, quantity, liquidity);
  }

  submit(request: OrderRequest): OrderId {
    return this.#engine.submit(request);
  }

  cancel(id: OrderId): void {
    this.#engine.cancel(id);
  }

  amend(id: OrderId, price: Price, quantity: Quantity): void {
    this.#engine.amend(id, price, quantity);
  }

  decrease(id: OrderId, by: Quantity): void {
    this.#engine.decrease(id, by);
  }

  openGroup(contracts: Quantity): OrderGroupId {
    return this.#engine.openGroup(contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#engine.resetGroup(group);
  }

  wakeAt(time: Time, tag: string): void {
    if (!(time >= this.#engine.now))
      throw new RangeError(`wakeAt(${time}) lies in the past: now is ${this.#engine.now}`);
    this.#engine.timers.add(time, { time, tag });
  }

  explain(action: string, market: MarketIndex, reasons: Reasons): void {
    this.#journal.decision(this.#engine.now, action, market, reasons);
  }
}
