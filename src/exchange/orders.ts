import type { Money } from '../core/money.ts';
import type { OrderId } from '../core/order.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import type { FeeTerms } from '../ledger/fees.ts';
import type { ExchangeAccount } from './account.ts';
import type { Feed } from './feed.ts';
import type { Ids } from './ids.ts';
import type { MarketRecord } from './market-record.ts';
import type { MarketWorld } from './market-world.ts';
import type { OrderGroup } from './order-groups.ts';
import { OrderRecord, type UpdateReason } from './order-record.ts';
import type { AmendRequest, CreateRequest, DecreaseRequest } from './order-requests.ts';
import { ownOrderMet, takeable } from './reach.ts';
import { badParameter, notFound, refusal } from './refusal.ts';

/** What one request filled. */
export interface Filled {
  readonly order: OrderRecord;
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly fees: Money;
}

/** The rules for orders of guests: the generator's book matches them among its own. */
export class Orders {
  /** Orders of guests in the books, by the book's own number. */
  readonly resting = new Map<number, OrderRecord>();
  readonly #world: MarketWorld;
  readonly #feed: Feed;
  readonly #ids: Ids;
  #count = 0;

  constructor(world: MarketWorld, feed: Feed, ids: Ids) {
    this.#world = world;
    this.#feed = feed;
    this.#ids = ids;
  }

  /** Takes a new order in. Throws a Refusal. */
  create(account: ExchangeAccount, request: CreateRequest, now: Time): Filled {
    const market = this.#marketOf(request.ticker);
    const { side, price, timeInForce, postOnly, selfTrade, cancelOnPause } = request;
    const level = levelOf(market, price);
    if (request.clientId !== '' && account.clientIds.has(request.clientId)) throw refusal(409, 'order_already_exists');
    const group = this.#groupOf(account, request.groupId);
    checkTrading(market);
    const terms = { account, market, side, timeInForce, postOnly, selfTrade, cancelOnPause, group };
    const order = new OrderRecord(this.#ids.next(), ++this.#count as OrderId, terms, request, now);
    const { book } = market;
    if (postOnly && book.crosses(side, level)) {
      account.keep(order);
      order.end('PostOnlyCrossCancel', now);
      this.#feed.publish({ type: 'order', order });
      throw refusal(400, 'invalid_order', 'post only cross');
    }
    const wanted = request.reduceOnly ? reducible(account, order) : request.count;
    if (timeInForce === 'fill_or_kill') {
      const most = takeable(book, account.owner, side, level, selfTrade === 'taker_at_cross');
      if (most < wanted) throw refusal(409, 'fill_or_kill_insufficient_resting_volume');
    }
    if (wanted > 0 && !account.lock(order, price, wanted, this.feeTerms(market, now))) {
      throw refusal(400, 'insufficient_balance');
    }
    account.keep(order);
    return this.#place(order, wanted, request.reduceOnly, now);
  }

  /** Cancels what is left of an order; returns how much that was. Throws a Refusal. */
  cancel(account: ExchangeAccount, id: string, now: Time): { order: OrderRecord; reduced: Quantity } {
    const order = this.#restingOf(account, id);
    const reduced = order.remaining;
    this.withdraw(order, null, now);
    return { order, reduced };
  }

  /** Takes a resting order out of its book, for a reason of the exchange's or at its owner's wish (null). */
  withdraw(order: OrderRecord, reason: UpdateReason | null, now: Time): void {
    this.#leaveBook(order, now);
    this.ended(order, reason, now);
  }

  /** An order is gone from its book: it ends, and its money is free. */
  ended(order: OrderRecord, reason: UpdateReason | null, now: Time): void {
    if (order.resting !== null) this.resting.delete(order.resting.id);
    order.terms.account.ledger.release(order.number);
    order.end(reason, now);
    this.#feed.publish({ type: 'order', order });
  }

  /** Takes something off an order, its place kept; all of it cancels. Throws a Refusal. */
  decrease(account: ExchangeAccount, id: string, request: DecreaseRequest, now: Time): OrderRecord {
    const order = this.#restingOf(account, id);
    const left = 'by' in request ? order.remaining - request.by : request.to;
    if (left > order.remaining) throw badParameter('reduce_to is more than what is left');
    if (left <= 0) this.withdraw(order, 'Decrease', now);
    else this.#shrink(order, left as Quantity, 'Decrease', now);
    return order;
  }

  /** Changes an order; keeps its place only where it grows no larger and its price stays. Throws a Refusal. */
  amend(account: ExchangeAccount, id: string, request: AmendRequest, now: Time): Filled & { resized: boolean } {
    const order = this.#restingOf(account, id);
    const { market, side, postOnly } = order.terms;
    if (request.ticker !== market.ticker || request.side !== side) {
      throw badParameter('ticker and side must be those of the order');
    }
    if (request.clientId !== undefined && request.clientId !== order.clientId) throw notFound();
    const level = levelOf(market, request.price);
    const left = (request.count - order.filled) as Quantity;
    if (left <= 0) throw badParameter('count must be more than what has filled');
    const { newClientId } = request;
    const renamed = newClientId !== undefined && newClientId !== order.clientId;
    if (renamed && account.clientIds.has(newClientId)) throw refusal(409, 'order_already_exists');
    checkTrading(market);
    if (postOnly && market.book.crosses(side, level)) throw refusal(400, 'invalid_order', 'post only cross');
    const resized = left !== order.remaining;
    const keeps = request.price === order.price && left <= order.remaining;
    if (!keeps && !account.lock(order, request.price, left, this.feeTerms(market, now))) {
      throw refusal(400, 'insufficient_balance');
    }
    if (renamed) {
      order.clientId = newClientId;
      account.clientIds.add(newClientId);
    }
    if (request.expires !== undefined) order.expires = request.expires;
    if (keeps) {
      this.#shrink(order, left, 'Amend', now);
      return { order, quantity: 0 as Quantity, cost: 0 as Money, fees: 0 as Money, resized };
    }
    this.#leaveBook(order, now);
    order.price = request.price;
    order.initial = request.count;
    order.remaining = left;
    order.reason = 'Amend';
    return { ...this.#place(order, left, false, now), resized };
  }

  /** The fee schedule of a market at a time. */
  feeTerms({ market }: MarketRecord, now: Time): FeeTerms {
    return this.#world.fees.lookup(market.series, market.event, now);
  }

  /** Matches what crosses and rests what may. The order's cost must be locked. */
  #place(order: OrderRecord, wanted: Quantity, capped: boolean, now: Time): Filled {
    const before = { filled: order.filled, cost: order.cost, fees: order.fees };
    this.#world.acting = order;
    let reason: UpdateReason | null = capped && wanted < order.remaining ? 'ReduceOnlyCancel' : null;
    if (this.#match(order, wanted, now)) reason = 'SelfTradeCancel';
    this.#world.acting = null;
    const { account, market } = order.terms;
    if (order.resting !== null) {
      account.lockResting(order, this.feeTerms(market, now));
      order.change(order.reason === 'Amend' ? 'Amend' : order.filled > before.filled ? 'Trade' : null, now);
      this.#feed.publish({ type: 'order', order });
    } else if (order.status === 'resting') this.ended(order, reason ?? (order.remaining === 0 ? 'Trade' : null), now);
    return {
      order,
      quantity: (order.filled - before.filled) as Quantity,
      cost: (order.cost - before.cost) as Money,
      fees: (order.fees - before.fees) as Money,
    };
  }

  /** Returns whether it was stopped by an order of its own. */
  #match(order: OrderRecord, wanted: Quantity, now: Time): boolean {
    const { account, market, side, timeInForce, selfTrade } = order.terms;
    const { exchange } = this.#world;
    const { book } = market;
    const level = book.grid.levelOf(order.price);
    let left = wanted as number;
    for (;;) {
      // A group that triggers on what just traded ends this order too.
      if (left === 0 || order.status !== 'resting') return false;
      const met = ownOrderMet(book, account.owner, side, level, left as Quantity);
      if (met === null) break;
      if (met.before > 0) left -= exchange.take(book, account.owner, side, level, met.before, now);
      if (selfTrade === 'taker_at_cross') return true;
      const own = this.resting.get(met.order.id);
      if (own !== undefined) this.withdraw(own, 'SelfTradeCancel', now);
    }
    if (timeInForce !== 'good_till_canceled') {
      exchange.take(book, account.owner, side, level, left as Quantity, now);
      return false;
    }
    const resting = exchange.submit(book, account.owner, side, level, left as Quantity, now);
    if (resting === null) return false;
    if (order.status !== 'resting') {
      exchange.cancel(resting, now);
      return false;
    }
    order.resting = resting;
    this.resting.set(resting.id, order);
    return false;
  }

  #leaveBook(order: OrderRecord, now: Time): void {
    const { resting } = order;
    if (resting === null) return;
    this.resting.delete(resting.id);
    order.resting = null;
    const before = this.#world.acting;
    this.#world.acting = order;
    this.#world.exchange.cancel(resting, now);
    this.#world.acting = before;
  }

