import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sqlName, sqlText } from '../../tape/duckdb.ts';
import { EVENT_COLUMNS } from '../../tape/event-sql.ts';
import { MANIFEST_FILE } from '../../tape/manifest.ts';
import { MARKET_COLUMNS } from '../../tape/market-table.ts';
import { RUN_FILE } from '../store/run-store.ts';
import { RUN_TABLE_NAMES, RUN_TABLES } from '../store/run-tables.ts';
import { sessionOwnViews, sessionRows, sessionsView } from './session-views.ts';

/** A view over files of a data folder: its SQL and the files it reads. */
export interface FileView {
  readonly name: string;
  readonly sql: string;
  readonly paths: readonly string[];
}

/** DuckDB types by column name. */
type Columns = Readonly<Record<string, string>>;

const OUTCOME =
  'ticker VARCHAR, event VARCHAR, "day" VARCHAR, volumeE2 BIGINT, stakedE6 BIGINT, realisedE6 BIGINT, feesE6 BIGINT, openCostE6 BIGINT';
const LANE = `lane VARCHAR, digest VARCHAR, decisions BIGINT, orders BIGINT, refused BIGINT, rejected BIGINT, fills BIGINT, makerFills BIGINT, contractsE2 BIGINT,
  tradedE6 BIGINT, feesE6 BIGINT, realisedE6 BIGINT, openCostE6 BIGINT, netE6 BIGINT, startingCashE6 BIGINT, endingCashE6 BIGINT, maxDrawdownE6 BIGINT,
  participation DOUBLE, markets STRUCT(${OUTCOME})[], reasons JSON`;
const RUN_JSON: Columns = {
  strategy: 'VARCHAR',
  tape: 'STRUCT("name" VARCHAR, digest VARCHAR, "synthetic" BOOLEAN)',
  seed: 'VARCHAR',
  digest: 'VARCHAR',
  hashes: 'STRUCT(code VARCHAR, strategy VARCHAR, tape VARCHAR, config VARCHAR, fees VARCHAR)',
  invocation: 'JSON',
  assumptions: 'JSON',
  arms: `STRUCT("name" VARCHAR, control BOOLEAN, params JSON, surveyed BOOLEAN, draw STRUCT("of" VARCHAR, number INTEGER), lanes STRUCT(${LANE})[])[]`,
  startedAt: 'VARCHAR',
  elapsedMs: 'BIGINT',
  peakMemoryBytes: 'BIGINT',
  nodeVersion: 'VARCHAR',
};
const TAPE_JSON: Columns = {
  synthetic: 'BOOLEAN',
  origin: 'VARCHAR',
  grade: 'STRUCT(depth VARCHAR, trades BOOLEAN, sampling VARCHAR)',
  timeResolutionUs: 'BIGINT',
  sizesRecorded: 'BOOLEAN',
  rows: 'BIGINT',
  marketCount: 'BIGINT',
  firstTimeUs: 'BIGINT',
  lastTimeUs: 'BIGINT',
  digest: 'VARCHAR',
  importReport: 'JSON',
  createdBy: 'VARCHAR',
};
const COVERAGE_COLUMNS: Columns = {
  market: 'UINTEGER',
  from_us: 'BIGINT',
  to_us: 'BIGINT',
  state: 'VARCHAR',
  basis: 'VARCHAR',
  reason: 'VARCHAR',
};

/**
 * The views of `tapedeck query`, over the folders of some runs, tapes and live sessions. Where there is no file a view is empty, with the same columns. The
 * tables of runs hold those of sessions too, by their ids: one set of tables, however a strategy was run.
 */
export function folderViews(
  runs: readonly string[],
  tapes: readonly string[],
  sessions: readonly string[] = [],
): FileView[] {
  const documents = jsonTable(
    runs.map((folder) => join(folder, RUN_FILE)),
    RUN_JSON,
  );
  return [
    { name: 'runs', ...documents, sql: RUNS(documents.sql) },
    { name: 'run_lanes', ...documents, sql: RUN_LANES(documents.sql) },
    { name: 'run_markets', ...documents, sql: RUN_MARKETS(documents.sql) },
    ...RUN_TABLE_NAMES.map((name) => {
      const ofRuns = parquetView(
        'run_id',
        filesOf(runs, (file) => file === `${name}.parquet`),
        RUN_TABLES[name],
      );
      const ofSessions = sessionRows(sessions, name);
      if (ofSessions === null) return { name, ...ofRuns };
      return {
        name,
        sql: `${ofRuns.sql} UNION ALL BY NAME ${ofSessions.sql}`,
        paths: [...ofRuns.paths, ...ofSessions.paths],
      };
    }),
    { name: 'sessions', ...sessionsView(sessions) },
    ...sessionOwnViews(sessions),
    { name: 'tapes', ...tapeView(tapes.map((folder) => join(folder, MANIFEST_FILE))) },
    {
      name: 'tape_events',
      ...parquetView(
        'tape',
        filesOf(tapes, (file) => /^events.*\.parquet$/.test(file)),
        { sequence: 'BIGINT', ...EVENT_COLUMNS },
      ),
    },
    {
      name: 'tape_markets',
      ...parquetView(
        'tape',
        filesOf(tapes, (file) => file === 'markets.parquet'),
        MARKET_COLUMNS,
      ),
    },
    {
      name: 'tape_coverage',
      ...parquetView(
        'tape',
        filesOf(tapes, (file) => file === 'coverage.parquet'),
        COVERAGE_COLUMNS,
      ),
    },
  ];
}

