import { assert } from '../../core/assert.ts';
import { sqlText } from '../duckdb.ts';
import type { Loading } from './loading.ts';
import { countOf } from './sql.ts';
import { ROW_COLUMNS } from './tape-rows.ts';

/** Rows of a market's beginning sort before all others of the same time, rows of its end after them. */
const BEFORE = -(2 ** 52);
const AFTER = 2 ** 52;

/**
 * Adds to `tape_rows` what is known of each market's life: opening, coverage, close and settlement; and fills the settlement
 * columns of `market_facts`.
 */
export async function addLife(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { results, coverage } = file.mapping;
  await connection.run(`CREATE TABLE spans AS
    SELECT m.*, s.first_us, s.last_us, max(s.last_us) OVER (PARTITION BY m.event) AS event_last_us, max(s.last_us) OVER () AS set_last_us
    FROM market_facts m LEFT JOIN (SELECT market, min(local_time_us) AS first_us, max(local_time_us) AS last_us FROM tape_rows GROUP BY market) s USING (market)`);
  const hours = Math.round((results?.settledAfter.hours ?? 0) * 3_600_000_000);
  const anchor =
    results?.settledAfter.anchor === 'close'
      ? 'coalesce(close_time_us, set_last_us)'
      : 'coalesce(set_last_us, close_time_us)';
  await connection.run(`CREATE TABLE lives AS
    SELECT *, CASE result WHEN 'yes' THEN 10000 WHEN 'no' THEN 0 END AS settlement_value_e4,
      CASE WHEN result IS NOT NULL THEN greatest(coalesce(settled_us, ${anchor} + ${hours}), coalesce(last_us, 0)) END AS settlement_time_us,
      coalesce(open_time_us, first_us) AS start_us FROM spans`);
  const counts = await countsOf(loading);
  findings.add('markets without a recorded opening', counts.unopened, 'open from their first row on');
  findings.add('markets without a close time', counts.unclosed, 'never closed on this tape; covered to their last row');
  findings.add('markets without a row', counts.silent, 'listed with their result only');
  findings.add(
    'markets whose settlement time is not recorded',
    counts.assumed,
    `settled when the mapping says: ${results?.settledAfter.because ?? ''}`,
  );
  findings.add('markets without a result', counts.unsettled, 'unsettled on this tape');
  await insert(
    loading,
    'lives',
    'start_us',
    `{'type': 'lifecycle', 'change': {'market': market, 'status': 'active'}}`,
    `${BEFORE} + market * 4`,
    'start_us IS NOT NULL',
  );
  await insert(
    loading,
    'lives',
    'close_time_us',
    `{'type': 'lifecycle', 'change': {'market': market, 'status': 'closed'}}`,
    `${AFTER} + market * 4`,
    'close_time_us IS NOT NULL',
  );
  if (coverage.span === 'samples') await sampleCoverage(loading);
  else await spanCoverage(loading);
  await insert(
    loading,
    'lives',
    'settlement_time_us',
    `{'type': 'settlement', 'settlement': {'market': market, 'outcome': result, 'value': settlement_value_e4}}`,
    `${AFTER} + market * 4 + 2`,
    'settlement_time_us IS NOT NULL',
  );
}

async function countsOf({
  connection,
}: Loading): Promise<Record<'unopened' | 'unclosed' | 'silent' | 'assumed' | 'unsettled', number>> {
  const count = (condition: string) => countOf(connection, `SELECT count(*) FROM lives WHERE ${condition}`);
  return {
    unopened: await count('open_time_us IS NULL AND first_us IS NOT NULL'),
    unclosed: await count('close_time_us IS NULL AND first_us IS NOT NULL'),
    silent: await count('first_us IS NULL'),
    assumed: await count('result IS NOT NULL AND settled_us IS NULL'),
    unsettled: await count('result IS NULL'),
  };
}

async function insert(
  { connection }: Loading,
  from: string,
  time: string,
  detail: string,
  ordinal: string,
  condition: string,
): Promise<void> {
  await connection.run(`INSERT INTO tape_rows (${ROW_COLUMNS})
    SELECT ${time}, ${time}, 'detail', market, NULL, 0, 0, false, NULL, CAST(to_json(${detail}) AS VARCHAR), ${ordinal}
    FROM ${from} WHERE ${condition}`);
}

function coverageDetail(covered: boolean, reason: string): string {
  return `{'type': 'coverage', 'change': {'market': market, 'covered': ${covered}, 'reason': ${reason}}}`;
}

async function spanCoverage(loading: Loading): Promise<void> {
  const { span, claim } = loading.file.mapping.coverage;
  const wholeLife = span === 'open-to-close';
  const start = wholeLife ? 'start_us' : 'first_us';
  const last = wholeLife
    ? 'coalesce(close_time_us, last_us)'
    : 'least(coalesce(close_time_us, event_last_us), event_last_us)';
  const reason = `CASE WHEN ${last} = close_time_us THEN 'market closed' ELSE 'recording ended' END`;
  const whole = `${start} < ${last}`;
  await insert(
    loading,
    'lives',
    start,
    coverageDetail(true, sqlText(`declared: ${claim}`)),
    `${BEFORE} + market * 4 + 1`,
    whole,
  );
  await insert(loading, 'lives', last, coverageDetail(false, reason), `${AFTER} + market * 4 + 1`, whole);
}

/** A sample speaks for its market for a declared time and no longer: coverage ends there unless another sample came. */
async function sampleCoverage(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  const { staleAfterSeconds, claim } = file.mapping.coverage;
  assert(staleAfterSeconds !== undefined, 'the mapping says how long a sample speaks');
  const stale = Math.round(staleAfterSeconds * 1e6);
  await connection.run(`CREATE TABLE samples AS
    SELECT market, sample_us, least(sample_us + ${stale}, coalesce(close_time_us, sample_us + ${stale})) AS until,
      lag(sample_us) OVER (PARTITION BY market ORDER BY sample_us) AS before, lead(sample_us) OVER (PARTITION BY market ORDER BY sample_us) AS next, close_time_us
    FROM (SELECT DISTINCT market, local_time_us AS sample_us FROM tape_rows WHERE kind <> 'detail') JOIN market_facts USING (market)
    WHERE close_time_us IS NULL OR sample_us < close_time_us`);
  const starts = `before IS NULL OR sample_us - before > ${stale}`;
  const ends = `next IS NULL OR next - sample_us > ${stale}`;
  const reason = `CASE WHEN until = close_time_us THEN 'market closed' ELSE 'the last sample is too old' END`;
  await insert(
    loading,
    'samples',
    'sample_us',
    coverageDetail(true, sqlText(`declared: ${claim}`)),
    `${BEFORE} + market * 4 + 1`,
    starts,
  );
  await insert(loading, 'samples', 'until', coverageDetail(false, reason), `${AFTER} + market * 4 + 1`, ends);
  const breaks = await countOf(connection, `SELECT count(*) FROM samples WHERE next - sample_us > ${stale}`);
  findings.add(
    `gaps between samples of a market longer than ${stale / 1e6} s`,
    breaks,
    'not covered: no order, no fill',
  );
}
