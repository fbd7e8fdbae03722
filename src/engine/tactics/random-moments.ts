import type { BookView } from '../../book/book-view.ts';
import type { Market } from '../../core/market.ts';
import type { Price } from '../../core/price.ts';
import { after, type Duration } from '../../core/time.ts';
import type { Context } from '../strategy.ts';

/** A market drawn at random, with the quotes it showed. */
export interface RandomMarket {
  readonly market: Market;
  readonly book: BookView;
  readonly bestBid: Price;
  readonly bestAsk: Price;
}

/** Wakes its owner at random moments that know nothing of the market, and draws one of the markets that can be traded then. */
export class RandomMoments {
  readonly #mean: Duration;
  readonly #least: number;
  readonly #most: number;

  /** `mean` lies between two moments; only markets whose quotes lie from `least` to `most` (1e-4 dollars) are drawn. */
  constructor(mean: Duration, least: number, most: number) {
    this.#mean = mean;
    this.#least = least;
    this.#most = most;
  }

  /** Asks for the next moment: call it on start, and at every moment. */
  next(context: Context): void {
    const gap = Math.max(1, Math.round(context.random.exponential(this.#mean)));
    context.wakeAt(after(context.now, gap as Duration), 'moment');
  }

  /** One of the markets with a readable book and both quotes within the band, each as likely; undefined where there is none. */
  draw(context: Context): RandomMarket | undefined {
    const open: RandomMarket[] = [];
    for (const market of context.markets) {
      if (context.status(market.index) !== 'active') continue;
      const book = context.book(market.index);
      if (book?.bestBid === undefined || book.bestAsk === undefined) continue;
      const { bestBid, bestAsk } = book;
      if (bestBid >= this.#least && bestAsk <= this.#most) open.push({ market, book, bestBid, bestAsk });
    }
    return open.length === 0 ? undefined : open[context.random.below(open.length)];
  }
}
