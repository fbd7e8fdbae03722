import { Fault } from '../../core/fault.ts';
import { DAY, HOUR, MINUTE, parseTime, type Time } from '../../core/time.ts';
import { cityNamed } from '../../weather/cities.ts';
import type { Day } from '../../weather/climate-day.ts';
import { usualHigh } from '../../weather/climatology.ts';
import { type LifecycleShares, PLAIN_LIFE } from './lifecycle.ts';

/**
 * A place whose weather is drawn. Most do not exist, and their series belong to no venue. One that stands for a `place` has that city's series and
 * signals, so that what trades the city can be shown on made-up weather; it also publishes official highs, and a history of them and of forecasts.
 */
export interface SyntheticCity {
  readonly name: string;
  /** Three capital letters: the end of the series ticker, `SYNHIGHVIL`. */
  readonly code: string;
  /** A city of the registry that it stands for: "chicago". */
  readonly place?: string;
  /** Standard time less UTC, in whole hours: −5 for a city five hours behind. Fixes the climate day. */
  readonly utcOffsetHours: number;
  /** Mean daily high of the season, °F. */
  readonly seasonHigh: number;
}

/** What to generate. The same configuration gives the same rows on every machine. */
export interface SyntheticConfig {
  readonly seed: number | string;
  readonly cities: readonly SyntheticCity[];
  /** First climate day, "2030-01-05". */
  readonly firstDay: string;
  /** How many consecutive days, one event per city and day. */
  readonly days: number;
  /** Scales the arrivals of traders and the pace of belief: rows grow about in proportion. 1 is the pace that was measured. */
  readonly activity: number;
  /** Scales what market makers show. 1 is about what was measured on one quiet evening, 12 what measured trades must have met. */
  readonly depth: number;
  /** Mean number of sweeps of $1,000 to $20,000 in one event where the outcome is open (legs of 10 to 90 cents). */
  readonly sweepsPerEvent: number;
  /** Mean number of such sweeps of legs that cost 90 cents or more. */
  readonly certainSweepsPerEvent: number;
  /** Share of sweeps, 0 to 1, whose trader knows the outcome. 0 plants no edge; above 0 the tape has one, on purpose. */
  readonly informedSweepShare: number;
  /** Where noise traders cancel: shares of the foremost and of the hindmost of them at a price, the others anywhere. */
  readonly cancels: { readonly front: number; readonly back: number };
  /** Bursts of machines: how many an event has on average, their rows a second, and how long one lasts. */
  readonly bursts: { readonly perEvent: number; readonly peak: number; readonly seconds: number };
  readonly lifecycle: LifecycleShares;
}

/** Places that do not exist. */
export const CITIES: readonly SyntheticCity[] = [
  { name: 'Synthville', code: 'VIL', utcOffsetHours: -5, seasonHigh: 41 },
  { name: 'Mockton', code: 'MOK', utcOffsetHours: -6, seasonHigh: 55 },
  { name: 'Feignbury', code: 'FEI', utcOffsetHours: -7, seasonHigh: 72 },
  { name: 'Shamford', code: 'SHA', utcOffsetHours: -5, seasonHigh: 83 },
  { name: 'Fabriport', code: 'FAB', utcOffsetHours: -8, seasonHigh: 64 },
  { name: 'Inventon', code: 'INV', utcOffsetHours: -6, seasonHigh: 48 },
];

/** The made-up weather of a city of the registry. Throws a Fault (`usage`) for one that is not known. */
export function syntheticPlace(name: string, day: Day): SyntheticCity {
  const city = cityNamed(name);
  const usual = usualHigh(city, day)?.mean ?? 65;
  return {
    name: city.label,
    code: city.station.icao.slice(1),
    place: city.name,
    utcOffsetHours: city.standardOffset,
    seasonHigh: Math.min(LARGEST_SEASON_HIGH, Math.max(LEAST_SEASON_HIGH, Math.round(usual))),
  };
}

/** The series of a city's events. */
export function seriesOf({ code, place }: SyntheticCity): string {
  return place === undefined ? `SYNHIGH${code}` : cityNamed(place).series;
}

/** What its signals are called after. */
export function signalPlace({ name, place }: SyntheticCity): string {
  return place ?? name.toLowerCase();
}

/** A cold season could give a negative strike, which the ticker grammar does not say how to write. */
const LEAST_SEASON_HIGH = 40;
const LARGEST_SEASON_HIGH = 100;

/** The tape a backtest uses when none is named: 3 cities, 14 days, 252 markets, about 510,000 rows. */
export const DEMO_CONFIG: SyntheticConfig = {
  seed: 'tapedeck demo',
  cities: CITIES.slice(0, 3),
  firstDay: '2030-01-05',
  days: 14,
  activity: 0.5,
  depth: 90,
  sweepsPerEvent: 8,
  certainSweepsPerEvent: 4,
  informedSweepShare: 0,
  cancels: { front: 0.25, back: 0.45 },
  bursts: { perEvent: 0, peak: 2_000, seconds: 1 },
  lifecycle: { ...PLAIN_LIFE, paused: 0.03, closedEarly: 0.05, disputed: 0.05, voided: 0.02, fineGrid: 0.1 },
};

