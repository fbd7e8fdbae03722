import { assert } from '../../core/assert.ts';
import { gradeName } from '../../core/tape-block.ts';
import { formatTime, type Time } from '../../core/time.ts';
import { centsPerContract, effectiveEvents, totalsByDay } from '../statistics/interval.ts';
import { pooledArms } from '../statistics/pool-draws.ts';
import { type Sharpe, sharpe } from '../statistics/sharpe.ts';
import type { ArmResult, LaneResult, RunResult, TrialCount } from '../store/run-result.ts';
import { type ArmLines, armLines, type DifferenceLine, differenceLines } from './arm-lines.ts';
import { type Flag, redFlags } from './red-flags.ts';
import { judge, type Verdict } from './verdict.ts';

/** What a reader has to know before any result is worth reading. The counts are of the arm asked for. */
export interface Facts {
  readonly synthetic: boolean;
  readonly tape: string;
  readonly tapeDigest: string;
  readonly grade: string;
  readonly rows: number;
  readonly markets: number;
  /** First and last time on the tape, RFC 3339 UTC, and the days between them. */
  readonly from: string;
  readonly to: string;
  readonly spanDays: number;
  readonly timeResolutionUs: number;
  readonly sizesRecorded: boolean;
  readonly imported: RunResult['tape']['imported'];
  readonly coverageShare: number;
  readonly coverageBasis: readonly string[];
  /** Largest share of all contracts traded that were ours, over the lanes; null where the tape has no trades to compare with. */
  readonly participation: number | null;
  /** The least over the lanes. */
  readonly daysTraded: number;
  /** The least over the lanes: days weighted by the capital staked on them. */
  readonly effectiveDays: number;
  readonly lanes: readonly LaneFacts[];
  /** Different configurations tried on this and overlapping tapes by now, this one included: the verdict counts them all. */
  readonly trials: number;
  /** How many there were when the run was made. */
  readonly trialsThen: number;
}

/** What the arm asked for did in one lane, without a word on what it earned. */
export interface LaneFacts {
  readonly lane: string;
  readonly decisions: number;
  readonly orders: number;
  readonly refused: number;
  readonly rejected: number;
  readonly fills: number;
  readonly marketsTraded: number;
  readonly daysTraded: number;
  /** Days weighted by the capital staked on them. */
  readonly effectiveDays: number;
  readonly marketsUnsettled: number;
  readonly unsettledCostE6: number;
}

export interface Summary {
  readonly format: 'tapedeck-summary';
  readonly version: 1;
  readonly run: {
    readonly id: string;
    readonly digest: string;
    readonly strategy: string;
    readonly arm: string;
    readonly params: Readonly<Record<string, string | number | boolean>>;
    readonly seed: string;
    readonly hashes: RunResult['hashes'];
    readonly startedAt: string;
    readonly elapsedMs: number;
    readonly peakMemoryBytes: number;
    readonly nodeVersion: string;
  };
  readonly facts: Facts;
  readonly assumptions: Readonly<Record<string, string>>;
  /** Why the arm asked for did not trade, in its worst lane, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  readonly arms: readonly ArmLines[];
  readonly differences: readonly DifferenceLine[];
  readonly sharpe: Sharpe | string;
  readonly flags: readonly Flag[];
  /** The worst lane of the arm asked for. */
  readonly headline: { readonly lane: string; readonly netE6: number; readonly centsPerContract: number | null };
  readonly verdict: Verdict;
}

/**
 * Sums up a finished run for a reader: what to know first, then every arm and lane, then the verdict. Pure. `now` is how often the tape
 * has been looked at by now: a run is judged by that where it is more than when the run was made.
 */
export function summarise(made: RunResult, now: TrialCount = made.trials): Summary {
  const run = now.count > made.trials.count ? { ...made, trials: now } : made;
  const main = mainArm(run);
  const worst = worstLane(main);
  const pooled = pooledArms(run.arms);
  const arms = pooled.map((arm) => armLines(run, arm));
  const differences = pooled.slice(1).flatMap((control) => differenceLines(run, pooled[0]!, control));
  const facts = { ...factsOf(run, main), trialsThen: made.trials.count };
  return {
    format: 'tapedeck-summary',
    version: 1,
    run: {
      id: run.id,
      digest: run.digest,
      strategy: run.strategy,
      arm: main.name,
      params: main.params,
      seed: run.seed,
      hashes: run.hashes,
      startedAt: run.startedAt,
      elapsedMs: run.elapsedMs,
      peakMemoryBytes: run.peakMemoryBytes,
      nodeVersion: run.nodeVersion,
    },
    facts,
    assumptions: run.assumptions,
    reasons: Object.entries(worst.reasons)
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    arms,
    differences,
    sharpe: sharpe(worst.markets, run.trials),
    flags: redFlags(run, main, worst),
    headline: { lane: worst.lane, netE6: worst.netE6, centsPerContract: centsPerContract(worst.markets) },
    verdict: judge(run, arms[0]!.lanes, differences, facts.effectiveDays),
  };
}

function mainArm(run: RunResult): ArmResult {
  const [main] = run.arms;
  assert(main !== undefined && main.lanes.length > 0, `run ${run.id} has an arm with a lane`);
  return main;
}

/** The lane with the least net P&L: the headline is its result. */
export function worstLane(arm: ArmResult): LaneResult {
  return arm.lanes.reduce((worst, lane) => (lane.netE6 < worst.netE6 ? lane : worst));
}

function factsOf({ tape, trials }: RunResult, main: ArmResult): Omit<Facts, 'trialsThen'> {
  const shares = main.lanes.map((lane) => lane.participation);
  return {
    synthetic: tape.synthetic,
    tape: tape.name,
    tapeDigest: tape.digest,
    grade: gradeName(tape.grade),
    rows: tape.rows,
    markets: tape.markets,
    from: formatTime(tape.firstTimeUs as Time),
    to: formatTime(tape.lastTimeUs as Time),
    spanDays: (tape.lastTimeUs - tape.firstTimeUs) / 86_400_000_000,
    timeResolutionUs: tape.timeResolutionUs,
    sizesRecorded: tape.sizesRecorded,
    imported: tape.imported,
    coverageShare: tape.coverage.share,
    coverageBasis: tape.coverage.basis,
    participation: shares.reduce(
      (most, share) => (share === null || (most !== null && most > share) ? most : share),
      null,
    ),
    daysTraded: Math.min(...main.lanes.map((lane) => totalsByDay(lane.markets).length)),
    effectiveDays: Math.min(...main.lanes.map((lane) => effectiveEvents(lane.markets))),
    lanes: main.lanes.map((lane) => ({
      lane: lane.lane,
      decisions: lane.decisions,
      orders: lane.orders,
      refused: lane.refused,
      rejected: lane.rejected,
      fills: lane.fills,
      marketsTraded: lane.markets.filter((market) => market.volumeE2 > 0).length,
      daysTraded: totalsByDay(lane.markets).length,
      effectiveDays: effectiveEvents(lane.markets),
      marketsUnsettled: lane.markets.filter((market) => market.openCostE6 > 0).length,
      unsettledCostE6: lane.openCostE6,
    })),
    trials: trials.count,
  };
}
