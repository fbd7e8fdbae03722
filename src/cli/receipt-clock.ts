import type { Time } from '../core/time.ts';

/**
 * When frames were received, for a tape: the wall time of the first frame of a recorder's run, gone on monotonically, because a wall clock
 * may be set while it records. Never before the frame before it, over all runs.
 */
export class ReceiptClock {
  #offset: number | null = null;
  #last = 0 as Time;

  /** When the last frame was received. */
  get last(): Time {
    return this.#last;
  }

  /** Another run begins: monotonic times begin anew. */
  restart(): void {
    this.#offset = null;
  }

  at(wall: number, monotonic: number): Time {
    this.#offset ??= wall - monotonic;
    this.#last = Math.max(this.#last, Math.round(this.#offset + monotonic)) as Time;
    return this.#last;
  }
}
