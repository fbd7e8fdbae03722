import { assert } from '../core/assert.ts';
import { ONE_DOLLAR, type Price } from '../core/price.ts';
import type { FixedNumbers, PriceGrid } from '../core/price-grid.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import { type BookState, type BookStateName, CROSSED, LOCKED, OPEN, STATE_NAMES, TORN } from './book-state.ts';
import type { BookView, ReadableBook } from './book-view.ts';
import { Ladder } from './ladder.ts';
import { markLevel, newMarks } from './marks.ts';
import { OpenView } from './open-view.ts';

/** How far the book's story is told. Whether a whole book is open, locked or crossed follows from its levels. */
type Phase = 'torn' | 'loading' | 'whole';

const BOTH_TOLD = 0b11;
const NOT_APPLIED = -1;

/** The levels of a book that is not whole: no price has one. */
const NOWHERE = new Int16Array(10_001).fill(-1);

/**
 * The order book of one market in YES prices, dense over its price grid. It is torn until a whole snapshot, or a quote of
 * each side, has been told, and again after any doubt; what a torn book holds means nothing. Strategies see it as a
 * {@link ReadableBook}; the venue simulation reads the ladders. After birth only `changeGrid` allocates.
 */
export class Book implements ReadableBook {
  // The fields of every delta come first, so that they share cache lines.
  /** Level of each price while the book is whole, {@link NOWHERE} otherwise: one read tells state and level. */
  #reach: FixedNumbers = NOWHERE;
  #sizes!: Float64Array;
  #marks!: Int32Array;
  #width = 0;
  #prices!: FixedNumbers;
  #phase: Phase = 'torn';
  #grid!: PriceGrid;
  #bids!: Ladder;
  #asks!: Ladder;
  #told = 0;
  #reason = 'no-snapshot';
  readonly #view: OpenView;
  /** Deltas and snapshot levels that a torn book had to ignore. */
  ignored = 0;
  /** How often a book that was whole, or being told, was torn. */
  tears = 0;

  constructor(grid: PriceGrid) {
    this.#lay(grid);
    this.#view = new OpenView(this);
  }

  get grid(): PriceGrid {
    return this.#grid;
  }

  /** The bid side by level of the grid. Only the book changes it; `changeGrid` replaces it. */
  get bids(): Ladder {
    return this.#bids;
  }

  /** The ask side by level of the grid. Only the book changes it; `changeGrid` replaces it. */
  get asks(): Ladder {
    return this.#asks;
  }

