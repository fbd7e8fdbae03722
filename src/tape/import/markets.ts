import { Fault } from '../../core/fault.ts';
import { NAMED_GRIDS, type PriceBand } from '../../core/price-grid.ts';
import { sqlText } from '../duckdb.ts';
import { tellOfSkippedHour } from './clock-changes.ts';
import { loadSource } from './load.ts';
import type { Loading, NamedExpression } from './loading.ts';
import type { MappedExpression, Mapping } from './mapping.ts';
import { answerSql, countOf, expressionSql, firstRow, timeSql } from './sql.ts';

type Markets = Mapping['markets'];
type Results = NonNullable<Mapping['results']>;

/** The bands of a mapping's price grid, in 1e-4 dollars. */
export function gridBands(markets: Markets): readonly PriceBand[] {
  return typeof markets.priceGrid === 'string' ? (NAMED_GRIDS[markets.priceGrid] ?? []) : markets.priceGrid;
}

/** The expressions over the columns of the source that lists the markets. */
export function marketExpressions({ markets, results }: Mapping): NamedExpression[] {
  const named: [readonly string[], MappedExpression | undefined][] = [
    [['markets', 'ticker'], markets.ticker],
    [['markets', 'event'], markets.event],
    [['markets', 'series'], markets.series],
    [['markets', 'title'], markets.title],
    [['markets', 'day'], markets.day],
    [['markets', 'strikeType'], markets.strikeType],
    [['markets', 'strikeFloor'], markets.strikeFloor],
    [['markets', 'strikeCap'], markets.strikeCap],
    [['markets', 'openTime', 'column'], markets.openTime?.column],
    [['markets', 'closeTime', 'column'], markets.closeTime?.column],
    [['markets', 'assumedCloseTime', 'column'], markets.assumedCloseTime?.column],
  ];
  if (typeof markets.mutuallyExclusive !== 'boolean')
    named.push([['markets', 'mutuallyExclusive'], markets.mutuallyExclusive]);
  if (markets.source !== undefined) named.push([['markets', 'key'], markets.key]);
  if (results !== undefined && results.source === undefined) named.push(...resultExpressions(results, false));
  return named.flatMap(([path, expression]) => (expression === undefined ? [] : [{ path, expression }]));
}

function resultExpressions(results: Results, withKey: boolean): [readonly string[], MappedExpression | undefined][] {
  return [
    [['results', 'outcome', 'column'], results.outcome.column],
    [['results', 'settledTime', 'column'], results.settledTime?.column],
    ...(withKey ? ([[['results', 'key'], results.key]] as [readonly string[], MappedExpression | undefined][]) : []),
  ];
}

/**
 * Makes `market_facts`: one row per market, numbered densely in order of ticker, with its key, its facts and its result.
 * Throws a Fault (`malformed-input`) where a ticker is listed twice or a fact every market needs cannot be read.
 */
