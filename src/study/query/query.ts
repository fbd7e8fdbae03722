import { createReadStream, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { Fault } from '../../core/fault.ts';
import { openDatabase, sqlText } from '../../tape/duckdb.ts';
import { sessionFolders } from '../../tape/session-files.ts';
import { writeFault } from '../../tape/write-fault.ts';
import { wholeFolders } from '../store/whole-folders.ts';
import { type AnswerColumns, writeArrow } from './query-arrow.ts';
import { writeCsv, writeJson, writeTable } from './query-rows.ts';
import { fileSink, partialPath, type QuerySink, streamSink } from './query-sink.ts';
import { queryFault, readingStatement } from './query-statement.ts';
import { type FileView, folderViews } from './query-views.ts';

export const QUERY_FORMATS = ['table', 'json', 'csv', 'parquet', 'arrow'] as const;
export type QueryFormat = (typeof QUERY_FORMATS)[number];

export interface QueryOptions {
  readonly dataFolder: string;
  readonly sql: string;
  readonly format: QueryFormat;
  /** File to write to; left out, the answer goes to `stdout`. An existing file is replaced once the answer is whole. */
  readonly out?: string;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Rows a table shows at most. Default 50. */
  readonly rowLimit?: number;
  readonly signal?: AbortSignal;
  /** Told of each run and tape that is damaged and that the answer therefore leaves out. */
  readonly onLeftOut?: (text: string) => void;
}

/**
 * Answers one SQL query over every run and tape of a data folder and writes the answer. The SQL can read the files behind the views and
 * nothing else, and write nothing. Throws a Fault: `query-failed` with DuckDB's message and the views there are, `usage` for a binary
 * format on a terminal, `disk-full`, `cannot-write`, `interrupted`.
 */
export async function query(options: QueryOptions): Promise<void> {
  const { format, out, stdout } = options;
  if ((format === 'parquet' || format === 'arrow') && out === undefined && stdout.isTTY === true) {
    throw new Fault('usage', `${format} is not text: a terminal cannot show it`, {
      next: 'Give --out FILE, or send it to a file or a program.',
    });
  }
  if (out !== undefined) checkTarget(resolve(out));
  const whole = wholeFolders(resolve(options.dataFolder), options.sql);
  for (const text of whole.leftOut) options.onLeftOut?.(text);
  const views = folderViews(whole.runs, whole.tapes, sessionFolders(resolve(options.dataFolder)));
  const names = views.map((view) => view.name);
  const scratch = mkdtempSync(join(tmpdir(), 'tapedeck-query-'));
  const target =
    format !== 'parquet' ? null : out === undefined ? join(scratch, 'answer.parquet') : partialPath(resolve(out));
  const database = await openDatabase({ spillFolder: join(scratch, 'spill') });
  const { connection } = database;
  const stopWatching = interruptOnAbort(connection, options.signal);
  try {
    for (const view of views) await createView(connection, view, options.sql);
    await lock(connection, [...views.flatMap((view) => view.paths), ...(target === null ? [] : [target])]);
    const { statement, single } = await readingStatement(connection, options.sql, names);
    if (target === null) await answer(options, statement);
    else await answerParquet(options, connection, single, target);
  } catch (error) {
    if (options.signal?.aborted === true) throw new Fault('interrupted', 'the query was interrupted', { cause: error });
    throw queryFault(error, names);
  } finally {
    stopWatching();
    database.close();
    rmSync(scratch, { recursive: true, force: true });
    if (target !== null) rmSync(target, { force: true });
  }
}

/** DuckDB forgets an interrupt that comes between two statements: it is repeated until the query has ended. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), 50);
  };
  if (signal?.aborted === true) begin();
  else signal?.addEventListener('abort', begin, { once: true });
  return () => {
    signal?.removeEventListener('abort', begin);
    clearInterval(timer);
  };
}

function checkTarget(path: string): void {
  const [folder, target] = [dirname(path), statSync(path, { throwIfNoEntry: false })];
  const why =
    statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true
      ? `${folder} is no folder`
      : target?.isDirectory()
        ? `${path} is a folder`
        : null;
  if (why !== null)
    throw new Fault('cannot-write', `cannot write to ${path}: ${why}`, {
      next: 'Make the folder, or give --out another file.',
    });
}

/** A damaged file of some other run or tape must not keep every query from its answer, only those that name its view. */
async function createView(connection: DuckDBConnection, { name, sql }: FileView, asked: string): Promise<void> {
  try {
    await connection.run(`CREATE VIEW ${name} AS ${sql}`);
  } catch (error) {
    if (asked.toLowerCase().includes(name)) throw error;
  }
}

/** From here on SQL can open the given files only, cannot load extensions, and cannot undo any of it. */
async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(`SET allowed_paths = [${[...new Set(paths)].map(sqlText).join(', ')}]`);
  await connection.run('SET autoinstall_known_extensions = false');
  await connection.run('SET autoload_known_extensions = false');
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

async function answer(options: QueryOptions, statement: DuckDBPreparedStatement): Promise<void> {
  const result = await statement.stream();
  const sink = options.out === undefined ? streamSink(options.stdout) : fileSink(resolve(options.out));
  try {
    await write(options, columnsOf(result), sink);
  } catch (error) {
    sink.discard();
    throw error;
  }
  sink.finish();
}

function write({ format, rowLimit }: QueryOptions, columns: AnswerColumns, sink: QuerySink): Promise<void> {
  switch (format) {
    case 'json':
      return writeJson(columns, sink);
    case 'csv':
      return writeCsv(columns, sink);
    case 'arrow':
      return writeArrow(columns, sink);
    default:
      return writeTable(columns, sink, rowLimit ?? 50);
  }
}

function columnsOf(result: DuckDBResult): AnswerColumns {
  return {
    names: result.deduplicatedColumnNames(),
    types: result.columnTypes(),
    async *pieces() {
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk.getColumns();
      }
    },
  };
}

/** DuckDB writes Parquet itself, to a file that nobody sees until it is whole. */
async function answerParquet(
  options: QueryOptions,
  connection: DuckDBConnection,
  single: boolean,
  target: string,
): Promise<void> {
  if (!single) {
    throw new Fault('query-failed', 'Parquet takes a single SELECT', {
      next: 'Use --format arrow, or a SELECT alone.',
    });
  }
  await connection.run(`CREATE TEMP VIEW tapedeck_answer AS ${options.sql}`);
  try {
    await connection.run(`COPY tapedeck_answer TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`);
    if (options.out !== undefined) renameSync(target, resolve(options.out));
  } catch (error) {
    throw writeFault(error, dirname(target));
  }
  if (options.out !== undefined) return;
  const sink = streamSink(options.stdout);
  for await (const bytes of createReadStream(target)) if (!(await sink.write(bytes))) break;
  sink.finish();
}
