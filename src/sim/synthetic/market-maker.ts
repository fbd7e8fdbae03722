import { complement } from '../../core/price.ts';
import type { PriceGrid } from '../../core/price-grid.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { drawQuantity } from './draw.ts';
import type { SyntheticExchange } from './exchange.ts';
import { depthShape } from './flow-shape.ts';
import type { OrderBook, Owner, RestingOrder } from './order-book.ts';
import { FIRST_NOISE_OWNER, isGuest } from './owners.ts';
import { levelAbove, levelBelow } from './price-levels.ts';
import { type SyntheticMarket, takerFeeE4, uncertainty } from './synthetic-market.ts';

/** How a market maker quotes. */
interface MakerStyle {
  readonly owner: Owner;
  /** Distance from its view to its best quote where the outcome is open, in cents; about half of it where it is certain. */
  readonly halfSpread: number;
  /** Quoted levels on each side. */
  readonly levels: number;
  /** Ticks between two of them. */
  readonly gap: number;
  /** Median size of a level where a leg costs about 50 cents, in contracts, at a depth of 1. */
  readonly size: number;
  /** It re-quotes when its view has moved by this many cents. */
  readonly tolerance: number;
  /** Share of the times that it looks at the market at which it stays away from it, or comes back. */
  readonly leaves: number;
  readonly returns: number;
}

/** The market makers of every market, the fastest and tightest first. */
const STYLES: readonly MakerStyle[] = [
  { owner: 1, halfSpread: 0.15, levels: 3, gap: 1, size: 4, tolerance: 0.4, leaves: 0.09, returns: 0.12 },
  { owner: 2, halfSpread: 1.2, levels: 4, gap: 1, size: 10, tolerance: 0.8, leaves: 0.06, returns: 0.15 },
  { owner: 3, halfSpread: 3, levels: 4, gap: 2, size: 22, tolerance: 1.2, leaves: 0, returns: 1 },
];

/** A level is topped up when less than this share of the maker's usual size is left of it. */
const TOP_UP_BELOW = 0.3;
const OWN_ERROR = 0.003;
/** Deviation of the logarithm of a level's size. */
const SIZE_SPREAD = 0.9;

/** Quotes a ladder around its own noisy view of the probability, on both sides of one market. */
class MarketMaker {
  readonly #style: MakerStyle;
  readonly #depth: number;
  readonly #random: Random;
  #orders: RestingOrder[] = [];
  #quotedView = Number.NaN;
  #quotedGrid: PriceGrid | null = null;
  #error = 0;
  #away = false;

  constructor(style: MakerStyle, depth: number, random: Random) {
    this.#style = style;
    this.#depth = depth;
    this.#random = random;
  }

