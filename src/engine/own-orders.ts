import { assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { Misuse } from '../core/misuse.ts';
import type { Money } from '../core/money.ts';
import type { Order, OrderId, OrderRequest, OrderState } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Time } from '../core/time.ts';
import type { VenueAnswer } from '../core/venue-event.ts';
import type { OrderView } from './strategy.ts';

const IN_FLIGHT: OrderState = Object.freeze({ status: 'in-flight' });
const RESTING: OrderState = Object.freeze({ status: 'resting' });
const CANCELLING: OrderState = Object.freeze({ status: 'cancelling' });
const EXECUTED: OrderState = Object.freeze({ status: 'executed' });

/** What a strategy holds of an order: always its present standing, and no way to change it. */
class OrderFace implements OrderView {
  readonly #own: OwnOrder;

  constructor(own: OwnOrder) {
    this.#own = own;
    Object.freeze(this);
  }

  get id(): OrderId {
    return this.#own.id;
  }

  get market(): MarketIndex {
    return this.#own.market;
  }

  get side(): 0 | 1 {
    return this.#own.side;
  }

  get price(): Price {
    return this.#own.price;
  }

  get quantity(): Quantity {
    return this.#own.quantity;
  }

  get filled(): Quantity {
    return this.#own.filled;
  }

  get filledCost(): Money {
    return this.#own.filledCost;
  }

  get state(): OrderState {
    return this.#own.state;
  }

  get order(): Order {
    return this.#own.order;
  }
}

/** One of our orders from request to end. */
export class OwnOrder implements OrderView {
  order: Order;
  price: Price;
  quantity: Quantity;
  filled = 0 as Quantity;
  filledCost = 0 as Money;
  state: OrderState = IN_FLIGHT;
  /** Whether it has passed the limits and left: only then do limits count it. */
  sent = false;
  /** A cancel asked for before the venue had acknowledged the order: it goes out with the acknowledgement. */
  cancelWanted = false;
  /** A cancel that was not done, of an order that must not rest. */
  cancelUndone = false;
  #view: OrderView | null = null;

  constructor(order: Order) {
    this.order = Object.freeze(order);
    this.price = order.price;
    this.quantity = order.quantity;
  }

  /** The order as a strategy sees it: made when first asked for. */
  get view(): OrderView {
    this.#view ??= new OrderFace(this);
    return this.#view;
  }

  get id(): OrderId {
    return this.order.id;
  }

  get market(): MarketIndex {
    return this.order.market;
  }

  get side(): 0 | 1 {
    return this.order.side;
  }

  get remaining(): Quantity {
    return (this.quantity - this.filled) as Quantity;
  }

  get final(): boolean {
    const { status } = this.state;
    return status === 'executed' || status === 'cancelled' || status === 'rejected' || status === 'refused';
  }

  /** Takes a limit's smaller quantity before the order leaves. */
  shrink(quantity: Quantity): void {
    assert(this.state.status === 'in-flight' && this.filled === 0, 'only a new order can shrink');
    this.order = Object.freeze({ ...this.order, quantity });
    this.quantity = quantity;
  }

  refuse(reason: string): void {
    assert(this.state.status === 'in-flight', 'only a new order can be refused');
    this.state = Object.freeze({ status: 'refused', reason });
  }

  beginCancel(): void {
    this.state = CANCELLING;
  }

  beginAmend(price: Price, quantity: Quantity): void {
    this.state = Object.freeze({ status: 'amending', price, quantity });
  }

  /** Applies an answer of the venue. A fill may arrive before the acknowledgement, and during a cancel. */
  apply(answer: VenueAnswer, time: Time): void {
    if (this.final && (answer.type === 'cancel-rejected' || answer.type === 'amend-rejected')) return;
    assert(!this.final, `order ${this.id} is ${this.state.status} and was told "${answer.type}"`);
    switch (answer.type) {
      case 'accepted':
        if (answer.resting > 0 && this.#unanswered) this.state = RESTING;
        return;
      case 'rejected':
        this.state = Object.freeze({ status: 'rejected', reason: answer.reason });
        return;
      case 'filled':
        this.#fill(answer.fill.price, answer.fill.quantity);
        return;
      case 'cancelled':
        this.state = Object.freeze({ status: 'cancelled', reason: answer.reason });
        return;
      case 'amended':
        this.price = answer.price;
        this.quantity = answer.quantity;
        this.state = this.remaining === 0 ? EXECUTED : RESTING;
        return;
      case 'cancel-rejected':
      case 'amend-rejected':
        this.state = RESTING;
        return;
      case 'in-doubt':
        this.state = Object.freeze({ status: 'in-doubt', since: time });
    }
  }

  get #unanswered(): boolean {
    return this.state.status === 'in-flight' || this.state.status === 'in-doubt';
  }

  #fill(price: Price, quantity: Quantity): void {
    assert(quantity > 0 && quantity <= this.remaining, `order ${this.id} filled beyond its quantity`);
    this.filled = (this.filled + quantity) as Quantity;
    this.filledCost = (this.filledCost + price * quantity) as Money;
    if (this.remaining === 0) this.state = EXECUTED;
  }
}

/** All our orders, and those that may still trade in the order of their submission. */
export class OwnOrders {
  readonly #all: OwnOrder[] = [];
  readonly #open = new Map<OrderId, OwnOrder>();

  create(request: OrderRequest, time: Time): OwnOrder {
    const order: Order = {
      id: (this.#all.length + 1) as OrderId,
      market: request.market,
      side: request.side,
      price: request.price,
      quantity: request.quantity,
      timeInForce: request.timeInForce ?? 'good-till-cancelled',
      postOnly: request.postOnly ?? false,
      reduceOnly: request.reduceOnly ?? false,
      expireTime: request.expireTime ?? null,
      selfTradePrevention: request.selfTradePrevention ?? 'taker-at-cross',
      cancelOnPause: request.cancelOnPause ?? false,
      group: request.group ?? null,
      fairPrice: request.fairPrice ?? null,
      patience: request.patience ?? null,
      follows: request.follows ?? null,
      submitTime: time,
    };
    const own = new OwnOrder(order);
    this.#all.push(own);
    this.#open.set(order.id, own);
    return own;
  }

  get(id: OrderId): OwnOrder {
    const own = this.#all[id - 1];
    assert(own !== undefined, `there is no order ${id}`);
    return own;
  }

  /** As {@link get}, for an id that a strategy gives. Throws a Misuse where it never got such a one. */
  ours(id: OrderId): OwnOrder {
    const own = Number.isInteger(id) ? this.#all[id - 1] : undefined;
    if (own === undefined) throw new Misuse(`there is no order ${String(id)}: ids are what submit returned`);
    return own;
  }

  close(id: OrderId): void {
    this.#open.delete(id);
  }

  get openCount(): number {
    return this.#open.size;
  }

  get count(): number {
    return this.#all.length;
  }

  open(): IterableIterator<OwnOrder> {
    return this.#open.values();
  }

  /** Those that must not rest and whose cancel was not done. */
  undone(): OwnOrder[] {
    return [...this.#open.values()].filter(({ cancelUndone }) => cancelUndone);
  }

  /** As {@link list}, for a strategy. */
  views(market?: MarketIndex): readonly OrderView[] {
    const views: OrderView[] = [];
    for (const own of this.#open.values()) if (market === undefined || own.market === market) views.push(own.view);
    return views;
  }

  list(market?: MarketIndex): readonly OwnOrder[] {
    const orders: OwnOrder[] = [];
    for (const own of this.#open.values()) if (market === undefined || own.market === market) orders.push(own);
    return orders;
  }
}
