import { ASK, BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { HOUR, MINUTE } from '../core/time.ts';
import { type Bracket, type Ladder, rungOf } from './bracket.ts';
import type { City } from './city.ts';
import { climateDayEnd, type Day } from './climate-day.ts';
import { bracketProbability, type HighDistribution, meanHigh, spreadOfHigh } from './high-distribution.ts';
import type { LadderWatch, MarketView } from './ladder-watch.ts';

/** What a model and a market say of one event at one time. */
export interface Edge {
  readonly city: City;
  readonly day: Day;
  readonly now: Time;
  readonly watch: LadderWatch;
  readonly ladder: Ladder;
  readonly view: MarketView;
  readonly high: HighDistribution;
  /** The expected high by the model, °F. */
  readonly temperature: number;
  /** The model's expected high less the market's, °F: positive where the model is the warmer. */
  readonly gap: number;
  /** Probability of each rung by the model. */
  readonly probabilities: readonly number[];
}

/** Holds a model's distribution of the high against the market's; null where the market has no opinion. */
export function edgeOf(
  event: { readonly city: City; readonly day: Day; readonly watch: LadderWatch },
  high: HighDistribution,
  now: Time,
): Edge | null {
  const { city, day, watch } = event;
  const { ladder } = watch;
  const view = watch.view();
  if (ladder === null || view === null) return null;
  const temperature = meanHigh(high);
  const probabilities = ladder.map(({ bracket }) => bracketProbability(high, bracket));
  return { city, day, now, watch, ladder, view, high, temperature, gap: temperature - view.temperature, probabilities };
}

/** One way to trade on an edge: a rung, by its place in the ladder, and whether to buy YES (a bid) or NO (an ask). */
export interface Candidate {
  readonly rung: number;
  readonly side: Side;
}

/** Which bracket is traded on an edge. */
export const BRACKET_RULES = ['forecast_implied', 'market_implied', 'edge_boundary', 'best_value'] as const;

export type BracketRule = (typeof BRACKET_RULES)[number];

/**
 * The candidates that a rule names. `forecast_implied` buys the rung of the model's temperature; `market_implied` sells that of the
 * market's; `edge_boundary` buys the first rung beyond the market's towards the model; `best_value` names every rung, on the side that the model
 * holds too cheap. None where model and market name the same rung, but for `best_value`.
 */
export function candidatesOf(edge: Edge, rule: BracketRule): readonly Candidate[] {
  const { ladder, view, temperature, probabilities, gap } = edge;
  if (rule === 'best_value') {
    return ladder.map((_, rung) => ({
      rung,
      side: probabilities[rung]! >= view.implied.probabilities[rung]! ? BID : ASK,
    }));
  }
  const markets = rungOf(ladder, Math.round(view.temperature));
  const models = rungOf(ladder, Math.round(temperature));
  if (markets === models) return [];
  if (rule === 'forecast_implied') return [{ rung: models, side: BID }];
  if (rule === 'market_implied') return [{ rung: markets, side: ASK }];
  return [{ rung: markets + Math.sign(gap), side: BID }];
}

/** What a classifier of edges is asked with, of one candidate. */
interface Asked {
  readonly edge: Edge;
  readonly bracket: Bracket;
  readonly yes: boolean;
  /** Probabilities that the candidate's side wins. */
  readonly market: number;
  readonly model: number;
}

interface EdgeFeature {
  readonly name: string;
  readonly unit: string;
  readonly says: string;
  readonly of: (asked: Asked) => number | null;
}

/** Nearer to certainty than this no probability is believed where it is turned into odds. */
const CERTAIN = 0.01;

const logOdds = (probability: number): number => {
  const kept = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability));
  return Math.log(kept / (1 - kept));
};

/** Every feature of the classifier, in the order in which graphs get them. The city is added by a bundle, one column a city. */
export const EDGE_FEATURES: readonly EdgeFeature[] = [
  { name: 'side_yes', unit: '1', says: '1 for buying YES, 0 for buying NO', of: ({ yes }) => (yes ? 1 : 0) },
  {
    name: 'market_probability',
    unit: '1',
    says: "that the side wins, by the ladder's prices",
    of: ({ market }) => market,
  },
  { name: 'model_probability', unit: '1', says: 'the same by the model of the high', of: ({ model }) => model },
  {
    name: 'advantage',
    unit: 'log odds',
    says: "the model's log odds less the market's",
    of: ({ market, model }) => logOdds(model) - logOdds(market),
  },
  {
    name: 'gap',
    unit: '°F',
    says: "distance of the model's and the market's expected high",
    of: ({ edge }) => Math.abs(edge.gap),
  },
  {
    name: 'rung_distance',
    unit: '°F',
    says: "from the market's expected high to the bracket, positive towards the model's",
    of: ({ edge, bracket }) => Math.sign(edge.gap) * distance(edge.view.temperature, bracket),
  },
  { name: 'market_spread', unit: '°F', says: 'standard deviation by prices', of: ({ edge }) => edge.view.spread },
  { name: 'model_spread', unit: '°F', says: 'the same by the model', of: ({ edge }) => spreadOfHigh(edge.high) },
  {
    name: 'hours_to_end',
    unit: 'h',
    says: 'to the end of the climate day',
    of: ({ edge: { city, day, now } }) => (climateDayEnd(city, day) - now) / HOUR,
  },
  {
    name: 'price_age',
    unit: 'min',
    says: "median age of the rungs' prices",
    of: ({ edge: { watch, now } }) => {
      const age = watch.age(now);
      return age === null ? null : age / MINUTE;
    },
  },
  {
    name: 'contracts',
    unit: 'log10(1 + contracts)',
    says: 'printed so far over all rungs',
    of: ({ edge: { watch } }) => Math.log10(1 + watch.contracts),
  },
  { name: 'overround', unit: '1', says: 'sum of all prices less 1', of: ({ edge }) => edge.view.implied.overround },
];

/** From a temperature to the nearest degree of a bracket: positive where that is warmer, 0 within it. */
function distance(temperature: number, { low, high }: Bracket): number {
  return temperature < low ? low - temperature : temperature > high ? high - temperature : 0;
}

/** The features of a candidate in the order of {@link EDGE_FEATURES}; NaN for what is not known. */
export function edgeFeatures(edge: Edge, { rung, side }: Candidate): Float64Array {
  const yes = side === BID;
  const of = (probability: number) => (yes ? probability : 1 - probability);
  const asked: Asked = {
    edge,
    bracket: edge.ladder[rung]!.bracket,
    yes,
    market: of(edge.view.implied.probabilities[rung]!),
    model: of(edge.probabilities[rung]!),
  };
  return Float64Array.from(EDGE_FEATURES, (feature) => feature.of(asked) ?? Number.NaN);
}
