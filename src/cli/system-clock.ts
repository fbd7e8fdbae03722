import type { Clock } from '../core/clock.ts';
import type { Duration, Time } from '../core/time.ts';

/** The machine's clocks. */
export const SYSTEM_CLOCK: Clock = {
  now: () => (Date.now() * 1_000) as Time,
  elapsed: () => Math.round(performance.now() * 1_000) as Duration,
  wakeAfter(delay, call) {
    const timer = setTimeout(call, Math.ceil(delay / 1_000));
    return () => clearTimeout(timer);
  },
};
