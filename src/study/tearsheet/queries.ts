import { sqlText } from '../../tape/duckdb.ts';
import { BY_DAY, POINTS } from '../attribution/markout-curves.ts';
import { bins, EDGES, FILLS, PRINTS } from '../attribution/reliability.ts';
import { STEP_NAMES, WATERFALLS } from '../attribution/waterfall.ts';
import type { Tearsheet } from './contents.ts';

export type QueryId =
  | 'lanes'
  | 'differences'
  | 'equity'
  | 'waterfall'
  | 'markouts'
  | 'paths'
  | 'reliability'
  | 'days'
  | 'markets';

/** One question to the run's own tables that gives numbers of the page. */
export interface Query {
  readonly id: QueryId;
  /** As a command line, quoted for a shell. */
  readonly command: string;
}

export type Queries = Readonly<Record<QueryId, Query>>;

/** What a market came to in 1e-6 dollars; what never settled is lost. */
const NET = 'realised_e6 - fees_e6 - open_cost_e6';

/** Every query of a tearsheet, by its id. */
export function queriesOf({ summary: { run, facts, headline }, fillPaths }: Tearsheet): Queries {
  const ours = `run_id = ${sqlText(run.id)}`;
  const one = `${ours} AND arm = ${sqlText(run.arm)} AND lane = ${sqlText(headline.lane)}`;
  const fills = `(SELECT ticker, count(*) AS fills, sum(quantity_e2) AS filled_e2 FROM fills WHERE ${one} GROUP BY ALL)`;
  const traded = `run_markets JOIN ${fills} USING (ticker) WHERE ${one}`;
  const tickers = fillPaths.map(({ ticker }) => sqlText(ticker)).join(', ') || 'NULL';
  const only = (tables: readonly string[], tapes: readonly string[] = []): string =>
    `WITH ${[
      ...tables.map((name) => `${name} AS (FROM main.${name} WHERE ${ours})`),
      ...tapes.map((name) => `${name} AS (FROM main.${name} WHERE tape = ${sqlText(facts.tape)})`),
    ].join(',\n')}\n`;
  const texts: Record<QueryId, string> = {
    lanes: `SELECT pool AS arm, lane, sum(net_e6) / sum(contracts_e2) / 100 AS cents, sum(net_e6) AS net_e6,
  sum(realised_e6) AS gross_e6, sum(fees_e6) AS fees_e6, sum(open_cost_e6) AS open_cost_e6, sum(contracts_e2) AS contracts_e2,
  sum(fills) AS fills, sum(maker_fills) / nullif(sum(fills), 0) AS maker_share, max(max_drawdown_e6) AS max_drawdown_e6
FROM run_lanes WHERE ${ours} GROUP BY pool, lane`,
    differences: `WITH pooled AS (SELECT pool, lane, control, sum(net_e6) / sum(contracts_e2) / 100 AS cents
  FROM run_lanes WHERE ${ours} GROUP BY ALL)
SELECT c.pool AS control, lane, asked.cents - c.cents AS cents
FROM pooled asked JOIN pooled c USING (lane) WHERE asked.pool = ${sqlText(run.arm)} AND c.control`,
    equity: `SELECT arm, lane, arg_max(equity_e6, time_us) - arg_min(equity_e6, time_us) AS change_e6,
  min(equity_e6) - arg_min(equity_e6, time_us) AS lowest_e6, max(equity_e6) - arg_min(equity_e6, time_us) AS highest_e6
FROM equity WHERE ${ours} GROUP BY ALL`,
    waterfall: `${only(['fills', 'markouts', 'orders', 'settlements'])}SELECT arm, lane, claimed_e7 / 10 AS claimed_e6, claimed_e2 / contracts_e2 AS claimed_share,
  ${STEP_NAMES.map((name) => `"${name}" / 10 AS "${name}"`).join(', ')}
FROM (${WATERFALLS})`,
    markouts: `${only(['fills', 'markouts', 'settlements', 'run_markets'])}SELECT arm, lane, coalesce(liquidity, 'all') AS liquidity, sum(contracts_e2) AS contracts_e2,
  ${POINTS.map(({ name, column }) => `sum(${column}) / sum(contracts_e2) / 1000 AS "${name}"`).join(', ')}
FROM (${BY_DAY}) GROUP BY GROUPING SETS ((arm, lane), (arm, lane, liquidity))`,
    paths: `SELECT ticker, fills, filled_e2 AS contracts_e2, ${NET} AS net_e6
FROM ${traded} AND ticker IN (${tickers})`,
    reliability: `${only(['fills'], ['tape_events', 'tape_markets'])}SELECT bets, [${EDGES.map((edge) => edge / 100).join(', ')}][bin + 1] AS from_cents, mean_e4 / 100 AS mean_cents,
  paid_e4 / 100 AS paid_percent, contracts_e2, markets
FROM (SELECT 'prints' AS bets, * FROM (${bins(PRINTS)})
  UNION ALL SELECT 'fills', * FROM (${bins(FILLS({ arm: run.arm, lane: headline.lane }))}))`,
    days: `SELECT day, count(*) AS markets, sum(fills) AS fills, sum(volume_e2) AS contracts_e2, sum(${NET}) AS net_e6,
  sum(sum(${NET})) OVER (ORDER BY day) AS cumulative_e6
FROM ${traded} GROUP BY day ORDER BY day`,
    markets: `SELECT ticker, event, day, fills, volume_e2 AS contracts_e2, realised_e6 - open_cost_e6 AS gross_e6, fees_e6, ${NET} AS net_e6
FROM ${traded} ORDER BY net_e6 DESC, ticker`,
  };
  const entries = Object.entries(texts).map(([id, sql]) => [id, query(id as QueryId, sql)]);
  return Object.fromEntries(entries) as Queries;
}

function query(id: QueryId, sql: string): Query {
  return { id, command: `npx tapedeck query "${sql.replaceAll(/[\\"$`]/g, '\\$&')}"` };
}
