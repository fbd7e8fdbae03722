import type { BookView } from '../book/book-view.ts';
import type { Market, MarketIndex, MarketStatus } from '../core/market.ts';
import { Misuse } from '../core/misuse.ts';
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
import { checkMarket, checkQuantity, checkReasons } from './request-check.ts';
import type { Context, OrderView, Position, PredictionId, Reasons, Timer } from './strategy.ts';

/** The parts of an engine that its context shows. */
export interface ContextSource {
  readonly now: Time;
  readonly grade: Grade;
  readonly random: Random;
  readonly state: MarketState;
  readonly account: Account;
  readonly orders: OwnOrders;
  readonly timers: TimeQueue<Timer>;
  acted: boolean;
  fee: Context['fee'];
  submit: Context['submit'];
  cancel: Context['cancel'];
  amend: Context['amend'];
  decrease: Context['decrease'];
  readonly models: Context['models'];
  predict: Context['predict'];
  openGroup: Context['openGroup'];
  resetGroup: Context['resetGroup'];
}

/** More rows than this at one time is a strategy that explains itself for ever. */
const ROWS_AT_ONE_TIME = 1_000_000;
/** More wake-ups than this to come is a strategy that asks for them for ever. */
const MOST_TIMERS = 1_000_000;

/** What a strategy holds of a position: always its present standing, and no way to change it. */
class PositionFace implements Position {
  readonly #account: Account;
  readonly #market: MarketIndex;

  constructor(account: Account, market: MarketIndex) {
    this.#account = account;
    this.#market = market;
    Object.freeze(this);
  }

  get quantity(): Quantity {
    return this.#account.position(this.#market).quantity;
  }

  get cost(): Money {
    return this.#account.position(this.#market).cost;
  }
}

/** The face an engine shows its strategy: what it may read and ask for, and nothing else. */
export class EngineContext implements Context {
  readonly #engine: ContextSource;
  readonly #journal: Journal;
  /** By market, made when first asked for. */
  readonly #positions: PositionFace[] = [];
  #rows = 0;
  #rowsTime = 0;

  constructor(engine: ContextSource, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
    Object.freeze(this);
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
    checkMarket(state, index);
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
    checkMarket(this.#engine.state, market);
    return this.#engine.state.status(market);
  }

  book(market: MarketIndex): BookView | undefined {
    checkMarket(this.#engine.state, market);
    return this.#engine.state.readable(market);
  }

  position(market: MarketIndex): Position {
    const known = this.#positions[market];
    if (known !== undefined) return known;
    checkMarket(this.#engine.state, market);
    const face = new PositionFace(this.#engine.account, market);
    this.#positions[market] = face;
    return face;
  }

  order(id: OrderId): OrderView {
    return this.#engine.orders.ours(id).view;
  }

  openOrders(market?: MarketIndex): readonly OrderView[] {
    if (market !== undefined) checkMarket(this.#engine.state, market);
    return this.#engine.orders.views(market);
  }

  fee(market: MarketIndex, price: Price, quantity: Quantity, liquidity: Liquidity): Money {
    checkMarket(this.#engine.state, market);
    checkQuantity(quantity);
    if (!(price >= 0 && price <= 10_000))
      throw new Misuse(`fee needs a price of 0 to 10000 (1e-4 dollars), not ${price}`);
    if (liquidity !== 'maker' && liquidity !== 'taker') throw new Misuse(`a fee is a "maker" or "taker" fee`);
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

  get models(): ReadonlySet<string> {
    return this.#engine.models;
  }

  predict(model: string, features: Float64Array, tag: string): PredictionId {
    const { models } = this.#engine;
    if (!models.has(model)) {
      const known = models.size === 0 ? 'no model is loaded (usesModels: true loads them)' : [...models].join(', ');
      throw new Misuse(`there is no model "${String(model)}": ${known}`);
    }
    if (!(features instanceof Float64Array) || features.length === 0)
      throw new Misuse('predict needs features, as a Float64Array');
    if (typeof tag !== 'string') throw new Misuse(`predict needs a text as its tag, not a ${typeof tag}`);
    return this.#engine.predict(model, features, tag);
  }

  wakeAt(time: Time, tag: string): void {
    const { now, timers } = this.#engine;
    if (!Number.isSafeInteger(time)) throw new Misuse(`wakeAt needs a time in whole microseconds, not ${String(time)}`);
    if (time < now) throw new Misuse(`wakeAt(${time}) lies in the past: now is ${now}`);
    if (typeof tag !== 'string') throw new Misuse(`wakeAt needs a text as its tag, not a ${typeof tag}`);
    if (timers.length >= MOST_TIMERS) throw new Misuse(`more than ${MOST_TIMERS} wake-ups are asked for at once`);
    timers.add(time, Object.freeze({ time, tag }));
    this.#engine.acted = true;
  }

  explain(action: string, market: MarketIndex, reasons: Reasons): void {
    checkMarket(this.#engine.state, market);
    checkReasons(action, reasons);
    const { now } = this.#engine;
    this.#rows = now === this.#rowsTime ? this.#rows + 1 : 0;
    this.#rowsTime = now;
    if (this.#rows >= ROWS_AT_ONE_TIME) throw new Misuse(`more than ${ROWS_AT_ONE_TIME} explanations at one time`);
    this.#journal.decision(now, action, market, reasons);
  }
}
