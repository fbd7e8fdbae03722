import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows, type SqlValue, sqlName, sqlText } from '../duckdb.ts';
import type { MappedAnswer, MappedExpression, MappedPrice, MappedTime } from './mapping.ts';

/** A mapped expression as SQL: a column by name, or the expression itself. */
export function expressionSql(expression: MappedExpression): string {
  return typeof expression === 'string' ? sqlName(expression) : `(${expression.sql})`;
}

/** A price column as a DOUBLE in 1e-4 dollars, not yet rounded; null where it is no number. */
export function priceSql(price: MappedPrice): string {
  return `(TRY_CAST(${expressionSql(price.column)} AS DOUBLE) * ${priceScale(price)})`;
}

/** How many 1e-4 dollars one unit of the column is. */
export function priceScale(price: MappedPrice): number {
  return price.unit === 'cents' ? 100 : 10_000;
}

/**
 * A time column as BIGINT microseconds since 1970 UTC; null where it is no time of the declared unit. A double holds Unix seconds to
 * a quarter of a microsecond, so rounding gives the exact one.
 */
export function timeSql(time: MappedTime): string {
  const column = expressionSql(time.column);
  switch (time.unit) {
    case 'seconds':
      return `TRY_CAST(round(TRY_CAST(${column} AS DOUBLE) * 1e6) AS BIGINT)`;
    case 'milliseconds':
      return `TRY_CAST(round(TRY_CAST(${column} AS DOUBLE) * 1e3) AS BIGINT)`;
    case 'microseconds':
      return `TRY_CAST(${column} AS BIGINT)`;
    case 'iso':
      return `epoch_us(CASE WHEN regexp_matches(CAST(${column} AS VARCHAR), '(Z|[+-]\\d\\d(:?\\d\\d)?)$') THEN TRY_CAST(${column} AS TIMESTAMPTZ) END)`;
    case 'naive':
      return `epoch_us(timezone(${sqlText(time.zone ?? 'UTC')}, TRY_CAST(${column} AS TIMESTAMP)))`;
  }
}

/** A yes-or-no column as one of two given SQL values; null where it is neither of the declared words. */
export function answerSql(answer: MappedAnswer, yes: string, no: string): string {
  const column = `CAST(${expressionSql(answer.column)} AS VARCHAR)`;
  const words = (list: readonly string[]) => list.map(sqlText).join(', ');
  return `CASE WHEN ${column} IN (${words(answer.yes)}) THEN ${yes} WHEN ${column} IN (${words(answer.no)}) THEN ${no} END`;
}

/** The first row of a query as an object; 64-bit integers as numbers. */
export async function firstRow(connection: DuckDBConnection, sql: string): Promise<Record<string, SqlValue>> {
  return (await readRows(connection, sql))[0] ?? {};
}

/** The one number that a query gives; 0 for null. */
export async function countOf(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number(Object.values(await firstRow(connection, sql))[0] ?? 0);
}
