import type { MemoryTape } from '../../scripts/proof/memory-tape.ts';
import { WIDE_CASH, WIDE_LIMITS } from '../../scripts/proof/wide-limits.ts';
import type { StrategyModule } from '../../src/engine/strategy.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { LANES } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';
import { type ArmsOptions, runArms } from '../../src/study/run/run-arms.ts';
import type { ArmResult } from '../../src/study/store/run-result.ts';

/** One city, four days, few rows. */
export const SMALL_CONFIG: SyntheticConfig = {
  ...DEMO_CONFIG,
  seed: 'small',
  cities: DEMO_CONFIG.cities.slice(0, 1),
  days: 4,
  activity: 0.1,
  lifecycle: PLAIN_LIFE,
};

type Row = Readonly<Record<string, unknown>>;

export interface Ran {
  readonly arms: readonly ArmResult[];
  /** Rows of all tables, arms and lanes, in order. */
  readonly rows: (table: string) => readonly Row[];
}

/** Runs a strategy with its controls on a generated tape, as a backtest does, under limits that refuse nothing. */
export async function runOn(
  tape: MemoryTape,
  module: unknown,
  params: ArmsOptions['params'],
  change: Partial<ArmsOptions> = {},
): Promise<Ran> {
  const tables = new Map<string, Row[]>();
  const options: ArmsOptions = {
    tape: tape.source,
    module: module as StrategyModule,
    params,
    controls: true,
    lanes: LANES,
    latency: ASSUMED_LATENCY,
    fees: tape.fees,
    membership: 'direct',
    tier: BASIC_TIER,
    limits: WIDE_LIMITS,
    startingCash: WIDE_CASH,
    seed: 'test',
    ...change,
  };
  const arms = await runArms(options, new FeeBook(tape.fees), (table, row) => {
    const told = tables.get(table) ?? [];
    tables.set(table, told);
    told.push(row);
  });
  return { arms, rows: (table) => tables.get(table) ?? [] };
}
