import type { Clock } from '../../src/core/clock.ts';
import type { Duration, Time } from '../../src/core/time.ts';
import { TimeQueue } from '../../src/core/time-queue.ts';

interface Wake {
  readonly call: () => void;
  off: boolean;
}

/** A clock that moves only when it is run, from one wake-up to the next; promises settle in between. The same program wakes in the same order. */
export class SimulatedClock implements Clock {
  readonly #queue = new TimeQueue<Wake>();
  readonly #start: Time;
  #now: Time;

  constructor(start: Time) {
    this.#start = start;
    this.#now = start;
  }

  now(): Time {
    return this.#now;
  }

  elapsed(): Duration {
    return (this.#now - this.#start) as Duration;
  }

  wakeAfter(delay: Duration, call: () => void): () => void {
    const wake = { call, off: false };
    this.#queue.add((this.#now + Math.max(0, Math.ceil(delay))) as Time, wake);
    return () => {
      wake.off = true;
    };
  }

  /** Runs everything that is due up to `time`. Rejects with what a wake-up throws. */
  async runUntil(time: Time): Promise<void> {
    await settled();
    while (this.#queue.next <= time) {
      const due = this.#queue.next;
      const wake = this.#queue.take();
      if (wake.off) continue;
      this.#now = due;
      wake.call();
      await settled();
    }
    this.#now = time;
  }

  /** Runs until the promise is settled, and gives what it gives. */
  async runFor<T>(work: Promise<T>, most: Duration): Promise<T> {
    let done = false;
    const end = (): void => {
      done = true;
    };
    work.then(end, end);
    const limit = this.#now + most;
    await settled();
    while (!done && this.#queue.next <= limit) await this.runUntil(this.#queue.next);
    if (!done) throw new Error('it does not end');
    return work;
  }
}

/** Until every promise that can settle without time passing has settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
