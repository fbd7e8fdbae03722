import { sqlText } from '../duckdb.ts';
import type { Loading } from './loading.ts';
import type { MappedTime } from './mapping.ts';
import { countOf, expressionSql } from './sql.ts';

/** SQL that counts rows of `time_us` in the hour that a zone's clock goes through twice. */
export function repeatedHour(zone: string): string {
  const local = (time: string) => `timezone(${sqlText(zone)}, make_timestamptz(${time}))`;
  return `count(*) FILTER (${local('time_us - 3600000000')} = ${local('time_us')})`;
}

/**
 * Tells of naive times in the hour that the clock leaves out when summer time begins: no clock ever showed them. They are read by the
 * offset before the change, which is an hour later on the clock after it.
 */
export async function tellOfSkippedHour(
  { connection, findings }: Loading,
  table: string,
  what: string,
  time: MappedTime | undefined,
): Promise<void> {
  if (time?.unit !== 'naive' || time.zone === undefined) return;
  const local = `TRY_CAST(${expressionSql(time.column)} AS TIMESTAMP)`;
  const zone = sqlText(time.zone);
  const skipped = await countOf(
    connection,
    `SELECT count(*) FROM ${table} WHERE timezone(${zone}, timezone(${zone}, ${local})) <> ${local}`,
  );
  findings.add(
    `${what} at a local time that a clock change leaves out`,
    skipped,
    `read as an hour later: no clock in ${time.zone} ever showed them`,
  );
}
