import { Misuse } from '../../core/misuse.ts';
import type { Money } from '../../core/money.ts';
import type { Random } from '../../core/random.ts';
import { type Duration, HOUR } from '../../core/time.ts';
import type { LimitSettings } from '../../engine/limits.ts';
import { MarketState } from '../../engine/market-state.ts';
import type { Strategy } from '../../engine/strategy.ts';
import type { FeeBook } from '../../ledger/fee-book.ts';
import type { Membership } from '../../ledger/fees.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { ApiTier } from '../../sim/api-budget.ts';
import type { Lane } from '../../sim/lane.ts';
import { LaneRun } from '../../sim/lane-run.ts';
import type { Latency } from '../../sim/latency.ts';
import { Replay } from '../../sim/replay.ts';
import { ScoreBoard } from '../../sim/score-board.ts';
import type { VenueWatch } from '../../sim/venue-watch.ts';
import type { LaneResult } from '../store/run-result.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { Drawdown, sampleEquity } from './equity.ts';
import { hearSignals, interruptible, wasInterrupted } from './interruptible.ts';
import { LaneJournal, type RowSink } from './lane-journal.ts';
import { laneResult } from './lane-result.ts';
import { interruptedFault, strategyFault } from './strategy-fault.ts';
import { partsOf } from './tape-parts.ts';

/** On what terms a strategy trades: everything that may differ between two cases of one pass. The feed delay may not. */
export interface Terms {
  readonly fees: FeeBook;
  readonly membership: Membership;
  readonly limits: LimitSettings;
  readonly latency: Latency;
  readonly tier: ApiTier;
  readonly startingCash: Money;
}

/** One strategy instance of a pass: under which lane and terms it runs, and where its rows go. */
export interface Case {
  /** Written into its rows: which set of parameters it is. */
  readonly arm: string;
  readonly lane: Lane;
  readonly terms: Terms;
  create(): { readonly strategy: Strategy; readonly random: Random };
  /** Null where only the result is wanted. */
  readonly sink: RowSink | null;
  /** Looks on at its venue. Default nobody. */
  readonly watch?: VenueWatch;
}

export interface PassOptions {
  /** What the feed adds to the tape's own receive times, for all cases of the pass. */
  readonly feed: Duration;
  /** The models that strategies may ask. Default none. */
  readonly models?: ModelSet | null | undefined;
  /** The strategy's name, for errors. */
  readonly strategy: string;
  /** Called before each part of the tape; throws to end the pass. */
  readonly check: () => void;
  /** Called after each part with the rows done. */
  readonly onProgress?: ((rows: number) => void) | undefined;
}

/** A part of the tape takes less than this unless the strategy computes for long. */
const LONG_MS = 2_000;

interface Running {
  readonly arm: string;
  readonly sink: RowSink | null;
  readonly run: LaneRun;
  readonly journal: LaneJournal;
  readonly drawdown: Drawdown;
}

/**
 * Runs any number of cases in one pass over a tape and gives each its result, in their order. A case cannot see or change another.
 * Throws a Fault (`strategy-failed`) when a strategy throws.
 */
export async function simulate(tape: TapeSource, cases: readonly Case[], options: PassOptions): Promise<LaneResult[]> {
  await hearSignals(options.check);
  const localState = new MarketState(tape.markets);
  const exchangeState = new MarketState(tape.markets);
  const { models } = options;
  const scores = models ? new ScoreBoard(models) : undefined;
  const running = cases.map((each) => start(each, tape, localState, exchangeState, scores));
  const replay = new Replay({
    lanes: running.map(({ run }) => run),
    localState,
    exchangeState,
    feed: options.feed,
    sampleEvery: HOUR,
    sample: (time) => {
      for (const { arm, run, drawdown, sink } of running) sampleEquity(arm, run, time, drawdown, sink);
    },
  });
  let since = 0;
  const work = async (step: () => boolean): Promise<void> => {
    await hearSignals(options.check);
    since = performance.now();
    let done = interruptible(step);
    while (!done) {
      await models!.answer(scores!.take());
      options.check();
      done = interruptible(() => replay.resume());
    }
  };
  try {
    for await (const part of partsOf(tape.blocks())) {
      if (scores === undefined) await work(() => part.every((block) => replay.feed(block)));
      else for (const block of part) await work(() => replay.feed(block));
      options.onProgress?.(replay.rows);
    }
    await work(() => replay.finish());
  } catch (error) {
    throw passFault(error, options.strategy, running, localState.sequence, performance.now() - since);
  }
  return running.map(({ run, journal, drawdown }) => {
    for (const own of run.engine.orders.open()) journal.leftOpen(own);
    return laneResult(run, journal, drawdown);
  });
}

function start(
  each: Case,
  tape: TapeSource,
  localState: MarketState,
  exchangeState: MarketState,
  scores: ScoreBoard | undefined,
): Running {
  const { arm, lane, sink, terms } = each;
  const { strategy, random } = each.create();
  const journal = new LaneJournal(arm, lane.name, () => localState, sink);
  const run = new LaneRun({
    ...terms,
    lane,
    strategy,
    random,
    journal,
    watch: each.watch,
    scores,
    localState,
    exchangeState,
    grade: tape.facts.grade,
    resolution: tape.facts.timeResolutionUs,
  });
  return { arm, sink, run, journal, drawdown: new Drawdown(terms.startingCash) };
}

/** What ended a pass: the strategy's own mistake where a callback was running, or Ctrl-C, or something of ours. */
function passFault(error: unknown, name: string, running: readonly Running[], row: number, busyMs: number): unknown {
  const telling = running.find(({ run }) => run.engine.telling !== null);
  const callback = telling?.run.engine.telling;
  if (wasInterrupted(error)) {
    if (telling === undefined || busyMs < LONG_MS) return interruptedFault(`the run stood at tape row ${row}`);
    const seconds = (busyMs / 1_000).toFixed(0);
    return interruptedFault(
      `strategy "${name}" was in a long computation, in ${callback} at tape row ${row}; this part of the tape had taken ${seconds} s`,
    );
  }
  if (telling !== undefined) return strategyFault(error, name, `in ${callback} at tape row ${row}`);
  return error instanceof Misuse ? strategyFault(error, name, `at tape row ${row}`) : error;
}
