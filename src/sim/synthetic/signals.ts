import type { Random } from '../../core/random.ts';
import { HOUR, MINUTE, SECOND, type Time } from '../../core/time.ts';
import type { BeliefStep } from './latent.ts';
import type { Stage } from './stage.ts';
import type { SyntheticEvent } from './synthetic-market.ts';

/** Deviations by which the highest temperature so far stays below the day's expected high. */
const STILL_TO_COME = 3;
/** A station reports seven minutes before each full hour. */
const REPORT = 53 * MINUTE;

/**
 * Writes down what an event's city publishes: `forecast-high/…` as it is issued, and `observed-max/…`, the highest temperature of the
 * climate day so far, each hour. Both say less than the belief that quotes follow, and reach the tape after it has moved.
 */
export function writeSignals(event: SyntheticEvent, stage: Stage, random: Random): void {
  const { steps } = event.path;
  for (const step of steps) {
    if (step.forecast === null) continue;
    const delay = 2 * SECOND + random.exponential(3 * SECOND);
    write(event, stage, 'forecast-high', step.forecast, step.time, delay);
  }
  let at = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let time = event.times.midnight + REPORT; time < event.times.close; time += HOUR) {
    while (at + 1 < steps.length && steps[at + 1]!.time <= time) at++;
    highest = Math.max(highest, seen(steps[at]!));
    const delay = 2 * MINUTE + random.exponential(MINUTE);
    write(event, stage, 'observed-max', highest, time as Time, delay);
  }
}

/** What has been reached for all but certain: a function of the belief alone, so that it tells nobody what the market does not know. */
function seen({ mean, deviation }: BeliefStep): number {
  return Math.round(mean - STILL_TO_COME * deviation);
}

function write(
  { city, day }: SyntheticEvent,
  { agenda, emit }: Stage,
  what: string,
  value: number,
  issueTime: Time,
  delay: number,
): void {
  const signal = { name: `${what}/${city.name.toLowerCase()}`, value, unit: '°F', issueTime, about: day };
  agenda.at((issueTime + Math.round(delay)) as Time, (now) => {
    emit.begin(now);
    emit.detail({ type: 'signal', signal });
  });
}
