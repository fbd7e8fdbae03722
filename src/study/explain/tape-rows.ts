import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, readRows } from '../../tape/duckdb.ts';
import type { Tape } from '../../tape/open-tape.ts';

/** A row of a tape, as it was recorded. */
export interface TapeRow {
  readonly sequence: number;
  readonly exchange_time_us: number;
  readonly local_time_us: number;
  readonly kind: string;
  readonly market: number | null;
  readonly side: 'bid' | 'ask' | null;
  readonly price_e4: number | null;
  readonly quantity_e2: number | null;
  readonly trade_id: string | null;
  readonly detail: string | null;
}

const COLUMNS =
  'sequence, exchange_time_us, local_time_us, kind, market, side, price_e4, quantity_e2, trade_id, detail';

/** Rows of a tape by number, those that exist. */
export async function tapeRows(
  connection: DuckDBConnection,
  tape: Tape,
  sequences: readonly number[],
): Promise<Map<number, TapeRow>> {
  if (sequences.length === 0) return new Map();
  const numbers = [...new Set(sequences)].join(', ');
  const rows = await read(connection, tape, `sequence IN (${numbers}) ORDER BY sequence`);
  return new Map(rows.map((row) => [row.sequence, row]));
}

/** The last `count` rows of a market up to a row, oldest first. */
export async function rowsUpTo(
  connection: DuckDBConnection,
  tape: Tape,
  market: number,
  sequence: number,
  count: number,
): Promise<TapeRow[]> {
  const last = `market = ${market} AND sequence <= ${sequence} ORDER BY sequence DESC LIMIT ${count}`;
  return (await read(connection, tape, last)).reverse();
}

async function read(connection: DuckDBConnection, tape: Tape, where: string): Promise<TapeRow[]> {
  const sql = `SELECT ${COLUMNS} FROM ${parquetTable(tape.files('events'))} WHERE ${where}`;
  return (await readRows(connection, sql)) as unknown as TapeRow[];
}