  /** Looks again: cancels what its present view no longer wants, or everything where it leaves. */
  withdraw(market: SyntheticMarket, mustStay: boolean, exchange: SyntheticExchange, now: Time): void {
    this.#error = 0.8 * this.#error + 0.6 * this.#random.normal();
    const { leaves, returns, tolerance } = this.#style;
    const drawn = this.#random.uniform();
    this.#away = !mustStay && (this.#away ? drawn >= returns : drawn < leaves);
    const view = market.view + OWN_ERROR * this.#error * uncertainty(market.probability);
    const moved = !(Math.abs(view - this.#quotedView) * 100 < tolerance);
    if (!moved && !this.#away && this.#quotedGrid === market.book.grid) return;
    if (moved) this.#quotedView = view;
    this.#quotedGrid = market.book.grid;
    const kept: RestingOrder[] = [];
    for (const order of this.#orders) {
      if (order.quantity === 0) continue;
      if (!this.#away && this.#wants(order.side, order.level, market)) kept.push(order);
      else exchange.cancel(order, now);
    }
    this.#orders = kept;
  }

  /** Puts orders where its ladder lacks them. */
  quote(market: SyntheticMarket, exchange: SyntheticExchange, now: Time): void {
    if (this.#away) return;
    this.#forgetGone();
    const { gap, levels } = this.#style;
    for (const side of [BID, ASK] as const) {
      const step = side === BID ? -gap : gap;
      let level = this.#bestLevel(side, market);
      for (let count = 0; count < levels; count++, level += step) {
        if (level < 0 || level >= market.book.grid.size) continue;
        const usual = this.#usualSize(side, level, market.book);
        if (this.#resting(side, level) < TOP_UP_BELOW * usual * 100) {
          this.#place(side, level, usual, market, exchange, now);
        }
      }
    }
  }

  #forgetGone(): void {
    let kept = 0;
    for (const order of this.#orders) if (order.quantity > 0) this.#orders[kept++] = order;
    this.#orders.length = kept;
  }

  #place(
    side: Side,
    level: number,
    usual: number,
    market: SyntheticMarket,
    exchange: SyntheticExchange,
    now: Time,
  ): void {
    const { book } = market;
    this.#takeNoise(market, side, level, exchange, now);
    // What is not worth its fee is not taken: the quote then stands in front of it.
    const free = side === BID ? Math.min(level, book.bestAsk - 1) : Math.max(level, book.bestBid + 1);
    if (free < 0 || free >= book.grid.size || (free !== level && this.#resting(side, free) > 0)) return;
    const size = drawQuantity(this.#random, usual, SIZE_SPREAD);
    const order = exchange.submit(book, this.#style.owner, side, free, size, now);
    if (order !== null) this.#orders.push(order);
  }

  /** Takes the orders of noise traders that stand in the way of a quote and are worth their fee, and nothing of another maker. */
  #takeNoise(market: SyntheticMarket, side: Side, level: number, exchange: SyntheticExchange, now: Time): void {
    const { book } = market;
    const worth = this.#quotedView * 10_000 + (side === BID ? -1 : 1) * takerFeeE4(market.probability);
    while (book.crosses(side, level)) {
      const best = side === BID ? book.bestAsk : book.bestBid;
      const next = book.first(opposite(side), best);
      const price = book.grid.priceAt(best);
      if (next === null || (side === BID ? price > worth : price < worth)) return;
      if (next.owner < FIRST_NOISE_OWNER && !isGuest(next.owner)) return;
      exchange.take(book, this.#style.owner, side, best, next.quantity, now);
    }
  }

  #usualSize(side: Side, level: number, { grid }: OrderBook): number {
    const yes = grid.priceAt(level);
    return this.#style.size * this.#depth * depthShape(side === BID ? yes : complement(yes));
  }

  /** The level of its best quote: a price of the grid outside its view by at least the half spread. */
  #bestLevel(side: Side, { book, probability }: SyntheticMarket): number {
    const half = this.#style.halfSpread * (0.5 + 0.5 * uncertainty(probability));
    const view = this.#quotedView * 10_000;
    return side === BID ? levelBelow(book.grid, view - half * 100) : levelAbove(book.grid, view + half * 100);
  }

  #wants(side: Side, level: number, market: SyntheticMarket): boolean {
    const best = this.#bestLevel(side, market);
    const behind = side === BID ? best - level : level - best;
    return behind >= 0 && behind % this.#style.gap === 0 && behind / this.#style.gap < this.#style.levels;
  }

  #resting(side: Side, level: number): number {
    let sum = 0;
    for (const order of this.#orders) if (order.side === side && order.level === level) sum += order.quantity;
    return sum;
  }
}

/** The makers of one market. */
export class MakerTeam {
  readonly #market: SyntheticMarket;
  readonly #exchange: SyntheticExchange;
  readonly #makers: readonly MarketMaker[];

  constructor(market: SyntheticMarket, exchange: SyntheticExchange, depth: number, random: Random) {
    this.#market = market;
    this.#exchange = exchange;
    this.#makers = STYLES.map((style) => new MarketMaker(style, depth, random.fork(`maker ${style.owner}`)));
  }

  /** All of them look again: first each cancels, then each quotes, so that no maker runs over another. */
  requote(now: Time): void {
    this.#look(now, false);
  }

  /** After a sweep all of them quote, also those that had stayed away. */
  refill(now: Time): void {
    this.#look(now, true);
  }

  #look(now: Time, mustStay: boolean): void {
    if (!this.#market.trading) return;
    for (const maker of this.#makers) maker.withdraw(this.#market, mustStay, this.#exchange, now);
    for (const maker of this.#makers) maker.quote(this.#market, this.#exchange, now);
  }
}
