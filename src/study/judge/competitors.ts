import type { WeatherDesk, WeatherEvent } from '../../engine/weather-desk.ts';
import { usualHigh } from '../../weather/climatology.ts';
import {
  bracketProbability,
  type HighDistribution,
  highFromErrors,
  meanHigh,
  normalHigh,
} from '../../weather/high-distribution.ts';

/** Who says what of a high. `market`: its own prices. */
export const COMPETITORS = ['market', 'forecast', 'climatology'] as const;

export type Competitor = (typeof COMPETITORS)[number];

/** What one of them said: a probability of each rung, and the expected high, °F. */
export interface Opinion {
  readonly probabilities: readonly number[];
  readonly temperature: number;
}

export type Opinions = Readonly<Record<Competitor, Opinion | null>>;

/** A forecast is judged by at most so many of its last errors, and by no fewer than these. */
const [MOST_ERRORS, FEWEST_ERRORS] = [90, 30];
/** How far each of those errors is spread, °F. */
const BANDWIDTH = 1;

/** What each of them says of an event now; null for one that has nothing to go by. */
export function opinionsOf(desk: WeatherDesk, { city, day, watch }: WeatherEvent): Opinions {
  const { ladder } = watch;
  const view = watch.view();
  if (ladder === null || view === null) return { market: null, forecast: null, climatology: null };
  const opinion = (high: HighDistribution): Opinion => ({
    probabilities: ladder.map(({ bracket }) => bracketProbability(high, bracket)),
    temperature: meanHigh(high),
  });
  const signals = desk.signalsOf(city);
  const forecast = signals.forecast(day);
  const errors = signals.errors(day, MOST_ERRORS).map(({ error }) => error);
  const judged = forecast !== undefined && errors.length >= FEWEST_ERRORS;
  const usual = usualHigh(city, day);
  return {
    market: { probabilities: view.implied.probabilities, temperature: view.temperature },
    forecast: judged ? opinion(highFromErrors(forecast.value, errors, BANDWIDTH)) : null,
    climatology: usual === null ? null : opinion(normalHigh(usual.mean, usual.deviation)),
  };
}
