import { Book } from '../book/book.ts';
import type { BookView } from '../book/book-view.ts';
import { assert } from '../core/assert.ts';
import {
  MARKET_STATUSES,
  type Market,
  type MarketChange,
  type MarketIndex,
  type MarketStatus,
} from '../core/market.ts';
import { DELTA, DETAIL, type Detail, type MarketEvent, QUOTE, SNAPSHOT } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';

const INITIALIZED = 0;
const ACTIVE = MARKET_STATUSES.indexOf('active');

/**
 * What the recorded market looks like from one place: books, status, coverage, last prices. Each event is applied once
 * however many engines share the state; events must come in tape order.
 */
export class MarketState {
  readonly #markets: Market[];
  /** Tape row of the last applied event. */
  sequence = 0;
  /** Price of the last print, 0 before the first, by market. */
  lastPrice: Int32Array;
  /** Contracts traded so far (0.01), by market. */
  volume: Float64Array;
  /** Where on the tape the last row of each market stood that can change what it is worth, by `sequence`. */
  touched: Float64Array;
  readonly #books: (Book | null)[];
  #status: Uint8Array;
  #covered: Uint8Array;
  #known: Uint8Array;
  readonly #told: Market[] = [];
  /** A copy of #told that nobody can change, made when asked for. */
  #shown: readonly Market[] | null = null;
  #settled: Uint8Array;
  /** Built when first asked for: the exchange's side never does. */
  #byEvent: Map<string, Market[]> | null = null;
  #snapshotOpen = false;

  constructor(markets: readonly Market[]) {
    this.#markets = [...markets];
    this.lastPrice = new Int32Array(markets.length);
    this.volume = new Float64Array(markets.length);
    this.touched = new Float64Array(markets.length);
    this.#books = new Array(markets.length).fill(null);
    this.#status = new Uint8Array(markets.length).fill(INITIALIZED);
    this.#covered = new Uint8Array(markets.length);
    this.#known = new Uint8Array(markets.length);
    this.#settled = new Uint8Array(markets.length);
  }

  /** Every market of the tape or session by its index, known yet or not: for the code that carries it, never for a strategy. */
  get markets(): readonly Market[] {
    return this.#markets;
  }

  /** Adds a market that a session has come to know of; its index is the next. The strategy knows it from its first row on. */
  add(market: Market): void {
    const size = this.#markets.length;
    assert(market.index === size, `market ${market.ticker} has the index ${market.index}, the next is ${size}`);
    this.#markets.push(market);
    this.#books.push(null);
    this.#byEvent = null;
    if (size < this.lastPrice.length) return;
    // Room for as many again, so that markets may be added one by one.
    const room = 2 * size + 8;
    this.lastPrice = grown(this.lastPrice, new Int32Array(room));
    this.volume = grown(this.volume, new Float64Array(room));
    this.touched = grown(this.touched, new Float64Array(room));
    this.#status = grown(this.#status, new Uint8Array(room).fill(INITIALIZED));
    this.#covered = grown(this.#covered, new Uint8Array(room));
    this.#known = grown(this.#known, new Uint8Array(room));
    this.#settled = grown(this.#settled, new Uint8Array(room));
  }

  /** The markets told of so far, in that order: a strategy may know no others. */
  get known(): readonly Market[] {
    this.#shown ??= Object.freeze([...this.#told]);
    return this.#shown;
  }

  /** Whether any row of the market has been told. */
  isKnown(market: MarketIndex): boolean {
    return this.#known[market] === 1;
  }

  /** The book of a market, readable or not; null until its first book row. */
  book(market: MarketIndex): Book | null {
    return this.#books[market]!;
  }

  /** The book while it can be trusted and the tape vouches for the market. */
  readable(market: MarketIndex): BookView | undefined {
    return this.#covered[market] === 1 ? this.#books[market]?.readable() : undefined;
  }

  /** The price grid in force. */
  gridOf(market: MarketIndex): PriceGrid {
    return this.#books[market]?.grid ?? this.#markets[market]!.grid;
  }

