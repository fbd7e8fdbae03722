import type { Side } from '../core/side.ts';

/**
 * What we took from the displayed depth of one market. The recorded book never felt it, so it stays taken for good: until the level
 * itself shrinks below it.
 */
export class Depletion {
  readonly #taken = new Map<number, number>();

  /** What of a level's displayed `size` is still there for us. */
  left(side: Side, price: number, size: number): number {
    const taken = this.#taken.get(price * 2 + side);
    return taken === undefined ? size : Math.max(0, size - taken);
  }

  take(side: Side, price: number, quantity: number): void {
    const key = price * 2 + side;
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + quantity);
  }

  /** The level now displays `size`: no more than that can still be missing from it. */
  shrink(side: Side, price: number, size: number): void {
    const key = price * 2 + side;
    const taken = this.#taken.get(key);
    if (taken === undefined || taken <= size) return;
    if (size === 0) this.#taken.delete(key);
    else this.#taken.set(key, size);
  }

  /** A new full book or quote was told: every level is checked against it. */
  reconcile(sizeOf: (side: Side, price: number) => number): void {
    for (const key of [...this.#taken.keys()]) {
      const side = (key % 2) as Side;
      const price = (key - side) / 2;
      this.shrink(side, price, sizeOf(side, price));
    }
  }
}
