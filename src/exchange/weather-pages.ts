import { DAY, formatTime, HOUR, parseTime, type Time } from '../core/time.ts';
import { CITIES } from '../weather/cities.ts';
import type { City } from '../weather/city.ts';
import { signalName } from '../weather/city-signals.ts';
import { climateDayOf, climateDayStart, type Day, dayAfter } from '../weather/climate-day.ts';
import { climateReport } from './climate-report.ts';
import type { HeardSignal, SignalBoard } from './signal-board.ts';

/** The hour of the climate day at which it is warmest, and how much colder it is twelve hours from there. */
const WARMEST = 15;
const SWING = 20;
/** A day-ahead forecast is that of 20:00 standard time of the evening before. */
const AHEAD = 4 * HOUR;
/** Days of the present forecast. */
const FORECAST_DAYS = 4;
const ANY_TIME = () => true;

/**
 * The public weather services as they speak (NWS, Open-Meteo, IEM), over what a SYNTHETIC world has published so far: each number is the newest that
 * was out at the time of the question. Between its high and its night a day's temperature is a cosine.
 */
export class WeatherPages {
  readonly #board: SignalBoard;

  constructor(board: SignalBoard) {
    this.#board = board;
  }

  /** The body of an address below the server's weather prefix, "nws/points/41.79,-87.75"; undefined where nothing is. */
  answer(path: string, query: URLSearchParams, now: Time): string | undefined {
    const [service, ...rest] = path.split('/');
    if (service === 'nws') return this.#nws(rest, query, now);
    if (service === 'open-meteo' || service === 'open-meteo-previous') {
      const city = cityAt(query.get('latitude'), query.get('longitude'));
      if (city === undefined || rest.join('/') !== 'v1/forecast') return undefined;
      return service === 'open-meteo' ? this.#forecast(city, now) : this.#previousRuns(city, query, now);
    }
    if (service !== 'iem') return undefined;
    const station = query.get('station');
    const city = CITIES.find(({ station: { icao } }) => icao === station || icao.replace(/^K/, '') === station);
    if (city === undefined) return undefined;
    if (rest.join('/') === 'json/cli.py') return this.#climateReports(city, query.get('year') ?? '');
    if (rest.join('/') === 'cgi-bin/request/asos.py') return this.#readings(city, query);
    return undefined;
  }

