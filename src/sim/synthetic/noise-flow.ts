import { complement } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import { MILLISECOND, MINUTE, SECOND, type Time } from '../../core/time.ts';
import { capQuantity, drawQuantity } from './draw.ts';
import { activityAt, ORDER_SIZE, YES_SHARE } from './flow-shape.ts';
import type { MakerTeam } from './market-maker.ts';
import type { RestingOrder } from './order-book.ts';
import { FIRST_NOISE_OWNER } from './owners.ts';
import type { Stage } from './stage.ts';
import { type SyntheticMarket, uncertainty } from './synthetic-market.ts';

/** Mean time between two marketable orders, and two resting ones, in one open market's busiest hours. */
const TAKE_MEAN = 195 * SECOND;
const REST_MEAN = 100 * SECOND;
/** What is left of that pace where the outcome is certain. */
const CERTAIN_PACE = 0.4;
/** The dearest single order of a noise trader, dollars: below what counts as a sweep. */
const TAKE_DOLLARS = 950;
const REST_DOLLARS = 120;
/** Median contracts of a resting order, and the share of mere dust. */
const REST_MEDIAN = 15;
const DUST_SHARE = 0.12;
/** Orders that rest from the open to the close, on each side, far and wide. */
const OPENING_ORDERS = 24;
const OPENING_REACH = 60;
const LIFETIME_MEAN = 60 * MINUTE;
/** Share of resting orders withdrawn within half a second. */
const FLEETING_SHARE = 0.08;
const FLEETING = 500 * MILLISECOND;
/** Share of resting orders whose owners withdraw them when news makes them stale. */
const ATTENTIVE_SHARE = 0.8;
/** Share of resting orders that are icebergs: how often they show themselves anew. */
const ICEBERG_SHARE = 0.04;
const ICEBERG_PARTS = 4;

/** Noise traders of one market: they take, or rest for a while, on a side that chance decides. They know nothing. */
export class NoiseFlow {
  readonly #market: SyntheticMarket;
  readonly #makers: MakerTeam;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #pace: number;
  #owner = FIRST_NOISE_OWNER;

  constructor(market: SyntheticMarket, makers: MakerTeam, stage: Stage) {
    this.#market = market;
    this.#makers = makers;
    this.#stage = stage;
    this.#pace = stage.config.activity;
    this.#random = stage.root.fork(`${market.ticker} noise`);
  }

  /** Rests the orders that wait at the open, and writes the first arrivals down. */
  start(now: Time): void {
    for (let count = 0; count < OPENING_ORDERS; count++) {
      this.#submit(BID, 1 + this.#random.below(OPENING_REACH), now);
      this.#submit(ASK, 1 + this.#random.below(OPENING_REACH), now);
    }
    this.#next(now, TAKE_MEAN, (at) => this.#take(at));
    this.#next(now, REST_MEAN, (at) => this.#rest(this.#coin(), this.#distance(), at));
  }

  /** News: attentive owners withdraw what it makes worth less than they asked. */
  flee(now: Time): void {
    const { book, probability, trading } = this.#market;
    if (!trading) return;
    const fair = probability * 10_000;
    const { grid } = book;
    for (let level = book.bestAsk; level < grid.size && grid.priceAt(level) < fair; level++)
      this.#leaveLevel(ASK, level, now);
    for (let level = book.bestBid; level >= 0 && grid.priceAt(level) > fair; level--) this.#leaveLevel(BID, level, now);
  }

