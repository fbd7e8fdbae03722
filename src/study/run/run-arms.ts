import { Fault } from '../../core/fault.ts';
import type { StrategyModule } from '../../engine/strategy.ts';
import type { FeeBook } from '../../ledger/fee-book.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { RunSettings } from '../store/invocation.ts';
import type { ArmResult } from '../store/run-result.ts';
import type { TapeSource } from '../store/tape-source.ts';
import { type Arm, armsOf, checkTape } from './arms.ts';
import { freezeMarkets } from './freeze-markets.ts';
import { hearSignals } from './interruptible.ts';
import type { RowSink } from './lane-journal.ts';
import { type Case, simulate } from './simulate.ts';
import { surveyTape } from './survey.ts';

export interface ArmsOptions extends RunSettings {
  readonly tape: TapeSource;
  readonly module: StrategyModule;
  /** The models that it asks. Default none. */
  readonly models?: ModelSet | null;
  readonly signal?: AbortSignal;
  /** Called after each part of the tape with the rows done, over all passes. */
  readonly onProgress?: (rows: number) => void;
  /** Told of what looks like a slip in the strategy: a callback that nobody calls. May be told the same twice. */
  readonly onRemark?: (text: string) => void;
}

/**
 * Runs a strategy and its controls over a tape, all lanes of all arms in one pass. Throws a Fault for a bad parameter, for a strategy that
 * runs on SYNTHETIC tapes only (`usage`), for a strategy that throws, and for an interrupt.
 */
export async function runArms(options: ArmsOptions, fees: FeeBook, sink: RowSink): Promise<ArmResult[]> {
  const { tape, module, latency } = options;
  checkTape(module, tape.facts);
  freezeMarkets(tape.markets);
  const check = (): void => checkInterrupt(options.signal);
  await hearSignals(check);
  const arms = armsOf(module, options.params, options.controls, tape.markets, options.seed);
  const found = await surveyTape(
    tape,
    arms.map((arm) => arm.survey),
    check,
    module.name,
  );
  const cases = arms.flatMap((arm, at) => casesOf(options, fees, arm, found[at], sink));
  const results = await simulate(tape, cases, {
    feed: latency.feed,
    models: options.models,
    strategy: module.name,
    check,
    onProgress: options.onProgress,
  });
  return arms.map((arm) => ({
    name: arm.name,
    control: arm.control,
    params: arm.written,
    surveyed: arm.survey !== undefined,
    ...(arm.draw === undefined ? {} : { draw: arm.draw }),
    lanes: results.filter((_, at) => cases[at]!.arm === arm.name),
  }));
}

/** Throws a Fault (`interrupted`) once somebody asked the run to end. */
export function checkInterrupt(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new Fault('interrupted', 'the run was interrupted; nothing of it was kept', { next: 'Start it again.' });
}

/** An arm in every lane. */
function casesOf(options: ArmsOptions, fees: FeeBook, arm: Arm, found: unknown, sink: RowSink): Case[] {
  const { tape, membership, limits, latency, tier, startingCash } = options;
  return options.lanes.map((lane) => ({
    arm: arm.name,
    lane,
    terms: { fees, membership, limits, latency, tier, startingCash },
    create: () => arm.create(tape.facts, found, options.onRemark),
    sink,
  }));
}
