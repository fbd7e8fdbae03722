import { direction, type Side } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import type { StrategyModule } from '../../src/engine/strategy.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { LANES } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { type EventTruth, type MarketTruth, probabilityAt } from '../../src/sim/synthetic/truth.ts';
import type { RowSink } from '../../src/study/run/lane-journal.ts';
import { runArms } from '../../src/study/run/run-arms.ts';
import type { Interval } from '../../src/study/statistics/bootstrap.ts';
import { effectiveEvents, totalsByDay } from '../../src/study/statistics/interval.ts';
import { pooledArms } from '../../src/study/statistics/pool-draws.ts';
import type { ArmResult } from '../../src/study/store/run-result.ts';
import { armLines, differenceLines } from '../../src/study/summary/arm-lines.ts';
import { judge } from '../../src/study/summary/verdict.ts';
import oracle from '../../strategies/oracle/strategy.ts';
import random from '../../strategies/random/strategy.ts';
import whale from '../../strategies/whale/strategy.ts';
import { type MemoryTape, memoryTape } from './memory-tape.ts';
import { STUDY_CONFIG, STUDY_PARAMS, type StudyTask, taskName } from './study-task.ts';
import { WIDE_CASH, WIDE_LIMITS } from './wide-limits.ts';

/** An interval in cents a contract, or none. */
export type Bounds = readonly [lower: number, upper: number] | null;

/** What a lane of the arm asked for came to. */
export interface StudyLane {
  readonly lane: string;
  readonly netE6: number;
  readonly volumeE2: number;
  readonly bounds: Bounds;
  /** What its fills were truly worth when they were made, less what they cost and their fees, 1e-6 dollars: no luck of the outcome in it. */
  readonly fairE6: number;
  /** Its difference to the placebo, all draws together and the first draw alone. */
  readonly less: Bounds;
  readonly lessOneDraw: Bounds;
}

/** The outcome of one run of the study. */
export interface StudyRecord {
  readonly task: StudyTask;
  readonly rows: number;
  readonly sweeps: number;
  readonly survives: 'yes' | 'no' | 'unknown';
  readonly lanes: readonly StudyLane[];
  readonly days: number;
  readonly effectiveDays: number;
  /** The least over the lanes. */
  readonly losingDays: number;
}

const MODULES = { whale, oracle, random } as unknown as Readonly<Record<StudyTask['strategy'], StrategyModule>>;

/** Generates the tape of a task, runs its strategy and controls in every lane, and judges it as a backtest would: nothing is left out. */
export async function studyRun(task: StudyTask): Promise<StudyRecord> {
  const { strategy, effect } = task;
  const informedSweepShare = strategy === 'whale' ? effect : 0;
  const seed = `study/${taskName(task)}`;
  const tape = memoryTape({ ...STUDY_CONFIG, informedSweepShare, seed });
  const fair = new FairWorth(tape);
  const arms = await runArms(
    {
      tape: tape.source,
      module: MODULES[strategy],
      params: strategy === 'oracle' ? { known: effect * 100 } : STUDY_PARAMS[strategy],
      controls: true,
      lanes: LANES,
      latency: ASSUMED_LATENCY,
      fees: tape.fees,
      membership: 'direct',
      tier: BASIC_TIER,
      limits: WIDE_LIMITS,
      startingCash: WIDE_CASH,
      seed,
    },
    new FeeBook(tape.fees),
    fair.sink,
  );
  return recordOf(task, tape, arms, seed, fair);
}

function recordOf(
  task: StudyTask,
  tape: MemoryTape,
  arms: readonly ArmResult[],
  seed: string,
  fair: FairWorth,
): StudyRecord {
  const pooled = pooledArms(arms);
  const [main] = pooled;
  const lines = armLines({ seed }, main!).lanes;
  const differences = pooled.slice(1).flatMap((control) => differenceLines({ seed }, main!, control));
  const one = pooledArms(arms.filter(({ draw }) => draw === undefined || draw.number === 1)).slice(1);
  const single = one.flatMap((control) => differenceLines({ seed }, main!, control));
  const effectiveDays = Math.min(...main!.lanes.map((lane) => effectiveEvents(lane.markets)));
  const run = { seed, arms, tape: { synthetic: true }, trials: { count: 1, sharpeDeviation: null } };
  const least = (of: (lane: (typeof lines)[number], at: number) => number): number => Math.min(...lines.map(of));
  const placebo = (list: typeof differences, lane: string): Bounds =>
    boundsOf(list.find((line) => line.control === 'placebo' && line.lane === lane)?.interval);
  return {
    task,
    rows: tape.truth.rows,
    sweeps: tape.truth.sweeps.length,
    survives: judge(run, lines, differences, effectiveDays).survives,
    lanes: lines.map(({ lane, netE6, contractsE2, interval }) => ({
      lane,
      netE6,
      volumeE2: contractsE2,
      bounds: boundsOf(interval),
      fairE6: fair.of(main!.name, lane),
      less: placebo(differences, lane),
      lessOneDraw: placebo(single, lane),
    })),
    days: least((_, at) => totalsByDay(main!.lanes[at]!.markets).length),
    effectiveDays,
    losingDays: least((_, at) => totalsByDay(main!.lanes[at]!.markets).filter(({ netE6 }) => netE6 < 0).length),
  };
}

function boundsOf(interval: Interval | string | undefined): Bounds {
  return interval === undefined || typeof interval === 'string' ? null : [interval.lower, interval.upper];
}

/** Sums what fills were truly worth at the moment they were made. */
class FairWorth {
  readonly #sums = new Map<string, number>();
  readonly #truths = new Map<string, { readonly event: EventTruth; readonly market: MarketTruth }>();

  constructor({ truth }: MemoryTape) {
    for (const event of truth.events)
      for (const market of event.markets) this.#truths.set(market.ticker, { event, market });
  }

  readonly sink: RowSink = (table, row) => {
    if (table !== 'fills') return;
    const {
      arm,
      lane,
      ticker,
      side,
      price_e4: price,
      quantity_e2: quantity,
      fee_e6: fee,
      exchange_time_us: time,
    } = row;
    const { event, market } = this.#truths.get(String(ticker))!;
    const worth = 10_000 * probabilityAt(event, market, time as Time);
    const sign = direction((side === 'bid' ? 0 : 1) as Side);
    const key = `${arm}/${lane}`;
    const gain = sign * (worth - Number(price)) * Number(quantity) - Number(fee);
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + gain);
  };

  of(arm: string, lane: string): number {
    return this.#sums.get(`${arm}/${lane}`) ?? 0;
  }
}