  /** What the book is worth now. Inside an atomic update it may pass through locked or crossed. */
  get state(): BookState {
    if (this.#reach === NOWHERE) return TORN;
    const bid = this.#marks[BID]!;
    const ask = this.#marks[ASK]!;
    if (bid < ask || bid < 0 || ask < 0) return OPEN;
    return bid === ask ? LOCKED : CROSSED;
  }

  get stateName(): BookStateName {
    return STATE_NAMES[this.state];
  }

  get tornReason(): string {
    return this.#phase === 'whole' ? '' : this.#reason;
  }

  readable(): BookView | undefined {
    return this.state === OPEN ? this.#view : undefined;
  }

  /** Best bid in 1e-4 dollars, 0 when there is none. Means nothing while the book is torn. */
  get bestBidE4(): number {
    const level = this.#marks[BID]!;
    return level < 0 ? 0 : this.#prices[level]!;
  }

  /** Best ask in 1e-4 dollars, 10,000 when there is none. Means nothing while the book is torn. */
  get bestAskE4(): number {
    const level = this.#marks[ASK]!;
    return level < 0 ? ONE_DOLLAR : this.#prices[level]!;
  }

  /** Whether the book is whole and has no level at all. */
  get empty(): boolean {
    return this.#phase === 'whole' && this.#bids.empty && this.#asks.empty;
  }

  /** Whether the book is whole and has levels on exactly one side. */
  get oneSided(): boolean {
    return this.#phase === 'whole' && this.#bids.empty !== this.#asks.empty;
  }

  /**
   * Changes one level and returns its new size, or −1 when nothing was applied: a torn book ignores and counts the delta; a
   * level that would go below zero (`negative`) and a price off the grid (`off-grid`) tear the book.
   */
  applyDelta(side: Side, price: Price, change: Quantity): number {
    const level = this.#reach[price]!;
    // Written so that a price beyond the table, which reads as undefined, fails too.
    if (!(level >= 0)) return this.#unreachable();
    const at = (level + (-side & this.#width)) | 0;
    const before = this.#sizes[at]!;
    const size = before + change;
    if (!(size >= 0)) return this.#refuse('negative');
    this.#sizes[at] = size;
    if (before === 0 || size === 0) markLevel(this.#marks, side, level, before, size);
    return size;
  }

  /** Starts a full book: all levels are forgotten, and the book is torn until {@link endSnapshot}. */
  beginSnapshot(): void {
    this.#forget('snapshot-unfinished');
    this.#phase = 'loading';
  }

  /** Tells one level of a snapshot; price 0 says an empty book. A level told twice, or below zero, tears the book. */
  setLevel(side: Side, price: Price, size: Quantity): void {
    if (this.#phase === 'torn') {
      this.ignored++;
      return;
    }
    assert(this.#phase === 'loading', 'a snapshot level was told outside a snapshot');
    if (price === 0) return;
    const level = this.#grid.levels[price] ?? -1;
    const ladder = side === BID ? this.#bids : this.#asks;
    if (level < 0) this.tear('off-grid');
    else if (!(size >= 0)) this.tear('negative');
    else if (ladder.sizeAt(level) !== 0) this.tear('duplicate-level');
    else ladder.set(level, size);
  }

  /** Ends a snapshot: the book is whole, unless something in the snapshot tore it. */
  endSnapshot(): void {
    if (this.#phase !== 'loading') return;
    this.#told = BOTH_TOLD;
    this.#heal();
  }

  /**
   * Makes one level the whole side, as a top-of-book tape tells it; price 0 says that the side is empty. The book is whole
   * once both sides have been told. A price off the grid, or a price with a size not above zero, tears it.
   */
  applyQuote(side: Side, price: Price, size: Quantity): void {
    const level = price === 0 ? 0 : (this.#grid.levels[price] ?? -1);
    if (this.#phase === 'loading') this.tear('quote-inside-snapshot');
    else if (level < 0) this.tear('off-grid');
    else if (price !== 0 && !(size > 0)) this.tear('quote-without-size');
    else {
      (side === BID ? this.#bids : this.#asks).replace(level, price === 0 ? 0 : size);
      this.#told |= 1 << side;
      if (this.#told === BOTH_TOLD) this.#heal();
      else this.#reason = 'one-side-told';
    }
  }

  /** Forgets everything, for a reason that reports show: a gap, lost coverage. Only a snapshot or new quotes heal it. */
  tear(reason: string): void {
    if (this.#phase !== 'torn') this.tears++;
    this.#forget(reason);
  }

  /** Moves the book to another price grid. Sizes are kept; a size at a price that the new grid lacks tears the book. */
  changeGrid(grid: PriceGrid): void {
    if (grid === this.#grid) return;
    if (this.#phase === 'loading') this.tear('grid-change');
    const bids = this.#bids;
    const asks = this.#asks;
    const prices = this.#prices;
    this.#lay(grid);
    const kept = moveLevels(bids, prices, this.#bids, grid) && moveLevels(asks, prices, this.#asks, grid);
    if (!kept) this.tear('grid-change');
    else if (this.#phase === 'whole') this.#heal();
  }

  /** Becomes what another book is, grid and all; the other stays as it is. */
  copyFrom(other: Book): void {
    if (this.#grid !== other.#grid) this.#lay(other.#grid);
    this.#sizes.set(other.#sizes);
    this.#marks.set(other.#marks);
    this.#reach = other.#reach;
    this.#phase = other.#phase;
    this.#told = other.#told;
    this.#reason = other.#reason;
  }

  #lay(grid: PriceGrid): void {
    this.#grid = grid;
    this.#prices = grid.prices;
    this.#width = grid.size;
    this.#sizes = new Float64Array(2 * grid.size);
    this.#marks = newMarks(grid.size);
    this.#bids = new Ladder(BID, this.#sizes.subarray(0, grid.size), this.#marks);
    this.#asks = new Ladder(ASK, this.#sizes.subarray(grid.size), this.#marks);
  }

  #heal(): void {
    this.#phase = 'whole';
    this.#reach = this.#grid.levels;
  }

  #forget(reason: string): void {
    this.#phase = 'torn';
    this.#reach = NOWHERE;
    this.#told = 0;
    this.#reason = reason;
    this.#bids.clear();
    this.#asks.clear();
  }

  #refuse(reason: string): number {
    this.tear(reason);
    return NOT_APPLIED;
  }

  #unreachable(): number {
    if (this.#phase === 'whole') return this.#refuse('off-grid');
    this.ignored++;
    if (this.#phase === 'loading') this.tear('delta-inside-snapshot');
    return NOT_APPLIED;
  }
}

/** Copies the sizes of one grid's ladder to another's. False when one of their prices is not on the new grid. */
function moveLevels(from: Ladder, prices: FixedNumbers, to: Ladder, grid: PriceGrid): boolean {
  for (let level = from.best; level >= 0; level = from.next(level)) {
    const target = grid.levels[prices[level]!]!;
    if (target < 0) return false;
    to.set(target, from.sizeAt(level));
  }
  return true;
}
