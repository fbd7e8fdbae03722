import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sqlName, sqlText } from '../../tape/duckdb.ts';
import { SESSION_FILE, SESSION_TABLES, STATUS_FILE, sessionTableFile } from '../../tape/session-files.ts';
import { RUN_TABLES, type RunTable } from '../store/run-tables.ts';

/** The name of the folder that a file lies in is the id of its session. */
const FOLDER = "parse_path(filename, 'both_slash')[-2]";

const SESSION_JSON = {
  environment: 'VARCHAR',
  synthetic: 'BOOLEAN',
  paper: 'BOOLEAN',
  startedTime: 'BIGINT',
  speed: 'DOUBLE',
  series: 'JSON',
  strategy: 'STRUCT("name" VARCHAR, found VARCHAR, hash VARCHAR, "label" VARCHAR)',
  params: 'JSON',
  models: 'VARCHAR',
  limits: 'JSON',
  membership: 'VARCHAR',
  seed: 'VARCHAR',
  startingCash: 'BIGINT',
} as const;

const STATUS_JSON = {
  state: 'VARCHAR',
  pid: 'BIGINT',
  monitor: 'VARCHAR',
  halted: 'VARCHAR',
  ended: 'VARCHAR',
} as const;

type Columns = Readonly<Record<string, string>>;

/** A table's rows in the files of sessions, whether they have ended or run, with the columns of a run's; null where every file is empty. */
export function sessionRows(sessions: readonly string[], table: RunTable): { sql: string; paths: string[] } | null {
  const paths = sessions.map((folder) => join(folder, sessionTableFile(table))).filter(isFilled);
  if (paths.length === 0) return null;
  const columns: Columns = RUN_TABLES[table];
  const [first] = Object.keys(columns);
  return {
    sql: `SELECT ${FOLDER} AS run_id, * EXCLUDE (filename) FROM ${lines(paths, columns)} WHERE ${sqlName(first!)} IS NOT NULL`,
    paths,
  };
}

/** The views of what only sessions have: `session_signals`, `session_changes`. */
export function sessionOwnViews(sessions: readonly string[]): { name: string; sql: string; paths: string[] }[] {
  return Object.entries(SESSION_TABLES).map(([table, columns]) => {
    const paths = sessions.map((folder) => join(folder, sessionTableFile(table))).filter(isFilled);
    const sql =
      paths.length > 0
        ? `SELECT ${FOLDER} AS session_id, * EXCLUDE (filename) FROM ${lines(paths, columns)} WHERE time_us IS NOT NULL`
        : `SELECT NULL::VARCHAR AS session_id, * EXCLUDE (filename) FROM ${documents([], columns)}`;
    return { name: `session_${table}`, sql, paths };
  });
}

/** The view `sessions`: what each began with, and how it stands. */
export function sessionsView(sessions: readonly string[]): { sql: string; paths: string[] } {
  const facts = sessions.map((folder) => join(folder, SESSION_FILE));
  const stands = sessions.map((folder) => join(folder, STATUS_FILE)).filter(isFilled);
  return {
    sql: `SELECT f.session_id, f.strategy.label AS strategy, f.environment, f.synthetic, f.paper, f.speed, f.series, f.params, f.models, f.limits, f.membership, f.seed,
      f.startingCash AS starting_cash_e6, f.startedTime AS started_time_us, s.state, s.pid, s.monitor, s.halted, s.ended
      FROM (SELECT ${FOLDER} AS session_id, * FROM ${documents(facts, SESSION_JSON)}) f
      LEFT JOIN (SELECT ${FOLDER} AS session_id, * FROM ${documents(stands, STATUS_JSON)}) s USING (session_id)`,
    paths: [...facts, ...stands],
  };
}

/** Of the line that is being written there may be a part: it is no row yet. The log beside these files is the truth, and makes them anew. */
function lines(paths: readonly string[], columns: Columns): string {
  const options = `format = 'newline_delimited', columns = {${typed(columns)}}, filename = true, ignore_errors = true`;
  return `read_json([${list(paths)}], ${options})`;
}

function documents(paths: readonly string[], columns: Columns): string {
  if (paths.length > 0) {
    return `read_json([${list(paths)}], format = 'unstructured', columns = {${typed(columns)}}, filename = true)`;
  }
  const empty = Object.entries({ ...columns, filename: 'VARCHAR' }).map(
    ([name, type]) => `NULL::${type} AS ${sqlName(name)}`,
  );
  return `(SELECT ${empty.join(', ')} WHERE false)`;
}

function typed(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `${sqlName(name)}: ${sqlText(type)}`)
    .join(', ');
}

function list(paths: readonly string[]): string {
  return paths.map(sqlText).join(', ');
}

function isFilled(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}
