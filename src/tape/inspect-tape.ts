import type { DuckDBConnection } from '@duckdb/node-api';
import { gradeName } from '../core/tape-block.ts';
import { HOUR, type Time } from '../core/time.ts';
import { readCoverage } from './certificate.ts';
import { type CoverageSpan, type CoverageTotal, coverageTotal } from './coverage.ts';
import { openDatabase, parquetTable, readRows } from './duckdb.ts';
import { checkFile } from './file-hash.ts';
import type { TapeManifest } from './manifest.ts';
import type { MarketResult } from './market-table.ts';
import type { Tape } from './open-tape.ts';

/** One market in a tape's summary. */
export interface MarketSummary {
  readonly ticker: string;
  readonly event: string;
  readonly day: string;
  /** Rows that are not details. */
  readonly rows: number;
  readonly trades: number;
  /** Traded quantity in 0.01 contract. */
  readonly tradedE2: number;
  readonly firstTime: Time | null;
  readonly lastTime: Time | null;
  /** Share of its life that is covered, 0 to 1; null where it had none on the tape. */
  readonly coverage: number | null;
  readonly result: MarketResult | null;
}

/** What a person wants to know of a tape before trusting it. */
export interface TapeSummary {
  readonly manifest: TapeManifest;
  /** The grade in words: "L2 with trades, continuous". */
  readonly grade: string;
  /** Bytes of its files, and of `events.parquet` alone for each row; null where there are no rows. */
  readonly bytes: number;
  readonly bytesPerRow: number | null;
  readonly coverage: CoverageTotal;
  /** Uncovered stretches, longest first. */
  readonly gaps: readonly CoverageSpan[];
  readonly markets: readonly MarketSummary[];
  /** Rows in each hour from `hoursFrom` on, hours without a row included. */
  readonly hoursFrom: Time;
  readonly rowsPerHour: readonly number[];
}

/** Reads the summary of a tape; its files are checked first. Throws a Fault (`tape-corrupt`). */
export async function inspectTape(tape: Tape): Promise<TapeSummary> {
  for (const file of tape.manifest.files) checkFile(tape.folder, file);
  const database = await openDatabase();
  try {
    const { connection } = database;
    const { manifest } = tape;
    const spans = await readCoverage(tape, connection);
    const from = parquetTable(tape.files('events'));
    const sized = (sort: string) =>
      manifest.files.filter((file) => file.name.startsWith(sort)).reduce((sum, file) => sum + file.bytes, 0);
    const hoursFrom = (Math.floor(manifest.firstTimeUs / HOUR) * HOUR) as Time;
    return {
      manifest,
      grade: gradeName(manifest.grade),
      bytes: sized(''),
      bytesPerRow: manifest.rows === 0 ? null : sized('events') / manifest.rows,
      coverage: coverageTotal(spans),
      gaps: spans.filter((span) => !span.covered).sort((a, b) => b.to - b.from - (a.to - a.from)),
      markets: await marketSummaries(connection, from, tape, spans),
      hoursFrom,
      rowsPerHour: await rowsPerHour(connection, from, hoursFrom, manifest),
    };
  } finally {
    database.close();
  }
}

async function marketSummaries(
  connection: DuckDBConnection,
  from: string,
  tape: Tape,
  spans: readonly CoverageSpan[],
): Promise<MarketSummary[]> {
  const trade = "kind IN ('trade', 'unsided-trade')";
  const figures = await readRows(
    connection,
    `SELECT market, count(*) FILTER (kind <> 'detail') AS row_count, count(*) FILTER (${trade}) AS trades,
       sum(quantity_e2) FILTER (${trade})::BIGINT AS traded, min(local_time_us) FILTER (kind <> 'detail') AS first_us,
       max(local_time_us) FILTER (kind <> 'detail') AS last_us FROM ${from} WHERE market IS NOT NULL GROUP BY market`,
  );
  const byMarket = new Map(figures.map((row) => [row.market, row]));
  const spansOf = tape.markets.map((): CoverageSpan[] => []);
  for (const span of spans) spansOf[span.market]!.push(span);
  return tape.markets.map(({ index, ticker, event, day }) => {
    const row = byMarket.get(index);
    return {
      ticker,
      event,
      day,
      rows: Number(row?.row_count ?? 0),
      trades: Number(row?.trades ?? 0),
      tradedE2: Number(row?.traded ?? 0),
      firstTime: (row?.first_us ?? null) as Time | null,
      lastTime: (row?.last_us ?? null) as Time | null,
      coverage: coverageTotal(spansOf[index]!).share,
      result: tape.results[index] ?? null,
    };
  });
}

async function rowsPerHour(
  connection: DuckDBConnection,
  from: string,
  first: Time,
  manifest: TapeManifest,
): Promise<number[]> {
  const hours = manifest.rows === 0 ? 0 : Math.floor((manifest.lastTimeUs - first) / HOUR) + 1;
  const counts = new Array<number>(hours).fill(0);
  const rows = await readRows(
    connection,
    `SELECT (local_time_us - ${first}) // ${HOUR} AS hour, count(*) AS row_count FROM ${from} GROUP BY hour`,
  );
  for (const { hour, row_count: count } of rows) counts[Number(hour)] = Number(count);
  return counts;
}
