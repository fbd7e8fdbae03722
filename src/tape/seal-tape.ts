import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../core/assert.ts';
import { Fault } from '../core/fault.ts';
import type { Time } from '../core/time.ts';
import { checkEvents, type EventFigures } from './check-events.ts';
import { OrderCheck } from './check-order.ts';
import { ContentDigest } from './content-digest.ts';
import { type CoverageSpan, coverageSpans, type MarketLife, marketLives } from './coverage.ts';
import { decodeBatches } from './decode-events.ts';
import { parquetTable, readRows, sqlText } from './duckdb.ts';
import { EVENT_COLUMNS, PARQUET_OPTIONS, sequencedSql } from './event-sql.ts';
import { flushFolder, hashFile } from './file-hash.ts';
import { MANIFEST_FILE, type TapeFacts, type TapeManifest } from './manifest.ts';
import { MARKET_COLUMNS, type MarketRow, readMarketRows } from './market-table.ts';
import { PartialTape } from './tape-folder.ts';
import { conversionFault, writeFault } from './write-fault.ts';

export interface SealOptions {
  /** The data folder: the tape becomes `<folder>/tapes/<name>`. */
  readonly folder: string;
  readonly name: string;
  /** A connection in which both queries run. */
  readonly connection: DuckDBConnection;
  /** Query with the canonical event columns and `ordinal`, the order in the source, which breaks ties of local time. */
  readonly eventsSql: string;
  /** Whether rows come in order of local time, and `ordinal` counts them from 0. Default false: they are sorted. */
  readonly sorted?: boolean;
  /** Query with the canonical market columns. */
  readonly marketsSql: string;
  readonly facts: TapeFacts;
  /** Take the place of a tape of the same name. Default false. */
  readonly replace?: boolean;
}

/** A sealed tape: where it lies, and its manifest. */
export interface SealedTape {
  readonly folder: string;
  readonly manifest: TapeManifest;
}

const EVENTS_FILE = 'events.parquet';
const MARKETS_FILE = 'markets.parquet';
const COVERAGE_FILE = 'coverage.parquet';

/**
 * Writes, checks and seals a tape. Rows are ordered by local time, then ordinal, and numbered from 1. Throws a Fault on the first
 * row that is not right, on `tape-exists`, `disk-full` or `cannot-write`; then nothing is left behind.
 */
export async function sealTape(options: SealOptions): Promise<SealedTape> {
  let partial: PartialTape | undefined;
  try {
    partial = new PartialTape(options.folder, options.name, options.replace ?? false);
    return await sealInto(partial, options);
  } catch (error) {
    throw writeFault(error, options.folder);
  } finally {
    partial?.discard();
  }
}

/** Seals into a folder that is already there: for a writer that staged its rows in it. The caller discards it on failure. */
export async function sealInto(partial: PartialTape, options: SealOptions): Promise<SealedTape> {
  const { connection, facts } = options;
  const markets = await writeMarkets(partial.folder, options);
  const from = await writeEvents(partial.folder, options);
  const figures = await checkEvents(connection, from, markets, facts.sizesRecorded);
  const digest = new ContentDigest();
  const order = new OrderCheck();
  const source = { connection, from, rows: figures.rows, marketCount: markets.length, layout: figures.layout };
  for await (const columns of decodeBatches(source)) {
    order.add(columns);
    digest.add(columns);
  }
  order.close(figures.rows);
  await writeCoverage(partial, connection, await spansOf(connection, from, markets, figures));
  const manifest = manifestOf(partial.folder, options, markets, figures, digest.finish(markets, facts));
  writeManifest(partial.folder, manifest);
  const folder = partial.publish();
  flushFolder(dirname(folder));
  return { folder, manifest };
}

async function writeMarkets(folder: string, { connection, marketsSql }: SealOptions): Promise<MarketRow[]> {
  await checkColumns(connection, marketsSql, Object.keys(MARKET_COLUMNS), 'markets');
  const path = join(folder, MARKETS_FILE);
  const columns = Object.entries(MARKET_COLUMNS).map(([name, type]) => `${name}::${type} AS ${name}`);
  await convert(
    connection.run(
      `COPY (SELECT ${columns.join(', ')} FROM (${marketsSql}) ORDER BY market) TO ${sqlText(path)} (${PARQUET_OPTIONS})`,
    ),
    'the markets',
  );
  return readMarketRows(connection, parquetTable([path]));
}

