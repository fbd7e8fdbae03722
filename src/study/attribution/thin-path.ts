import { NO_MARK } from './mark-board.ts';

/** Stretches of time that a path is cut into, at most. Each keeps its lowest and its highest mark. */
const STRETCHES = 180;

export interface PathPoint {
  /** Counts the points that came, from 1: several may have one time. */
  readonly number: number;
  readonly time: number;
  readonly mark: number;
}

interface Stretch {
  readonly low: PathPoint;
  readonly high: PathPoint;
}

/**
 * A mark over time, thinned as it comes to its first and last points and the lowest and highest of each stretch of equal length: at most
 * 2 × 180 + 2 points. When the stretches run out they are joined in pairs.
 */
export class ThinPath {
  #first: PathPoint | null = null;
  #last: PathPoint | null = null;
  #came = 0;
  #width = 1_000_000;
  #stretches = new Map<number, Stretch>();

  /** Times must not fall. A mark that did not change is no point. */
  add(time: number, mark: number): void {
    if (mark === NO_MARK || mark === this.#last?.mark) return;
    const point = { number: ++this.#came, time, mark };
    this.#first ??= point;
    this.#last = point;
    while (this.#stretchOf(time) >= STRETCHES) this.#join();
    this.#merge(this.#stretches, this.#stretchOf(time), { low: point, high: point });
  }

  /** As they came. */
  points(): PathPoint[] {
    const points = new Set<PathPoint>();
    if (this.#first !== null) points.add(this.#first);
    for (const { low, high } of this.#stretches.values()) {
      points.add(low).add(high);
    }
    if (this.#last !== null) points.add(this.#last);
    return [...points].sort((a, b) => a.number - b.number);
  }

  #stretchOf(time: number): number {
    return Math.floor((time - this.#first!.time) / this.#width);
  }

  #join(): void {
    this.#width *= 2;
    const joined = new Map<number, Stretch>();
    for (const [number, stretch] of this.#stretches) this.#merge(joined, Math.floor(number / 2), stretch);
    this.#stretches = joined;
  }

  #merge(stretches: Map<number, Stretch>, number: number, added: Stretch): void {
    const held = stretches.get(number);
    const low = held === undefined || added.low.mark < held.low.mark ? added.low : held.low;
    const high = held === undefined || added.high.mark > held.high.mark ? added.high : held.high;
    stretches.set(number, { low, high });
  }
}
