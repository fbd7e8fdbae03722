import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HOUR, type Time } from '../../src/core/time.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import type { City } from '../../src/weather/city.ts';
import { climateDayOf, climateDayStart, dayAfter } from '../../src/weather/climate-day.ts';

const chicago = cityNamed('chicago');

/** What becomes of a request: `null` is answered, a status is answered instead, `cut` breaks the connection. */
export type Mishap = number | 'cut' | null;

/**
 * The public weather services as they speak, over an invented Chicago: its temperature is a cosine of the hour of the climate day, 40 °F at night and
 * 60 + the day of the month at 15:00. Forecasts miss by one degree. Everything answers with an ETag.
 */
export class WeatherServer {
  url = '';
  readonly asked: string[] = [];
  mishap: (path: string, count: number) => Mishap = () => null;
  /** Sent with a refusal, in seconds. */
  retryAfter: string | null = null;
  /** Texts of climate reports by id, oldest first: what NWS lists. */
  readonly products = new Map<string, { readonly issued: string; readonly text: string }>();
  /** Observations as NWS gives them. */
  observations: { readonly time: string; readonly celsius: number | null; readonly quality?: string }[] = [];
  /** The hourly forecast: when it was made and how many hours it has. */
  hourly = { generatedAt: '2026-03-07T20:00:00+00:00', from: '2026-03-07T20:00:00Z', hours: 60, warmer: 0 };
  /** Days of the present forecast of Open-Meteo. */
  forecastDays: [string, string] = ['2026-03-07', '2026-03-10'];
  readonly #city: City;
  readonly #server: Server;

  constructor(city = chicago) {
    this.#city = city;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  async open(): Promise<this> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://localhost');
    this.asked.push(`${url.pathname}${url.search}`);
    const mishap = this.mishap(url.pathname, this.asked.length);
    if (mishap === 'cut') {
      request.socket.destroy();
      return;
    }
    if (mishap !== null) {
      response.writeHead(mishap, this.retryAfter === null ? {} : { 'retry-after': this.retryAfter });
      response.end('{"title":"Unexpected Problem","status":500}');
      return;
    }
    const body = this.#answer(url);
    if (body === undefined) {
      response.writeHead(404);
      response.end();
      return;
    }
    const etag = `"${body.length}-${[...body].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7)}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag });
      response.end();
      return;
    }
    response.writeHead(200, { etag, 'content-type': 'application/json' });
    response.end(body);
  }

  #answer({ pathname: path, searchParams: query }: URL): string | undefined {
    const { icao, climateReport, latitude, longitude } = this.#city.station;
    if (path === `/nws/points/${latitude},${longitude}`)
      return json({ properties: { forecastHourly: 'https://api.weather.gov/gridpoints/LOT/73,69/forecast/hourly' } });
    if (path === '/nws/gridpoints/LOT/73,69/forecast/hourly') return this.#hourlyForecast();
    if (path === `/nws/stations/${icao}/observations`) return this.#observed();
    if (path === `/nws/products/types/CLI/locations/${climateReport.slice(3)}`)
      return json({
        '@graph': [...this.products].map(([id, { issued }]) => ({ id, issuanceTime: issued })).reverse(),
      });
    const product = /^\/nws\/products\/(.+)$/.exec(path);
    if (product !== null) {
      const found = this.products.get(product[1]!);
      return found && json({ issuanceTime: found.issued, productText: found.text });
    }
    if (path === '/open-meteo/v1/forecast') return openMeteo('temperature_2m', ...this.forecastDays);
    if (path === '/open-meteo-previous/v1/forecast')
      return openMeteo('temperature_2m_previous_day1', query.get('start_date')!, query.get('end_date')!);
    if (path === '/iem/json/cli.py') return climateReports(icao, query.get('year')!);
    if (path === '/iem/cgi-bin/request/asos.py') return readings(query);
    return undefined;
  }

  #hourlyForecast(): string {
    const { generatedAt, from, hours, warmer } = this.hourly;
    const first = Date.parse(from) * 1_000;
    const periods = Array.from({ length: hours }, (_, at) => {
      const time = (first + at * HOUR) as Time;
      return {
        startTime: new Date(time / 1_000).toISOString().replace('.000Z', '+00:00'),
        temperature: Math.round(temperatureAt(time) + warmer),
        temperatureUnit: 'F',
      };
    });
    return json({ properties: { units: 'us', generatedAt, updateTime: generatedAt, periods } });
  }

  #observed(): string {
    const features = this.observations.map(({ time, celsius, quality = 'V' }) => ({
      properties: {
        timestamp: time,
        temperature: { unitCode: 'wmoUnit:degC', value: celsius, qualityControl: quality },
      },
    }));
    return json({ type: 'FeatureCollection', features });
  }
}

const json = (value: unknown): string => JSON.stringify(value);

/** The true high of an invented day. */
export function trueHigh(day: string): number {
  return 60 + Number(day.slice(8));
}

function temperatureAt(time: Time): number {
  const day = climateDayOf(chicago, time);
  const hour = (time - climateDayStart(chicago, day)) / HOUR;
  const share = (1 + Math.cos((2 * Math.PI * (hour - 15)) / 24)) / 2;
  return 40 + share * (trueHigh(day) - 40);
}

function openMeteo(variable: string, from: string, to: string): string {
  const time: number[] = [];
  const values: number[] = [];
  const end = Date.parse(`${to}T23:00:00Z`) * 1_000;
  for (let at = Date.parse(`${from}T00:00:00Z`) * 1_000; at <= end; at += HOUR) {
    time.push(at / 1_000_000);
    values.push(Math.round(10 * (temperatureAt(at as Time) + 1)) / 10);
  }
  return json({
    utc_offset_seconds: 0,
    hourly_units: { time: 'unixtime', [variable]: '°F' },
    hourly: { time, [variable]: values },
  });
}

function climateReports(station: string, year: string): string {
  const results: unknown[] = [];
  for (let day = `${year}-01-01`; day.startsWith(year); day = dayAfter(day)) {
    const sent = dayAfter(day).replaceAll('-', '');
    const missing = day.endsWith('-13');
    results.push({
      station,
      valid: day,
      high: missing ? 'M' : trueHigh(day),
      product: `${sent}0641-KLOT-CDUS43-CLIMDW`,
    });
  }
  return json({ results });
}

function readings(query: URLSearchParams): string {
  const part = (number: number) =>
    ['year', 'month', 'day'].map((name) => query.get(`${name}${number}`)!.padStart(2, '0')).join('-');
  const lines = ['station,valid,tmpf'];
  const end = Date.parse(`${part(2)}T00:00:00Z`) * 1_000;
  for (let at = Date.parse(`${part(1)}T00:53:00Z`) * 1_000; at < end; at += HOUR) {
    const valid = new Date(at / 1_000).toISOString().slice(0, 16).replace('T', ' ');
    lines.push(`MDW,${valid},${valid.includes(' 04:') ? 'M' : temperatureAt(at as Time).toFixed(2)}`);
  }
  return `${lines.join('\n')}\n`;
}
