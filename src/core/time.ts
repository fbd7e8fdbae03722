import { Fault } from './fault.ts';

declare const brand: unique symbol;

/** Microseconds since 1970-01-01 UTC, an integer. */
export type Time = number & { readonly [brand]: 'Time' };

/** A length of time in microseconds, an integer. */
export type Duration = number & { readonly [brand]: 'Duration' };

export const MICROSECOND = 1 as Duration;
export const MILLISECOND = 1_000 as Duration;
export const SECOND = 1_000_000 as Duration;
export const MINUTE = 60_000_000 as Duration;
export const HOUR = 3_600_000_000 as Duration;
export const DAY = 86_400_000_000 as Duration;

/** Later than any time a tape can hold. */
export const NEVER = Number.MAX_SAFE_INTEGER as Time;

export function milliseconds(count: number): Duration {
  return Math.round(count * 1_000) as Duration;
}

export function seconds(count: number): Duration {
  return Math.round(count * 1_000_000) as Duration;
}

export function after(time: Time, duration: Duration): Time {
  return (time + duration) as Time;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/**
 * Reads an RFC 3339 time with a zone, to the microsecond (finer digits are cut). Throws a Fault (`malformed-input`) on
 * anything else; a time without a zone is refused, because guessing one is how days get lost.
 */
export function parseTime(text: string): Time {
  const match = ISO.exec(text);
  if (match === null) throw notATime(text);
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const [, civilMonth, civilDay] = civilFromTime((days * DAY) as Time);
  // A date that the calendar lacks comes back as another one. 60 is a leap second.
  const dated = civilMonth === Number(month) && civilDay === Number(day);
  if (!dated || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) throw notATime(text);
  const whole = days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const micro = Number(fraction.padEnd(6, '0').slice(0, 6));
  return ((whole - zoneSeconds(zone)) * 1_000_000 + micro) as Time;
}

function notATime(text: string): Fault {
  return new Fault('malformed-input', `"${text.slice(0, 40)}" is not an RFC 3339 time with a zone`, {
    next: 'Give the time a zone ("Z" or "+00:00"), or declare the zone in the mapping.',
  });
}

function zoneSeconds(zone: string): number {
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 3_600 + Number(zone.slice(-2)) * 60);
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The UTC calendar date of a time, as [year, month, day]. */
export function civilFromTime(time: Time): [number, number, number] {
  const shifted = Math.floor(time / DAY) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

/** The UTC calendar date of a time, "2026-01-31". */
export function formatDate(time: Time): string {
  const [year, month, day] = civilFromTime(time);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Writes a time as RFC 3339 UTC with microseconds. */
export function formatTime(time: Time): string {
  const micro = time - Math.floor(time / DAY) * DAY;
  const second = Math.floor(micro / 1_000_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  const clock = `${pad(Math.floor(second / 3_600))}:${pad(Math.floor(second / 60) % 60)}:${pad(second % 60)}`;
  return `${formatDate(time)}T${clock}.${String(micro % 1_000_000).padStart(6, '0')}Z`;
}

/** Writes a duration for a person: "250 ms", "1.5 s", "2 h". */
export function formatDuration(duration: Duration): string {
  const size = Math.abs(duration);
  if (size < 1_000) return `${duration} µs`;
  if (size < 1_000_000) return `${duration / 1_000} ms`;
  if (size < 120_000_000) return `${duration / 1_000_000} s`;
  if (size < 2 * HOUR) return `${Math.round(duration / 6_000_000) / 10} min`;
  if (size < 2 * DAY) return `${Math.round(duration / 360_000_000) / 10} h`;
  return `${Math.round((duration / DAY) * 10) / 10} days`;
}
