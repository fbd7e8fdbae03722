import type { Market, MarketIndex } from '../../core/market.ts';
import type { TapeBlock } from '../../core/tape-block.ts';
import { NEVER } from '../../core/time.ts';
import type { LoggedFill } from './fill-log.ts';
import { HORIZONS } from './horizons.ts';
import { MarkBoard, NO_MARK } from './mark-board.ts';
import { ThinPath } from './thin-path.ts';

/** The marks of one fill in 1e-5 dollars, null while its market had none. */
export interface FillMarks {
  readonly before: number | null;
  /** In the order of {@link HORIZONS}. */
  readonly after: readonly (number | null)[];
  readonly close: number | null;
}

/** One column of samples: fills in order of time, and which of them comes next. */
interface Queue {
  readonly order: Uint32Array;
  readonly times: Float64Array;
  readonly marks: Int32Array;
  next: number;
}

/**
 * Walks a tape once at exchange time and takes the mark of each fill's market before the fill and at each horizon after it. As in the
 * venue's own pass rows are met in tape order, and the clock stands still where exchange times step back.
 */
export class MarkWalk {
  /** The marks of traced markets over time, thinned. */
  readonly paths = new Map<MarketIndex, ThinPath>();
  readonly #fills: readonly LoggedFill[];
  readonly #board: MarkBoard;
  readonly #queues: readonly Queue[];
  #clock = 0;
  #next: number = NEVER;

  /** `horizons`: how long after a fill marks are taken, in µs. Default {@link HORIZONS}. */
  constructor(
    markets: readonly Market[],
    fills: readonly LoggedFill[],
    traced: Iterable<MarketIndex>,
    horizons: readonly number[] = HORIZONS.map(({ after }) => after),
  ) {
    this.#fills = fills;
    this.#board = new MarkBoard(
      markets,
      fills.map((fill) => fill.market),
    );
    this.#queues = [
      queueOf(fills, ({ before }) => before),
      ...horizons.map((after) => queueOf(fills, ({ time }) => time + after)),
    ];
    for (const market of traced) this.paths.set(market, new ThinPath());
    this.#findNext();
  }

  feed(block: TapeBlock): void {
    const { localOffset, delay, constantDelay, baseTime, length, key } = block;
    const board = this.#board;
    for (let row = 0; row < length; row++) {
      const time = baseTime + localOffset[row]! - (delay === null ? constantDelay : delay[row]!);
      if (time > this.#clock) {
        if (time > this.#next) this.#sample(time);
        this.#clock = time;
      }
      if (!board.concerns(key[row]!)) continue;
      const market = board.apply(block, row);
      if (this.paths.size > 0) this.paths.get(market)?.add(this.#clock, board.marks[market]!);
    }
  }

  /** The tape has ended. The marks of each fill, in the order in which the fills were given. */
  finish(): FillMarks[] {
    this.#sample(Number.POSITIVE_INFINITY);
    const [before, ...after] = this.#queues.map((queue) => queue.marks);
    return this.#fills.map(({ market }, at) => ({
      before: known(before![at]!),
      after: after.map((marks) => known(marks[at]!)),
      close: known(this.#board.marks[market]!),
    }));
  }

  /** Takes every sample that falls due before a row of this time. */
  #sample(time: number): void {
    const { marks } = this.#board;
    for (const queue of this.#queues) {
      const { order, times } = queue;
      while (queue.next < order.length && times[order[queue.next]!]! < time) {
        const at = order[queue.next++]!;
        queue.marks[at] = marks[this.#fills[at]!.market]!;
      }
    }
    this.#findNext();
  }

  #findNext(): void {
    this.#next = NEVER;
    for (const { order, times, next } of this.#queues) {
      if (next < order.length) this.#next = Math.min(this.#next, times[order[next]!]!);
    }
  }
}

function queueOf(fills: readonly LoggedFill[], timeOf: (fill: LoggedFill) => number): Queue {
  const times = Float64Array.from(fills, timeOf);
  const order = Uint32Array.from(fills, (_, at) => at).sort((a, b) => times[a]! - times[b]! || a - b);
  return { order, times, marks: new Int32Array(fills.length).fill(NO_MARK), next: 0 };
}

function known(mark: number): number | null {
  return mark === NO_MARK ? null : mark;
}
