import type { Duration, Time } from './time.ts';

/** The clock of a live room, handed in by whoever composes it, so that a test can be the clock. */
export interface Clock {
  /** The time of day; it may step when the machine's clock is set. */
  now(): Time;
  /** Time since some fixed moment; it never steps back. */
  elapsed(): Duration;
  /** Calls back once after at least `delay`; the returned function calls it off. */
  wakeAfter(delay: Duration, call: () => void): () => void;
}
