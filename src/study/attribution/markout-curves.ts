import { Random } from '../../core/random.ts';
import { ratioInterval } from '../statistics/interval.ts';
import { firstDraws } from '../statistics/pool-draws.ts';
import type { RunResult } from '../store/run-result.ts';
import type { MarkoutCurve } from '../tearsheet/contents.ts';
import { ATTRIBUTED } from './attributed-sql.ts';
import { HORIZONS } from './horizons.ts';
import type { RunDatabase } from './run-database.ts';

/** Every horizon and the close: its name, and the column of `markouts` that holds it. */
export const POINTS = [...HORIZONS, { name: 'close', column: 'close_e5' }];
const SORTS = ['all', 'maker', 'taker'] as const;

/** What fills gained after them by calendar day: only those whose market had a mark before them. */
export const BY_DAY = `${ATTRIBUTED} SELECT a.arm, a.lane, a.liquidity, m.day, sum(a.quantity_e2) AS contracts_e2,
  ${POINTS.map(({ column }) => `sum(a.signed_e2 * (a.${column} - a.at_fill)) AS ${column}`).join(', ')}
  FROM attributed a JOIN run_markets m ON m.arm = a.arm AND m.lane = a.lane AND m.ticker = a.ticker
  WHERE a.known GROUP BY ALL ORDER BY m.day, a.liquidity`;

/** How marks moved after the fills of every arm and lane: all fills, and makers and takers apart where there are both. */
export async function readMarkoutCurves(database: RunDatabase, run: RunResult): Promise<MarkoutCurve[]> {
  const rows = await database.rows(BY_DAY);
  const curves: MarkoutCurve[] = [];
  for (const { name: arm, control, lanes } of firstDraws(run.arms)) {
    for (const { lane } of lanes) {
      for (const liquidity of SORTS) {
        const own = rows.filter(
          (row) => row.arm === arm && row.lane === lane && (liquidity === 'all' || row.liquidity === liquidity),
        );
        if (own.length === 0) continue;
        const points = POINTS.map(({ name: horizon, column }) => {
          const days = own.map((row) => ({
            day: String(row.day),
            net: Number(row[column]) / 10,
            volume: Number(row.contracts_e2),
          }));
          const random = new Random(`${run.seed}/interval`);
          return { horizon, ...pointOf(days, random) };
        });
        curves.push({ arm, lane, control, liquidity, points });
      }
    }
  }
  return curves;
}

type Point = Omit<MarkoutCurve['points'][number], 'horizon'>;

function pointOf(rows: readonly { day: string; net: number; volume: number }[], random: Random): Point {
  const byDay = new Map<string, { net: number; volume: number }>();
  for (const { day, net, volume } of rows) {
    const held = byDay.get(day);
    byDay.set(day, { net: (held?.net ?? 0) + net, volume: (held?.volume ?? 0) + volume });
  }
  const days = [...byDay.values()];
  const net = days.reduce((sum, day) => sum + day.net, 0);
  const volume = days.reduce((sum, day) => sum + day.volume, 0);
  const interval = ratioInterval(days, random);
  const bounds = typeof interval === 'string' ? { lower: null, upper: null } : interval;
  return { cents: net / volume / 100, lower: bounds.lower, upper: bounds.upper, contractsE2: volume };
}
