import { sqlText } from '../../tape/duckdb.ts';
import type { Tearsheet } from './contents.ts';

/** One question to the run's own tables that gives numbers of the page. */
export interface Query {
  readonly id: QueryId;
  /** The columns that name a row of the answer. */
  readonly keys: readonly string[];
  readonly sql: string;
  /** The same as a command line, quoted for a shell. */
  readonly command: string;
}

export type QueryId = 'lanes' | 'differences' | 'equity' | 'markets' | 'days' | 'paths';

const NET = 'realised_e6 - fees_e6 - open_cost_e6';

/** Every query of a tearsheet, by its id. */
export function queriesOf(sheet: Tearsheet): Readonly<Record<QueryId, Query>> {
  const { run, headline } = sheet.summary;
  const ours = `run_id = ${sqlText(run.id)}`;
  const asked = `${ours} AND arm = ${sqlText(run.arm)}`;
  const one = `${asked} AND lane = ${sqlText(headline.lane)}`;
  const tickers = sheet.fillPaths.map(({ ticker }) => sqlText(ticker)).join(', ') || "''";
  return {
    lanes: query(
      'lanes',
      ['arm', 'lane'],
      `SELECT arm, lane, net_e6 / contracts_e2 / 100 AS cents, net_e6, realised_e6 AS gross_e6, fees_e6, open_cost_e6,
       contracts_e2, fills, maker_fills / nullif(fills, 0) AS maker_share, max_drawdown_e6
FROM run_lanes WHERE ${ours}`,
    ),
    differences: query(
      'differences',
      ['control', 'lane'],
      `SELECT control.arm AS control, lane,
       asked.net_e6 / asked.contracts_e2 / 100 - control.net_e6 / control.contracts_e2 / 100 AS cents
FROM run_lanes asked JOIN run_lanes control USING (run_id, lane)
WHERE ${ours} AND asked.arm = ${sqlText(run.arm)} AND control.control`,
    ),
    equity: query(
      'equity',
      ['arm', 'lane'],
      `SELECT arm, lane, arg_max(equity_e6, time_us) - arg_min(equity_e6, time_us) AS change_e6,
       min(equity_e6) - arg_min(equity_e6, time_us) AS lowest_e6, max(equity_e6) - arg_min(equity_e6, time_us) AS highest_e6
FROM equity WHERE ${ours} GROUP BY ALL`,
    ),
    paths: query(
      'paths',
      ['ticker'],
      `SELECT ticker, count(*) AS fills, sum(quantity_e2) AS contracts_e2,
       any_value(net_e6) AS net_e6
FROM fills JOIN (SELECT ticker, ${NET} AS net_e6 FROM run_markets WHERE ${one}) USING (ticker)
WHERE ${one} AND ticker IN (${tickers}) GROUP BY ALL`,
    ),
    markets: query(
      'markets',
      ['ticker'],
      `SELECT ticker, event, day, fills, volume_e2 AS contracts_e2, realised_e6 AS gross_e6, fees_e6, ${NET} AS net_e6
FROM run_markets JOIN (SELECT ticker, count(*) AS fills FROM fills WHERE ${one} GROUP BY ALL) USING (ticker)
WHERE ${one} AND volume_e2 > 0 ORDER BY net_e6 DESC, ticker`,
    ),
    days: query(
      'days',
      ['day'],
      `SELECT day, count(*) AS markets, sum(fills) AS fills, sum(volume_e2) AS contracts_e2, sum(${NET}) AS net_e6,
       sum(sum(${NET})) OVER (ORDER BY day) AS cumulative_e6
FROM run_markets JOIN (SELECT ticker, count(*) AS fills FROM fills WHERE ${one} GROUP BY ALL) USING (ticker)
WHERE ${one} AND volume_e2 > 0 GROUP BY day ORDER BY day`,
    ),
  };
}

function query(id: QueryId, keys: readonly string[], sql: string): Query {
  return { id, keys, sql, command: `tapedeck query "${sql.replaceAll(/[\\"$`]/g, '\\$&')}"` };
}
