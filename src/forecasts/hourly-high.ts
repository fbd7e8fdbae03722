import { HOUR, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import { climateDayStart, type Day } from '../weather/climate-day.ts';

/** A temperature at a time, °F. */
export interface Temperature {
  readonly time: Time;
  readonly value: number;
}

/** So many of the hours asked for may be missing. */
const MISSING = 1;

/**
 * The highest of hourly temperatures over the first `hours` of a climate day, °F; null where they are not whole, but for one hour: a day that is half
 * told has no high.
 */
export function hourlyHigh(city: City, day: Day, temperatures: readonly Temperature[], hours = 24): number | null {
  const start = climateDayStart(city, day);
  const highest = new Array<number>(hours).fill(Number.NEGATIVE_INFINITY);
  for (const { time, value } of temperatures) {
    const hour = Math.floor((time - start) / HOUR);
    if (hour >= 0 && hour < hours && Number.isFinite(value)) highest[hour] = Math.max(highest[hour]!, value);
  }
  const known = highest.filter((value) => value > Number.NEGATIVE_INFINITY);
  return known.length < hours - MISSING ? null : Math.max(...known);
}

export const fahrenheit = (celsius: number): number => celsius * 1.8 + 32;

/** To a tenth of a degree, which is what sources have. */
export const tenth = (degrees: number): number => Math.round(degrees * 10) / 10;
