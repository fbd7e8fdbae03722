import { OPEN } from '../../book/book-state.ts';
import type { Market, MarketIndex, MarketStatus } from '../../core/market.ts';
import { DELTA, DETAIL, type Detail, MarketEvent, TRADE, UNSIDED_TRADE } from '../../core/market-event.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Side } from '../../core/side.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import { MarketState } from '../../engine/market-state.ts';
import { TapeCursor } from '../../sim/tape-cursor.ts';

/** A market that has had no mark yet. */
export const NO_MARK = -1;

const MORE = 16;

/** Statuses in which nothing can trade any more: the mark stands still. */
const OVER: readonly MarketStatus[] = ['closed', 'determined', 'disputed', 'amended', 'finalized'];

/**
 * What markets are worth by the recorded tape, row by row. While the book can be read and has both sides a market's mark is the mid;
 * while it cannot, each print is the mark; a mark stays until something newer is told, and for good once the market has closed.
 */
export class MarkBoard {
  /** By market: the mark in 1e-5 dollars, exact though a mid lies half way between two prices; {@link NO_MARK} before the first. */
  readonly marks: Int32Array;
  readonly #state: MarketState;
  readonly #watched: Uint8Array;
  readonly #over: Uint8Array;
  readonly #event = new MarketEvent();

  /** Only `watched` markets are followed. */
  constructor(markets: readonly Market[], watched: Iterable<MarketIndex>) {
    this.#state = new MarketState(markets);
    this.marks = new Int32Array(markets.length).fill(NO_MARK);
    this.#over = new Uint8Array(markets.length);
    this.#watched = new Uint8Array(markets.length);
    for (const market of watched) this.#watched[market] = 1;
  }

  /** Whether a row may move a mark: the others need not be applied. */
  concerns(key: number): boolean {
    return this.#watched[key >>> 5] === 1 || ((key >>> 1) & 7) === DETAIL;
  }

  /** Applies one row, in tape order. Returns its market. */
  apply(block: TapeBlock, row: number): MarketIndex {
    const key = block.key[row]!;
    const market = (key >>> 5) as MarketIndex;
    const kind = (key >>> 1) & 7;
    const state = this.#state;
    if (kind === DELTA) {
      state.sequence = block.firstSequence + row;
      state.applyDelta(market, (key & 1) as Side, block.price[row]! as Price, block.quantity[row]! as Quantity);
    } else {
      TapeCursor.read(block, row, this.#event);
      state.apply(this.#event);
      if (kind === DETAIL) this.#learn(this.#event.detail!);
    }
    if ((key & MORE) === 0 && this.#over[market] === 0) this.#mark(market, kind, block.price[row]!);
    return market;
  }

  #mark(market: MarketIndex, kind: number, price: number): void {
    const book = this.#state.book(market);
    if (book !== null && book.state === OPEN && this.#state.isCovered(market)) {
      if (book.bids.best >= 0 && book.asks.best >= 0) {
        this.marks[market] = (book.bestBidE4 + book.bestAskE4) * 5;
        return;
      }
    }
    if (kind === TRADE || kind === UNSIDED_TRADE) this.marks[market] = price * 10;
  }

  #learn(detail: Detail): void {
    if (detail.type === 'settlement') this.#over[detail.settlement.market] = 1;
    else if (detail.type === 'lifecycle' && detail.change.status !== undefined)
      this.#over[detail.change.market] = OVER.includes(detail.change.status) ? 1 : 0;
  }
}
