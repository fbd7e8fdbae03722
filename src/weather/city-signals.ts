import type { Signal } from '../core/market-event.ts';
import { Misuse } from '../core/misuse.ts';
import { formatTime, type Time } from '../core/time.ts';
import type { City } from './city.ts';
import { climateDayStart, type Day } from './climate-day.ts';

/** What is published of a city's high, as the first word of a signal's name: "forecast-high/chicago". All in °F. */
export const WEATHER_SIGNALS = ['forecast-high', 'official-high', 'observed-max'] as const;

export type WeatherSignal = (typeof WEATHER_SIGNALS)[number];

/** A published number and when it was. */
export interface Published {
  readonly value: number;
  readonly issueTime: Time;
}

/** How the last day-ahead forecast of a past day missed. */
export interface ForecastError {
  readonly day: Day;
  /** Official high less forecast, °F: positive where it was warmer than forecast. */
  readonly error: number;
}

/** The name of a city's signal. */
export function signalName(what: WeatherSignal, city: City): string {
  return `${what}/${city.name}`;
}

/**
 * What is known of one city's highs, from signals as they arrive. They may come late, twice, out of order or corrected: of what speaks of
 * one day, what was issued last stands. A signal from the future is a Misuse: whoever lets one in looks ahead.
 */
export class CitySignals {
  readonly city: City;
  readonly #newest: Readonly<Record<WeatherSignal, Map<Day, Published>>> = {
    'forecast-high': new Map(),
    'official-high': new Map(),
    'observed-max': new Map(),
  };
  /** The last forecast of a day that was issued before it began. */
  readonly #dayAhead = new Map<Day, Published>();
  /** The errors that were asked for last; empty again when something is heard. */
  #errors: { readonly day: Day; readonly count: number; readonly of: readonly ForecastError[] } | null = null;

  constructor(city: City) {
    this.city = city;
  }

  /** Takes a signal; gives whether it is about this city. Throws a Misuse where it was not issued yet at `now`. */
  hear(signal: Signal, now: Time): boolean {
    const what = WEATHER_SIGNALS.find((each) => signal.name === signalName(each, this.city));
    if (what === undefined) return false;
    if (signal.issueTime > now) throw lookAhead(signal, now);
    this.#errors = null;
    const { about: day, value, issueTime } = signal;
    keepNewest(this.#newest[what], day, { value, issueTime });
    if (what === 'forecast-high' && issueTime < climateDayStart(this.city, day))
      keepNewest(this.#dayAhead, day, { value, issueTime });
    return true;
  }

  /** The newest forecast of a day's high. */
  forecast(day: Day): Published | undefined {
    return this.#newest['forecast-high'].get(day);
  }

  /** The high that the settlement source has published for a day. */
  officialHigh(day: Day): Published | undefined {
    return this.#newest['official-high'].get(day);
  }

  /** The highest temperature reported of a day so far. */
  observedMax(day: Day): Published | undefined {
    return this.#newest['observed-max'].get(day);
  }

  /** The last `count` errors of day-ahead forecasts, of days before `day` whose high is known, oldest first. */
  errors(day: Day, count: number): readonly ForecastError[] {
    if (this.#errors?.day === day && this.#errors.count === count) return this.#errors.of;
    const of = this.#errorsBefore(day, count);
    this.#errors = { day, count, of };
    return of;
  }

  #errorsBefore(day: Day, count: number): ForecastError[] {
    const errors: ForecastError[] = [];
    for (const [past, { value }] of this.#dayAhead) {
      const high = past < day ? this.officialHigh(past) : undefined;
      if (high !== undefined) errors.push({ day: past, error: high.value - value });
    }
    return errors.sort((left, right) => (left.day < right.day ? -1 : 1)).slice(-count);
  }
}

function keepNewest(of: Map<Day, Published>, day: Day, published: Published): void {
  const before = of.get(day);
  if (before === undefined || published.issueTime >= before.issueTime) of.set(day, published);
}

function lookAhead({ name, about, issueTime }: Signal, now: Time): Misuse {
  return new Misuse(
    `${name} about ${about} is issued at ${formatTime(issueTime)}: it cannot be known at ${formatTime(now)}`,
  );
}
