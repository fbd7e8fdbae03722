import { AssertionError } from '../core/assert.ts';
import { Fault } from '../core/fault.ts';
import type { Money } from '../core/money.ts';
import type { Random } from '../core/random.ts';
import { type Duration, HOUR } from '../core/time.ts';
import type { LimitSettings } from '../engine/limits.ts';
import { MarketState } from '../engine/market-state.ts';
import type { Strategy } from '../engine/strategy.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import type { Membership } from '../ledger/fees.ts';
import type { ApiTier } from '../sim/api-budget.ts';
import type { Lane } from '../sim/lane.ts';
import { LaneRun } from '../sim/lane-run.ts';
import type { Latency } from '../sim/latency.ts';
import { Replay } from '../sim/replay.ts';
import { Drawdown, sampleEquity } from './equity.ts';
import { LaneJournal, type RowSink } from './lane-journal.ts';
import { laneResult } from './lane-result.ts';
import type { LaneResult } from './run-result.ts';
import type { TapeSource } from './tape-source.ts';

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
}

export interface PassOptions {
  /** What the feed adds to the tape's own receive times, for all cases of the pass. */
  readonly feed: Duration;
  /** The strategy's name, for errors. */
  readonly strategy: string;
  /** Called before each block; throws to end the pass. */
  readonly check: () => void;
  /** Called after each block with the rows done. */
  readonly onProgress?: ((rows: number) => void) | undefined;
}

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
  const localState = new MarketState(tape.markets);
  const exchangeState = new MarketState(tape.markets);
  const running = cases.map((each) => start(each, tape, localState, exchangeState));
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
  try {
    for await (const block of tape.blocks()) {
      options.check();
      replay.feed(block);
      options.onProgress?.(replay.rows);
    }
    replay.finish();
  } catch (error) {
    throw strategyFault(error, options.strategy, localState);
  }
  return running.map(({ run, journal, drawdown }) => {
    for (const own of run.engine.orders.open()) journal.leftOpen(own);
    return laneResult(run, journal, drawdown);
  });
}

function start(each: Case, tape: TapeSource, localState: MarketState, exchangeState: MarketState): Running {
  const { arm, lane, sink, terms } = each;
  const { strategy, random } = each.create();
  const journal = new LaneJournal(arm, lane.name, tape.markets, sink, () => localState.sequence);
  const run = new LaneRun({
    ...terms,
    lane,
    strategy,
    random,
    journal,
    localState,
    exchangeState,
    grade: tape.facts.grade,
    resolution: tape.facts.timeResolutionUs,
  });
  return { arm, sink, run, journal, drawdown: new Drawdown(terms.startingCash) };
}

/** An error that is neither a Fault nor a broken invariant of ours came out of the strategy's code. */
function strategyFault(error: unknown, name: string, state: MarketState): unknown {
  if (error instanceof Fault || error instanceof AssertionError || !(error instanceof Error)) return error;
  if ('code' in error && typeof error.code === 'string' && 'syscall' in error) return error;
  const frame =
    error.stack
      ?.split('\n')
      .find((line) => line.trimStart().startsWith('at '))
      ?.trim() ?? '';
  return new Fault(
    'strategy-failed',
    `strategy "${name}" threw at tape row ${state.sequence}: ${error.name}: ${error.message} (${frame})`,
    {
      next: 'Correct the strategy; nothing of the run was kept.',
      cause: error,
    },
  );
}
