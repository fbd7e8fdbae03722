import type { Quantity } from '../core/quantity.ts';
import { SECOND, type Time } from '../core/time.ts';

/** The venue counts what a group's orders traded within this time. */
const WINDOW = 15 * SECOND;

/** An order group at the simulated venue: it triggers when its orders trade more than its limit within 15 seconds, until it is reset. */
export class OrderGroup {
  triggered = false;
  readonly #limit: Quantity;
  /** Fills still inside the window, oldest first. */
  #fills: { readonly time: number; readonly quantity: number }[] = [];

  constructor(limit: Quantity) {
    this.#limit = limit;
  }

  /** Counts a fill. True when it triggers the group. */
  count(quantity: Quantity, time: Time): boolean {
    this.#fills = this.#fills.filter((fill) => time - fill.time < WINDOW);
    this.#fills.push({ time, quantity });
    const matched = this.#fills.reduce((sum, fill) => sum + fill.quantity, 0);
    if (this.triggered || matched <= this.#limit) return false;
    this.triggered = true;
    return true;
  }

  reset(): void {
    this.triggered = false;
    this.#fills = [];
  }
}
