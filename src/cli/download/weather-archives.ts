import type { MarketIndex } from '../../core/market.ts';
import type { Signal } from '../../core/market-event.ts';
import type { Time } from '../../core/time.ts';
import { highsOfReports, maximaOfReadings, readingsUrl, reportsUrl } from '../../forecasts/iem.ts';
import { highsOfPreviousRuns, previousRunsUrl } from '../../forecasts/open-meteo.ts';
import type { WeatherSources } from '../../forecasts/sources.ts';
import type { WeatherWeb } from '../../forecasts/weather-web.ts';
import { wireText } from '../../kalshi/wire.ts';
import type { Findings } from '../../tape/import/findings.ts';
import { cityOfSeries } from '../../weather/cities.ts';
import type { City } from '../../weather/city.ts';
import { climateDayOf, type Day, dayAfter, daysBetween } from '../../weather/climate-day.ts';
import { detailRow, type ImportedRow } from '../imported-tape.ts';
import type { PageStore } from './page-store.ts';
import { eventsOf, marketsOf } from './stored-history.ts';

/** A forecast is judged by its last ninety errors: so many days before the first market are needed too, and a few that have no report. */
const DAYS_BEFORE = 100;
/** Days of one request. */
const CHUNK = 60;

/** One archive of a city: its pages in order, and what a page tells. */
interface Archive {
  readonly list: string;
  readonly urls: readonly string[];
  readonly signals: (city: City, body: string) => Signal[];
}

export interface FetchWeatherOptions {
  readonly web: WeatherWeb;
  readonly sources: WeatherSources;
  readonly store: PageStore;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Brings every page of the public weather archives to the disk that is not there yet. Throws the Faults of {@link WeatherWeb.read}; what is there stays. */
export async function fetchWeather({ web, sources, store, signal, onProgress }: FetchWeatherOptions): Promise<void> {
  const archives = citiesOf(store).flatMap((city) => archivesOf(city, sources, store));
  const total = archives.reduce((sum, { urls }) => sum + urls.length, 0);
  let done = 0;
  for (const { list, urls } of archives) {
    for (const [number, url] of urls.entries()) {
      if (number >= store.count(list)) {
        const { body } = await web.read(url, signal);
        store.keep(list, { body });
      }
      onProgress(++done, total);
    }
  }
}

/** What the archives of a download tell, as rows of its tape: forecasts, highs and readings, each at its issue time. Throws a Fault (`weather-drift`). */
export function weatherRows(store: PageStore, sources: WeatherSources, findings: Findings): ImportedRow[] {
  const { asOf } = store.request;
  const rows: ImportedRow[] = [];
  for (const city of citiesOf(store)) {
    for (const { list, signals } of archivesOf(city, sources, store)) {
      const told = [...store.pages(list)].flatMap((page) => signals(city, wireText(page, 'body')));
      const known = distinct(told).filter(({ issueTime }) => issueTime < asOf);
      findings.add(`signals of ${list}`, known.length, 'each on the tape at its issue time');
      for (const signal of known) rows.push(detailRow(0 as MarketIndex, signal.issueTime, { type: 'signal', signal }));
    }
  }
  if (rows.length > 0) {
    findings.add(
      'forecasts whose issue time the archive does not record',
      1,
      'made 24 h before each hour: known at 20:00 standard time of the evening before',
    );
    findings.add(
      'readings whose time of publication the archive does not record',
      1,
      'known ten minutes after they were taken',
    );
  }
  return rows;
}

/** Pages overlap at the ends of a climate day: the same signal is kept once. */
function distinct(signals: readonly Signal[]): Signal[] {
  const seen = new Set<string>();
  return signals.filter(({ name, about, issueTime, value }) => {
    const key = `${name} ${about} ${issueTime} ${value}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function citiesOf(store: PageStore): City[] {
  return store.request.series.flatMap((series) => cityOfSeries(series) ?? []);
}

/** The archives of a city over the days of its markets. */
function archivesOf(city: City, sources: WeatherSources, store: PageStore): Archive[] {
  const { asOf } = store.request;
  const markets = [...marketsOf(store, eventsOf(store)).values()];
  const days = markets.flatMap(({ facts: { series, day } }) => (cityOfSeries(series) === city ? [day] : [])).sort();
  const [first] = days;
  if (first === undefined) return [];
  // Of a day that is not over yet nothing is archived.
  const over = dayAfter(climateDayOf(city, asOf as Time), -1);
  const last = days.at(-1)! < over ? days.at(-1)! : over;
  const begin = dayAfter(first, -DAYS_BEFORE);
  const years: string[] = [];
  for (let year = Number(begin.slice(0, 4)); year <= Number(last.slice(0, 4)); year++) years.push(String(year));
  return [
    {
      list: `weather/reports/${city.name}`,
      urls: years.map((year) => reportsUrl(sources.iem, city, year)),
      signals: highsOfReports,
    },
    {
      list: `weather/forecasts/${city.name}`,
      urls: chunks(begin, last).map(([from, to]) => previousRunsUrl(sources.openMeteoPrevious, city, from, to)),
      signals: highsOfPreviousRuns,
    },
    {
      list: `weather/readings/${city.name}`,
      urls: chunks(first, last).map(([from, to]) => readingsUrl(sources.iem, city, from, to)),
      signals: maximaOfReadings,
    },
  ];
}

function chunks(from: Day, to: Day): [Day, Day][] {
  const parts: [Day, Day][] = [];
  for (let start = from; daysBetween(start, to) >= 0; start = dayAfter(start, CHUNK)) {
    const end = dayAfter(start, CHUNK - 1);
    parts.push([start, end < to ? end : to]);
  }
  return parts;
}
