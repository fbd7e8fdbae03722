import { sqlText } from '../duckdb.ts';
import { loadSource } from './load.ts';
import type { Loading, NamedExpression } from './loading.ts';
import type { MappedSignal } from './mapping.ts';
import { expressionSql, firstRow, timeSql } from './sql.ts';
import { ROW_COLUMNS } from './tape-rows.ts';

/** Signals sort after all market rows of the same time: what is issued as a print happens is heard after it. */
const AFTER_ALL = 2 ** 52 + 2 ** 50;

/** Adds the mapping's signals to `tape_rows`, each at its issue time; rows without name, number, day or time are left out, counted. */
export async function addSignals(loading: Loading): Promise<void> {
  const { connection, file, findings } = loading;
  for (const [at, signal] of file.mapping.signals.entries()) {
    const table = `signal_source_${at}`;
    if ((await loadSource(loading, signal.source, table, expressions(signal, at))) === 0) {
      findings.add(`signals of ${JSON.stringify(signal.source.files)}: no such file`, 1, 'none of them on this tape');
      continue;
    }
    const text = (expression: MappedSignal['name']) => `nullif(CAST(${expressionSql(expression)} AS VARCHAR), '')`;
    const known =
      'name IS NOT NULL AND value IS NOT NULL AND isfinite(value) AND about IS NOT NULL AND issue_us IS NOT NULL';
    await connection.run(`CREATE TABLE signals_${at} AS SELECT row_number() OVER () AS place, ${text(signal.name)} AS name,
      TRY_CAST(${expressionSql(signal.value)} AS DOUBLE) AS value, ${text(signal.about)} AS about, ${issueSql(signal)} AS issue_us FROM ${table}`);
    const { kept, left } = await firstRow(
      connection,
      `SELECT count(*) FILTER (${known}) AS kept, count(*) FILTER (NOT (${known})) AS left FROM signals_${at}`,
    );
    const what = JSON.stringify(signal.source.files);
    findings.add(`rows of ${what} without a number, a name, a day or a time`, Number(left), 'left out: no signal');
    if (signal.issueTime.because !== undefined)
      findings.add(
        'signals whose issue time is not recorded',
        Number(kept),
        `issued when the mapping says: ${signal.issueTime.because}`,
      );
    const detail = `{'type': 'signal', 'signal': {'name': name, 'value': value, 'unit': ${sqlText(signal.unit)}, 'issueTime': issue_us, 'about': about}}`;
    await connection.run(`INSERT INTO tape_rows (${ROW_COLUMNS})
      SELECT issue_us, issue_us, 'detail', NULL, NULL, 0, 0, false, NULL, CAST(to_json(${detail}) AS VARCHAR), ${AFTER_ALL} + ${at} * ${2 ** 32} + place
      FROM signals_${at} WHERE ${known}`);
    await connection.run(`DROP TABLE ${table}; DROP TABLE signals_${at}`);
  }
}

function expressions({ name, value, about, issueTime }: MappedSignal, at: number): NamedExpression[] {
  const place = (field: string, ...more: string[]) => ['signals', String(at), field, ...more];
  return [
    { path: place('name'), expression: name },
    { path: place('value'), expression: value },
    { path: place('about'), expression: about },
    { path: place('issueTime', 'column'), expression: issueTime.column },
  ];
}

/** Where the source cut digits of its times, a signal is known only at the end of the step. */
function issueSql({ issueTime }: MappedSignal): string {
  return issueTime.rounding === 'down' ? `${timeSql(issueTime)} + ${issueTime.resolutionUs}` : timeSql(issueTime);
}
