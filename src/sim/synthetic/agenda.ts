import { assert } from '../../core/assert.ts';
import type { Time } from '../../core/time.ts';
import { TimeQueue } from '../../core/time-queue.ts';

/** What happens at an instant. */
export type Action = (now: Time) => void;

/** Things to come, earliest first; those of one instant in the order in which they were written down. */
export class Agenda {
  readonly #queue = new TimeQueue<Action>();
  #now = 0;

  /** Writes an action down. Its time must not lie before the action that is running. */
  at(time: Time, action: Action): void {
    assert(Number.isSafeInteger(time) && time >= this.#now, 'an action of the agenda would lie in the past');
    this.#queue.add(time, action);
  }

  /** Runs until nothing is left. */
  run(): void {
    while (this.#queue.length > 0) {
      const now = this.#queue.next;
      this.#now = now;
      this.#queue.take()(now);
    }
  }
}
