import { sqlName } from '../../tape/duckdb.ts';
import { FEATURES } from '../../weather/features.ts';
import type { FeatureRow } from './feature-rows.ts';
import { appendNumber, writeRows } from './write-rows.ts';

/** Columns beside the features; `high` is the label. */
const KEYS =
  'city VARCHAR, event VARCHAR, day VARCHAR, ladder VARCHAR, implied VARCHAR, hour DOUBLE, time_us BIGINT, high DOUBLE';
/** The same in the file: lists are staged as JSON. */
const KEYS_SQL =
  "city, nullif(event, '') AS event, day, hour, time_us, high, ladder::JSON::DOUBLE[] AS ladder, implied::JSON::DOUBLE[] AS implied";

/**
 * Writes feature rows to a Parquet file, in order of time: keys, label, then one column a feature in the order of `FEATURES`, NULL for what was
 * not known. Throws as `writeRows` does.
 */
export async function writeFeatures(path: string, rows: readonly FeatureRow[]): Promise<void> {
  await writeRows(path, rows, {
    columns: [KEYS, ...FEATURES.map(({ name }) => `${sqlName(name)} DOUBLE`)].join(', '),
    select: [KEYS_SQL, ...FEATURES.map(({ name }) => sqlName(name))].join(', '),
    orderBy: 'time_us, event',
    append: (appender, { city, event, day, hour, time, high, ladder, implied, features }) => {
      for (const text of [city, event, day]) appender.appendVarchar(text);
      for (const list of [ladder, implied]) {
        if (list === null) appender.appendNull();
        else appender.appendVarchar(JSON.stringify(list));
      }
      appender.appendDouble(hour);
      appender.appendBigInt(BigInt(time));
      for (const value of [high, ...features]) appendNumber(appender, value);
    },
  });
}
