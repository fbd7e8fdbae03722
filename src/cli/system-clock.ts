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

/** A clock for one session: the time of day at its start, gone on monotonically, so that no two events of the session are out of order. */
export function sessionClock(): Clock {
  const offset = SYSTEM_CLOCK.now() - SYSTEM_CLOCK.elapsed();
  return { ...SYSTEM_CLOCK, now: () => (offset + SYSTEM_CLOCK.elapsed()) as Time };
}
