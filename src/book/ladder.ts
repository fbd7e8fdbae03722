import { assert } from '../core/assert.ts';
import type { Side } from '../core/side.ts';
import { markLevel, newMarks, nextMarked } from './marks.ts';

/**
 * One side of a book by level index of its price grid: the size at each level and which are occupied. A bid ladder's best is
 * its highest occupied level, an ask ladder's its lowest. A book's two ladders share its arrays; nothing here allocates.
 */
export class Ladder {
  /** Size at each level in 0.01 contract, an integer from 0; Float64 because a level can pass 2^31. Read only outside. */
  readonly sizes: Float64Array;
  readonly #marks: Int32Array;
  readonly #side: Side;

  /** A ladder over `sizes`, all 0, and its side of `marks`, all clear. */
  constructor(side: Side, sizes: Float64Array, marks = newMarks(sizes.length)) {
    this.sizes = sizes;
    this.#marks = marks;
    this.#side = side;
  }

  /** The best occupied level, or −1 when the ladder is empty. */
  get best(): number {
    return this.#marks[this.#side]!;
  }

  get empty(): boolean {
    return this.best < 0;
  }

  /** How many levels are occupied. Counts them: not for every event. */
  get count(): number {
    let count = 0;
    for (let level = this.best; level >= 0; level = this.next(level)) count++;
    return count;
  }

  sizeAt(level: number): number {
    return this.sizes[level]!;
  }

  /** The next occupied level worse than `level`, or −1 when there is none. */
  next(level: number): number {
    return nextMarked(this.#marks, this.#side, level);
  }

  /** Sets a level's size, which must not be negative; 0 empties the level. */
  set(level: number, size: number): void {
    assert(size >= 0 && level >= 0 && level < this.sizes.length, `size ${size} cannot stand at level ${level}`);
    const before = this.sizes[level]!;
    this.sizes[level] = size;
    if (before === 0 || size === 0) markLevel(this.#marks, this.#side, level, before, size);
  }

  /** Makes one level the whole ladder: what a top-of-book quote says. Size 0 empties it. */
  replace(level: number, size: number): void {
    for (let at = this.best; at >= 0; at = this.next(at)) {
      if (at !== level) this.set(at, 0);
    }
    this.set(level, size);
  }

  clear(): void {
    for (let level = this.best; level >= 0; level = this.next(level)) this.set(level, 0);
  }
}