export async function listMarkets(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { mapping } = file;
  const { markets, results } = mapping;
  const listed = markets.source === undefined ? 'raw' : 'listed';
  if (markets.source !== undefined) await loadSource(loading, markets.source, 'listed', marketExpressions(mapping));
  const key = `CAST(${expressionSql(markets.key ?? mapping.market ?? markets.ticker)} AS VARCHAR)`;
  const optional = (expression: MappedExpression | undefined, type: string) =>
    expression === undefined ? `CAST(NULL AS ${type})` : `CAST(${expressionSql(expression)} AS ${type})`;
  const text = (expression: MappedExpression | undefined) => optional(expression, 'VARCHAR');
  const exclusive =
    typeof markets.mutuallyExclusive === 'boolean'
      ? String(markets.mutuallyExclusive)
      : expressionSql(markets.mutuallyExclusive);
  const beside = results !== undefined && results.source === undefined ? results : undefined;
  await connection.run(`CREATE TABLE market_list AS
    SELECT ${key} AS key, ${text(markets.ticker)} AS ticker, ${text(markets.event)} AS event, ${text(markets.series)} AS series,
      coalesce(${text(markets.title)}, '') AS title, ${text(markets.day)} AS day,
      coalesce(${text(markets.strikeType)}, 'other') AS strike_type,
      ${optional(markets.strikeFloor, 'DOUBLE')} AS strike_floor, ${optional(markets.strikeCap, 'DOUBLE')} AS strike_cap,
      ${markets.openTime ? timeSql(markets.openTime) : 'CAST(NULL AS BIGINT)'} AS open_time_us,
      ${markets.closeTime ? timeSql(markets.closeTime) : 'CAST(NULL AS BIGINT)'} AS recorded_close_us,
      ${markets.assumedCloseTime ? timeSql(markets.assumedCloseTime) : 'CAST(NULL AS BIGINT)'} AS assumed_close_us,
      CAST(${exclusive} AS BOOLEAN) AS mutually_exclusive,
      ${beside ? answerSql(beside.outcome, "'yes'", "'no'") : 'CAST(NULL AS VARCHAR)'} AS result,
      ${beside?.settledTime ? timeSql(beside.settledTime) : 'CAST(NULL AS BIGINT)'} AS settled_us
    FROM ${firstOfEach(listed, key)}`);
  for (const time of [markets.openTime, markets.closeTime, markets.assumedCloseTime, beside?.settledTime]) {
    await tellOfSkippedHour(loading, firstOfEach(listed, key), 'markets with a time', time);
  }
  await refuseBadMarkets(loading);
  await distrustBrokenLadders(loading);
  if (results?.source !== undefined) await joinResults(loading, results);
  await tellOfResultWords(loading, listed);
  const assumed = await countOf(
    connection,
    'SELECT count(*) FROM market_list WHERE recorded_close_us IS NULL AND assumed_close_us IS NOT NULL',
  );
  findings.add('markets without a recorded close time', assumed, markets.assumedCloseTime?.because ?? '');
  await connection.run(`CREATE TABLE market_facts AS
    SELECT CAST(row_number() OVER (ORDER BY ticker) - 1 AS UINTEGER) AS market, *,
      coalesce(recorded_close_us, assumed_close_us) AS close_time_us FROM market_list`);
}

/** The first source row of each key, so that a fact repeated on many rows is evaluated once. */
function firstOfEach(table: string, key: string): string {
  return `(SELECT * FROM ${table} WHERE rowid IN (SELECT min(rowid) FROM ${table} GROUP BY ${key}))`;
}

async function refuseBadMarkets({ connection }: Loading): Promise<void> {
  for (const field of ['ticker', 'event', 'series', 'day', 'mutually_exclusive']) {
    const bad = await firstRow(
      connection,
      `SELECT count(*) AS n, min(key) AS key FROM market_list WHERE ${field} IS NULL`,
    );
    if (Number(bad.n) === 0) continue;
    throw new Fault('malformed-input', `${bad.n} markets have no readable ${field}, among them "${bad.key}"`, {
      next: 'Correct its expression under "markets" in the mapping.',
    });
  }
  const checks: [string, string][] = [
    ["NOT regexp_full_match(day, '\\d{4}-\\d{2}-\\d{2}')", 'a day that is not YYYY-MM-DD'],
    [
      "strike_type NOT IN ('less', 'between', 'greater', 'other')",
      'a strike type that is not less, between, greater or other',
    ],
    [
      'ticker IN (SELECT ticker FROM market_list GROUP BY ticker HAVING count(*) > 1)',
      'a ticker listed more than once',
    ],
  ];
  for (const [condition, what] of checks) {
    const bad = await firstRow(
      connection,
      `SELECT count(*) AS n, min(ticker) AS ticker FROM market_list WHERE ${condition}`,
    );
    if (Number(bad.n) === 0) continue;
    throw new Fault('malformed-input', `${bad.n} markets have ${what}, among them ${bad.ticker}`, {
      next: 'Correct its expression under "markets" in the mapping.',
    });
  }
}

