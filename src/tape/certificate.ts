import type { DuckDBConnection } from '@duckdb/node-api';
import type { MarketIndex } from '../core/market.ts';
import type { Time } from '../core/time.ts';
import { type CoverageBasis, type CoverageSpan, type MarketHour, marketHours } from './coverage.ts';
import { openDatabase, parquetTable, readRows } from './duckdb.ts';
import { checkFile } from './file-hash.ts';
import type { Tape } from './open-tape.ts';

/** The coverage spans that were sealed with a tape. Throws a Fault (`tape-corrupt`). */
export async function readCoverage(tape: Tape, connection: DuckDBConnection): Promise<CoverageSpan[]> {
  for (const file of tape.manifest.files) if (file.name.startsWith('coverage')) checkFile(tape.folder, file);
  const from = parquetTable(tape.files('coverage'));
  const rows = await readRows(connection, `SELECT * FROM ${from} ORDER BY market, from_us`);
  return rows.map((row) => ({
    market: row.market as MarketIndex,
    from: row.from_us as Time,
    to: row.to_us as Time,
    covered: row.state === 'covered',
    basis: row.basis as CoverageBasis | null,
    reason: String(row.reason),
  }));
}

/** A tape's coverage certificate: covered time and its basis for each market and hour of its life on the tape. */
export async function certificate(tape: Tape): Promise<MarketHour[]> {
  const database = await openDatabase();
  try {
    return marketHours(await readCoverage(tape, database.connection));
  } finally {
    database.close();
  }
}
