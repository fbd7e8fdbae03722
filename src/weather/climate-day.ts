import { Fault } from '../core/fault.ts';
import { DAY, daysFromCivil, formatDate, HOUR, type Time } from '../core/time.ts';
import type { City } from './city.ts';

/** A climate day as the venue writes it: "2024-10-01". */
export type Day = string;

type Clock = Pick<City, 'standardOffset'>;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * The climate day that a time falls on: midnight to midnight of local *standard* time all year (NWSI 10-1004), so that in summer it runs
 * from 01:00 to 01:00 on the wall clock.
 */
export function climateDayOf(city: Clock, time: Time): Day {
  return formatDate((time + city.standardOffset * HOUR) as Time);
}

/** When a climate day begins; it ends when the next begins. Throws a Fault (`malformed-input`) for what is no date. */
export function climateDayStart(city: Clock, day: Day): Time {
  return (dayNumber(day) * DAY - city.standardOffset * HOUR) as Time;
}

/** When a climate day is over: the first instant that is not its own. */
export function climateDayEnd(city: Clock, day: Day): Time {
  return (climateDayStart(city, day) + DAY) as Time;
}

/** A day so many days later, or earlier. */
export function dayAfter(day: Day, days = 1): Day {
  return formatDate(((dayNumber(day) + days) * DAY) as Time);
}

/** Whole days from one day to another. */
export function daysBetween(from: Day, to: Day): number {
  return dayNumber(to) - dayNumber(from);
}

/** A day's place in its year, 0 to 365: 1 January is 0. */
export function dayOfYear(day: Day): number {
  return dayNumber(day) - dayNumber(`${day.slice(0, 4)}-01-01`);
}

/** Days from 1970-01-01. */
function dayNumber(day: Day): number {
  const match = DATE.exec(day);
  const days = match === null ? Number.NaN : daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3]));
  if (Number.isNaN(days) || formatDate((days * DAY) as Time) !== day) {
    throw new Fault('malformed-input', `"${day.slice(0, 40)}" is no date`, { next: 'Write it as 2024-10-01.' });
  }
  return days;
}
