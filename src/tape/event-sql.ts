/** Name of each event kind in the `kind` column, by its code in `core/market-event.ts`. */
export const KIND_NAMES = ['delta', 'trade', 'snapshot', 'quote', 'unsided-trade', 'detail'] as const;

/** Columns of `events.parquet` after `sequence`, and their types. */
export const EVENT_COLUMNS: Readonly<Record<string, string>> = {
  exchange_time_us: 'BIGINT',
  local_time_us: 'BIGINT',
  kind: 'VARCHAR',
  market: 'UINTEGER',
  side: 'VARCHAR',
  price_e4: 'INTEGER',
  quantity_e2: 'BIGINT',
  more: 'BOOLEAN',
  trade_id: 'VARCHAR',
  detail: 'VARCHAR',
};

/** How Parquet is written: what both we and a notebook read fast and small. */
export const PARQUET_OPTIONS = 'FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880';

/** A quote without a recorded size counts as one contract, in 0.01 contract. */
const ONE_CONTRACT = 100;

/** Kind names are dictionary-coded in Parquet, so this runs on few distinct values where DuckDB keeps the dictionary. */
const KIND_CODE = `CASE kind ${KIND_NAMES.map((name, code) => `WHEN '${name}' THEN ${code * 2}`).join(' ')} END`;

/** A row's key, as `packKey` of `core/tape-block.ts` packs it; an absent market, side or flag packs as 0. */
const KEY =
  `((coalesce(market, 0)::UINTEGER << 5) | (more::UINTEGER << 4) | (${KIND_CODE})::UINTEGER | ` +
  "(CASE WHEN side = 'ask' THEN 1 ELSE 0 END)::UINTEGER)::UINTEGER";

const QUANTITY = `coalesce(quantity_e2, CASE WHEN kind = 'quote' AND price_e4 > 0 THEN ${ONE_CONTRACT} ELSE 0 END)`;

/** Which columns memory needs, known from the manifest before a row is read. */
export interface ColumnLayout {
  readonly constantDelayUs: number | null;
  readonly wideQuantities: boolean;
}

/** Selects the packed columns (key, local time, price, quantity and, where it varies, delay) from an events table. */
export function packedSql(from: string, layout: ColumnLayout): string {
  const delay = layout.constantDelayUs === null ? ', (local_time_us - exchange_time_us)::UINTEGER AS delay' : '';
  const type = layout.wideQuantities ? 'DOUBLE' : 'INTEGER';
  return (
    `SELECT ${KEY} AS key, local_time_us, coalesce(price_e4, 0)::USMALLINT AS price, ` +
    `(${QUANTITY})::${type} AS quantity${delay} FROM ${from}`
  );
}

/**
 * The canonical event columns of any relation that has them, in tape order and numbered. A sorted one is not sorted again: its ordinals,
 * counted from 0, are the numbers.
 */
export function sequencedSql(eventsSql: string, sorted: boolean): string {
  const columns = Object.entries(EVENT_COLUMNS).map(([name, type]) =>
    name === 'more' ? 'coalesce(more, false)::BOOLEAN AS more' : `${name}::${type} AS ${name}`,
  );
  if (sorted) return `SELECT ordinal::BIGINT + 1 AS sequence, ${columns.join(', ')} FROM (${eventsSql})`;
  return (
    `SELECT row_number() OVER () AS sequence, ${Object.keys(EVENT_COLUMNS).join(', ')} FROM ` +
    `(SELECT ${columns.join(', ')}, ordinal::BIGINT AS ordinal FROM (${eventsSql}) ORDER BY local_time_us, ordinal)`
  );
}
