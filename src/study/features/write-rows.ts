import { accessSync, constants, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBAppender } from '@duckdb/node-api';
import { Fault } from '../../core/fault.ts';
import { openDatabase, sqlText } from '../../tape/duckdb.ts';
import { writeFault } from '../../tape/write-fault.ts';

/** Throws a Fault (`cannot-write`) where no file can be written beside `path`: to be known before the work, not after it. */
export function checkWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new Fault('cannot-write', `cannot write ${path}: ${(cause as Error).message}`, {
      next: 'Name a file in a folder that is there and may be written to.',
      cause,
    });
  }
}

/** What a Parquet file of rows holds. */
export interface RowLayout<R> {
  /** The columns of the staged table, as SQL declares them. */
  readonly columns: string;
  /** What of them is written, and in which order of rows. */
  readonly select: string;
  readonly orderBy: string;
  /** Appends the values of one row, without ending it. */
  readonly append: (appender: DuckDBAppender, row: R) => void;
}

/** Writes rows to a Parquet file. Throws a Fault (`disk-full`, `cannot-write`); then the file is as it was. */
export async function writeRows<R>(path: string, rows: readonly R[], layout: RowLayout<R>): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  const database = await openDatabase();
  try {
    const { connection } = database;
    await connection.run(`CREATE TABLE rows (${layout.columns})`);
    const appender = await connection.createAppender('rows');
    for (const row of rows) {
      layout.append(appender, row);
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(
      `COPY (SELECT ${layout.select} FROM rows ORDER BY ${layout.orderBy}) TO ${sqlText(partial)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    renameSync(partial, path);
  } catch (error) {
    throw writeFault(error, path);
  } finally {
    database.close();
    if (existsSync(partial)) rmSync(partial);
  }
}

/** Appends a number, or NULL for what is not known. */
export function appendNumber(appender: DuckDBAppender, value: number | null): void {
  if (value === null || Number.isNaN(value)) appender.appendNull();
  else appender.appendDouble(value);
}