/**
 * Takes back the claim that exactly one market of an event pays where the strikes at hand leave a hole: the winner may then be
 * absent. Only whole-number ladders of one `less`, `between`s and one `greater` can be checked; other events keep the claim.
 */
async function distrustBrokenLadders({ connection, findings }: Loading): Promise<void> {
  const broken = `SELECT event FROM (
      SELECT event, strike_type,
        CASE strike_type WHEN 'less' THEN strike_cap WHEN 'between' THEN strike_cap + 1 END AS ends,
        lead(CASE strike_type WHEN 'between' THEN strike_floor WHEN 'greater' THEN strike_floor + 1 END) OVER (
          PARTITION BY event ORDER BY CASE strike_type WHEN 'less' THEN '-infinity'::DOUBLE WHEN 'greater' THEN 'infinity'::DOUBLE ELSE strike_floor END
        ) AS starts
      FROM market_list WHERE mutually_exclusive
    ) GROUP BY event HAVING count(*) FILTER (strike_type = 'other') = 0 AND (count(*) FILTER (strike_type = 'less') <> 1
      OR count(*) FILTER (strike_type = 'greater') <> 1 OR count(*) FILTER (strike_type <> 'greater' AND ends IS DISTINCT FROM starts) > 0)`;
  const count = await countOf(connection, `SELECT count(*) FROM (${broken})`);
  if (count === 0) return;
  await connection.run(`UPDATE market_list SET mutually_exclusive = false WHERE event IN (${broken})`);
  findings.add(
    'events whose ladder of strikes has a hole',
    count,
    'not taken as mutually exclusive: the winner may be missing',
  );
}

async function joinResults(loading: Loading, results: Results): Promise<void> {
  const { connection, file, findings } = loading;
  if (results.source === undefined || results.key === undefined) {
    throw new Fault('invalid-mapping', `${file.path}: "results.source" needs "results.key"`, {
      next: 'See docs/import.md.',
    });
  }
  const named = resultExpressions(results, true).flatMap(([path, expression]) =>
    expression === undefined ? [] : [{ path, expression }],
  );
  const files = await loadSource(loading, results.source, 'result_source', named);
  if (files === 0) {
    findings.add(
      'results files that are not there',
      1,
      `every market stays unsettled: ${[results.source.files].flat().join(', ')}`,
    );
    return;
  }
  const key = `CAST(${expressionSql(results.key)} AS VARCHAR)`;
  await connection.run(`CREATE TABLE result_list AS
    SELECT ${key} AS key, min(${answerSql(results.outcome, "'yes'", "'no'")}) AS result,
      max(${results.settledTime ? timeSql(results.settledTime) : 'CAST(NULL AS BIGINT)'}) AS settled_us,
      count(DISTINCT ${answerSql(results.outcome, "'yes'", "'no'")}) > 1 AS disputed
    FROM result_source GROUP BY ${key}`);
  await tellOfSkippedHour(loading, 'result_source', 'results', results.settledTime);
  const disputed = await countOf(connection, 'SELECT count(*) FROM result_list WHERE disputed');
  findings.add('markets with two different results', disputed, 'left unsettled');
  await connection.run(`UPDATE market_list SET result = r.result, settled_us = r.settled_us
    FROM result_list r WHERE r.key = market_list.${results.matches} AND NOT r.disputed`);
}

async function tellOfResultWords({ connection, file: { mapping }, findings }: Loading, listed: string): Promise<void> {
  const { results } = mapping;
  if (results === undefined) return;
  const table = results.source === undefined ? listed : 'result_source';
  const there = await countOf(connection, `SELECT count(*) FROM duckdb_tables() WHERE table_name = ${sqlText(table)}`);
  if (there === 0) return;
  const unknown = await countOf(
    connection,
    `SELECT count(*) FROM ${table} WHERE ${expressionSql(results.outcome.column)} IS NOT NULL AND ${answerSql(results.outcome, '1', '0')} IS NULL`,
  );
  findings.add('rows with an outcome that is neither of the declared words', unknown, 'left unsettled');
}
