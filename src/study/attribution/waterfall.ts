import { assert } from '../../core/assert.ts';
import type { SqlValue } from '../../tape/duckdb.ts';
import { firstDraws } from '../statistics/pool-draws.ts';
import type { RunResult } from '../store/run-result.ts';
import type { Waterfall } from '../tearsheet/contents.ts';
import { ATTRIBUTED } from './attributed-sql.ts';
import { HORIZONS } from './horizons.ts';
import type { RunDatabase } from './run-database.ts';

/** From one price to the next, in order; what our fills gained on each stretch is a step. */
const STRETCHES = [
  ['spread', 'price_e5', 'at_fill'],
  ...HORIZONS.map(({ name, column }, at) => [`markout ${name}`, HORIZONS[at - 1]?.column ?? 'at_fill', column]),
  ['close', HORIZONS.at(-1)!.column, 'close_e5'],
] as const;

const moved = (from: string, to: string): string => `sum(signed_e2 * (${to} - ${from}))`;

const STEPS = STRETCHES.map(([name, from, to]) => `${moved(from!, to!)} AS "${name}"`).join(', ');

/** One row an arm and lane: each step and the claim in 1e-7 dollars. */
export const WATERFALLS = `${ATTRIBUTED}, claims AS (
  SELECT a.*, o.fair_price_e4 * 10 AS fair_e5 FROM attributed a JOIN orders o USING (arm, lane, order_id)
), charged AS (
  SELECT arm, lane, sum(payout_e6 % 10000) AS fees_e6 FROM settlements GROUP BY ALL
)
SELECT c.arm, c.lane, ${STEPS},
  coalesce(${moved('close_e5', 'worth_e5')} FILTER (settled), 0) AS "settlement",
  coalesce(${moved('close_e5', 'worth_e5')} FILTER (NOT settled), 0) AS "unsettled",
  -10 * (sum(fee_e6) + coalesce(any_value(p.fees_e6), 0)) AS "fees",
  ${moved('price_e5', 'fair_e5')} FILTER (fair_e5 IS NOT NULL) AS claimed_e7,
  coalesce(sum(quantity_e2) FILTER (fair_e5 IS NOT NULL), 0) AS claimed_e2,
  sum(quantity_e2) AS contracts_e2
FROM claims c LEFT JOIN charged p USING (arm, lane) GROUP BY c.arm, c.lane`;

/** The steps of a waterfall, in order. */
export const STEP_NAMES = [...STRETCHES.map(([name]) => name!), 'settlement', 'unsettled', 'fees'];

/** Where the money of every arm and lane went. Asserts that the steps sum to the net P&L that its ledger gave, to the last half 1e-6 dollar. */
export async function readWaterfalls(database: RunDatabase, run: RunResult): Promise<Waterfall[]> {
  const rows = await database.rows(WATERFALLS);
  return firstDraws(run.arms).flatMap(({ name: arm, lanes }) =>
    lanes.map(({ lane, netE6 }) => {
      const row = rows.find((candidate) => candidate.arm === arm && candidate.lane === lane);
      const waterfall = waterfallOf(arm, lane, row ?? {}, netE6);
      const sum = waterfall.steps.reduce((total, step) => total + step.amountE6, 0);
      assert(sum === netE6, `the P&L of ${arm}, ${lane}, is ${netE6}e-6 dollars; its steps sum to ${sum}`);
      return waterfall;
    }),
  );
}

function waterfallOf(arm: string, lane: string, row: Readonly<Record<string, SqlValue>>, netE6: number): Waterfall {
  const claimed = row.claimed_e7 ?? null;
  return {
    arm,
    lane,
    claimedE6: claimed === null ? null : Number(claimed) / 10,
    claimedShare: Number(row.contracts_e2 ?? 0) === 0 ? 0 : Number(row.claimed_e2) / Number(row.contracts_e2),
    // + 0, because −0 is a number too.
    steps: STEP_NAMES.map((name) => ({ name, amountE6: Number(row[name] ?? 0) / 10 + 0 })),
    netE6,
  };
}
