import type { Question } from '../../core/prediction.ts';
import type { Time } from '../../core/time.ts';
import type { WeatherDesk, WeatherEvent } from '../../engine/weather-desk.ts';
import type { Ladder } from '../../weather/bracket.ts';
import { usualHigh } from '../../weather/climatology.ts';
import { highOfClasses } from '../../weather/high-classes.ts';
import {
  bracketProbability,
  type HighDistribution,
  highFromErrors,
  meanHigh,
  normalHigh,
} from '../../weather/high-distribution.ts';

/** Who says what of a high. `market`: its own prices; `model`: the city's bundle, where there is one. */
export const COMPETITORS = ['market', 'model', 'forecast', 'climatology'] as const;

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

/** What each of them says of an event now, and what the model is to be asked; null for one that has nothing to go by. */
export interface Heard {
  readonly opinions: Opinions;
  readonly asked: { readonly question: Question; readonly forecast: number; readonly ladder: Ladder } | null;
}

/** What is said of an event now. The model's opinion follows from its question's answer: {@link modelOpinion}. */
export function opinionsOf(desk: WeatherDesk, event: WeatherEvent, now: Time, models: ReadonlySet<string>): Heard {
  const { city, day, watch } = event;
  const { ladder } = watch;
  const view = watch.view();
  if (ladder === null || view === null)
    return { opinions: { market: null, model: null, forecast: null, climatology: null }, asked: null };
  const opinion = (high: HighDistribution) => opinionOf(ladder, high);
  const signals = desk.signalsOf(city);
  const forecast = signals.forecast(day);
  const errors = signals.errors(day, MOST_ERRORS).map(({ error }) => error);
  const judged = forecast !== undefined && errors.length >= FEWEST_ERRORS;
  const usual = usualHigh(city, day);
  const name = `${city.name}/high`;
  const features = models.has(name) ? desk.features(event, now) : null;
  return {
    opinions: {
      market: { probabilities: view.implied.probabilities, temperature: view.temperature },
      model: null,
      forecast: judged ? opinion(highFromErrors(forecast.value, errors, BANDWIDTH)) : null,
      climatology: usual === null ? null : opinion(normalHigh(usual.mean, usual.deviation)),
    },
    asked:
      features === null
        ? null
        : { question: { model: name, features, answer: null }, forecast: forecast!.value, ladder },
  };
}

/** The model's opinion, once its question is answered. */
export function modelOpinion({ asked }: Heard): Opinion | null {
  const outputs = asked?.question.answer?.outputs ?? null;
  return outputs === null ? null : opinionOf(asked!.ladder, highOfClasses(asked!.forecast, outputs[0]!));
}

function opinionOf(ladder: Ladder, high: HighDistribution): Opinion {
  return {
    probabilities: ladder.map(({ bracket }) => bracketProbability(high, bracket)),
    temperature: meanHigh(high),
  };
}
