import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, readRows, sqlText } from '../../tape/duckdb.ts';
import type { StoredRun } from '../store/run-store.ts';
import type { RunTable } from '../store/run-tables.ts';

/** An order or a fill that only one of two runs has. */
export interface OnlyRow {
  readonly run: 'a' | 'b';
  readonly order_id: number;
  readonly time_us: number;
  readonly ticker: string;
  readonly side: string;
  readonly price_e4: number;
  readonly quantity_e2: number;
}

/** How many rows two runs share in one lane, and where they part. */
export interface RowDifference {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** The earliest row that only one has: of equal times, first of `a`. */
  readonly first: OnlyRow | null;
}

/** One arm of a run. */
export interface ArmOfRun {
  readonly run: StoredRun;
  readonly arm: string;
}

/**
 * Orders are equal that were decided after the same tape row, on the same terms, whatever number and time they have: another feed delay
 * alone makes no other order. Fills are equal that such orders got at the same price, size and liquidity.
 */
const ROWS: Readonly<Record<'orders' | 'fills', (from: (table: RunTable) => string) => string>> = {
  orders: (
    from,
  ) => `SELECT order_id, submit_time_us AS time_us, ticker, side, price_e4, quantity_e2, concat_ws(' ', tape_sequence, ticker,
    side, price_e4, quantity_e2, asked_e2, time_in_force, post_only, reduce_only, status = 'refused') AS key FROM ${from('orders')}`,
  fills: (
    from,
  ) => `SELECT fills.order_id, fills.exchange_time_us AS time_us, fills.ticker, fills.side, fills.price_e4, fills.quantity_e2,
    concat_ws(' ', orders.tape_sequence, fills.ticker, fills.side, fills.price_e4, fills.quantity_e2, liquidity) AS key
    FROM ${from('fills')} AS fills JOIN ${from('orders')} AS orders USING (order_id)`,
};

/** Holds the orders, or the fills, of two runs against each other in one lane, equal rows one to one. */
export async function rowDifference(
  connection: DuckDBConnection,
  what: 'orders' | 'fills',
  lane: string,
  a: ArmOfRun,
  b: ArmOfRun,
): Promise<RowDifference> {
  const rowsOf = ({ run, arm }: ArmOfRun, name: string): string => {
    const where = `arm = ${sqlText(arm)} AND lane = ${sqlText(lane)}`;
    const from = (table: RunTable): string =>
      `(SELECT * FROM ${parquetTable([join(run.folder, `${table}.parquet`)])} WHERE ${where})`;
    return `SELECT ${sqlText(name)} AS run, *, row_number() OVER (PARTITION BY key ORDER BY order_id) AS copy FROM (${ROWS[what](from)})`;
  };
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE held AS SELECT *, count(*) OVER (PARTITION BY key, copy) = 2 AS shared
     FROM (${rowsOf(a, 'a')} UNION ALL ${rowsOf(b, 'b')})`,
  );
  const [counts] = await readRows(
    connection,
    `SELECT count(*) FILTER (shared) // 2 AS n_both, count(*) FILTER (NOT shared AND run = 'a') AS n_a,
       count(*) FILTER (NOT shared AND run = 'b') AS n_b FROM held`,
  );
  const [first] = await readRows(
    connection,
    `SELECT run, order_id, time_us, ticker, side, price_e4, quantity_e2 FROM held WHERE NOT shared
     ORDER BY time_us, run, order_id LIMIT 1`,
  );
  return {
    both: Number(counts!.n_both),
    onlyA: Number(counts!.n_a),
    onlyB: Number(counts!.n_b),
    first: (first as unknown as OnlyRow | undefined) ?? null,
  };
}
