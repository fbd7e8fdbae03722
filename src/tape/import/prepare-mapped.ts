import type { DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../../core/assert.ts';
import { Fault } from '../../core/fault.ts';
import type { Grade } from '../../core/tape-block.ts';
import { sqlText } from '../duckdb.ts';
import type { ImportNote } from '../manifest.ts';
import { DECLARED, Findings } from './findings.ts';
import { addLife } from './life-rows.ts';
import { loadSource } from './load.ts';
import type { Loading } from './loading.ts';
import type { MappingFile } from './mapping.ts';
import { gridBands, listMarkets, marketExpressions } from './markets.ts';
import { pickRows, rowExpressions } from './pick-rows.ts';
import { addSignals } from './signal-rows.ts';
import { resolveFiles } from './source-files.ts';
import { makeTapeRows } from './tape-rows.ts';

/** How far an import is: steps done of all, and what is being done. */
export type ImportProgress = (done: number, total: number, label: string) => void;

/** A source turned into the canonical relations, ready to be sealed into a tape. */
export interface PreparedTape {
  /** Table of tape rows, not sorted: columns as `tape-rows.ts` lists them. */
  readonly rows: string;
  /** Table of markets. */
  readonly markets: string;
  readonly origin: string;
  readonly licence: string;
  readonly grade: Grade;
  /** How finely the source tells time, in µs; 0 where it is exact. */
  readonly timeResolutionUs: number;
  readonly sizesRecorded: boolean;
  readonly notes: readonly ImportNote[];
}

const STEPS_AFTER_FILES = 4;

/**
 * Reads the files of a mapping from `folder` into the canonical relations of a tape, inside `connection`. Everything met on the
 * way that is not plain data is in `notes`. Throws a Fault on anything the mapping does not allow.
 */
export async function prepareMapped(
  connection: DuckDBConnection,
  file: MappingFile,
  folder: string,
  onProgress: ImportProgress = () => {},
): Promise<PreparedTape> {
  try {
    return await prepare(connection, file, folder, onProgress);
  } catch (error) {
    throw expressionFault(error, file.path);
  }
}

/** The Fault of an expression that binds but fails on a row; other errors stay as they are. */
function expressionFault(error: unknown, mapping: string): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  if (!/^(Conversion|Invalid Input|Out of Range|Binder|Parser|Catalog) Error/.test(error.message)) return error;
  return new Fault(
    'invalid-mapping',
    `an expression of ${mapping} fails on the rows: ${error.message.split('\n')[0]}`,
    {
      next: 'Use TRY_CAST and the like where a value may be missing or odd; columns of a CSV are text.',
      cause: error,
    },
  );
}

async function prepare(
  connection: DuckDBConnection,
  file: MappingFile,
  folder: string,
  onProgress: ImportProgress,
): Promise<PreparedTape> {
  const { mapping } = file;
  const signals = mapping.signals.map(({ source }) => source);
  const sources = [mapping.source, mapping.markets.source, mapping.results?.source, ...signals].filter(
    (source) => source !== undefined,
  );
  const files = sources.reduce((sum, source) => sum + resolveFiles(folder, source).length, 0);
  const total = files + STEPS_AFTER_FILES;
  let done = 0;
  const step = (label: string) => onProgress(++done, total, label);
  const findings = new Findings();
  const loading: Loading = { connection, file, folder, findings, onFile: (name) => step(`read ${name}`) };
  await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = true");

  for (const note of mapping.notes) findings.add(note, 1, DECLARED);
  findings.add(`coverage claimed, not proven: ${mapping.coverage.claim}`, 1, DECLARED);
  if (mapping.source !== undefined) {
    const beside = mapping.markets.source === undefined ? marketExpressions(mapping) : [];
    await loadSource(loading, mapping.source, 'raw', [...rowExpressions(mapping), ...beside]);
  }
  await listMarkets(loading);
  step('listed the markets');
  if (mapping.rows === 'none') await connection.run(emptyRows());
  else {
    await pickRows(loading);
    await connection.run('DROP TABLE IF EXISTS raw');
    step('read prices, sizes and times');
    await makeTapeRows(loading);
    await connection.run('DROP TABLE picked');
  }
  step('made the rows');
  await addLife(loading);
  await addSignals(loading);
  await connection.run(tapeMarkets(JSON.stringify(gridBands(mapping.markets))));
  await connection.run(
    'DROP TABLE lives; DROP TABLE spans; DROP TABLE IF EXISTS samples; DROP TABLE IF EXISTS listed; DROP TABLE IF EXISTS result_source',
  );
  onProgress(total, total, 'ready to seal');
  assert(done <= total, 'progress never passes its total');
  return {
    rows: 'tape_rows',
    markets: 'tape_markets',
    origin: mapping.origin,
    licence: mapping.licence,
    grade: mapping.grade,
    timeResolutionUs: mapping.time === undefined || mapping.time.resolutionUs === 1 ? 0 : mapping.time.resolutionUs,
    sizesRecorded: mapping.rows === 'trades' || mapping.rows === 'books',
    notes: findings.notes,
  };
}

function emptyRows(): string {
  return `CREATE TABLE tape_rows AS SELECT CAST(0 AS BIGINT) AS exchange_time_us, CAST(0 AS BIGINT) AS local_time_us, '' AS kind,
    CAST(0 AS UINTEGER) AS market, CAST(NULL AS VARCHAR) AS side, CAST(0 AS INTEGER) AS price_e4, CAST(NULL AS BIGINT) AS quantity_e2,
    false AS more, CAST(NULL AS VARCHAR) AS trade_id, CAST(NULL AS VARCHAR) AS detail, CAST(0 AS BIGINT) AS ordinal WHERE false`;
}

function tapeMarkets(bands: string): string {
  return `CREATE TABLE tape_markets AS SELECT market, ticker, event, series, title, strike_type, strike_floor, strike_cap,
    ${sqlText(bands)} AS price_bands, open_time_us, close_time_us, day, mutually_exclusive, result,
    CAST(settlement_value_e4 AS INTEGER) AS settlement_value_e4, settlement_time_us FROM lives ORDER BY market`;
}
