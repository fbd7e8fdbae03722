import { basename } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { sqlName, sqlText } from '../duckdb.ts';
import { checkColumns } from './columns.ts';
import type { Loading, NamedExpression } from './loading.ts';
import type { MappedSource } from './mapping.ts';
import { checkWhole, resolveFiles, type SourceFile } from './source-files.ts';
import { countOf, firstRow } from './sql.ts';

const CSV_OPTIONS =
  "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', skip = 0, filename = true";
const LINE_OPTIONS =
  "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', max_line_size = 16777216, filename = true";

/**
 * Reads a source into the table `table`, files in order and rows as they stand: rowid is the source order. CSV columns come
 * as text. A torn last line is left out and counted; anything else malformed throws a Fault. Gives the number of files.
 */
export async function loadSource(
  loading: Loading,
  source: MappedSource,
  table: string,
  expressions: readonly NamedExpression[],
): Promise<number> {
  const { connection, findings } = loading;
  const paths = resolveFiles(loading.folder, source);
  const parts: string[] = [];
  for (const path of paths) {
    const whole = await checkWhole(path, source.format);
    const part = `${table}_${parts.length}`;
    await loadFile(loading, source, whole, part);
    await checkColumns(loading, path, part, expressions);
    parts.push(part);
    loading.onFile(basename(path));
  }
  if (parts.length === 0) return 0;
  await connection.run(
    `CREATE TABLE ${table} AS ${parts.map((part) => `(SELECT * FROM ${part} LIMIT 0)`).join(' UNION ALL BY NAME ')}`,
  );
  for (const part of parts) {
    await connection.run(`INSERT INTO ${table} BY NAME SELECT * FROM ${part}`);
    await connection.run(`DROP TABLE ${part}`);
  }
  if (source.where !== undefined) {
    const left = await countOf(connection, `SELECT count(*) FROM ${table} WHERE (${source.where}) IS NOT TRUE`);
    await connection.run(`CREATE TABLE ${table}_kept AS SELECT * FROM ${table} WHERE ${source.where}`);
    await connection.run(`DROP TABLE ${table}`);
    await connection.run(`ALTER TABLE ${table}_kept RENAME TO ${table}`);
    findings.add(`rows outside the mapping's condition "${source.where}"`, left, 'left out');
  }
  return paths.length;
}

async function loadFile(loading: Loading, source: MappedSource, file: SourceFile, part: string): Promise<void> {
  const { connection } = loading;
  if (source.format === 'parquet') {
    const read = `SELECT * FROM read_parquet(${sqlText(file.path)}, filename = true)`;
    await connection.run(`CREATE TABLE ${part} AS ${read}`).catch((cause: Error) => {
      throw new Fault('truncated-file', `${file.path} cannot be read as Parquet: ${cause.message}`, {
        next: 'Fetch the file again, or leave it out of "files"; nothing was imported.',
        cause,
      });
    });
  } else if (source.format === 'csv') await loadCsv(loading, file, part);
  else await loadLines(loading, file, part);
}

async function loadCsv({ connection, findings }: Loading, file: SourceFile, part: string): Promise<void> {
  const read = `read_csv(${sqlText(file.path)}, ${CSV_OPTIONS}, store_rejects = true, rejects_table = '${part}_errors', rejects_scan = '${part}_scans')`;
  await connection.run(`CREATE TABLE ${part} AS SELECT * FROM ${read}`).catch((cause: Error) => {
    throw new Fault('malformed-input', `${file.path} cannot be read as CSV: ${cause.message.split('\n')[0]}`, {
      next: 'Expected are a header line, commas, and double quotes.',
      cause,
    });
  });
  const bad = (
    await connection.runAndReadAll(`SELECT line, csv_line, error_message FROM ${part}_errors ORDER BY line, column_idx`)
  ).getRowObjectsJS();
  for (const { line, csv_line: text, error_message: message } of bad) {
    if (file.unfinishedLine === '' || text !== file.unfinishedLine) {
      throw malformedLine(file.path, Number(line), String(message).split('\n')[0] ?? '');
    }
  }
  findings.add(`torn last line in ${basename(file.path)}`, bad.length > 0 ? 1 : 0, 'left out');
  if (bad.length === 0 && file.unfinishedLine !== '') {
    findings.add(`last line of ${basename(file.path)} without a line end`, 1, 'kept: it has all its fields');
  }
  await connection.run(`DROP TABLE IF EXISTS ${part}_errors; DROP TABLE IF EXISTS ${part}_scans`);
}

async function loadLines({ connection, findings }: Loading, file: SourceFile, part: string): Promise<void> {
  await connection.run(
    `CREATE TABLE ${part}_lines AS SELECT line, filename, row_number() OVER () AS line_number FROM read_csv(${sqlText(file.path)}, ${LINE_OPTIONS})`,
  );
  const bad = (
    await connection.runAndReadAll(
      `SELECT line, line_number FROM ${part}_lines WHERE NOT json_valid(line) ORDER BY line_number LIMIT 2`,
    )
  ).getRowObjectsJS();
  for (const { line, line_number: number } of bad) {
    if (line !== file.unfinishedLine) throw malformedLine(file.path, Number(number), 'it is not JSON');
  }
  findings.add(`torn last line in ${basename(file.path)}`, bad.length, 'left out');
  const { shape } = await firstRow(
    connection,
    `SELECT json_group_structure(CAST(line AS JSON)) AS shape FROM ${part}_lines WHERE json_valid(line)`,
  );
  if (shape === null || shape === undefined) throw malformedLine(file.path, 1, 'the file holds no JSON object');
  await connection.run(
    `CREATE TABLE ${part} AS SELECT unnest(json_transform(CAST(line AS JSON), ${sqlText(String(shape))})), filename
     FROM ${part}_lines WHERE json_valid(line) ORDER BY line_number`,
  );
  await connection.run(`DROP TABLE ${sqlName(`${part}_lines`)}`);
}

function malformedLine(path: string, line: number, why: string): Fault {
  return new Fault('malformed-input', `${path}, line ${line}: ${why}`, {
    next: 'Correct or remove the line; only a torn last line is left out by itself.',
  });
}
