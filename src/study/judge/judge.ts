import type { MarketIndex } from '../../core/market.ts';
import { Random } from '../../core/random.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { Day } from '../../weather/climate-day.ts';
import { type ClassScores, scoreClasses } from '../../weather/scores.ts';
import { type Look, type LookOptions, replayLooks } from '../features/replay-looks.ts';
import { type Interval, studentizedInterval } from '../statistics/bootstrap.ts';
import { LEAST_DAYS } from '../statistics/interval.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { COMPETITORS, type Competitor, modelOpinion, type Opinions, opinionsOf } from './competitors.ts';
import { checkLabels, type LabelCheck, type PaidEvent } from './label-check.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';

/** Averages of one competitor's scores, and how it stands to the market. */
export interface Standing extends ClassScores {
  readonly competitor: Competitor;
  /** Mean distance of the expected from the official high, °F. */
  readonly mae: number;
  /** Its Brier score less the market's, with an interval over calendar days: below zero is better than the market. Null for the market, or on few days. */
  readonly againstMarket: Pick<Interval, 'estimate' | 'lower' | 'upper' | 'level' | 'days'> | null;
  /** Its Brier score in parts, and how what it said came true. */
  readonly reliability: Reliability;
}

/** Where forecast and market were apart by so much or more, how often the forecast was the nearer. */
export interface Gaps {
  readonly degrees: number;
  readonly count: number;
  readonly forecastNearer: number;
}

/** One city, or all of them, at one hour. */
export interface Judgement {
  /** Null for all cities together. */
  readonly city: string | null;
  readonly hour: number;
  readonly events: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly standings: readonly Standing[];
  readonly gaps: Gaps;
}

export interface JudgeReport {
  readonly judgements: readonly Judgement[];
  /** Looks that are not judged, and why. */
  readonly left: Readonly<
    Record<
      'no opinion of the market' | 'no forecast, or too few errors of it' | 'no result' | 'no official high',
      number
    >
  >;
  readonly events: number;
  /** The days that a model that was judged has learnt from; null without one. */
  readonly learnt: readonly [from: Day, to: Day] | null;
  /** Whether the official highs are those that the markets were paid by. */
  readonly labels: LabelCheck;
  /** What should not be believed yet, one sentence each. */
  readonly findings: readonly string[];
}

export interface JudgeOptions extends LookOptions {
  /** Days before `from` and after `to` are not judged. */
  readonly from?: Day;
  readonly to?: Day;
  /** Judges the models of a set beside the others. */
  readonly models?: ModelSet;
}

/** The gap from which a forecast is held to disagree, °F. */
const GAP = 1.5;

interface Judged {
  readonly city: string;
  readonly day: Day;
  readonly hour: number;
  readonly opinions: Opinions;
  readonly came: number;
  readonly high: number;
}

/**
 * Judges what market, forecast and climatology said of each event at the hours asked for, all on the same events: those on which each of market and
 * forecast had an opinion. What came is the rung that was paid; the official high only measures distances. Throws as `replayLooks` does.
 */
export async function judge(tape: TapeSource, options: JudgeOptions): Promise<JudgeReport> {
  const { models, from, to } = options;
  const names = models?.names ?? new Set<string>();
  const replayed = await replayLooks(tape, options, (desk, event, now) => opinionsOf(desk, event, now, names));
  const { desk, winners } = replayed;
  const looks = replayed.looks.filter(({ event: { day } }) => (from ?? day) <= day && day <= (to ?? day));
  const events =
    looks.length === replayed.looks.length ? replayed.events : new Set(looks.map(({ event: { event } }) => event)).size;
  await models?.answer(looks.flatMap(({ seen: { asked } }) => (asked === null ? [] : [asked.question])));
  const left = {
    'no opinion of the market': 0,
    'no forecast, or too few errors of it': 0,
    'no result': 0,
    'no official high': 0,
  };
  const judged = looks.flatMap(({ event, hour, seen }): Judged[] => {
    const { city, day, watch } = event;
    const winner = winners.get(event.event);
    const came = watch.ladder?.findIndex(({ market }) => market.index === winner) ?? -1;
    const high = desk.signalsOf(city).officialHigh(day)?.value;
    const opinions: Opinions = { ...seen.opinions, model: modelOpinion(seen) };
    if (opinions.market === null) left['no opinion of the market']++;
    else if (opinions.forecast === null) left['no forecast, or too few errors of it']++;
    else if (came < 0) left['no result']++;
    else if (high === undefined) left['no official high']++;
    else return [{ city: city.name, day, hour, opinions, came, high }];
    return [];
  });
  const cities = [...new Set(judged.map(({ city }) => city))].sort();
  const judgements = options.hours.flatMap((hour) =>
    [...(cities.length > 1 ? [null] : []), ...cities].flatMap((city) => {
      const chosen = judged.filter((each) => each.hour === hour && (city === null || each.city === city));
      return chosen.length === 0 ? [] : [judgementOf(city, hour, chosen)];
    }),
  );
  const labels = checkLabels(paidEvents(looks, winners), (city, day) => desk.signalsOf(city).officialHigh(day)?.value);
  const asked = judged.some(({ opinions }) => opinions.model !== null);
  const learnt = asked ? models!.facts.learnt : null;
  const findings = [...labels.findings, ...judgements.flatMap(tooGood), ...seenBefore(learnt, judged)];
  return { judgements, left, events, learnt, labels, findings };
}

