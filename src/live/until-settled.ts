import type { Clock } from '../core/clock.ts';
import { Fault } from '../core/fault.ts';
import { type Duration, SECOND } from '../core/time.ts';

/** How long open orders are waited for at the end, on the wall. */
const ENDING_TAKES = 60 * SECOND;
const LOOK_EVERY = (SECOND / 4) as Duration;

export interface Ending {
  /** How many orders are open. */
  readonly open: () => number;
  /** What differs between us and the exchange, null where nothing does, undefined where it could not be compared. */
  readonly compare: () => Promise<string | null | undefined>;
  readonly wall: Clock;
  /** Whether there is nothing to wait for any more. */
  readonly dead: () => boolean;
}

/** Waits until no order is open and the account agrees. What is amiss, or null. */
export async function untilSettled({ open, compare, wall, dead }: Ending): Promise<string | null> {
  const until = wall.elapsed() + ENDING_TAKES;
  let said: string | null = null;
  while (wall.elapsed() < until && !dead()) {
    try {
      const found = open() > 0 ? `${open()} orders are still open` : await compare();
      if (found === null) return null;
      said = found ?? 'an outcome is still in doubt';
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      said = error.message;
    }
    await new Promise<void>((done) => void wall.wakeAfter(LOOK_EVERY, done));
  }
  return said;
}
