import type { Clock } from '../core/clock.ts';
import { type Duration, SECOND } from '../core/time.ts';

/** Does one piece of work again and again by the clock: never two at once, and a pause before each. */
export class Rounds {
  readonly #clock: Clock;
  readonly #work: (signal: AbortSignal) => Promise<void>;
  readonly #pause: Duration;
  readonly #stopping = new AbortController();
  #callOff: () => void = () => {};
  #working: Promise<void> | null = null;

  /** `work` gets a signal that is aborted when the rounds end. What it throws is nobody's to catch: it says itself what went wrong. */
  constructor(clock: Clock, work: (signal: AbortSignal) => Promise<void>, pause: Duration = SECOND as Duration) {
    this.#clock = clock;
    this.#work = work;
    this.#pause = pause;
    this.#wait();
  }

  /** Ends them; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#callOff();
    await this.#working;
  }

  #wait(): void {
    if (this.#stopping.signal.aborted) return;
    this.#callOff = this.#clock.wakeAfter(this.#pause, () => {
      this.#working = this.#work(this.#stopping.signal).finally(() => {
        this.#working = null;
        this.#wait();
      });
    });
  }
}
