import type { Question } from '../../core/prediction.ts';
import { Random } from '../../core/random.ts';
import type { FeeBook } from '../../ledger/fee-book.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { Day } from '../../weather/climate-day.ts';
import { EDGE_FEATURES } from '../../weather/edge.ts';
import { highOfClasses } from '../../weather/high-classes.ts';
import type { HighDistribution } from '../../weather/high-distribution.ts';
import { type CandidateRow, candidateRows } from '../features/candidate-rows.ts';
import { type LookOptions, replayLooks } from '../features/replay-looks.ts';
import { type Interval, studentizedInterval } from '../statistics/bootstrap.ts';
import { LEAST_DAYS } from '../statistics/interval.ts';
import type { TapeSource } from '../store/tape-source.ts';

type Bounds = Pick<Interval, 'estimate' | 'lower' | 'upper' | 'level' | 'days'>;

/** What trading on the classifier would have given: cents a contract after the fee, at the first print of the side that surely came later. */
export interface TradedEdges {
  /** It had to be so sure, and the price to leave so much, in dollars a contract. */
  readonly confidence: number;
  readonly leastValue: number;
  readonly trades: number;
  /** Over calendar days; null on few of them. */
  readonly cents: Bounds | null;
}

/** How the classifier of edges did on candidates: every bracket at each look, on the side that the model of the high holds too cheap. */
export interface EdgeJudgement {
  readonly candidates: number;
  readonly days: number;
  /** Mean log loss of the classifier, and of the market's own probability. */
  readonly logLoss: number;
  readonly priceOnly: number;
  /** The first less the second, over calendar days; null on few of them. Below zero the classifier knows more than the price. */
  readonly againstPrice: Bounds | null;
  /** Chance that a side which won is ranked above one which lost (ROC area), by each. */
  readonly auc: number;
  readonly aucOfPrice: number;
  readonly traded: readonly TradedEdges[];
}

export interface EdgeOptions extends LookOptions {
  readonly models: ModelSet;
  readonly fees: FeeBook;
  readonly from?: Day;
  readonly to?: Day;
}

const RULES = [
  { confidence: 0.7, leastValue: 0.02 },
  { confidence: 0.5, leastValue: 0.02 },
  { confidence: 0.3, leastValue: 0.02 },
] as const;
/** Nearer to certainty than this nothing is scored. */
const CERTAIN = 0.005;

const MARKET = EDGE_FEATURES.findIndex(({ name }) => name === 'market_probability');

/** Judges the classifier of edges; null where no event has a model, prices and a result. Throws as `candidateRows` does. */
export async function judgeEdges(tape: TapeSource, options: EdgeOptions): Promise<EdgeJudgement | null> {
  const { models, from, to } = options;
  const highs = await highsOf(tape, options);
  const rows = (
    await candidateRows(tape, { ...options, highOf: (event, hour) => highs.get(`${event} ${hour}`) ?? null })
  ).filter(({ day }) => (from ?? day) <= day && day <= (to ?? day));
  const questions = rows.map(({ city, features }): Question => ({ model: `${city}/edge`, features, answer: null }));
  await models.answer(questions);
  const judged = rows.flatMap((row, at) => {
    const chance = questions[at]!.answer!.outputs?.[0]?.[0];
    return chance === undefined ? [] : [{ row, chance, price: row.features[MARKET]! }];
  });
  if (judged.length === 0) return null;
  const losses = judged.map(({ row, chance, price }) => [loss(chance, row.won), loss(price, row.won)] as const);
  const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length;
  return {
    candidates: judged.length,
    days: new Set(judged.map(({ row }) => row.day)).size,
    logLoss: mean(losses.map(([own]) => own)),
    priceOnly: mean(losses.map(([, price]) => price)),
    againstPrice: byDay(judged.map(({ row }, at) => ({ day: row.day, value: losses[at]![0] - losses[at]![1] }))),
    auc: areaUnder(judged.map(({ row, chance }) => ({ score: chance, won: row.won }))),
    aucOfPrice: areaUnder(judged.map(({ row, price }) => ({ score: price, won: row.won }))),
    traded: RULES.map((rule) => tradedBy(rule, judged)),
  };
}

/** What the model says of each event at each look. */
async function highsOf(tape: TapeSource, options: EdgeOptions): Promise<Map<string, HighDistribution>> {
  const { models } = options;
  const { looks } = await replayLooks(tape, options, (desk, event, now) => {
    const model = `${event.city.name}/high`;
    const features = models.names.has(model) ? desk.features(event, now) : null;
    if (features === null) return null;
    const question: Question = { model, features, answer: null };
    return { question, forecast: desk.signalsOf(event.city).forecast(event.day)!.value };
  });
  await models.answer(looks.flatMap(({ seen }) => (seen === null ? [] : [seen.question])));
  const highs = new Map<string, HighDistribution>();
  for (const { event, hour, seen } of looks) {
    const classes = seen?.question.answer?.outputs?.[0];
    if (classes !== undefined) highs.set(`${event.event} ${hour}`, highOfClasses(seen!.forecast, classes));
  }
  return highs;
}

function tradedBy(
  { confidence, leastValue }: (typeof RULES)[number],
  judged: readonly { readonly row: CandidateRow; readonly chance: number }[],
): TradedEdges {
  const gains = judged.flatMap(({ row: { day, won, cost, fee }, chance }) => {
    if (cost === null || fee === null || chance < confidence || chance - cost - fee < leastValue) return [];
    return [{ day, value: 100 * ((won ? 1 : 0) - cost - fee) }];
  });
  return { confidence, leastValue, trades: gains.length, cents: byDay(gains) };
}

function loss(probability: number, won: boolean): number {
  const kept = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability));
  return -Math.log(won ? kept : 1 - kept);
}

/** A mean over rows, drawn by whole calendar days; null on few of them. */
function byDay(values: readonly { readonly day: Day; readonly value: number }[]): Bounds | null {
  const days = new Map<Day, { sum: number; count: number }>();
  for (const { day, value } of values) {
    const total = days.get(day) ?? { sum: 0, count: 0 };
    total.sum += value;
    total.count++;
    days.set(day, total);
  }
  if (days.size < LEAST_DAYS) return null;
  const totals = [...days.values()];
  // The interval's own units are hundredths: of a cent from dollars, here of whatever the value is.
  const columns = {
    net: Float64Array.from(totals, ({ sum }) => 100 * sum),
    volume: Float64Array.from(totals, ({ count }) => count),
  };
  const { estimate, lower, upper, level, days: counted } = studentizedInterval([columns], new Random('edges'));
  return { estimate, lower, upper, level, days: counted };
}

/** The area under the ROC curve by ranks, ties counted half (Mann and Whitney 1947); 0.5 where only one outcome came. */
function areaUnder(scored: readonly { readonly score: number; readonly won: boolean }[]): number {
  const sorted = [...scored].sort((left, right) => left.score - right.score);
  let [ranks, wins] = [0, 0];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++;
    const rank = (from + to + 1) / 2;
    for (; from < to; from++) {
      if (!sorted[from]!.won) continue;
      ranks += rank;
      wins++;
    }
  }
  const losses = sorted.length - wins;
  return wins === 0 || losses === 0 ? 0.5 : (ranks - (wins * (wins + 1)) / 2) / (wins * losses);
}
