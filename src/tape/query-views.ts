import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, sqlName } from './duckdb.ts';
import type { Tape } from './open-tape.ts';

/**
 * Makes a tape's tables DuckDB views: `<schema>.events`, `.markets` and `.coverage`, every column as it is stored and beside each
 * `…_us` column a readable TIMESTAMP in UTC: `local_time`, `from_time`. The schema is the tape's name with "_" for any other sign,
 * unless given; returns it.
 */
export async function registerViews(
  connection: DuckDBConnection,
  tape: Tape,
  schema = schemaName(tape.manifest.name),
): Promise<string> {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${sqlName(schema)}`);
  const view = async (name: 'events' | 'markets' | 'coverage', times: Record<string, string>): Promise<void> => {
    const readable = Object.entries(times)
      .map(([column, time]) => `, make_timestamp(${column}) AS ${time}`)
      .join('');
    const from = parquetTable(tape.files(name));
    await connection.run(`CREATE OR REPLACE VIEW ${sqlName(schema)}.${name} AS SELECT *${readable} FROM ${from}`);
  };
  await view('events', { exchange_time_us: 'exchange_time', local_time_us: 'local_time' });
  await view('markets', {
    open_time_us: 'open_time',
    close_time_us: 'close_time',
    settlement_time_us: 'settlement_time',
  });
  await view('coverage', { from_us: 'from_time', to_us: 'to_time' });
  return schema;
}

/** A tape's name as an SQL name that needs no quotes. */
export function schemaName(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');
  return /^[0-9]/.test(plain) ? `_${plain}` : plain;
}
