import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import type { Context, OrderUpdate } from '../../src/engine/strategy.ts';
import type { MakerParams } from './params.ts';
import { QuoteSide } from './quote-side.ts';
import { desiredQuotes } from './quotes.ts';

/** Why a market is not quoted. */
export type PauseReason = 'market not active' | 'no book' | 'one-sided book' | 'close not known' | 'too near the close';

/** The quotes of one market. */
export class MarketMaker {
  readonly #params: MakerParams;
  readonly #market: Market;
  readonly #bid: QuoteSide;
  readonly #ask: QuoteSide;
  #closeTime: Time | null;
  #wakeAsked = false;
  #paused: PauseReason | null = null;

  constructor(params: MakerParams, market: Market) {
    this.#params = params;
    this.#market = market;
    this.#closeTime = market.closeTime;
    this.#bid = new QuoteSide(market.index, BID, params);
    this.#ask = new QuoteSide(market.index, ASK, params);
  }

  /** Whether it could quote now. */
  ready(context: Context): boolean {
    const book = context.book(this.#market.index);
    return !this.#refused(context) && this.#pauseReason(context, book) === null && book?.mid !== undefined;
  }

  /** Whether another market may have its place: it has no order that may trade, cannot quote, and has no position to work off. */
  idle(context: Context): boolean {
    const { index } = this.#market;
    if (context.openOrders(index).length > 0 || (this.#paused === null && !this.#refused(context))) return false;
    const over = this.#paused === 'too near the close' || this.#paused === 'market not active';
    return over || context.position(index).quantity === 0;
  }

  /** Asks to be woken when quoting must end. */
  start(context: Context): void {
    const end = this.#quotingEnd();
    if (end !== null && end >= context.now) context.wakeAt(end as Time, String(this.#market.index));
  }

  closeMoved(context: Context, closeTime: Time): void {
    this.#closeTime = closeTime;
    this.start(context);
  }

  /** A wake-up of this market has come. */
  woken(): void {
    this.#wakeAsked = false;
  }

  /** An order changed. */
  onOrder({ order }: OrderUpdate, context: Context): void {
    const { status } = order.state;
    const side = order.side === BID ? this.#bid : this.#ask;
    if (status === 'refused') side.shut(context);
    else if (status === 'executed') side.keep(context);
    this.look(context);
  }

  /** Withdraws at once where it must not quote; otherwise brings the quotes up to date. */
  look(context: Context): void {
    const book = context.book(this.#market.index);
    const reason = this.#pauseReason(context, book);
    if (reason !== null || book === undefined) this.#withdraw(context, reason ?? 'no book');
    else this.#refresh(context, book);
  }

  #refresh(context: Context, book: BookView): void {
    const { index, grid } = this.#market;
    const held = context.position(index).quantity;
    const quotes = desiredQuotes(this.#params, grid, book, held);
    if (quotes === undefined) {
      this.#withdraw(context, 'one-sided book');
      return;
    }
    this.#paused = null;
    const bidMoved = this.#bid.move(context, quotes.bid);
    const askMoved = this.#ask.move(context, quotes.ask);
    this.#wakeForRefresh(context);
    if (!bidMoved && !askMoved) return;
    context.explain('quote', index, {
      bid_e4: quotes.bid?.price ?? null,
      ask_e4: quotes.ask?.price ?? null,
      mid_e4: book.mid ?? null,
      held_e2: held,
    });
  }

  /** Limits let neither side quote at present. */
  #refused(context: Context): boolean {
    return this.#bid.isShut(context) && this.#ask.isShut(context);
  }

  #withdraw(context: Context, reason: PauseReason): void {
    const bidLive = this.#bid.withdraw(context);
    const askLive = this.#ask.withdraw(context);
    const isNew = this.#paused !== reason;
    this.#paused = reason;
    if (isNew && (bidLive || askLive)) context.explain(`pause: ${reason}`, this.#market.index, {});
  }

  /** A side that moved a moment ago may have to move again without anything happening in its book. */
  #wakeForRefresh(context: Context): void {
    const times = [this.#bid.nextChange, this.#ask.nextChange].filter((time) => time > context.now);
    if (this.#wakeAsked || times.length === 0) return;
    this.#wakeAsked = true;
    context.wakeAt(Math.min(...times) as Time, String(this.#market.index));
  }

  #pauseReason(context: Context, book: BookView | undefined): PauseReason | null {
    if (context.status(this.#market.index) !== 'active') return 'market not active';
    const end = this.#quotingEnd();
    if (end === null && this.#params.closeBuffer > 0) return 'close not known';
    if (end !== null && context.now >= end) return 'too near the close';
    return book === undefined ? 'no book' : null;
  }

  #quotingEnd(): number | null {
    return this.#closeTime === null ? null : this.#closeTime - this.#params.closeBuffer;
  }
}
