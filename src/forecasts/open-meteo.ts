import { z } from 'zod';
import type { Signal } from '../core/market-event.ts';
import { HOUR, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import { signalName } from '../weather/city-signals.ts';
import { climateDayOf, climateDayStart, type Day, dayAfter } from '../weather/climate-day.ts';
import { hourlyHigh, type Temperature, tenth } from './hourly-high.ts';
import { drift, readBody } from './read-body.ts';
import type { WeatherWeb } from './weather-web.ts';

const SOURCE = 'Open-Meteo';
const NOW = 'temperature_2m';
const DAY_AHEAD = 'temperature_2m_previous_day1';

const hours = z.object({
  utc_offset_seconds: z.literal(0),
  hourly_units: z.record(z.string(), z.string()),
  hourly: z.record(z.string(), z.array(z.number().nullable())),
});

/**
 * Of a climate day its first 21 hours make the day-ahead forecast: each was forecast 24 hours before it, so the last of them at 20:00 of the evening
 * before, when the whole is known. Later hours were not forecast yet, and hold a day's high seldom.
 */
const AHEAD_HOURS = 21;

function temperaturesOf(body: string, variable: string): Temperature[] {
  const { hourly, hourly_units } = readBody(SOURCE, body, hours);
  const [times, values] = [hourly.time, hourly[variable]];
  if (times === undefined || values === undefined || times.length !== values.length)
    throw drift(SOURCE, `no hourly ${variable} beside its times`);
  if (hourly_units.time !== 'unixtime' || hourly_units[variable] !== '°F')
    throw drift(SOURCE, `units ${hourly_units.time} and ${hourly_units[variable]}, not unixtime and °F`);
  return times.flatMap((seconds, at) => {
    const value = values[at] ?? null;
    return seconds === null || value === null ? [] : [{ time: (seconds * 1_000_000) as Time, value }];
  });
}

/** The highs of the present forecast, one a whole climate day, known since it was received: the service does not say when its run was made. */
export function highsOfForecast(city: City, body: string, receivedTime: Time): Signal[] {
  return highs(city, temperaturesOf(body, NOW), 24, () => receivedTime);
}

/** Of past days what was forecast the day before, known at 20:00 standard time of that evening. */
export function highsOfPreviousRuns(city: City, body: string): Signal[] {
  return highs(
    city,
    temperaturesOf(body, DAY_AHEAD),
    AHEAD_HOURS,
    (day) => (climateDayStart(city, day) - (24 - (AHEAD_HOURS - 1)) * HOUR) as Time,
  );
}

function highs(city: City, temperatures: readonly Temperature[], count: number, issued: (day: Day) => Time): Signal[] {
  const days = [...new Set(temperatures.map(({ time }) => climateDayOf(city, time)))].sort();
  return days.flatMap((day): Signal[] => {
    const value = hourlyHigh(city, day, temperatures, count);
    if (value === null) return [];
    const issueTime = issued(day);
    return [{ name: signalName('forecast-high', city), value: tenth(value), unit: '°F', issueTime, about: day }];
  });
}

/** The address of a city's present forecast. */
export function forecastUrl(base: string, city: City): string {
  return `${base}/v1/forecast?${query(city, NOW)}&forecast_days=4`;
}

/** The address of what was forecast a day ahead, from a climate day to another, both included. */
export function previousRunsUrl(base: string, city: City, from: Day, to: Day): string {
  // A climate day ends on the next day in UTC.
  return `${base}/v1/forecast?${query(city, DAY_AHEAD)}&start_date=${from}&end_date=${dayAfter(to, 1)}`;
}

function query(city: City, variable: string): string {
  const { latitude, longitude } = city.station;
  return `latitude=${latitude}&longitude=${longitude}&hourly=${variable}&temperature_unit=fahrenheit&timeformat=unixtime&timezone=GMT`;
}

/** Reads the present forecast; nothing where it is the one read before. Throws a Fault. */
export async function readForecast(web: WeatherWeb, base: string, city: City, signal?: AbortSignal): Promise<Signal[]> {
  const { body, receivedTime, unchanged } = await web.read(forecastUrl(base, city), signal);
  return unchanged ? [] : highsOfForecast(city, body, receivedTime);
}