function filesOf(folders: readonly string[], wanted: (file: string) => boolean): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter(wanted)
      .sort()
      .map((file) => join(folder, file)),
  );
}

/** The name of the folder that a file lies in is the id of its run, or the name of its tape. */
const FOLDER = "parse_path(filename, 'both_slash')[-2]";

function parquetView(
  owner: string,
  paths: readonly string[],
  columns: Columns,
): { sql: string; paths: readonly string[] } {
  if (paths.length === 0) return { sql: emptyTable({ [owner]: 'VARCHAR', ...columns }), paths };
  const files = paths.map(sqlText).join(', ');
  return {
    sql: `SELECT ${FOLDER} AS ${owner}, * EXCLUDE (filename) FROM read_parquet([${files}], filename = true, union_by_name = true)`,
    paths,
  };
}

/** JSON documents, one a file, as a table of the given columns and `filename`. */
function jsonTable(paths: readonly string[], columns: Columns): { sql: string; paths: readonly string[] } {
  if (paths.length === 0) return { sql: `(${emptyTable({ ...columns, filename: 'VARCHAR' })})`, paths };
  const typed = Object.entries(columns).map(([name, type]) => `${sqlName(name)}: ${sqlText(type)}`);
  // DuckDB reads a document whole and by default refuses one over 16 MB.
  const largest = Math.max(16_777_216, ...paths.map((path) => statSync(path).size * 2));
  return {
    sql: `read_json([${paths.map(sqlText).join(', ')}], format = 'unstructured', columns = {${typed.join(', ')}}, filename = true, maximum_object_size = ${largest})`,
    paths,
  };
}

function emptyTable(columns: Columns): string {
  return `SELECT ${Object.entries(columns)
    .map(([name, type]) => `NULL::${type} AS ${sqlName(name)}`)
    .join(', ')} WHERE false`;
}

const RUNS = (
  from: string,
): string => `SELECT ${FOLDER} AS run_id, strategy, arms[1].name AS arm, tape.name AS tape, tape.digest AS tape_digest,
  tape.synthetic AS synthetic, list_min([lane.netE6 for lane in arms[1].lanes]) AS worst_net_e6, arms[1].params AS params, seed, digest,
  hashes.code AS code_hash, hashes.strategy AS strategy_hash, hashes.config AS config_hash, hashes.fees AS fees_hash, invocation, assumptions,
  startedAt AS started_at, elapsedMs AS elapsed_ms, peakMemoryBytes AS peak_memory_bytes, nodeVersion AS node_version FROM ${from}`;

const EACH_LANE = (
  from: string,
): string => `SELECT run_id, arm.name AS arm, coalesce(arm.draw.of, arm.name) AS pool, arm.control AS control, arm.surveyed AS surveyed, unnest(arm.lanes) AS lane
  FROM (SELECT ${FOLDER} AS run_id, unnest(arms) AS arm FROM ${from})`;

const RUN_LANES = (
  from: string,
): string => `SELECT run_id, arm, pool, control, surveyed, lane.lane AS lane, lane.digest AS digest, lane.decisions AS decisions,
  lane.orders AS orders, lane.refused AS refused, lane.rejected AS rejected, lane.fills AS fills, lane.makerFills AS maker_fills,
  lane.contractsE2 AS contracts_e2, lane.tradedE6 AS traded_e6, lane.feesE6 AS fees_e6, lane.realisedE6 AS realised_e6,
  lane.openCostE6 AS open_cost_e6, lane.netE6 AS net_e6, lane.startingCashE6 AS starting_cash_e6, lane.endingCashE6 AS ending_cash_e6,
  lane.maxDrawdownE6 AS max_drawdown_e6, lane.participation AS participation, lane.reasons AS reasons FROM (${EACH_LANE(from)})`;

const RUN_MARKETS = (
  from: string,
): string => `SELECT run_id, arm, lane, market.ticker AS ticker, market.event AS event, market.day AS day,
  market.volumeE2 AS volume_e2, market.stakedE6 AS staked_e6, market.realisedE6 AS realised_e6, market.feesE6 AS fees_e6,
  market.openCostE6 AS open_cost_e6 FROM (SELECT run_id, arm, lane.lane AS lane, unnest(lane.markets) AS market FROM (${EACH_LANE(from)}))`;

function tapeView(paths: readonly string[]): { sql: string; paths: readonly string[] } {
  const documents = jsonTable(paths, TAPE_JSON);
  return {
    sql: `SELECT ${FOLDER} AS tape, synthetic, origin, grade.depth AS depth, grade.trades AS trades, grade.sampling AS sampling, rows,
      marketCount AS markets, firstTimeUs AS first_time_us, lastTimeUs AS last_time_us, timeResolutionUs AS time_resolution_us,
      sizesRecorded AS sizes_recorded, digest, importReport AS import_report, createdBy AS created_by FROM ${documents.sql}`,
    paths,
  };
}
