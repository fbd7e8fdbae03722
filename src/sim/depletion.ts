import type { Side } from '../core/side.ts';
import { type Duration, MINUTE } from '../core/time.ts';

/** On a top-of-book tape a level that went out of sight may have been refilled: what we took there is remembered this long. */
const OUT_OF_SIGHT = MINUTE as Duration;

interface Taken {
  quantity: number;
  /** How much of it prints have shown: others traded what we had already taken. */
  printed: number;
  /** Exchange time of the last take. */
  at: number;
}

/**
 * What we took from the displayed depth of one market. The recorded book never felt it, so it stays taken for good: until the level
 * itself shrinks below it.
 */
export class Depletion {
  readonly #taken = new Map<number, Taken>();

  /** Nothing we took is remembered. */
  get none(): boolean {
    return this.#taken.size === 0;
  }

  /** What of a level's displayed `size` is still there for us. */
  left(side: Side, price: number, size: number): number {
    const taken = this.#taken.get(price * 2 + side);
    return taken === undefined ? size : Math.max(0, size - taken.quantity);
  }

  take(side: Side, price: number, quantity: number, at: number): void {
    const key = price * 2 + side;
    const taken = this.#taken.get(key);
    if (taken === undefined) this.#taken.set(key, { quantity, printed: 0, at });
    else {
      taken.quantity += quantity;
      taken.at = at;
    }
  }

  /** How much of a print at a level traded contracts that we had taken before: they cannot reach our other orders as well. */
  absorb(side: Side, price: number, quantity: number): number {
    const taken = this.#taken.get(price * 2 + side);
    if (taken === undefined) return 0;
    const absorbed = Math.min(quantity, taken.quantity - taken.printed);
    taken.printed += absorbed;
    return absorbed;
  }

  /** The level now displays `size`: no more than that can still be missing from it. */
  shrink(side: Side, price: number, size: number): void {
    const key = price * 2 + side;
    const taken = this.#taken.get(key);
    if (taken === undefined || taken.quantity <= size) return;
    if (size === 0) this.#taken.delete(key);
    else {
      taken.printed = Math.max(0, taken.printed - (taken.quantity - size));
      taken.quantity = size;
    }
  }

  /** A whole book was told: every level is checked against it. */
  reconcile(sizeOf: (side: Side, price: number) => number): void {
    for (const key of [...this.#taken.keys()]) {
      const side = (key % 2) as Side;
      const price = (key - side) / 2;
      this.shrink(side, price, sizeOf(side, price));
    }
  }

  /** The best quotes were told: levels in sight are checked, those out of sight are remembered for a minute. */
  reconcileQuotes(sizeOf: (side: Side, price: number) => number, now: number): void {
    for (const [key, taken] of [...this.#taken]) {
      const side = (key % 2) as Side;
      const price = (key - side) / 2;
      const size = sizeOf(side, price);
      if (size > 0) this.shrink(side, price, size);
      else if (now - taken.at > OUT_OF_SIGHT) this.#taken.delete(key);
    }
  }
}
