import type { StrategyModule } from '../../engine/strategy.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import type { ModelSet } from '../../model/model-set.ts';
import type { Lane } from '../../sim/lane.ts';
import { type Arm, armsOf } from '../run/arms.ts';
import type { Case, Terms } from '../run/simulate.ts';
import type { RunSettings } from '../store/invocation.ts';
import type { TapeSource } from '../store/tape-source.ts';

/** What a finished run was made of, opened again and known to be the same. */
export interface ReopenedRun {
  readonly tape: TapeSource;
  readonly strategy: { readonly module: StrategyModule; readonly models?: ModelSet | null };
  readonly settings: RunSettings;
}

/** Everything about one further run of the arm asked for that may differ from the finished one. */
export type Setting = RunSettings & { readonly lane: Lane };

/** The arm asked for, by these settings. Throws a Fault (`invalid-parameter`). */
export function armOf({ strategy, tape }: ReopenedRun, { params, seed }: RunSettings): Arm {
  return armsOf(strategy.module, params, false, tape.markets, seed)[0]!;
}

/** One run of an arm that writes nothing. */
export function caseOf({ tape }: ReopenedRun, setting: Setting, arm: Arm, found: unknown): Case {
  const { membership, limits, latency, tier, startingCash } = setting;
  const terms: Terms = { fees: new FeeBook(setting.fees), membership, limits, latency, tier, startingCash };
  return { arm: arm.name, lane: setting.lane, terms, create: () => arm.create(tape.facts, found), sink: () => {} };
}
