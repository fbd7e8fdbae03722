import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { assert } from '../core/assert.ts';

/** An in-memory DuckDB of our own, with one connection. */
export interface Database {
  readonly connection: DuckDBConnection;
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

export interface DatabaseOptions {
  /** Where DuckDB puts what does not fit in memory. Left out: nothing is spilled and a query that needs it fails. */
  readonly spillFolder?: string;
  /** DuckDB's own limit, as it writes it: "2GB". */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** Opens an in-memory DuckDB. The library is loaded here, on first use, so that a command without data starts fast. */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const settings: Record<string, string> = { temp_directory: options.spillFolder ?? '' };
  if (options.memoryLimit !== undefined) settings.memory_limit = options.memoryLimit;
  if (options.threads !== undefined) settings.threads = String(options.threads);
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connections: DuckDBConnection[] = [];
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    connections.push(connection);
    return connection;
  };
  return {
    connection: await connect(),
    connect,
    close(): void {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Parquet files, in order, as a table expression. */
export function parquetTable(paths: readonly string[]): string {
  return `read_parquet([${paths.map(sqlText).join(', ')}])`;
}

export type SqlValue = string | number | boolean | null;

/** All rows of a small query as objects; 64-bit integers as numbers. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<Record<string, SqlValue>[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJS().map((row) => {
    const plain: Record<string, SqlValue> = {};
    for (const [name, value] of Object.entries(row)) plain[name] = plainValue(value);
    return plain;
  });
}

function plainValue(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value;
  return String(value);
}

/**
 * The values of a numeric column of one chunk, without a copy: valid while the chunk is referenced, and blind to nulls.
 * The client keeps the array private; reading it whole is what makes decoding fast.
 */
export function columnItems<T>(chunk: DuckDBDataChunk, column: number): T {
  const vector = chunk.getColumnVector(column) as unknown as { readonly items?: T };
  assert(vector.items !== undefined, 'the DuckDB client no longer keeps column values in "items"');
  return vector.items;
}
