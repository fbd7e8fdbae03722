import { firstDraws } from '../statistics/pool-draws.ts';
import type { RunResult } from '../store/run-result.ts';
import type { EquityCurve } from '../tearsheet/contents.ts';
import type { RunDatabase } from './run-database.ts';

/** Stretches of equally many samples that a curve is cut into; each keeps its first, its extremes of worth and its deepest fall. */
const STRETCHES = 120;

/** The fall is measured as the run's own maximum is: a position without a mark counts at its cost. */
const POINTS = (starting: string): string => `WITH sampled AS (
  SELECT e.arm, e.lane, e.time_us, e.equity_e6, coalesce(e.equity_e6, e.cash_e6 + e.open_cost_e6) AS worth_e6, l.starting_cash_e6,
    row_number() OVER (PARTITION BY e.arm, e.lane ORDER BY e.time_us) - 1 AS number,
    count(*) OVER (PARTITION BY e.arm, e.lane) AS samples
  FROM equity e JOIN (${starting}) l USING (arm, lane)
), fallen AS (
  SELECT *, greatest(starting_cash_e6, max(worth_e6) OVER (PARTITION BY arm, lane ORDER BY number)) - worth_e6 AS drawdown_e6,
    number * ${STRETCHES} // samples AS stretch
  FROM sampled
), ranked AS (
  SELECT *, number = samples - 1 AS last,
    row_number() OVER (PARTITION BY arm, lane, stretch ORDER BY number) AS place,
    row_number() OVER (PARTITION BY arm, lane, stretch ORDER BY worth_e6, number) AS lowest,
    row_number() OVER (PARTITION BY arm, lane, stretch ORDER BY worth_e6 DESC, number) AS highest,
    row_number() OVER (PARTITION BY arm, lane, stretch ORDER BY drawdown_e6 DESC, number) AS deepest
  FROM fallen
)
SELECT arm, lane, time_us, equity_e6, drawdown_e6 FROM ranked WHERE last OR 1 IN (place, lowest, highest, deepest) ORDER BY arm, lane, number`;

/** Worth over time of every arm and lane, thinned so that no extreme is lost. */
export async function readEquityCurves(database: RunDatabase, run: RunResult): Promise<EquityCurve[]> {
  const rows = await database.rows(POINTS('SELECT arm, lane, starting_cash_e6 FROM run_lanes'));
  return firstDraws(run.arms).flatMap(({ name: arm, lanes }) =>
    lanes.map(({ lane }) => ({
      arm,
      lane,
      points: rows
        .filter((row) => row.arm === arm && row.lane === lane)
        .map(({ time_us, equity_e6, drawdown_e6 }) => ({
          timeUs: Number(time_us),
          equityE6: equity_e6 === null ? null : Number(equity_e6),
          drawdownE6: Number(drawdown_e6),
        })),
    })),
  );
}
