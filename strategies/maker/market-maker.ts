import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { after, MINUTE, type Time } from '../../src/core/time.ts';
import type { Context, OrderUpdate } from '../../src/engine/strategy.ts';
import type { MakerParams } from './params.ts';
import { QuoteSide } from './quote-side.ts';
import { desiredQuotes } from './quotes.ts';

/** Why a market is not quoted. */
export type PauseReason = 'market-not-active' | 'book-not-readable' | 'one-sided-book' | 'close-unknown' | 'near-close';

const REFUSED_PAUSE = MINUTE;

/** The quotes of one market. */
export class MarketMaker {
  readonly #params: MakerParams;
  readonly #market: Market;
  readonly #bid: QuoteSide;
  readonly #ask: QuoteSide;
  #closeTime: Time | null;
  #nextRefresh = 0;
  #wakeAsked = false;
  #paused: PauseReason | null = null;

  constructor(params: MakerParams, market: Market) {
    this.#params = params;
    this.#market = market;
    this.#closeTime = market.closeTime;
    this.#bid = new QuoteSide(market.index, BID);
    this.#ask = new QuoteSide(market.index, ASK);
  }

  /** Asks to be woken when quoting must end. */
  start(context: Context): void {
    const end = this.#quotingEnd();
    if (end !== null && end >= context.now) context.wakeAt(end as Time, String(this.#market.index));
  }

  closeMoved(context: Context, closeTime: Time): void {
    this.#closeTime = closeTime;
    this.start(context);
    this.look(context);
  }

  /** Our wake-up has come. */
  wake(context: Context): void {
    this.#wakeAsked = false;
    this.look(context);
  }

  /** An order changed. One that a limit refused is not sent again for a while. */
  onOrder(update: OrderUpdate, context: Context): void {
    if (update.order.state.status === 'refused') {
      this.#nextRefresh = Math.max(this.#nextRefresh, after(context.now, REFUSED_PAUSE));
    }
    this.look(context);
  }

  /** Withdraws at once where it must not quote; otherwise brings the quotes up to date, no more often than `refresh`. */
  look(context: Context): void {
    const book = context.book(this.#market.index);
    const reason = this.#pauseReason(context, book);
    if (reason !== null || book === undefined) this.#withdraw(context, reason ?? 'book-not-readable');
    else if (context.now < this.#nextRefresh) this.#wakeForRefresh(context);
    else this.#refresh(context, book);
  }

  #refresh(context: Context, book: BookView): void {
    const { index, grid } = this.#market;
    const held = context.position(index).quantity;
    const quotes = desiredQuotes(this.#params, grid, book, held);
    if (quotes === undefined) {
      this.#withdraw(context, 'one-sided-book');
      return;
    }
    this.#paused = null;
    const { tolerance, refresh } = this.#params;
    const bidMoved = this.#bid.move(context, quotes.bid, tolerance);
    const askMoved = this.#ask.move(context, quotes.ask, tolerance);
    if (!bidMoved && !askMoved) return;
    this.#nextRefresh = after(context.now, refresh);
    context.explain('quote', index, {
      bid_e4: quotes.bid?.price ?? null,
      ask_e4: quotes.ask?.price ?? null,
      mid_e4: book.mid ?? null,
      held_e2: held,
    });
  }

  #withdraw(context: Context, reason: PauseReason): void {
    const bidLive = this.#bid.withdraw(context);
    const askLive = this.#ask.withdraw(context);
    const isNew = this.#paused !== reason;
    this.#paused = reason;
    if (isNew && (bidLive || askLive)) context.explain(`pause:${reason}`, this.#market.index, {});
  }

  #wakeForRefresh(context: Context): void {
    if (this.#wakeAsked) return;
    this.#wakeAsked = true;
    context.wakeAt(this.#nextRefresh as Time, String(this.#market.index));
  }

  #pauseReason(context: Context, book: BookView | undefined): PauseReason | null {
    if (context.status(this.#market.index) !== 'active') return 'market-not-active';
    const end = this.#quotingEnd();
    if (end === null && this.#params.closeBuffer > 0) return 'close-unknown';
    if (end !== null && context.now >= end) return 'near-close';
    return book === undefined ? 'book-not-readable' : null;
  }

  #quotingEnd(): number | null {
    return this.#closeTime === null ? null : this.#closeTime - this.#params.closeBuffer;
  }
}
