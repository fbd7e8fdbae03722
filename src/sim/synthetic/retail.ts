import { complement } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import { MILLISECOND, MINUTE, SECOND, type Time } from '../../core/time.ts';
import type { Agenda } from './agenda.ts';
import { activityAt } from './clock-of-day.ts';
import { capQuantity, drawQuantity } from './draw.ts';
import type { SyntheticExchange } from './exchange.ts';
import { FIRST_RETAIL_OWNER, type MakerTeam } from './market-maker.ts';
import { type SyntheticMarket, uncertainty } from './synthetic-market.ts';

/** Mean time between two marketable orders, and two resting ones, in one open market's busiest hours. */
const TAKE_MEAN = 8 * MINUTE;
const REST_MEAN = 100 * SECOND;
const LIFETIME_MEAN = 25 * MINUTE;
/** The dearest single order of a noise trader, dollars: far below what counts as a sweep. */
const TAKE_DOLLARS = 400;
const REST_DOLLARS = 120;
/** Orders that rest at the open besides those of the makers, on each side. */
const OPENING_ORDERS = 14;

/** Noise traders of one market: they take, or rest for a while, on a side that a coin decides. They know nothing. */
export class RetailFlow {
  readonly #market: SyntheticMarket;
  readonly #makers: MakerTeam;
  readonly #exchange: SyntheticExchange;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #pace: number;
  #owner = FIRST_RETAIL_OWNER;

  constructor(
    market: SyntheticMarket,
    makers: MakerTeam,
    exchange: SyntheticExchange,
    agenda: Agenda,
    activity: number,
    random: Random,
  ) {
    this.#market = market;
    this.#makers = makers;
    this.#exchange = exchange;
    this.#agenda = agenda;
    this.#pace = activity;
    this.#random = random;
  }

  /** Rests the orders that wait at the open, and writes the first arrivals down. */
  start(now: Time): void {
    for (let count = 0; count < OPENING_ORDERS; count++) {
      this.#rest(BID, 1 + this.#random.below(30), now);
      this.#rest(ASK, 1 + this.#random.below(30), now);
    }
    this.#next(now, TAKE_MEAN, (at) => this.#take(at));
    this.#next(now, REST_MEAN, (at) => this.#rest(this.#coin(), this.#distance(), at));
  }

  /** Arrivals at the rate of the busiest hour, thinned to the hour and to how open the outcome is. */
  #next(now: Time, mean: number, act: (at: Time) => void): void {
    const gap = Math.max(MILLISECOND, Math.round(this.#random.exponential(mean / this.#pace)));
    this.#agenda.at((now + gap) as Time, (at) => {
      if (!this.#market.trading) return;
      const busy = activityAt(at, this.#market.midnight) * (0.1 + 0.9 * uncertainty(this.#market.probability));
      if (this.#random.uniform() < busy) act(at);
      this.#next(at, mean, act);
    });
  }

  #take(now: Time): void {
    const { book } = this.#market;
    const side = this.#coin();
    const best = book.best(opposite(side));
    if (best === undefined) return;
    const worst = side === BID ? best + this.#random.below(3) : best - this.#random.below(3);
    const quantity = this.#affordable(side, best, drawQuantity(this.#random, 30, 1.4), TAKE_DOLLARS);
    this.#exchange.take(book, side, Math.min(book.grid.size - 1, Math.max(0, worst)), quantity, now);
    const pause = Math.round(200 * MILLISECOND + this.#random.exponential(2 * SECOND));
    this.#agenda.at((now + pause) as Time, (at) => this.#makers.requote(at));
  }

  /** Rests an order `distance` levels behind its side's best, −1 being one better; where that would cross, it does nothing. */
  #rest(side: Side, distance: number, now: Time): void {
    const { book } = this.#market;
    const best = book.best(side);
    if (best === undefined) return;
    const level = side === BID ? best - distance : best + distance;
    if (level < 0 || level >= book.grid.size || book.crosses(side, level)) return;
    const dust = this.#random.uniform() < 0.06;
    const drawn = dust ? ((1 + this.#random.below(50)) as Quantity) : drawQuantity(this.#random, 40, 1.2);
    const quantity = this.#affordable(side, level, drawn, REST_DOLLARS);
    const order = this.#exchange.submit(book, this.#owner++, side, level, quantity, now);
    if (order === null) return;
    const end = now + Math.round(SECOND + this.#random.exponential(LIFETIME_MEAN));
    this.#agenda.at(end as Time, (at) => {
      if (this.#market.trading) this.#exchange.cancel(order, at);
    });
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
