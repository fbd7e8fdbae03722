import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelSet } from '../../src/model/model-set.ts';
import { type Judgement, type JudgeReport, judge } from '../../src/study/judge/judge.ts';
import type { TapeSource } from '../../src/study/store/tape-source.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import type { BundleOptions, Cents, EdgeFit, EdgeScores, HighFit } from './write-bundles.ts';

interface CardOptions extends BundleOptions {
  readonly tape: TapeSource;
  readonly opened: ModelSet;
  readonly cities: readonly string[];
}

/** Writes what each model is, from what it was trained on, and what it is worth: `card.md` of a city, and `README.md` over all. */
export async function writeCards(options: CardOptions, high: HighFit, edge: EdgeFit): Promise<void> {
  const { tape, opened, cities } = options;
  const [from, to] = options.validate;
  const hours = [options.hours[0]!, options.hours.at(-1)!];
  const report = await judge(tape, { hours, from, to, models: opened, check: () => {} });
  writeFileSync(join(options.models, 'README.md'), overall(options, report, high, edge));
  for (const city of cities)
    writeFileSync(join(options.models, city, 'card.md'), card(city, options, report, high, edge));
}

const MADE = '<!-- written by npm run train -->';

function overall(options: CardOptions, report: JudgeReport, high: HighFit, edge: EdgeFit): string {
  const { cities, train, validate } = options;
  const others = high.cities.filter((city) => !cities.includes(city));
  return `${MADE}
# Models

Bundles for ${list(cities.map(label))}: a model of the day's high, and a classifier of edges. Each folder has its graphs by reference, its card, and invented rows that
prove the graphs at every start. What they are worth: **${worth(edge)}**

- Learnt from days ${train[0]} to ${train[1]}, validated on ${validate[0]} to ${validate[1]}, all cities of a day on the same side. Later days were not used.
- The days of ${list(others.map(label))} taught the model of the high, but no market of theirs was recorded: they have no classifier, and no bundle. Every other
  city is refused: there were no days of it.
- The model of the high is ${high.pooled ? 'one for all cities' : 'one for each city'}, which validated better: Brier ${three(high.compared.pooled.validate)} pooled, ${three(high.compared.per_city.validate)} city by city.
  Its inputs were chosen with sight of the validation days: read its scores as a little kind.

## The high, on the days of validation

${highTable(report, null)}

## Edges, on the days of validation

${edgeScores(edge.scores.validate)}

${tradedTable(edge)}

${reading(edge)}

Made again by \`npm run train -- FOLDER\` ([docs/models.md](../docs/models.md)); ${origins()}
`;
}

function card(city: string, options: CardOptions, report: JudgeReport, high: HighFit, edge: EdgeFit): string {
  const { train, validate, hours, opened } = options;
  const { station } = cityNamed(city);
  const scores = edge.perCity[city];
  const of = report.judgements.filter((each) => each.city === city);
  return `${MADE}
# ${label(city)}: the high of the day, and edges on it

| | |
|---|---|
| settles on | ${station.name} (${station.climateReport}) |
| learnt from | ${train[0]} to ${train[1]}: ${high.days[city]} days of this city among ${high.events.train} of ${high.cities.length} cities; ${edge.days[city]} days with a market |
| validated on | ${validate[0]} to ${validate[1]} |
| asked | from ${-hours[0]!} hours before the climate day begins to ${hours.at(-1)} hours into it; at other times it is refused |
| bundle | \`bundle.json\`, digest \`${bundleOf(opened, city).slice(0, 16)}\` |

**What it is worth: ${worthInCity(of, scores)}**

${highTable(report, city)}

${scores === undefined ? 'No market of this city lay in the days of validation.' : edgeScores(scores)}

What it is bad at:

- It sees one forecast of the evening before and how such forecasts erred: no radar, no observation of the day, no second model. By morning the market knows more.
- What it gives single degrees is jagged: trees cut where few days lie. Brackets of two degrees inherit that.
- Its open tails are assumed, not learnt: beyond 10 °F from the forecast each further degree is half as likely.
- The highs it learnt are those of the climate reports (NWS CLI). Days from 2026-08-14 on are settled by The Weather Company, which relays the same station; that was not checked.
- The days it learnt had a thinner market until November 2024. It has not seen a whole year.
- When its forecasts were issued is declared (20:00 of the evening before), not recorded.

${origins()}
`;
}

function bundleOf(models: ModelSet, city: string): string {
  return models.bundles.find((each) => each.city === city)!.digest;
}

const three = (value: number): string => value.toFixed(3);
const label = (city: string): string => cityNamed(city).label;
const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'no city') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

