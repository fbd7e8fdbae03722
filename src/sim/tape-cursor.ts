import type { MarketIndex } from '../core/market.ts';
import { DETAIL, type MarketEvent, type MarketEventKind } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { NEVER, type Time } from '../core/time.ts';

/** Which of a row's two times a cursor goes by. */
export type CursorClock = 'local' | 'exchange';

/**
 * A place on the tape, by one of its two clocks. The rows are met in tape order; where exchange times step back a little from one row
 * to the next, the clock stands still instead.
 */
export class TapeCursor {
  /** The row at this place; the cursor is at the end of the blocks at hand when there is none. */
  block: TapeBlock | undefined;
  row = 0;
  /** Time of the row at this place, or NEVER at the end of the blocks at hand. */
  time: number = NEVER;
  readonly #clock: CursorClock;
  readonly #shift: number;
  readonly #ahead: TapeBlock[] = [];
  #last = 0;

  /** `shift` is added to every time. */
  constructor(clock: CursorClock, shift: number) {
    this.#clock = clock;
    this.#shift = shift;
  }

  /** Adds the next block of the tape. */
  append(block: TapeBlock): void {
    if (this.block !== undefined) this.#ahead.push(block);
    else {
      this.block = block;
      this.moveTo(0);
    }
  }

  /** Whether a block before the last one is still to be walked. */
  get behind(): boolean {
    return this.#ahead.length > 0;
  }

  /** Rows as late as `time` were passed over: the clock does not go back behind them. */
  passed(time: number): void {
    if (time > this.#last) this.#last = time;
  }

  /** Goes to a row of the block, or past its end to the next block. */
  moveTo(row: number): void {
    let { block } = this;
    let at = row;
    while (block !== undefined && at >= block.length) {
      block = this.#ahead.shift();
      this.block = block;
      at = 0;
    }
    this.row = at;
    if (block === undefined) {
      this.time = NEVER;
      return;
    }
    const local = block.baseTime + block.localOffset[at]! + this.#shift;
    if (this.#clock === 'local') this.time = local;
    else {
      const delay = block.delay === null ? block.constantDelay : block.delay[at]!;
      this.#last = Math.max(this.#last, local - delay);
      this.time = this.#last;
    }
  }

  /** Visits the rows from this place up to, not including, another cursor's, which must not be behind. */
  eachRowUpTo(end: TapeCursor, visit: (block: TapeBlock, row: number) => void): void {
    const blocks = this.block === undefined ? [] : [this.block, ...this.#ahead];
    let first = this.row;
    for (const block of blocks) {
      const last = block === end.block ? end.row : block.length;
      for (let row = first; row < last; row++) visit(block, row);
      if (block === end.block) return;
      first = 0;
    }
  }

  /** Fills the view with a row, at its own times. */
  static read(block: TapeBlock, row: number, event: MarketEvent): void {
    const key = block.key[row]!;
    const local = block.baseTime + block.localOffset[row]!;
    event.kind = ((key >>> 1) & 7) as MarketEventKind;
    event.side = (key & 1) as Side;
    event.more = (key & 16) !== 0;
    event.market = (key >>> 5) as MarketIndex;
    event.sequence = block.firstSequence + row;
    event.price = block.price[row]! as Price;
    event.quantity = block.quantity[row]! as Quantity;
    event.localTime = local as Time;
    event.exchangeTime = (local - (block.delay === null ? block.constantDelay : block.delay[row]!)) as Time;
    event.writtenTime = event.exchangeTime;
    event.detail = event.kind === DETAIL ? block.details.get(row)! : null;
  }
}