/** A model that is judged on days that it has learnt from knows them. */
function seenBefore(learnt: JudgeReport['learnt'], judged: readonly Judged[]): string[] {
  if (learnt === null) return [];
  const [from, to] = learnt;
  const known = new Set(judged.flatMap(({ day }) => (from <= day && day <= to ? [day] : []))).size;
  if (known === 0) return [];
  return [`the model has learnt from ${known} of the days judged (${from} to ${to}): judge it on others, with --from`];
}

/** Each event once, where it is known which of its rungs was paid. */
function paidEvents(looks: readonly Look<unknown>[], winners: ReadonlyMap<string, MarketIndex>): PaidEvent[] {
  const seen = new Map<string, PaidEvent>();
  for (const { event } of looks) {
    const { ladder } = event.watch;
    const came = ladder?.findIndex(({ market }) => market.index === winners.get(event.event)) ?? -1;
    if (ladder !== null && came >= 0) seen.set(event.event, { city: event.city, day: event.day, ladder, came });
  }
  return [...seen.values()];
}

/** Nobody has shown a public forecast that beats these markets: one that does has most likely heard something too early. */
function tooGood({ city, hour, standings }: Judgement): string[] {
  return standings.flatMap(({ competitor, againstMarket }) =>
    againstMarket === null || againstMarket.upper >= 0
      ? []
      : [
          `${competitor} beats the market ${city === null ? 'over all cities' : `in ${city}`} at hour ${hour}, with certainty: check first that what it knew was issued by then`,
        ],
  );
}

function judgementOf(city: string | null, hour: number, judged: readonly Judged[]): Judgement {
  const days = judged.map(({ day }) => day).sort();
  const apart = judged.filter(
    ({ opinions: { market, forecast } }) => Math.abs(market!.temperature - forecast!.temperature) >= GAP,
  );
  const nearer = apart.filter(
    ({ opinions: { market, forecast }, high }) =>
      Math.abs(forecast!.temperature - high) < Math.abs(market!.temperature - high),
  );
  return {
    city,
    hour,
    events: judged.length,
    firstDay: days[0]!,
    lastDay: days.at(-1)!,
    standings: COMPETITORS.flatMap((competitor) => standingOf(competitor, judged) ?? []),
    gaps: { degrees: GAP, count: apart.length, forecastNearer: nearer.length },
  };
}

/** Null where the competitor has no opinion on some of the events: it is not judged on fewer than the others. */
function standingOf(competitor: Competitor, judged: readonly Judged[]): Standing | null {
  if (judged.some(({ opinions }) => opinions[competitor] === null)) return null;
  const scores = judged.map(({ opinions, came }) => scoreClasses(opinions[competitor]!.probabilities, came));
  const average = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length;
  return {
    competitor,
    brier: average(scores.map(({ brier }) => brier)),
    rps: average(scores.map(({ rps }) => rps)),
    logLoss: average(scores.map(({ logLoss }) => logLoss)),
    mae: average(judged.map(({ opinions, high }) => Math.abs(opinions[competitor]!.temperature - high))),
    againstMarket: competitor === 'market' ? null : difference(judged, scores),
    reliability: reliabilityOf(
      judged.map(({ opinions }) => opinions[competitor]!.probabilities),
      judged.map(({ came }) => came),
    ),
  };
}

/** Brier scores less the market's, by calendar day: events of one day, in all cities, fall together. */
function difference(judged: readonly Judged[], scores: readonly ClassScores[]): Standing['againstMarket'] {
  const byDay = new Map<Day, { net: number; volume: number }>();
  judged.forEach(({ day, opinions, came }, at) => {
    const total = byDay.get(day) ?? { net: 0, volume: 0 };
    // The interval's own units are cents a contract: a hundredth of a ratio.
    total.net += 100 * (scores[at]!.brier - scoreClasses(opinions.market!.probabilities, came).brier);
    total.volume++;
    byDay.set(day, total);
  });
  if (byDay.size < LEAST_DAYS) return null;
  const totals = [...byDay.values()];
  const columns = {
    net: Float64Array.from(totals, ({ net }) => net),
    volume: Float64Array.from(totals, ({ volume }) => volume),
  };
  const { estimate, lower, upper, level, days } = studentizedInterval([columns], new Random('judge'));
  return { estimate, lower, upper, level, days };
}
