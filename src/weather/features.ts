import { HOUR, MINUTE, type Time } from '../core/time.ts';
import type { CitySignals } from './city-signals.ts';
import { climateDayEnd, type Day, dayAfter, dayOfYear } from './climate-day.ts';
import { usualHigh } from './climatology.ts';
import type { LadderWatch } from './ladder-watch.ts';

/** What features are made from: what was known of one city and one event at one time. */
export interface FeatureInputs {
  readonly signals: CitySignals;
  readonly watch: LadderWatch;
  readonly day: Day;
  readonly now: Time;
}

interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly says: string;
  /** The value, or null where it is not known: never a default. */
  readonly of: (inputs: Known) => number | null;
}

/** The inputs with what several features share. */
interface Known extends FeatureInputs {
  readonly forecast: number;
  readonly errors: readonly number[];
  readonly usual: ReturnType<typeof usualHigh>;
  readonly view: ReturnType<LadderWatch['view']>;
}

/** The forecast is judged by so many of its errors at most. */
const MOST_ERRORS = 90;
/** A mean or a spread of fewer errors than this says nothing. */
const FEWEST_ERRORS = 5;

const average = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;

function bias(errors: readonly number[], count: number): number | null {
  return errors.length < FEWEST_ERRORS ? null : average(errors.slice(-count));
}

function spread(errors: readonly number[], count: number): number | null {
  if (errors.length < FEWEST_ERRORS) return null;
  const last = errors.slice(-count);
  const middle = average(last);
  return Math.sqrt(average(last.map((error) => (error - middle) ** 2)));
}

const angle = (day: Day): number => (2 * Math.PI * dayOfYear(day)) / 365.25;

/** Every feature in the order in which models get them. The city itself is added by a bundle, one column a city. */
export const FEATURES: readonly Feature[] = [
  { name: 'forecast', unit: '°F', says: 'the newest forecast of the high', of: ({ forecast }) => forecast },
  {
    name: 'forecast_age',
    unit: 'h',
    says: 'since it was issued',
    of: ({ signals, day, now }) => (now - signals.forecast(day)!.issueTime) / HOUR,
  },
  {
    name: 'bias_10',
    unit: '°F',
    says: 'mean of the last 10 errors (high less forecast)',
    of: ({ errors }) => bias(errors, 10),
  },
  { name: 'bias_30', unit: '°F', says: 'mean of the last 30 errors', of: ({ errors }) => bias(errors, 30) },
  { name: 'bias_90', unit: '°F', says: 'mean of the last 90 errors', of: ({ errors }) => bias(errors, 90) },
  {
    name: 'spread_30',
    unit: '°F',
    says: 'standard deviation of the last 30 errors',
    of: ({ errors }) => spread(errors, 30),
  },
  { name: 'last_error', unit: '°F', says: 'the newest error that is known', of: ({ errors }) => errors.at(-1) ?? null },
  {
    name: 'forecast_less_usual',
    unit: '°F',
    says: 'forecast less what the high usually is on such a day',
    of: ({ forecast, usual }) => (usual === null ? null : forecast - usual.mean),
  },
  {
    name: 'usual_deviation',
    unit: '°F',
    says: 'how far highs of that season spread',
    of: ({ usual }) => usual?.deviation ?? null,
  },
  { name: 'season_cos', unit: '1', says: 'cosine of the day of the year', of: ({ day }) => Math.cos(angle(day)) },
  { name: 'season_sin', unit: '1', says: 'sine of the day of the year', of: ({ day }) => Math.sin(angle(day)) },
  {
    name: 'yesterday_less_forecast',
    unit: '°F',
    says: 'the high of the day before, where it is known, less the forecast',
    of: ({ signals, day, forecast }) => {
      const high = signals.officialHigh(dayAfter(day, -1));
      return high === undefined ? null : high.value - forecast;
    },
  },
  {
    name: 'observed_less_forecast',
    unit: '°F',
    says: 'the highest temperature so far less the forecast',
    of: ({ signals, day, forecast }) => {
      const most = signals.observedMax(day);
      return most === undefined ? null : most.value - forecast;
    },
  },
  {
    name: 'hours_to_end',
    unit: 'h',
    says: 'to the end of the climate day',
    of: ({ signals, day, now }) => (climateDayEnd(signals.city, day) - now) / HOUR,
  },
  {
    name: 'market_less_forecast',
    unit: '°F',
    says: 'the high that prices imply less the forecast',
    of: ({ view, forecast }) => (view === null ? null : view.temperature - forecast),
  },
  {
    name: 'market_spread',
    unit: '°F',
    says: 'standard deviation of the high that prices imply',
    of: ({ view }) => view?.spread ?? null,
  },
  {
    name: 'overround',
    unit: '1',
    says: 'what the prices of all rungs sum to, less 1',
    of: ({ view }) => view?.implied.overround ?? null,
  },
  {
    name: 'price_age',
    unit: 'min',
    says: "median age of the rungs' prices",
    of: ({ watch, now }) => {
      const age = watch.age(now);
      return age === null ? null : age / MINUTE;
    },
  },
  { name: 'quoted_spread', unit: '1', says: 'mean distance of bid and ask', of: ({ watch }) => watch.quotedSpread() },
  {
    name: 'contracts',
    unit: 'log10(1 + contracts)',
    says: 'printed so far over all rungs',
    of: ({ watch }) => Math.log10(1 + watch.contracts),
  },
];

/**
 * The features of an event at one time, in the order of {@link FEATURES}; NaN for what is not known. Null where no forecast of the day has been
 * issued: then there is nothing to say. They depend on what was recorded only, never on orders of ours.
 */
export function featuresOf(inputs: FeatureInputs): Float64Array | null {
  const { signals, watch, day } = inputs;
  const forecast = signals.forecast(day)?.value;
  if (forecast === undefined) return null;
  const known: Known = {
    ...inputs,
    forecast,
    errors: signals.errors(day, MOST_ERRORS).map(({ error }) => error),
    usual: usualHigh(signals.city, day),
    view: watch.view(),
  };
  return Float64Array.from(FEATURES, ({ of }) => of(known) ?? Number.NaN);
}
