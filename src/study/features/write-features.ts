import { accessSync, constants, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { openDatabase, sqlName, sqlText } from '../../tape/duckdb.ts';
import { writeFault } from '../../tape/write-fault.ts';
import { FEATURES } from '../../weather/features.ts';
import type { FeatureRow } from './feature-rows.ts';

const NAMES = FEATURES.map(({ name }) => sqlName(name)).join(', ');
/** Columns beside the features; `high` is the label. */
const KEYS =
  'city VARCHAR, event VARCHAR, day VARCHAR, ladder VARCHAR, implied VARCHAR, hour DOUBLE, time_us BIGINT, high DOUBLE';
/** The same in the file: lists are staged as JSON. */
const KEYS_SQL =
  'city, event, day, hour, time_us, high, ladder::JSON::DOUBLE[] AS ladder, implied::JSON::DOUBLE[] AS implied';

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

/**
 * Writes feature rows to a Parquet file, in order of time: keys, label, then one column a feature in the order of `FEATURES`, NULL for what was
 * not known. Throws a Fault (`disk-full`, `cannot-write`); then the file is as it was.
 */
export async function writeFeatures(path: string, rows: readonly FeatureRow[]): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  const database = await openDatabase();
  try {
    const { connection } = database;
    await connection.run(
      `CREATE TABLE rows (${KEYS}, ${FEATURES.map(({ name }) => `${sqlName(name)} DOUBLE`).join(', ')})`,
    );
    const appender = await connection.createAppender('rows');
    for (const { city, event, day, hour, time, high, ladder, implied, features } of rows) {
      for (const text of [city, event, day]) appender.appendVarchar(text);
      for (const list of [ladder, implied]) {
        if (list === null) appender.appendNull();
        else appender.appendVarchar(JSON.stringify(list));
      }
      appender.appendDouble(hour);
      appender.appendBigInt(BigInt(time));
      for (const value of [high ?? Number.NaN, ...features]) {
        if (Number.isNaN(value)) appender.appendNull();
        else appender.appendDouble(value);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(
      `COPY (SELECT ${KEYS_SQL}, ${NAMES} FROM rows ORDER BY time_us, event) TO ${sqlText(partial)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    renameSync(partial, path);
  } catch (error) {
    throw writeFault(error, path);
  } finally {
    database.close();
    if (existsSync(partial)) rmSync(partial);
  }
}
