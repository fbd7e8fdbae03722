import { Random } from '../../core/random.ts';
import type { WrittenParams } from '../../engine/params.ts';
import { LEAST_DAYS, totalsByDay } from '../statistics/interval.ts';
import { deflatedFor } from '../statistics/sharpe.ts';
import { Digest } from '../store/digest.ts';
import type { TrialCount } from '../store/run-result.ts';
import { armLines, type LaneLine } from '../summary/arm-lines.ts';
import { notRunText } from '../summary/lanes-not-run.ts';
import type { ConfigurationOutcome, ConfigurationResult } from './configuration-pass.ts';
import { familyOf } from './family.ts';
import { boundsOf, type Luck, luckOf, studentised } from './luck.ts';
import type { SweepPlan } from './sweep-plan.ts';
import type { SweepRow } from './sweep-row.ts';
import { judgeSweep, type SweepVerdict } from './sweep-verdict.ts';
import { unproven } from './unproven.ts';
import type { WalkForward } from './walk-forward.ts';

export interface SweepSummary {
  readonly format: 'tapedeck-sweep-summary';
  readonly version: 1;
  readonly sweep: {
    readonly id: string;
    readonly strategy: string;
    /** SHA-256 over the digests of all configurations in order of number. */
    readonly digest: string;
    readonly hashes: SweepPlan['hashes'];
    readonly params: WrittenParams;
    readonly seed: string;
    readonly lanes: readonly string[];
    readonly configurations: number;
  };
  readonly tape: { readonly name: string; readonly digest: string; readonly synthetic: boolean };
  /** Different configurations ever tried on this tape, these included. */
  readonly trials: number;
  /** What chance alone shows, in net cents a contract; null where no configuration has days enough. */
  readonly luck: { readonly judged: number; readonly medianCents: number; readonly upperCents: number } | null;
  /** Best first: by the lower end of the raw interval in the worst lane. */
  readonly rows: readonly SweepRow[];
  readonly failed: readonly { readonly number: number; readonly swept: WrittenParams; readonly why: string }[];
  /** Of the first row, worst lane: the probability that its true Sharpe ratio is above what the best of all trials shows by luck. */
  readonly deflatedSharpe: number | null;
  readonly verdict: SweepVerdict;
  /** Null where none was asked for. */
  readonly walkForward: WalkForward | null;
}

/** Sums up a finished sweep. Pure: the same results and the same count of trials give the same report. */
export function summariseSweep(
  plan: SweepPlan,
  outcomes: readonly ConfigurationOutcome[],
  trials: TrialCount,
  walked: WalkForward | null,
): SweepSummary {
  const { seed, lanes, params } = plan.invocation;
  const inOrder = [...outcomes].sort((a, b) => a.number - b.number);
  const results = inOrder.filter((outcome): outcome is ConfigurationResult => !('failed' in outcome));
  const judged = results.filter(hasDays);
  const earlier = Math.max(0, trials.count - results.filter(traded).length);
  const share = judged.length / (judged.length + earlier);
  const luck = judged.length === 0 ? null : luckOf(familyOf(judged), share, new Random(`${seed}/luck`));
  const rows = results
    .map((result) => rowOf(plan, result, judged.includes(result) ? luck : null, trials.count))
    .sort(byLowerBound);
  const best = results.find(({ number }) => number === rows[0]?.number);
  return {
    format: 'tapedeck-sweep-summary',
    version: 1,
    sweep: {
      id: plan.id,
      strategy: plan.strategy,
      digest: digestOf(results),
      hashes: plan.hashes,
      params,
      seed,
      lanes: lanes.map(({ name }) => name),
      configurations: plan.configurations.length,
    },
    tape: { name: plan.tape.name, digest: plan.tape.digest, synthetic: plan.tape.synthetic },
    trials: trials.count,
    luck:
      luck === null
        ? null
        : { judged: judged.length, medianCents: luck.bestCents.median, upperCents: luck.bestCents.upper },
    rows,
    failed: inOrder.flatMap((outcome) =>
      'failed' in outcome
        ? [{ number: outcome.number, swept: plan.configurations[outcome.number - 1]!, why: outcome.failed }]
        : [],
    ),
    deflatedSharpe: best === undefined ? null : sharpeOf(best, rows[0]!.lane, trials),
    verdict: judgeSweep(rows, luck, trials.count, plan.tape.synthetic),
    walkForward: walked,
  };
}

/** Whether a configuration has days enough in every lane to be judged. The choice looks at how often it traded, never at what it earned. */
function hasDays({ lanes, surveyed }: ConfigurationResult): boolean {
  return !surveyed && lanes.every(({ markets }) => totalsByDay(markets).length >= LEAST_DAYS);
}

function traded({ lanes }: ConfigurationResult): boolean {
  return lanes.some(({ fills }) => fills > 0);
}

function digestOf(results: readonly ConfigurationResult[]): string {
  const digest = new Digest();
  for (const result of results) digest.add(result.number, result.digest);
  return digest.hex();
}

function rowOf(plan: SweepPlan, result: ConfigurationResult, luck: Luck | null, trials: number): SweepRow {
  const { arm: name, lanes, number, surveyed, digest } = result;
  const params = plan.configurations[number - 1]!;
  const lines = armLines(plan.invocation, { name, control: false, params, surveyed, draws: 1, lanes }).lanes;
  const line = lines.reduce((worst, each) => (lowerOf(each) < lowerOf(worst) ? each : worst));
  const shown = lanes.find(({ lane }) => lane === line.lane)!;
  const series = luck === null ? [] : familyOf([result]).series;
  const probability = luck === null ? null : luck.probability(Math.min(...series.map(studentised)));
  const strong = luck !== null && series.every((each) => studentised(each) > luck.critical.above);
  const but = strong ? notRunText(lanes) || unproven(lanes, trials, plan.invocation.seed) : '';
  const own = series.find(({ lane }) => lane === line.lane);
  return {
    number,
    swept: params,
    digest,
    surveyed,
    lane: line.lane,
    fills: line.fills,
    days: totalsByDay(shown.markets).length,
    netE6: line.netE6,
    centsPerContract: line.centsPerContract,
    worstReturn: Math.min(...lanes.map(({ netE6, startingCashE6 }) => netE6 / startingCashE6)),
    worstDrawdown: Math.max(...lanes.map(({ maxDrawdownE6, startingCashE6 }) => maxDrawdownE6 / startingCashE6)),
    raw: line.interval,
    deflated:
      own === undefined ? notJudged(result) : (boundsOf(own, luck!.critical) ?? 'too few days for so many trials'),
    luckProbability: probability,
    survives: strong && but === '',
    but,
  };
}

function notJudged({ surveyed }: ConfigurationResult): string {
  return surveyed ? 'looked at the whole tape first' : `fewer than ${LEAST_DAYS} days traded in a lane`;
}

/** The lower end of a lane's interval; where there is none, below all that have one, in the order of what was earned. */
function lowerOf({ interval, netE6 }: LaneLine): number {
  return typeof interval === 'string' ? -1e12 + netE6 / 1e6 : interval.lower;
}

function byLowerBound(left: SweepRow, right: SweepRow): number {
  const lower = ({ raw, netE6 }: SweepRow): number => (typeof raw === 'string' ? -1e12 + netE6 / 1e6 : raw.lower);
  return lower(right) - lower(left) || left.number - right.number;
}

function sharpeOf({ lanes }: ConfigurationResult, lane: string, trials: TrialCount): number | null {
  return deflatedFor(lanes.find((each) => each.lane === lane)!.markets, trials);
}
