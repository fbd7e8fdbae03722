import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../src/tape/duckdb.ts';

/** Where the recorded data lie, beside the project. They are no part of it. */
const DATA = join('..', 'shared', 'data');
/** The months of the second regime: trades rose eight- to elevenfold in November 2024. */
export const TRADES_FROM = '2024-12-01';
export const TRADES_TO = '2025-02-28';
const CITIES = ['chi', 'ny', 'mia', 'aus', 'den'];

/** Whether the recorded data are at hand. */
export function hasRealData(): boolean {
  return existsSync(join(DATA, 'kalshi-weather-trades'));
}

/** Fills the tables that `measure` reads from what was recorded. */
export async function loadReal(connection: DuckDBConnection): Promise<void> {
  const trades = join(DATA, 'kalshi-weather-trades');
  const files = CITIES.map((city) => sqlText(join(trades, `${city}.csv.gz`))).join(', ');
  const offset = `CASE city WHEN 'ny' THEN -5 WHEN 'mia' THEN -5 WHEN 'chi' THEN -6 WHEN 'aus' THEN -6 ELSE -7 END`;
  const within = `date BETWEEN '${TRADES_FROM}' AND '${TRADES_TO}'`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE trades AS
    SELECT *, regexp_extract(filename, '([a-z]+).csv', 1) AS city FROM read_csv([${files}], filename = true) WHERE ${within}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE prints AS
    SELECT city || ' ' || date AS event, city || ' ' || date || ' ' || ticker AS market, ts AS second,
      (ts - epoch(date::TIMESTAMP)) / 3600.0 + ${offset} AS hour, yes_price AS cents, "count" AS contracts, taker AS buys FROM trades`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE middles AS SELECT DISTINCT city || ' ' || date || ' ' || ticker AS market,
    CASE WHEN lo = -999 THEN hi - 0.5 WHEN hi = 999 THEN lo + 0.5 ELSE (lo + hi) / 2.0 END AS degrees FROM trades`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE highs AS SELECT city || ' ' || date AS event, official_high_f AS high
    FROM read_csv(${sqlText(join(trades, 'city_days.csv'))}) WHERE ${within} AND official_high_f IS NOT NULL`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE quotes AS
    SELECT market_ticker AS market, epoch_us(timestamp) AS us, best_yes_bid AS bid, implied_yes_ask AS ask
    FROM read_csv(${sqlText(join(DATA, 'kalshi-weather-top-of-book', '*.csv.gz'))})`);
  await loadDepth(connection);
}

/** Both sides of each two-sided daily-high book of the evening's snapshots, each level as [price in dollars, contracts]. */
async function loadDepth(connection: DuckDBConnection): Promise<void> {
  const file = join(DATA, 'kalshi-book-snapshots', 'weather_books-2026-07-16.jsonl.gz');
  const columns =
    "{series: 'VARCHAR', yes_bids: 'DOUBLE[][]', no_bids: 'DOUBLE[][]', best_yes_bid: 'DOUBLE', best_yes_ask: 'DOUBLE'}";
  await connection.run(`CREATE OR REPLACE TEMP TABLE depth AS
    WITH books AS (SELECT * FROM read_json(${sqlText(file)}, columns = ${columns})
        WHERE series LIKE 'KXHIGH%' AND best_yes_bid > 0 AND best_yes_ask < 1),
      sides AS (SELECT best_yes_bid AS best, yes_bids AS levels FROM books UNION ALL SELECT 1 - best_yes_ask, no_bids FROM books)
    SELECT best * 100 AS leg, list_sum(list_transform(levels, l -> CASE WHEN abs(l[1] - best) < 1e-6 THEN l[2] ELSE 0 END)) AS best,
      list_sum(list_transform(levels, l -> CASE WHEN best - l[1] < 0.05 + 1e-6 THEN l[2] ELSE 0 END)) AS within5, len(levels) AS levels
    FROM sides`);
}
