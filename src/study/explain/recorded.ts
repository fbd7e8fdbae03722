import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Reasons } from '../../engine/strategy.ts';
import { parquetTable, readRows, sqlText } from '../../tape/duckdb.ts';
import type { StoredRun } from '../store/run-store.ts';
import type { RunTable } from '../store/run-tables.ts';

/** One arm of a run in one lane: where an order's number means something. */
export interface Place {
  readonly run: StoredRun;
  readonly arm: string;
  readonly lane: string;
}

/** A row of a run's table, columns as docs/query.md lists them. */
export interface OrderRow {
  readonly order_id: number;
  readonly ticker: string;
  readonly side: 'bid' | 'ask';
  readonly leg: 'yes' | 'no';
  readonly price_e4: number;
  readonly quantity_e2: number;
  readonly asked_e2: number;
  readonly time_in_force: string;
  readonly post_only: boolean;
  readonly reduce_only: boolean;
  readonly submit_time_us: number;
  readonly tape_sequence: number;
  readonly status: string;
  readonly reason: string | null;
  readonly filled_e2: number;
  readonly filled_cost_e6: number;
  readonly fees_e6: number;
  readonly fair_price_e4: number | null;
}

export interface DecisionRow {
  readonly number: number;
  readonly time_us: number;
  readonly action: string;
  readonly reasons: Reasons;
  readonly tape_sequence: number;
}

export interface UpdateRow {
  readonly order_id: number;
  readonly exchange_time_us: number;
  readonly local_time_us: number;
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
  readonly quantity_e2: number | null;
  readonly price_e4: number | null;
}

export interface FillRow {
  readonly price_e4: number;
  readonly quantity_e2: number;
  readonly liquidity: 'maker' | 'taker';
  readonly fee_e6: number;
  readonly exchange_time_us: number;
  readonly local_time_us: number;
  readonly tape_sequence: number;
  readonly position_after_e2: number;
}

export interface SettlementRow {
  readonly outcome: string;
  readonly value_e4: number;
  readonly quantity_e2: number;
  readonly payout_e6: number;
  readonly realised_e6: number;
  readonly time_us: number;
}

/** Reads rows of one arm and lane out of a run's table. `rest` is SQL after the condition on both. */
export async function recorded<Row>(
  connection: DuckDBConnection,
  { run, arm, lane }: Place,
  table: RunTable,
  rest: string,
): Promise<Row[]> {
  const from = parquetTable([join(run.folder, `${table}.parquet`)]);
  const where = `arm = ${sqlText(arm)} AND lane = ${sqlText(lane)}`;
  return (await readRows(connection, `SELECT * FROM ${from} WHERE ${where} ${rest}`)) as unknown as Row[];
}

/** As {@link recorded}, with the reasons as they were explained. */
export async function recordedDecisions(
  connection: DuckDBConnection,
  place: Place,
  rest: string,
): Promise<DecisionRow[]> {
  const rows = await recorded<Omit<DecisionRow, 'reasons'> & { reasons: string | null }>(
    connection,
    place,
    'decisions',
    rest,
  );
  return rows.map((row) => ({ ...row, reasons: row.reasons === null ? {} : JSON.parse(row.reasons) }));
}