async function writeEvents(folder: string, { connection, eventsSql, sorted = false }: SealOptions): Promise<string> {
  await checkColumns(connection, eventsSql, [...Object.keys(EVENT_COLUMNS), 'ordinal'], 'events');
  const path = join(folder, EVENTS_FILE);
  await convert(
    connection.run(`COPY (${sequencedSql(eventsSql, sorted)}) TO ${sqlText(path)} (${PARQUET_OPTIONS})`),
    'the rows',
  );
  const [check] = await readRows(
    connection,
    `SELECT count(*) AS misplaced FROM read_parquet(${sqlText(path)}, file_row_number = true) WHERE sequence <> file_row_number + 1`,
  );
  assert(check?.misplaced === 0, 'DuckDB must write rows in order: preserve_insertion_order is off on this connection');
  return parquetTable([path]);
}

async function checkColumns(
  connection: DuckDBConnection,
  sql: string,
  needed: readonly string[],
  what: string,
): Promise<void> {
  const present = new Set((await readRows(connection, `DESCRIBE (${sql})`)).map((row) => row.column_name));
  const missing = needed.filter((name) => !present.has(name));
  if (missing.length > 0) throw new Fault('missing-column', `the ${what} have no column ${missing.join(', ')}`);
}

async function convert<T>(work: Promise<T>, what: string): Promise<T> {
  return work.catch((error: unknown) => {
    throw conversionFault(error, what);
  });
}

async function spansOf(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
  figures: EventFigures,
): Promise<CoverageSpan[]> {
  const details = await readRows(
    connection,
    `SELECT sequence, local_time_us, detail FROM ${from} WHERE kind = 'detail' ORDER BY sequence`,
  );
  const seen = await readRows(
    connection,
    `SELECT market, min(local_time_us) AS first_us, max(local_time_us) AS last_us FROM ${from}
     WHERE kind <> 'detail' OR contains(detail, '"coverage"') GROUP BY market`,
  );
  const lifeOf = (first: unknown, last: unknown): MarketLife => ({ from: first as Time, to: last as Time });
  const lives = marketLives(
    markets,
    new Map(seen.map((row) => [Number(row.market), lifeOf(row.first_us, row.last_us)])),
    lifeOf(figures.firstTimeUs, figures.lastTimeUs),
  );
  return coverageSpans(
    lives,
    details.map((row) => ({ sequence: Number(row.sequence), text: String(row.detail) })),
    details.map((row) => row.local_time_us as Time),
  );
}

async function writeCoverage(
  partial: PartialTape,
  connection: DuckDBConnection,
  spans: readonly CoverageSpan[],
): Promise<void> {
  const staged = join(partial.scratch, 'coverage.ndjson');
  const lines = spans.map(({ market, from, to, covered, basis, reason }) =>
    JSON.stringify({ market, from_us: from, to_us: to, state: covered ? 'covered' : 'uncovered', basis, reason }),
  );
  writeFileSync(staged, lines.map((line) => `${line}\n`).join(''));
  const columns =
    "{market: 'UINTEGER', from_us: 'BIGINT', to_us: 'BIGINT', state: 'VARCHAR', basis: 'VARCHAR', reason: 'VARCHAR'}";
  await connection.run(
    `COPY (SELECT * FROM read_json(${sqlText(staged)}, format = 'newline_delimited', columns = ${columns}) ORDER BY market, from_us)
     TO ${sqlText(join(partial.folder, COVERAGE_FILE))} (${PARQUET_OPTIONS})`,
  );
}

function manifestOf(
  folder: string,
  options: SealOptions,
  markets: readonly MarketRow[],
  figures: EventFigures,
  digest: string,
): TapeManifest {
  const { synthetic, origin, licence, grade, timeResolutionUs, sizesRecorded, importReport, createdBy, generator } =
    options.facts;
  const { rows, firstTimeUs, lastTimeUs, counts, layout } = figures;
  return {
    format: 'tapedeck-tape',
    version: 1,
    name: options.name,
    synthetic,
    origin,
    licence,
    grade: { depth: grade.depth, trades: grade.trades, sampling: grade.sampling },
    timeResolutionUs,
    sizesRecorded,
    rows,
    marketCount: markets.length,
    firstTimeUs,
    lastTimeUs,
    digest,
    files: [EVENTS_FILE, MARKETS_FILE, COVERAGE_FILE].map((name) => hashFile(folder, name, true)),
    counts,
    ...layout,
    importReport: { notes: importReport.notes.map(({ what, count, action }) => ({ what, count, action })) },
    createdBy,
    ...(generator === undefined ? {} : { generator }),
  };
}

function writeManifest(folder: string, manifest: TapeManifest): void {
  const descriptor = openSync(join(folder, MANIFEST_FILE), 'wx');
  try {
    writeFileSync(descriptor, `${JSON.stringify(manifest, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  flushFolder(folder);
}