  #leaveLevel(side: Side, level: number, now: Time): void {
    for (let order = this.#market.book.first(side, level); order !== null; ) {
      const next = order.behind;
      if (order.attentive) this.#stage.exchange.cancel(order, now);
      order = next;
    }
  }

  /** An iceberg's owner shows its next part: a new order, at the back of the queue. */
  refill(order: RestingOrder, now: Time): void {
    if (!this.#market.trading || order.book.crosses(order.side, order.level)) return;
    const part = Math.min(order.reserve, this.#size());
    const next = this.#stage.exchange.submit(order.book, order.owner, order.side, order.level, part as Quantity, now);
    if (next === null) return;
    next.reserve = (order.reserve - part) as Quantity;
    this.#leaveAfter(next, this.#random.exponential(LIFETIME_MEAN), now);
  }

  /** Arrivals at the rate of the busiest hour, thinned to the hour and to how open the outcome is. */
  #next(now: Time, mean: number, act: (at: Time) => void): void {
    const gap = Math.max(MILLISECOND, Math.round(this.#random.exponential(mean / this.#pace)));
    this.#stage.agenda.at((now + gap) as Time, (at) => {
      const market = this.#market;
      if (market.over) return;
      const busy =
        activityAt(at, market.midnight) * (CERTAIN_PACE + (1 - CERTAIN_PACE) * uncertainty(market.probability));
      if (this.#random.uniform() < busy && market.trading) act(at);
      this.#next(at, mean, act);
    });
  }

  #take(now: Time): void {
    const { book } = this.#market;
    const side: Side = this.#random.uniform() < YES_SHARE ? BID : ASK;
    const best = book.best(opposite(side));
    if (best === undefined) return;
    const worst = side === BID ? best + this.#random.below(3) : best - this.#random.below(3);
    const drawn = drawQuantity(this.#random, ORDER_SIZE.median, ORDER_SIZE.spread);
    const quantity = this.#affordable(side, best, drawn, TAKE_DOLLARS);
    const limit = Math.min(book.grid.size - 1, Math.max(0, worst));
    this.#stage.exchange.take(book, this.#owner++, side, limit, quantity, now);
    const pause = Math.round(200 * MILLISECOND + this.#random.exponential(2 * SECOND));
    this.#stage.agenda.at((now + pause) as Time, (at) => this.#makers.requote(at));
  }

  /** Rests an order `distance` levels behind its side's best, −1 being one better; where that would cross, it does nothing. */
  #submit(side: Side, distance: number, now: Time): RestingOrder | null {
    const { book } = this.#market;
    const best = book.best(side);
    if (best === undefined) return null;
    const level = side === BID ? best - distance : best + distance;
    if (level < 0 || level >= book.grid.size || book.crosses(side, level)) return null;
    const quantity = this.#affordable(side, level, this.#size(), REST_DOLLARS);
    return this.#stage.exchange.submit(book, this.#owner++, side, level, quantity, now);
  }

  /** Rests an order for a while. */
  #rest(side: Side, distance: number, now: Time): void {
    const order = this.#submit(side, distance, now);
    if (order === null) return;
    order.attentive = this.#random.uniform() < ATTENTIVE_SHARE;
    const kind = this.#random.uniform();
    if (kind < FLEETING_SHARE) {
      this.#stage.agenda.at((now + MILLISECOND + this.#random.below(FLEETING)) as Time, (at) =>
        this.#stage.exchange.cancel(order, at),
      );
      return;
    }
    if (kind < FLEETING_SHARE + ICEBERG_SHARE) order.reserve = (order.quantity * ICEBERG_PARTS) as Quantity;
    this.#leaveAfter(order, SECOND + this.#random.exponential(LIFETIME_MEAN), now);
  }

  #leaveAfter(order: RestingOrder, lifetime: number, now: Time): void {
    const share = this.#random.uniform();
    this.#stage.agenda.at((now + Math.round(lifetime)) as Time, (at) => this.#leave(order, share, at));
  }

  /** When an order's time has come, somebody at its price gives up: the foremost noise order, the hindmost, or just this one. */
  #leave(order: RestingOrder, share: number, now: Time): void {
    const { front, back } = this.#stage.config.cancels;
    if (share < front) this.#stage.exchange.cancel(foremost(order) ?? order, now);
    else if (share < front + back) this.#stage.exchange.cancel(hindmost(order) ?? order, now);
    else this.#stage.exchange.cancel(order, now);
  }

  #size(): Quantity {
    const dust = this.#random.uniform() < DUST_SHARE;
    return dust ? ((1 + this.#random.below(50)) as Quantity) : drawQuantity(this.#random, REST_MEDIAN, 1.3);
  }

  #affordable(side: Side, level: number, quantity: Quantity, dollars: number): Quantity {
    const yes = this.#market.book.grid.priceAt(level);
    return capQuantity(quantity, side === BID ? yes : complement(yes), dollars);
  }

  #coin(): Side {
    return this.#random.uniform() < 0.5 ? BID : ASK;
  }

  /** Mostly at the best price, sometimes one better, otherwise a few levels behind. */
  #distance(): number {
    const where = this.#random.uniform();
    if (where < 0.12) return -1;
    if (where < 0.45) return 0;
    return 1 + Math.floor(this.#random.exponential(4));
  }
}

/** The noise order nearest the front of an order's level, or null where there is none. */
function foremost({ book, side, level }: RestingOrder): RestingOrder | null {
  let order = book.first(side, level);
  while (order !== null && order.owner < FIRST_NOISE_OWNER) order = order.behind;
  return order;
}

/** The noise order nearest the back of an order's level, or null where there is none. */
function hindmost({ book, side, level }: RestingOrder): RestingOrder | null {
  let order = book.last(side, level);
  while (order !== null && order.owner < FIRST_NOISE_OWNER) order = order.ahead;
  return order;
}
