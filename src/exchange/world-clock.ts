import type { Time } from '../core/time.ts';

/** The clock on the wall, in microseconds since 1970 UTC: signatures and token buckets go by it. */
export interface WallClock {
  now(): Time;
}

/** Market time: it begins at `start` when the clock is made, and runs `speed` times as fast as the clock on the wall. Never steps back. */
export class WorldClock {
  readonly #wall: WallClock;
  readonly #began: Time;
  readonly #start: Time;
  readonly #speed: number;
  #reached: Time;

  constructor(wall: WallClock, start: Time, speed: number) {
    this.#wall = wall;
    this.#began = wall.now();
    this.#start = start;
    this.#speed = speed;
    this.#reached = start;
  }

  now(): Time {
    const passed = Math.floor((this.#wall.now() - this.#began) * this.#speed);
    this.#reached = Math.max(this.#reached, this.#start + passed) as Time;
    return this.#reached;
  }
}

/** The system's clock. */
export const systemClock: WallClock = { now: () => (Date.now() * 1_000) as Time };
