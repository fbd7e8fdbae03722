import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { drawQuantity } from './draw.ts';
import type { SyntheticExchange } from './exchange.ts';
import type { OrderBook, Owner, RestingOrder } from './order-book.ts';
import { type SyntheticMarket, uncertainty } from './synthetic-market.ts';

/** How a market maker quotes. */
interface MakerStyle {
  readonly owner: Owner;
  /** Distance from its view to its best quote where the outcome is open, in cents; about half of it where it is certain. */
  readonly halfSpread: number;
  /** Quoted levels on each side. */
  readonly levels: number;
  /** Cents between two of them. */
  readonly gap: number;
  /** Median size of a level, in contracts. */
  readonly size: number;
  /** It re-quotes when its view has moved by this many cents. */
  readonly tolerance: number;
}

/** Owners below this number are market makers. */
export const FIRST_RETAIL_OWNER = 10;

/** The market makers of every market, the fastest and tightest first. */
const STYLES: readonly MakerStyle[] = [
  { owner: 1, halfSpread: 0.8, levels: 3, gap: 1, size: 350, tolerance: 0.4 },
  { owner: 2, halfSpread: 1.4, levels: 4, gap: 1, size: 900, tolerance: 0.8 },
  { owner: 3, halfSpread: 3.5, levels: 4, gap: 2, size: 2_000, tolerance: 1.2 },
];

/** A level is topped up when less than this share of the maker's usual size is left of it. */
const TOP_UP_BELOW = 0.3;
const OWN_ERROR = 0.003;

/** Quotes a ladder around its own noisy view of the probability, on both sides of one market. */
class MarketMaker {
  readonly #style: MakerStyle;
  readonly #random: Random;
  #orders: RestingOrder[] = [];
  #quotedView = Number.NaN;
  #error = 0;

  constructor(style: MakerStyle, random: Random) {
    this.#style = style;
    this.#random = random;
  }

  /** Cancels what its present view no longer wants. */
  withdraw(market: SyntheticMarket, exchange: SyntheticExchange, now: Time): void {
    this.#error = 0.8 * this.#error + 0.6 * this.#random.normal();
    const view = market.view + OWN_ERROR * this.#error * uncertainty(market.probability);
    if (Math.abs(view - this.#quotedView) * 100 < this.#style.tolerance) return;
    this.#quotedView = view;
    const kept: RestingOrder[] = [];
    for (const order of this.#orders) {
      if (order.quantity === 0) continue;
      if (this.#wants(order.side, order.level, market)) kept.push(order);
      else exchange.cancel(order, now);
    }
    this.#orders = kept;
  }

  /** Puts orders where its ladder lacks them. */
  quote(market: SyntheticMarket, exchange: SyntheticExchange, now: Time): void {
    this.#orders = this.#orders.filter((order) => order.quantity > 0);
    for (const side of [BID, ASK] as const) {
      const step = side === BID ? -this.#style.gap : this.#style.gap;
      let level = this.#bestLevel(side, market);
      for (let count = 0; count < this.#style.levels; count++, level += step) {
        if (level < 0 || level >= market.book.grid.size) continue;
        if (this.#resting(side, level) < TOP_UP_BELOW * this.#style.size * 100)
          this.#place(side, level, market, exchange, now);
      }
    }
  }

  #place(side: Side, level: number, market: SyntheticMarket, exchange: SyntheticExchange, now: Time): void {
    takeRetail(market.book, side, level, exchange, now);
    if (market.book.crosses(side, level)) return;
    const size = drawQuantity(this.#random, this.#style.size, 0.5);
    const order = exchange.submit(market.book, this.#style.owner, side, level, size, now);
    if (order !== null) this.#orders.push(order);
  }

  /** The level index of its best quote: whole cents outside its view by at least the half spread. */
  #bestLevel(side: Side, market: SyntheticMarket): number {
    const half = this.#style.halfSpread * (0.5 + 0.5 * uncertainty(market.probability));
    const cents = this.#quotedView * 100;
    return (side === BID ? Math.floor(cents - half) : Math.max(1, Math.ceil(cents + half))) - 1;
  }

  #wants(side: Side, level: number, market: SyntheticMarket): boolean {
    const best = this.#bestLevel(side, market);
    const behind = side === BID ? best - level : level - best;
    return behind >= 0 && behind % this.#style.gap === 0 && behind / this.#style.gap < this.#style.levels;
  }

  #resting(side: Side, level: number): Quantity {
    let sum = 0;
    for (const order of this.#orders) if (order.side === side && order.level === level) sum += order.quantity;
    return sum as Quantity;
  }
}

/** The makers of one market. */
export class MakerTeam {
  readonly #market: SyntheticMarket;
  readonly #exchange: SyntheticExchange;
  readonly #makers: readonly MarketMaker[];

  constructor(market: SyntheticMarket, exchange: SyntheticExchange, random: Random) {
    this.#market = market;
    this.#exchange = exchange;
    this.#makers = STYLES.map((style) => new MarketMaker(style, random.fork(`maker ${style.owner}`)));
  }

  /** All of them look again: first each cancels, then each quotes, so that no maker runs over another. */
  requote(now: Time): void {
    if (!this.#market.trading) return;
    for (const maker of this.#makers) maker.withdraw(this.#market, this.#exchange, now);
    for (const maker of this.#makers) maker.quote(this.#market, this.#exchange, now);
  }
}

/** Takes the retail orders that stand in the way of a new quote at `level`, and nothing of another maker. */
function takeRetail(book: OrderBook, side: Side, level: number, exchange: SyntheticExchange, now: Time): void {
  while (book.crosses(side, level)) {
    const best = side === BID ? book.bestAsk : book.bestBid;
    const next = book.first(opposite(side), best);
    if (next === null || next.owner < FIRST_RETAIL_OWNER) return;
    exchange.take(book, side, best, next.quantity, now);
  }
}
