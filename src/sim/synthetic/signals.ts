import type { Random } from '../../core/random.ts';
import { DAY, formatDate, HOUR, MINUTE, parseTime, SECOND, type Time } from '../../core/time.ts';
import { unknownVariance } from './belief-clock.ts';
import { eventTimes, type SyntheticCity, signalPlace } from './config.ts';
import { type BeliefStep, drawForecast, drawSeasonalMean, lastIssueBefore } from './latent.ts';
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

/** The report of a climate day is out so long after it is over. */
const OFFICIAL_AFTER = 6 * HOUR + 41 * MINUTE;
/** Archives keep the forecast of 20:00 of the evening before. */
const ARCHIVED_AHEAD = 4 * HOUR;
/** Days of history: a forecast is judged by its last ninety errors. */
const HISTORY_DAYS = 100;

/** Writes down what the station reports of an event's day once it is over: the number that settles it. */
export function writeOfficialHigh({ city, day, times, path }: SyntheticEvent, stage: Stage): void {
  publish(city, day, stage, 'official-high', path.settledHigh, (times.midnight + DAY + OFFICIAL_AFTER) as Time);
}

/** Writes down the last day-ahead forecast and the official high of each day before the first event, as unsure as those of events. */
export function writeHistory(city: SyntheticCity, stage: Stage, random: Random): void {
  const { config } = stage;
  for (let number = -HISTORY_DAYS; number < 0; number++) {
    const { midnight } = eventTimes(config, city, number);
    const day = formatDate((parseTime(`${config.firstDay}T00:00:00Z`) + number * DAY) as Time);
    const issued = lastIssueBefore((midnight - ARCHIVED_AHEAD) as Time);
    const mean = drawSeasonalMean(city, random);
    const high = Math.round(mean + Math.sqrt(unknownVariance(issued, midnight)) * random.normal());
    publish(city, day, stage, 'forecast-high', drawForecast(mean, random), issued);
    publish(city, day, stage, 'official-high', high, (midnight + DAY + OFFICIAL_AFTER) as Time);
  }
}

/** What has been reached for all but certain: a function of the belief alone, so that it tells nobody what the market does not know. */
function seen({ mean, deviation }: BeliefStep): number {
  return Math.round(mean - STILL_TO_COME * deviation);
}

function write(
  { city, day }: SyntheticEvent,
  stage: Stage,
  what: string,
  value: number,
  issueTime: Time,
  delay: number,
): void {
  publish(city, day, stage, what, value, issueTime, Math.round(delay));
}

function publish(
  city: SyntheticCity,
  about: string,
  { agenda, emit }: Stage,
  what: string,
  value: number,
  issueTime: Time,
  delay = 0,
): void {
  const signal = { name: `${what}/${signalPlace(city)}`, value, unit: '°F', issueTime, about };
  agenda.at((issueTime + delay) as Time, (now) => {
    emit.begin(now);
    emit.detail({ type: 'signal', signal });
  });
}