function highTable({ judgements }: JudgeReport, city: string | null): string {
  const rows = judgements
    .filter((each) => each.city === city)
    .flatMap(({ hour, events, standings }) =>
      standings.map(({ competitor, brier, rps, logLoss, mae, againstMarket }) => {
        const against =
          competitor === 'market' || againstMarket === null
            ? ''
            : `${signed(againstMarket.estimate, 3)} (${signed(againstMarket.lower, 3)} to ${signed(againstMarket.upper, 3)})`;
        return `| ${hour} | ${events} | ${competitor} | ${three(brier)} | ${three(rps)} | ${three(logLoss)} | ${mae.toFixed(2)} | ${against} |`;
      }),
    );
  return [
    '| hour of the day | events | | Brier | RPS | log loss | MAE °F | Brier less the market’s (95 %) |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function edgeScores({ candidates, days, logLoss, priceOnly, auc, aucOfPriceOnly }: EdgeScores): string {
  const ranks = auc === undefined ? '' : `, AUC ${auc.toFixed(3)} against ${aucOfPriceOnly!.toFixed(3)}`;
  return `Of ${candidates} candidates on ${days} days (every bracket at each look, on the side that the model holds too cheap): log loss of the classifier ${logLoss.toFixed(4)}, of the price alone ${priceOnly.toFixed(4)}${ranks}.`;
}

function tradedTable(edge: EdgeFit): string {
  const cell = ({ trades, cents, lower, upper }: Cents): string =>
    cents === null
      ? `${trades} | too few days`
      : `${trades} | ${signed(cents, 2)} (${signed(lower!, 2)} to ${signed(upper!, 2)})`;
  const rows = edge.traded.train.map((train, at) => {
    const validate = edge.traded.validate[at]!;
    return `| sure of ${train.confidence}, worth ${100 * train.leastValue} cents or more | ${cell(train)} | ${cell(validate)} |`;
  });
  return [
    'Cents a contract after the fee, at the first print of that side that surely came later (one contract a candidate and look; the looks of one day repeat each other):',
    '',
    '| traded if | training days, out of fold | cents (95 %, by day) | days of validation | cents (95 %, by day) |',
    '|---|---|---|---|---|',
    `| always | ${cell(edge.everyCandidate.train)} | ${cell(edge.everyCandidate.validate)} |`,
    ...rows,
    '| never | 0 | 0 | 0 | 0 |',
  ].join('\n');
}

function reading(edge: EdgeFit): string {
  const { direction, medianWaitMinutes, withoutPrice } = edge;
  const { degrees, train, validate } = direction;
  const auc =
    direction.aucOfLogistic === undefined
      ? ''
      : `; a plain logistic tells which with an AUC of ${direction.aucOfLogistic.toFixed(2)}`;
  return `That price is not one that could have been had at once: half of the candidates waited ${Math.round(medianWaitMinutes)} minutes or more for it, and ${(100 * withoutPrice).toFixed(0)} % never met one. Without prices: where model and market were ${degrees} °F or more apart, the
high lay on the model's side of the market's in ${percent(train.modelsSide)} of ${train.looks} looks of the training days, and in ${percent(validate.modelsSide)} of ${validate.looks} later${auc}.`;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** In one sentence, from the figures: whether any row of the table was above zero with certainty on both windows. */
function worth(edge: EdgeFit): string {
  const sure = edge.traded.validate.filter((each, at) => {
    const before = edge.traded.train[at]!;
    return (each.lower ?? 0) > 0 && (before.lower ?? 0) > 0;
  });
  const gain = edge.scores.validate.priceOnly - edge.scores.validate.logLoss;
  const told = `the classifier says ${gain > 0 ? `${(1000 * gain).toFixed(1)} thousandths of log loss more than` : 'no more than'} the price alone`;
  return sure.length === 0
    ? `nothing that can be shown after fees. The market is better at the high; ${told}, and no way of trading it was above zero on both the training days and the days of validation.`
    : `little, and unproven: ${told}; ${sure.length} of ${edge.traded.validate.length} ways of trading it were above zero on both windows.`;
}

function worthInCity(judgements: readonly Judgement[], scores: EdgeScores | undefined): string {
  const beaten = judgements.flatMap(({ standings }) => {
    const model = standings.find(({ competitor }) => competitor === 'model');
    return model?.againstMarket === undefined || model.againstMarket === null ? [] : [model.againstMarket];
  });
  const market =
    beaten.length === 0
      ? 'too few days to say'
      : beaten.every(({ lower }) => lower > 0)
        ? 'the market was better at the high, surely so'
        : beaten.every(({ estimate }) => estimate > 0)
          ? 'the market was better at the high, though not surely at every hour'
          : 'it was level with the market, or better by chance';
  if (scores === undefined) return `${market}.`;
  const gain = scores.priceOnly - scores.logLoss;
  return `${market}; the classifier of edges added ${gain > 0 ? `${(1000 * gain).toFixed(1)} thousandths of log loss to` : 'nothing to'} the price.`;
}

function origins(): string {
  return 'Learnt from: trades, brackets and results of Kalshi by cpratim/Kalshi-Weather-Trading (MIT); highs by NOAA (public domain) and forecasts by Open-Meteo.com (CC BY 4.0), both by akadigari/highball. No row of them is in these files.';
}
