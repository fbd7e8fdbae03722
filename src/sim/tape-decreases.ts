import { DELTA, MarketEvent, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import { ASK, BID, opposite } from '../core/side.ts';
import type { Grade, TapeBlock } from '../core/tape-block.ts';
import { DecreaseSplit, type SplitTotal } from './decrease-split.ts';
import { TapeCursor } from './tape-cursor.ts';

/** Splits every decrease on a tape with depth, block by block, into what traded, what was cancelled and what could be either. */
export class TapeDecreases {
  readonly #grade: Grade;
  readonly #markets = new Map<number, DecreaseSplit>();
  readonly #event = new MarketEvent();

  constructor(grade: Grade) {
    this.#grade = grade;
  }

  /** Takes the next block of the tape. */
  see(block: TapeBlock): void {
    const event = this.#event;
    for (let row = 0; row < block.length; row++) {
      const kind = (block.key[row]! >>> 1) & 7;
      if (kind !== TRADE && kind !== UNSIDED_TRADE && kind !== SNAPSHOT && kind !== DELTA) continue;
      if (kind === DELTA && block.quantity[row]! > 0) continue;
      TapeCursor.read(block, row, event);
      this.#tell(this.#market(event.market), event);
    }
  }

  /** Sums up all markets; null where the tape has no depth to fall. */
  finish(): SplitTotal | null {
    if (this.#grade.depth !== 'L2') return null;
    const sum: SplitTotal = { traded: 0, cancelled: 0, ambiguous: 0, decreased: 0, unshown: 0 };
    for (const split of this.#markets.values()) {
      split.settle();
      sum.traded += split.total.traded;
      sum.cancelled += split.total.cancelled;
      sum.ambiguous += split.total.ambiguous;
      sum.decreased += split.total.decreased;
      sum.unshown += split.total.unshown;
    }
    return sum;
  }

  #tell(split: DecreaseSplit, { kind, side, price, quantity, exchangeTime }: MarketEvent): void {
    if (kind === DELTA) split.decrease(price * 2 + side, -quantity, exchangeTime);
    else if (kind === TRADE) split.print(price * 2 + opposite(side), quantity, exchangeTime);
    else if (kind === UNSIDED_TRADE) {
      for (const resting of [BID, ASK]) split.unsidedPrint(price * 2 + resting, exchangeTime);
    } else split.settle();
  }

  #market(index: number): DecreaseSplit {
    let split = this.#markets.get(index);
    if (split === undefined) {
      split = new DecreaseSplit(this.#grade.trades);
      this.#markets.set(index, split);
    }
    return split;
  }
}
