import type { Clock } from '../../core/clock.ts';
import type { Duration, Time } from '../../core/time.ts';

/** A clock that begins at `start` and runs `speed` times as fast as another: the time of an exchange that is played faster. */
export class MarketClock implements Clock {
  readonly #wall: Clock;
  readonly #start: Time;
  readonly #speed: number;
  readonly #began: Duration;

  constructor(wall: Clock, start: Time, speed: number) {
    this.#wall = wall;
    this.#start = start;
    this.#speed = speed;
    this.#began = wall.elapsed();
  }

  now(): Time {
    return (this.#start + this.elapsed()) as Time;
  }

  elapsed(): Duration {
    return Math.floor((this.#wall.elapsed() - this.#began) * this.#speed) as Duration;
  }

  wakeAfter(delay: Duration, call: () => void): () => void {
    return this.#wall.wakeAfter((delay / this.#speed) as Duration, call);
  }
}