  #nws([kind, ...rest]: readonly string[], query: URLSearchParams, now: Time): string | undefined {
    if (kind === 'points') {
      const [latitude = '', longitude = ''] = (rest[0] ?? '').split(',');
      const city = cityAt(latitude, longitude);
      const grid = `https://api.weather.gov/gridpoints/${city?.station.icao}/1,1/forecast/hourly`;
      return city && JSON.stringify({ properties: { forecastHourly: grid } });
    }
    if (kind === 'gridpoints') {
      const city = CITIES.find(({ station }) => station.icao === rest[0]);
      return city && this.#hourly(city, now);
    }
    if (kind === 'stations') {
      const city = CITIES.find(({ station }) => station.icao === rest[0]);
      return city && this.#observations(city, query.get('start'));
    }
    if (kind !== 'products') return undefined;
    return rest[0] === 'types' ? this.#listOfReports(rest[3] ?? '') : this.#report(rest[0] ?? '');
  }

  #hourly(city: City, now: Time): string | undefined {
    const newest = this.#heard('forecast-high', city).at(-1);
    if (newest === undefined) return undefined;
    const periods = [...this.#curve(city, climateDayOf(city, now), FORECAST_DAYS, ANY_TIME)].map(([time, value]) => ({
      startTime: formatTime(time),
      temperature: Math.round(value),
      temperatureUnit: 'F',
    }));
    const generatedAt = formatTime(newest.toldTime);
    return JSON.stringify({ properties: { generatedAt, updateTime: generatedAt, periods } });
  }

  #observations(city: City, start: string | null): string {
    const since = start === null ? 0 : parseTime(start);
    const features = this.#heard('observed-max', city)
      .filter(({ signal }) => signal.issueTime >= since)
      .map(({ signal }) => ({
        properties: {
          timestamp: formatTime(signal.issueTime),
          temperature: { unitCode: 'wmoUnit:degC', value: (signal.value - 32) / 1.8, qualityControl: 'V' },
        },
      }));
    return JSON.stringify({ type: 'FeatureCollection', features });
  }

  /** Reports are numbered as they came: the list of NWS holds the last of them only. */
  #listOfReports(location: string): string {
    const city = CITIES.find(({ station }) => station.climateReport === `CLI${location}`);
    const listed = city === undefined ? [] : this.#heard('official-high', city).slice(-50);
    const graph = listed.map(({ signal, toldTime }) => ({
      id: `${city!.station.climateReport}-${signal.about}`,
      issuanceTime: formatTime(toldTime),
    }));
    return JSON.stringify({ '@graph': graph.reverse() });
  }

  #report(id: string): string | undefined {
    const product = id.slice(0, 6);
    const city = CITIES.find(({ station }) => station.climateReport === product);
    const found = city && this.#heard('official-high', city).find(({ signal }) => signal.about === id.slice(7));
    if (found === undefined) return undefined;
    const { signal, toldTime } = found;
    return JSON.stringify({
      issuanceTime: formatTime(toldTime),
      productText: climateReport(city!, signal.about, signal.value),
    });
  }

  #forecast(city: City, now: Time): string {
    return openMeteo('temperature_2m', this.#curve(city, climateDayOf(city, now), FORECAST_DAYS, ANY_TIME));
  }

  #previousRuns(city: City, query: URLSearchParams, now: Time): string | undefined {
    const [from, to] = [query.get('start_date'), query.get('end_date')];
    if (from === null || to === null) return undefined;
    const days = Math.round((parseTime(`${to}T00:00:00Z`) - parseTime(`${from}T00:00:00Z`)) / DAY) + 1;
    const ahead = (day: Day, told: Time) => told <= climateDayStart(city, day) - AHEAD;
    const curve = this.#curve(city, from, days, ahead);
    return openMeteo(
      'temperature_2m_previous_day1',
      curve.filter(([time]) => time - DAY <= now),
    );
  }

  #climateReports(city: City, year: string): string {
    const results = this.#heard('official-high', city)
      .filter(({ signal }) => signal.about.startsWith(year))
      .map(({ signal, toldTime }) => ({
        station: city.station.icao,
        valid: signal.about,
        high: signal.value,
        product: `${formatTime(toldTime).slice(0, 16).replaceAll(/[-T:]/g, '')}-KSYN-CDUS43-${city.station.climateReport}`,
      }));
    return JSON.stringify({ results });
  }

  #readings(city: City, query: URLSearchParams): string {
    const time = (number: number): Time => {
      const part = (name: string) => (query.get(`${name}${number}`) ?? '').padStart(2, '0');
      return parseTime(`${part('year')}-${part('month')}-${part('day')}T00:00:00Z`);
    };
    const [from, to] = [time(1), time(2)];
    const rows = this.#heard('observed-max', city)
      .filter(({ signal: { issueTime } }) => issueTime >= from && issueTime < to)
      .map(
        ({ signal }) =>
          `${query.get('station')},${formatTime(signal.issueTime).slice(0, 16).replace('T', ' ')},${signal.value.toFixed(2)}`,
      );
    return `station,valid,tmpf\n${rows.map((row) => `${row}\n`).join('')}`;
  }

  /** Hourly temperatures of climate days whose high was forecast by then. */
  #curve(city: City, first: Day, days: number, known: (day: Day, told: Time) => boolean): [Time, number][] {
    const points: [Time, number][] = [];
    const heard = this.#heard('forecast-high', city);
    for (let number = 0; number < days; number++) {
      const day = dayAfter(first, number);
      const forecast = heard.findLast(({ signal, toldTime }) => signal.about === day && known(day, toldTime));
      if (forecast === undefined) continue;
      const start = climateDayStart(city, day);
      for (let hour = 0; hour < 24; hour++) {
        const share = (1 + Math.cos((2 * Math.PI * (hour - WARMEST)) / 24)) / 2;
        points.push([(start + hour * HOUR) as Time, forecast.signal.value - SWING * (1 - share)]);
      }
    }
    return points;
  }

  #heard(what: 'forecast-high' | 'official-high' | 'observed-max', city: City): readonly HeardSignal[] {
    return this.#board.of(signalName(what, city));
  }
}

function cityAt(latitude: string | null, longitude: string | null): City | undefined {
  return CITIES.find(({ station }) => String(station.latitude) === latitude && String(station.longitude) === longitude);
}

function openMeteo(variable: string, curve: readonly (readonly [Time, number])[]): string {
  return JSON.stringify({
    utc_offset_seconds: 0,
    hourly_units: { time: 'unixtime', [variable]: '°F' },
    hourly: {
      time: curve.map(([time]) => time / 1_000_000),
      [variable]: curve.map(([, value]) => Math.round(value * 10) / 10),
    },
  });
}
