import type { Settlement } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import { TimeQueue } from '../core/time-queue.ts';
import type { SyntheticConfig } from '../sim/synthetic/config.ts';
import type { LeftOrder, TruthTrade } from '../sim/synthetic/witness.ts';
import { ExchangeAccount } from './account.ts';
import { Feed } from './feed.ts';
import { Ids } from './ids.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import { type GuestWatch, MarketWorld } from './market-world.ts';
import { OrderGroup } from './order-groups.ts';
import type { OrderRecord } from './order-record.ts';
import { Orders } from './orders.ts';
import { notFound } from './refusal.ts';
import type { TapedWorld } from './tape-flow.ts';

/** The whole exchange without its wire: a world, its guests, their orders. It moves only when it is told what time it is. */
export class Exchange implements GuestWatch {
  readonly feed = new Feed();
  readonly ids: Ids;
  readonly world: MarketWorld;
  readonly orders: Orders;
  readonly accounts: ExchangeAccount[] = [];
  readonly #expiries = new TimeQueue<OrderRecord>();
  #overLimit: OrderGroup[] = [];
  #now = 0 as Time;

  /** Throws a Fault (`invalid-parameter`) on a world that cannot be. */
  constructor(world: SyntheticConfig | TapedWorld) {
    this.ids = new Ids(String(world.seed));
    this.world = new MarketWorld(world, this.feed, this.ids);
    this.orders = new Orders(this.world, this.feed, this.ids);
    this.world.watch = this;
  }

  /** The time that it has come to. */
  get now(): Time {
    return this.#now;
  }

  /** Opens an account with so much cash. */
  openAccount(cash: Money): ExchangeAccount {
    const number = this.accounts.length + 1;
    const account = new ExchangeAccount(this.ids.of(`account ${number}`), -number, cash);
    this.accounts.push(account);
    return account;
  }

  /** Lets everything happen up to `now`, expiries of orders at their time. Nothing happens where it has come further. */
  advance(now: Time): void {
    if (now < this.#now) return;
    while (this.#expiries.next <= now) {
      const time = this.#expiries.next;
      this.#moveTo(time);
      const order = this.#expiries.take();
      if (order.status === 'resting' && order.expires === time) this.orders.withdraw(order, 'ExpiryCancel', time);
    }
    this.#moveTo(now);
  }

  /** Watches for the time at which an order expires, if it does. */
  watchExpiry(order: OrderRecord): void {
    if (order.expires !== null && order.status === 'resting') this.#expiries.add(order.expires, order);
  }

  /** Cancels all that rests of an account. */
  cancelAll(account: ExchangeAccount): void {
    for (const order of account.orders) if (order.status === 'resting') this.orders.withdraw(order, null, this.#now);
  }

  createGroup(account: ExchangeAccount, limit: Quantity): OrderGroup {
    const group = new OrderGroup(this.ids.next(), account, limit);
    account.groups.set(group.id, group);
    this.feed.publish({ type: 'group', group, event: 'created', time: this.#now });
    return group;
  }

  /** Throws a Refusal where the account has no such group. */
  groupOf(account: ExchangeAccount, id: string): OrderGroup {
    const group = account.groups.get(id);
    if (group === undefined) throw notFound();
    return group;
  }

  /** Cancels the group's orders; it takes no more until it is reset. */
  triggerGroup(group: OrderGroup): void {
    group.triggered = true;
    this.feed.publish({ type: 'group', group, event: 'triggered', time: this.#now });
    for (const order of group.restingOrders) this.orders.withdraw(order, null, this.#now);
  }

  resetGroup(group: OrderGroup): void {
    group.reset();
    this.feed.publish({ type: 'group', group, event: 'reset', time: this.#now });
  }

  limitGroup(group: OrderGroup, limit: Quantity): void {
    group.limit = limit;
    this.feed.publish({ type: 'group', group, event: 'limit_updated', time: this.#now });
    if (group.overLimit(this.#now)) this.triggerGroup(group);
  }

  deleteGroup(group: OrderGroup): void {
    for (const order of group.restingOrders) this.orders.withdraw(order, null, this.#now);
    group.account.groups.delete(group.id);
    this.feed.publish({ type: 'group', group, event: 'deleted', time: this.#now });
  }

  traded(truth: TruthTrade, print: Trade): void {
    const { acting } = this.world;
    if (acting !== null && truth.taker === acting.terms.account.owner) this.#book(acting, print, true);
    const maker = this.orders.resting.get(truth.order);
    if (maker === undefined) return;
    this.#book(maker, print, false);
    if (maker.remaining === 0) this.orders.ended(maker, 'Trade', print.time);
    else {
      maker.change('Trade', print.time);
      this.feed.publish({ type: 'order', order: maker });
    }
  }

  left({ id, how, time }: LeftOrder): void {
    const order = this.orders.resting.get(id);
    if (order === undefined || how === 'filled' || how === 'cancelled') return;
    this.orders.ended(order, how === 'market-closed' ? 'CloseCancel' : 'HaltCancel', time);
  }

  settled(now: Time): void {
    if (this.#overLimit.length === 0) return;
    const over = this.#overLimit;
    this.#overLimit = [];
    this.#now = now;
    for (const group of over) if (group.overLimit(now)) this.triggerGroup(group);
  }

  paused(market: MarketRecord, now: Time): void {
    const flagged = [...this.orders.resting.values()].filter(
      ({ terms }) => terms.market === market && terms.cancelOnPause,
    );
    for (const order of flagged) this.orders.withdraw(order, 'HaltCancel', now);
  }

  paid(market: MarketRecord, settlement: Settlement, now: Time): void {
    for (const account of this.accounts) {
      if (account.settle(market, settlement, now)) this.feed.publish({ type: 'position', account, market });
    }
  }

  #book(order: OrderRecord, trade: Trade, taker: boolean): void {
    const { account, market, group } = order.terms;
    const fill = account.book(order, trade, taker, this.orders.feeTerms(market, trade.time));
    this.feed.publish({ type: 'fill', fill });
    this.feed.publish({ type: 'position', account, market });
    if (group === null) return;
    group.matched(trade.quantity, trade.time);
    if (!this.#overLimit.includes(group)) this.#overLimit.push(group);
  }

  #moveTo(time: Time): void {
    this.world.runUntil(time);
    this.#now = time;
  }
}
