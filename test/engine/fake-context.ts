import { Book } from '../../src/book/book.ts';
import type { BookView } from '../../src/book/book-view.ts';
import type { Market, MarketIndex, MarketStatus } from '../../src/core/market.ts';
import { dollars, type Money } from '../../src/core/money.ts';
import type { Fill, OrderGroupId, OrderId, OrderRequest } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { ASK, BID, direction, type Side } from '../../src/core/side.ts';
import type { Grade } from '../../src/core/tape-block.ts';
import type { Time } from '../../src/core/time.ts';
import { TimeQueue } from '../../src/core/time-queue.ts';
import type { VenueAnswer } from '../../src/core/venue-event.ts';
import { type OwnOrder, OwnOrders } from '../../src/engine/own-orders.ts';
import type {
  Context,
  OrderUpdate,
  Position,
  PredictionId,
  Reasons,
  Strategy,
  Timer,
  Trade,
} from '../../src/engine/strategy.ts';

export interface Row {
  readonly action: string;
  readonly market: MarketIndex;
  readonly reasons: Reasons;
  readonly time: Time;
}

type Told = Pick<Strategy, 'onOrder' | 'onFill' | 'onTimer' | 'onBook' | 'onTrade'>;

/**
 * A context whose venue is the test: requests are only written down, and each answer comes when, and in the order, the test says.
 * Orders are the engine's own, so an answer that cannot be is an assertion error.
 */
export class FakeContext implements Context {
  now = 1_000_000_000 as Time;
  grade: Grade = { depth: 'none', trades: true, sampling: 'continuous' };
  markets: readonly Market[];
  readonly random = new Random('fake');
  readonly orders = new OwnOrders();
  readonly rows: Row[] = [];
  readonly timers = new TimeQueue<Timer>();
  readonly cancelsAsked: OrderId[] = [];
  readonly requests: OrderRequest[] = [];
  /** What may be asked, and what was: the test answers through its listener. */
  readonly models = new Set<string>();
  readonly asked: { readonly model: string; readonly features: Float64Array; readonly tag: string }[] = [];
  available: Money = dollars(10_000);
  /** Who hears what happens. */
  listener: Told = {};
  readonly #statuses = new Map<MarketIndex, MarketStatus>();
  readonly #books = new Map<MarketIndex, Book>();
  readonly #positions = new Map<MarketIndex, Quantity>();
  #sequence = 0;

  constructor(markets: readonly Market[]) {
    this.markets = markets;
  }

  market(index: MarketIndex): Market {
    return this.markets[index]!;
  }