  #shrink(order: OrderRecord, left: Quantity, reason: UpdateReason, now: Time): void {
    const less = (order.remaining - left) as Quantity;
    this.#world.acting = order;
    this.#world.exchange.decrease(order.resting!, less, now);
    this.#world.acting = null;
    order.initial = (order.initial - less) as Quantity;
    order.remaining = left;
    const { account, market } = order.terms;
    account.lockResting(order, this.feeTerms(market, now));
    order.change(reason, now);
    this.#feed.publish({ type: 'order', order });
  }

  #restingOf(account: ExchangeAccount, id: string): OrderRecord {
    const order = account.byId.get(id);
    if (order === undefined) throw notFound();
    if (order.terms.market.isOver) throw inactive();
    if (order.status !== 'resting') throw notFound();
    return order;
  }

  #marketOf(ticker: string): MarketRecord {
    const market = this.#world.byTicker.get(ticker);
    if (market === undefined || market.status === null) throw notFound();
    return market;
  }

  #groupOf(account: ExchangeAccount, id: string): OrderGroup | null {
    if (id === '') return null;
    const group = account.groups.get(id);
    if (group === undefined) throw notFound();
    if (group.triggered) throw refusal(409, 'order_group_triggered');
    return group;
  }
}

function levelOf(market: MarketRecord, price: number): number {
  const level = market.book.grid.levels[price] ?? -1;
  if (level < 0) throw refusal(400, 'invalid_price');
  return level;
}

/** Orders are taken while a market is active only. */
function checkTrading({ status }: MarketRecord): void {
  if (status === 'active') return;
  throw status === 'inactive' ? refusal(409, 'trading_is_paused') : inactive();
}

/** The documents call it so; how REST spells it is not known. */
function inactive(): Error {
  return refusal(400, 'MARKET_INACTIVE');
}

/** What an order may fill without growing the position. */
function reducible(account: ExchangeAccount, { terms: { market, side }, remaining }: OrderRecord): Quantity {
  const held = account.position(market) * (side === 0 ? -1 : 1);
  return Math.max(0, Math.min(held, remaining)) as Quantity;
}