/** As like the recorded markets as the generator can be: what docs/synthetic.md compares. */
export const MEASURED_CONFIG: SyntheticConfig = {
  ...DEMO_CONFIG,
  seed: 'tapedeck measured',
  days: 20,
  activity: 1,
  depth: 12,
  sweepsPerEvent: 1.5,
  certainSweepsPerEvent: 7.5,
  lifecycle: PLAIN_LIFE,
};

/** Markets that go through every state and every outcome that the venue has. */
export const LIFECYCLE_CONFIG: SyntheticConfig = {
  ...DEMO_CONFIG,
  seed: 'tapedeck lifecycle',
  days: 4,
  activity: 0.1,
  lifecycle: {
    paused: 0.5,
    closedEarly: 0.3,
    reopened: 0.5,
    disputed: 0.4,
    voided: 0.3,
    scalar: 0.3,
    fineGrid: 0.3,
    gridChanged: 0.5,
  },
};

/** Refuses a configuration that cannot be generated. Throws a Fault (`invalid-parameter`). */
export function checkConfig(config: SyntheticConfig): void {
  refuseUnless(config.cities.length > 0, 'cities must name at least one city');
  const codes = new Set(config.cities.map((city) => city.code));
  refuseUnless(codes.size === config.cities.length, 'two cities share a code');
  for (const city of config.cities) {
    refuseUnless(/^[A-Z]{3}$/.test(city.code), `city code "${city.code}" is not three capital letters`);
    const offset = city.utcOffsetHours;
    refuseUnless(Number.isInteger(offset) && offset >= -10 && offset <= 0, `UTC offset ${offset} is not −10…0 hours`);
    const { seasonHigh } = city;
    refuseUnless(
      seasonHigh >= LEAST_SEASON_HIGH && seasonHigh <= LARGEST_SEASON_HIGH,
      `season high ${seasonHigh} is not 40…100 °F`,
    );
    if (city.place !== undefined) cityNamed(city.place);
  }
  refuseUnless(Number.isInteger(config.days) && config.days >= 1 && config.days <= 365, 'days must be 1…365');
  refuseUnless(config.activity > 0 && config.activity <= 100, 'activity must be above 0 and at most 100');
  refuseUnless(config.depth > 0 && config.depth <= 1_000, 'depth must be above 0 and at most 1000');
  for (const sweeps of [config.sweepsPerEvent, config.certainSweepsPerEvent]) {
    refuseUnless(sweeps >= 0 && sweeps <= 1_000, 'sweeps per event must be 0…1000');
  }
  const { front, back } = config.cancels;
  refuseUnless(isShare(config.informedSweepShare), 'the informed share of sweeps must be 0…1');
  refuseUnless(isShare(front) && isShare(back) && isShare(front + back), 'shares of cancels must be 0…1 together');
  const { perEvent, peak, seconds } = config.bursts;
  refuseUnless(perEvent >= 0 && perEvent <= 100, 'bursts per event must be 0…100');
  refuseUnless(
    peak > 0 && peak <= 100_000 && seconds > 0 && seconds <= 60,
    'a burst has a peak and at most 60 seconds',
  );
  for (const [name, share] of Object.entries(config.lifecycle)) {
    refuseUnless(isShare(share), `the lifecycle share "${name}" must be 0…1`);
  }
  refuseUnless(/^\d{4}-\d{2}-\d{2}$/.test(config.firstDay), `first day "${config.firstDay}" is not a date`);
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function refuseUnless(holds: boolean, message: string): void {
  if (!holds) throw new Fault('invalid-parameter', message, { next: 'Correct the synthetic configuration.' });
}

/** The instants of one event's life. */
export interface EventTimes {
  /** 14:00 UTC on the day before. */
  readonly open: Time;
  /** Midnight that begins the climate day, in the city's standard time. */
  readonly midnight: Time;
  /** One minute before the climate day ends. */
  readonly close: Time;
  /** When the result is published: nine hours after the close. */
  readonly settle: Time;
}

/** The life of the event on day number `day` (0 is the first) in a city. */
export function eventTimes(config: SyntheticConfig, city: SyntheticCity, day: number): EventTimes {
  const utcMidnight = parseTime(`${config.firstDay}T00:00:00Z`) + day * DAY;
  const midnight = utcMidnight - city.utcOffsetHours * HOUR;
  const close = midnight + DAY - MINUTE;
  return {
    open: (utcMidnight - 10 * HOUR) as Time,
    midnight: midnight as Time,
    close: close as Time,
    settle: (close + 9 * HOUR) as Time,
  };
}
