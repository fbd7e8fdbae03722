import { z } from 'zod';
import type { Signal } from '../core/market-event.ts';
import { parseTime, type Time } from '../core/time.ts';
import type { City } from '../weather/city.ts';
import { signalName } from '../weather/city-signals.ts';
import { climateDayOf, type Day } from '../weather/climate-day.ts';
import { readClimateReport } from './climate-report.ts';
import { fahrenheit, hourlyHigh, type Temperature, tenth } from './hourly-high.ts';
import { readBody } from './read-body.ts';
import type { WeatherWeb } from './weather-web.ts';

const SOURCE = 'NWS';

const points = z.object({ properties: z.object({ forecastHourly: z.url() }) });
const hourly = z.object({
  properties: z.object({
    generatedAt: z.string().optional(),
    updateTime: z.string(),
    periods: z.array(
      z.object({ startTime: z.string(), temperature: z.number().nullable(), temperatureUnit: z.enum(['F', 'C']) }),
    ),
  }),
});
const observations = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        timestamp: z.string(),
        temperature: z.object({
          unitCode: z.string(),
          value: z.number().nullable(),
          qualityControl: z.string().optional(),
        }),
      }),
    }),
  ),
});
const list = z.object({ '@graph': z.array(z.object({ id: z.string(), issuanceTime: z.string() })) });
const product = z.object({ issuanceTime: z.string(), productText: z.string() });

/** Readings that NWS itself rejected or doubts: X failed, Q questioned. */
const DOUBTED = new Set(['X', 'Q']);

/**
 * The highs of an hourly forecast, one a climate day that it covers whole. It is known since the forecast was made (`generatedAt`; `updateTime` is
 * when its grid was last drawn). Throws a Fault (`weather-drift`).
 */
export function highsOfHourly(city: City, body: string): Signal[] {
  const { periods, generatedAt, updateTime } = readBody(`${SOURCE} hourly forecast`, body, hourly).properties;
  const issueTime = parseTime(generatedAt ?? updateTime);
  const temperatures = periods.flatMap(({ startTime, temperature, temperatureUnit }): Temperature[] =>
    temperature === null
      ? []
      : [{ time: parseTime(startTime), value: temperatureUnit === 'F' ? temperature : fahrenheit(temperature) }],
  );
  const days = [...new Set(temperatures.map(({ time }) => climateDayOf(city, time)))].sort();
  return days.flatMap((day) => {
    const value = hourlyHigh(city, day, temperatures);
    return value === null ? [] : [forecast(city, day, tenth(value), issueTime)];
  });
}

/** The highest reading of each climate day so far, known since it was received. Throws a Fault (`weather-drift`). */
export function maximaOfObservations(city: City, body: string, receivedTime: Time): Signal[] {
  const { features } = readBody(`${SOURCE} observations`, body, observations);
  const highest = new Map<Day, number>();
  for (const { properties } of features) {
    const { value, unitCode, qualityControl = '' } = properties.temperature;
    const time = parseTime(properties.timestamp);
    if (value === null || DOUBTED.has(qualityControl) || time > receivedTime) continue;
    const day = climateDayOf(city, time);
    const degrees = unitCode.endsWith('degF') ? value : fahrenheit(value);
    highest.set(day, Math.max(highest.get(day) ?? Number.NEGATIVE_INFINITY, degrees));
  }
  return [...highest].map(([day, value]) => observed(city, day, tenth(value), receivedTime));
}

/** What a climate report says: the official high of a day that is over, or the highest so far. None where it says nothing. Throws a Fault (`weather-drift`). */
export function signalsOfProduct(city: City, body: string): Signal[] {
  const { issuanceTime, productText } = readBody(`${SOURCE} climate report`, body, product);
  const report = readClimateReport(productText);
  if (report === null || report.high === null || report.product !== city.station.climateReport) return [];
  const issueTime = parseTime(issuanceTime);
  const { day, high, final } = report;
  return [final ? official(city, day, high, issueTime) : observed(city, day, high, issueTime)];
}

const forecast = (city: City, about: Day, value: number, issueTime: Time): Signal => ({
  // Not the name that models were trained on: errors of two sources must not mix.
  name: `forecast-high-nws/${city.name}`,
  value,
  unit: '°F',
  issueTime,
  about,
});
const observed = (city: City, about: Day, value: number, issueTime: Time): Signal => ({
  name: signalName('observed-max', city),
  value,
  unit: '°F',
  issueTime,
  about,
});
const official = (city: City, about: Day, value: number, issueTime: Time): Signal => ({
  name: signalName('official-high', city),
  value,
  unit: '°F',
  issueTime,
  about,
});

/** The National Weather Service's own API, for one city. */
export class Nws {
  readonly #web: WeatherWeb;
  readonly #base: string;
  readonly #city: City;
  /** Where the city's hourly forecast lies: asked for once. */
  #hourly: string | null = null;
  /** Climate reports that were read: a product never changes. */
  readonly #read = new Set<string>();

  constructor(web: WeatherWeb, base: string, city: City) {
    this.#web = web;
    this.#base = base;
    this.#city = city;
  }

  /** The highs that the newest hourly forecast tells; none where it is the one read before. Throws a Fault. */
  async forecasts(signal?: AbortSignal): Promise<Signal[]> {
    const { latitude, longitude } = this.#city.station;
    if (this.#hourly === null) {
      const { body } = await this.#web.read(`${this.#base}/points/${latitude},${longitude}`, signal);
      const { forecastHourly } = readBody(`${SOURCE} points`, body, points).properties;
      // The service names its own host; a stand-in keeps to itself.
      this.#hourly = `${this.#base}${new URL(forecastHourly).pathname}`;
    }
    const { body, unchanged } = await this.#web.read(this.#hourly, signal);
    return unchanged ? [] : highsOfHourly(this.#city, body);
  }

  /** The highest readings since a time. Throws a Fault. */
  async observations(since: Time, signal?: AbortSignal): Promise<Signal[]> {
    const start = encodeURIComponent(new Date(since / 1_000).toISOString().replace('.000', ''));
    const url = `${this.#base}/stations/${this.#city.station.icao}/observations?start=${start}`;
    const { body, receivedTime } = await this.#web.read(url, signal);
    return maximaOfObservations(this.#city, body, receivedTime);
  }

  /** What climate reports that were not read before say, oldest first. Throws a Fault. */
  async reports(signal?: AbortSignal): Promise<Signal[]> {
    const location = this.#city.station.climateReport.slice(3);
    const { body } = await this.#web.read(`${this.#base}/products/types/CLI/locations/${location}`, signal);
    const listed = readBody(`${SOURCE} list of climate reports`, body, list)['@graph'];
    const signals: Signal[] = [];
    for (const { id } of [...listed].sort((a, b) => (a.issuanceTime < b.issuanceTime ? -1 : 1))) {
      if (this.#read.has(id)) continue;
      const read = await this.#web.read(`${this.#base}/products/${encodeURIComponent(id)}`, signal);
      signals.push(...signalsOfProduct(this.#city, read.body));
      this.#read.add(id);
    }
    return signals;
  }
}