  status(market: MarketIndex): MarketStatus {
    return MARKET_STATUSES[this.#status[market]!]!;
  }

  isActive(market: MarketIndex): boolean {
    return this.#status[market] === ACTIVE;
  }

  /** Whether the tape vouches for this market now. */
  isCovered(market: MarketIndex): boolean {
    return this.#covered[market] === 1;
  }

  /** Whether the market has paid. */
  isSettled(market: MarketIndex): boolean {
    return this.#settled[market] === 1;
  }

  /** The markets of an event, in order of index. */
  marketsOf(event: string): readonly Market[] {
    if (this.#byEvent === null) {
      this.#byEvent = new Map();
      for (const market of this.#markets) {
        const listed = this.#byEvent.get(market.event);
        if (listed === undefined) this.#byEvent.set(market.event, [market]);
        else listed.push(market);
      }
    }
    return this.#byEvent.get(event) ?? [];
  }

  /** One delta row; the caller has set `sequence`. Drivers call it directly where nobody hears the row. */
  applyDelta(market: MarketIndex, side: Side, price: Price, change: Quantity): void {
    this.touched[market] = this.sequence;
    const book = this.#books[market]!;
    if (book !== null) book.applyDelta(side, price, change);
    else this.#bookFor(market).applyDelta(side, price, change);
  }

  /** One print; the caller has set `sequence`. */
  applyTrade(market: MarketIndex, price: Price, quantity: Quantity): void {
    this.touched[market] = this.sequence;
    this.lastPrice[market] = price;
    this.volume[market] = this.volume[market]! + quantity;
    if (this.#known[market] === 0) this.#learn(market);
  }

  #learn(market: MarketIndex): void {
    this.#known[market] = 1;
    this.#told.push(this.#markets[market]!);
    this.#shown = null;
  }

  /** Applies an event unless an engine that shares this state already did. */
  apply(event: MarketEvent): void {
    if (event.sequence <= this.sequence) return;
    this.sequence = event.sequence;
    this.#apply(event);
  }

  /**
   * Takes over another state's book of a market. The rows of that market between the other's place on the tape and this one's must then be
   * told with {@link replayRow}.
   */
  adoptBook(market: MarketIndex, from: MarketState): void {
    const book = from.book(market);
    if (book !== null) this.#bookFor(market).copyFrom(book);
  }

  /** Applies a row that this state has passed over. */
  replayRow(event: MarketEvent): void {
    this.#apply(event);
  }

  #apply(event: MarketEvent): void {
    switch (event.kind) {
      case DELTA:
        this.applyDelta(event.market, event.side, event.price, event.quantity);
        return;
      case SNAPSHOT:
        this.#applySnapshot(event);
        return;
      case QUOTE:
        this.touched[event.market] = this.sequence;
        this.#bookFor(event.market).applyQuote(event.side, event.price, event.quantity);
        return;
      case DETAIL:
        assert(event.detail !== null, 'a detail row without its detail');
        this.#applyDetail(event.detail);
        return;
      default:
        this.applyTrade(event.market, event.price, event.quantity);
    }
  }

  #bookFor(market: MarketIndex): Book {
    let book = this.#books[market]!;
    if (book === null) {
      book = new Book(this.#markets[market]!.grid);
      this.#books[market] = book;
      if (this.#known[market] === 0) this.#learn(market);
    }
    return book;
  }

  #applySnapshot(event: MarketEvent): void {
    this.touched[event.market] = this.sequence;
    const book = this.#bookFor(event.market);
    if (!this.#snapshotOpen) book.beginSnapshot();
    this.#snapshotOpen = true;
    if (event.price > 0) book.setLevel(event.side, event.price, event.quantity);
    if (event.more) return;
    this.#snapshotOpen = false;
    book.endSnapshot();
  }

  #applyDetail(detail: Detail): void {
    if (detail.type === 'coverage') {
      const { market, covered, reason } = detail.change;
      this.touched[market] = this.sequence;
      if (this.#known[market] === 0) this.#learn(market);
      this.#covered[market] = covered ? 1 : 0;
      if (!covered) this.#books[market]?.tear(reason);
    } else if (detail.type === 'lifecycle') this.#applyLifecycle(detail.change);
    else if (detail.type === 'settlement') this.#settled[detail.settlement.market] = 1;
  }

  #applyLifecycle(change: MarketChange): void {
    const { market } = change;
    this.touched[market] = this.sequence;
    if (this.#known[market] === 0) this.#learn(market);
    if (change.status !== undefined) this.#status[market] = MARKET_STATUSES.indexOf(change.status);
    if (change.grid !== undefined) this.#bookFor(market).changeGrid(change.grid);
  }

  /** The mid, or the last print where there is no readable book: for marking only. Undefined when neither is known. */
  mark(market: MarketIndex): Price | undefined {
    const view = this.readable(market);
    if (view?.bestBid !== undefined && view.bestAsk !== undefined) {
      return Math.floor((view.bestBid + view.bestAsk) / 2) as Price;
    }
    const last = this.lastPrice[market]!;
    return last > 0 ? (last as Price) : undefined;
  }
}

function grown<Numbers extends Int32Array | Float64Array | Uint8Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}