  get positions(): number {
    return [...this.#positions.values()].filter((quantity) => quantity !== 0).length;
  }

  status(market: MarketIndex): MarketStatus {
    return this.#statuses.get(market) ?? 'active';
  }

  setStatus(market: MarketIndex, status: MarketStatus): void {
    this.#statuses.set(market, status);
  }

  book(market: MarketIndex): BookView | undefined {
    return this.#books.get(market)?.readable();
  }

  position(market: MarketIndex): Position {
    return { quantity: this.#positions.get(market) ?? (0 as Quantity), cost: 0 as Money };
  }

  order(id: OrderId): OwnOrder {
    return this.orders.get(id);
  }

  openOrders(market?: MarketIndex): readonly OwnOrder[] {
    return this.orders.list(market);
  }

  fee(): Money {
    return 0 as Money;
  }

  submit(request: OrderRequest): OrderId {
    if (!(request.quantity > 0)) throw new Error(`an order for ${request.quantity}`);
    this.markets[request.market]!.grid.levelOf(request.price);
    this.requests.push(request);
    return this.orders.create(request, this.now).id;
  }

  cancel(id: OrderId): void {
    this.cancelsAsked.push(id);
    const own = this.orders.get(id);
    if (own.state.status === 'resting') own.beginCancel();
    else if (own.state.status === 'in-flight' || own.state.status === 'amending') own.cancelWanted = true;
  }

  amend(id: OrderId, price: Price, quantity: Quantity): void {
    const own = this.orders.get(id);
    if (own.state.status === 'resting') own.beginAmend(price, quantity);
  }

  decrease(id: OrderId, by: Quantity): void {
    const own = this.orders.get(id);
    if (own.state.status === 'resting') own.beginAmend(own.price, (own.quantity - by) as Quantity);
  }

  openGroup(): OrderGroupId {
    return 1 as OrderGroupId;
  }

  resetGroup(): void {}

  wakeAt(time: Time, tag: string): void {
    if (time < this.now) throw new Error(`wakeAt ${time} is in the past`);
    this.timers.add(time, { time, tag });
  }

  predict(model: string, features: Float64Array, tag: string): PredictionId {
    return this.asked.push({ model, features, tag }) as PredictionId;
  }

  explain(action: string, market: MarketIndex, reasons: Reasons): void {
    this.rows.push({ action, market, reasons, time: this.now });
  }

  /** The venue answers one of our orders. */
  answer(id: OrderId, answer: VenueAnswer): void {
    const own = this.orders.get(id);
    own.apply(answer, this.now);
    if (answer.type === 'filled') {
      const { market, side, quantity } = answer.fill;
      this.#positions.set(market, (this.position(market).quantity + direction(side) * quantity) as Quantity);
    }
    if (own.final) this.orders.close(id);
    if (own.cancelWanted && own.state.status === 'resting') {
      own.cancelWanted = false;
      own.beginCancel();
    }
    this.listener.onOrder?.(this.#update(own), this);
    if (answer.type === 'filled') this.listener.onFill?.(answer.fill, this);
  }

  accept(id: OrderId): void {
    this.answer(id, { type: 'accepted', resting: this.orders.get(id).remaining });
  }

  fill(id: OrderId, quantity: number, price: Price = this.orders.get(id).price): void {
    const own = this.orders.get(id);
    const { market, side } = own;
    const fee = 0 as Money;
    const fill: Fill = {
      order: id,
      market,
      side,
      price,
      quantity: quantity as Quantity,
      liquidity: 'maker',
      fee,
      source: 1,
    };
    this.answer(id, { type: 'filled', fill, remaining: (own.remaining - quantity) as Quantity });
  }

  cancelled(id: OrderId, reason: Extract<VenueAnswer, { type: 'cancelled' }>['reason'] = 'requested'): void {
    this.answer(id, { type: 'cancelled', reason, quantity: this.orders.get(id).remaining });
  }

  /** One of our limits stops an order. */
  refuse(id: OrderId, reason: string): void {
    const own = this.orders.get(id);
    own.refuse(reason);
    this.orders.close(id);
    this.listener.onOrder?.(this.#update(own), this);
  }

  /** Moves time on, firing each wake-up at its time. */
  advance(to: number): void {
    while (this.timers.next <= to) {
      const timer = this.timers.take();
      this.now = timer.time;
      this.listener.onTimer?.(timer, this);
    }
    this.now = to as Time;
  }

  wait(duration: number): void {
    this.advance(this.now + duration);
  }

  print(market: MarketIndex, takerSide: Side | null, price: number, quantity: number): void {
    const trade: Trade = {
      market,
      takerSide,
      price: price as Price,
      quantity: quantity as Quantity,
      exchangeTime: this.now,
      localTime: this.now,
      sequence: ++this.#sequence,
    };
    this.listener.onTrade?.(trade, this);
  }

  /** Shows a whole book: levels as [1e-4 dollars, 0.01 contract]. */
  show(market: MarketIndex, bids: readonly [number, number][], asks: readonly [number, number][]): void {
    const book = this.#books.get(market) ?? new Book(this.markets[market]!.grid);
    this.#books.set(market, book);
    book.beginSnapshot();
    for (const [price, quantity] of bids) book.setLevel(BID, price as Price, quantity as Quantity);
    for (const [price, quantity] of asks) book.setLevel(ASK, price as Price, quantity as Quantity);
    book.endSnapshot();
    this.listener.onBook?.(market, this);
  }

  /** The book can no longer be trusted. */
  tear(market: MarketIndex): void {
    this.#books.get(market)?.tear('gap');
    this.listener.onBook?.(market, this);
  }

  /** The newest order. */
  get last(): OwnOrder {
    return this.orders.get(this.orders.count as OrderId);
  }

  #update(own: OwnOrder): OrderUpdate {
    return { order: own, localTime: this.now };
  }
}
