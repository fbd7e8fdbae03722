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

  /** Runs the next `most` actions. Returns false when nothing is left. */
  run(most: number): boolean {
    const queue = this.#queue;
    for (let done = 0; done < most && queue.length > 0; done++) {
      const now = queue.next;
      this.#now = now;
      queue.take()(now);
    }
    return queue.length > 0;
  }

  /** Runs every action up to and with `time`. Returns false when nothing is left. */
  runUntil(time: Time): boolean {
    const queue = this.#queue;
    while (queue.length > 0 && queue.next <= time) this.run(1);
    this.#now = Math.max(this.#now, time);
    return queue.length > 0;
  }
}
