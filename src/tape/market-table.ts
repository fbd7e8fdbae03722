import type { DuckDBConnection } from '@duckdb/node-api';
import { Fault } from '../core/fault.ts';
import type { Market, MarketIndex, Settlement, Strike } from '../core/market.ts';
import { ONE_DOLLAR, type Price, price } from '../core/price.ts';
import type { Time } from '../core/time.ts';
import { formatBands, parseBands } from './detail-json.ts';
import { readRows, type SqlValue } from './duckdb.ts';

/** How a market paid, as far as the tape's maker knew; `time` is null where it is not recorded. */
export interface MarketResult {
  readonly outcome: Settlement['outcome'];
  readonly value: Price;
  readonly time: Time | null;
}

/** One row of `markets.parquet`. */
export interface MarketRow {
  readonly market: number;
  readonly ticker: string;
  readonly event: string;
  readonly series: string;
  readonly title: string;
  readonly strike_type: string;
  readonly strike_floor: number | null;
  readonly strike_cap: number | null;
  /** JSON list of bands in 1e-4 dollars. */
  readonly price_bands: string;
  readonly open_time_us: number | null;
  readonly close_time_us: number | null;
  readonly day: string;
  readonly mutually_exclusive: boolean;
  readonly result: string | null;
  readonly settlement_value_e4: number | null;
  readonly settlement_time_us: number | null;
}

/** Columns of `markets.parquet` and their types, in order. */
export const MARKET_COLUMNS: Readonly<Record<keyof MarketRow, string>> = {
  market: 'UINTEGER',
  ticker: 'VARCHAR',
  event: 'VARCHAR',
  series: 'VARCHAR',
  title: 'VARCHAR',
  strike_type: 'VARCHAR',
  strike_floor: 'DOUBLE',
  strike_cap: 'DOUBLE',
  price_bands: 'VARCHAR',
  open_time_us: 'BIGINT',
  close_time_us: 'BIGINT',
  day: 'VARCHAR',
  mutually_exclusive: 'BOOLEAN',
  result: 'VARCHAR',
  settlement_value_e4: 'INTEGER',
  settlement_time_us: 'BIGINT',
};

/** The key of a row has 27 bits for its market. */
const MOST_MARKETS = 2 ** 27;
const STRIKES = ['less', 'between', 'greater', 'other'];
const OUTCOMES = ['yes', 'no', 'scalar', 'void'];

/** Reads a markets table in order of index and checks every field. Throws a Fault that names the ticker. */
export async function readMarketRows(connection: DuckDBConnection, from: string): Promise<MarketRow[]> {
  const columns = Object.entries(MARKET_COLUMNS).map(([name, type]) => `${name}::${type} AS ${name}`);
  const rows = await readRows(connection, `SELECT ${columns.join(', ')} FROM ${from} ORDER BY market`);
  const seen = new Set<SqlValue>();
  rows.forEach((row, index) => {
    if (row.market !== index)
      throw wrongMarket(row, `is number ${row.market}, expected ${index}: indexes run from 0 without a gap`);
    checkMarketRow(row);
    if (seen.has(row.ticker!)) throw wrongMarket(row, 'is listed twice');
    seen.add(row.ticker!);
  });
  if (rows.length > MOST_MARKETS)
    throw new Fault('malformed-input', `${rows.length} markets: a tape holds ${MOST_MARKETS}`);
  return rows as unknown as MarketRow[];
}

function checkMarketRow(row: Record<string, SqlValue>): void {
  for (const field of ['ticker', 'event', 'series', 'price_bands']) {
    if (typeof row[field] !== 'string' || row[field] === '') throw wrongMarket(row, `has no ${field}`);
  }
  if (typeof row.title !== 'string') throw wrongMarket(row, 'has no title: give at least an empty one');
  if (typeof row.day !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(row.day)) {
    throw wrongMarket(row, `has the day ${row.day}, expected YYYY-MM-DD`);
  }
  if (!STRIKES.includes(String(row.strike_type))) {
    throw wrongMarket(row, `has the strike type ${row.strike_type}, expected ${STRIKES.join(', ')}`);
  }
  if (typeof row.mutually_exclusive !== 'boolean')
    throw wrongMarket(row, 'does not say whether it is mutually exclusive');
  parseBands(row.price_bands as string);
  checkResult(row);
}

function checkResult(row: Record<string, SqlValue>): void {
  const { result, settlement_value_e4: value } = row;
  if (result === null) {
    if (value !== null) throw wrongMarket(row, 'has a settlement value but no result');
    return;
  }
  if (!OUTCOMES.includes(String(result)))
    throw wrongMarket(row, `has the result ${result}, expected ${OUTCOMES.join(', ')}`);
  const fixed = result === 'yes' ? ONE_DOLLAR : result === 'no' ? 0 : null;
  if (fixed === null && value === null) throw wrongMarket(row, `settled ${result} without a settlement value`);
  if (fixed !== null && value !== null && value !== fixed) {
    throw wrongMarket(row, `settled ${result} at ${value} (1e-4 dollars), expected ${fixed}`);
  }
  if (value !== null) price(value as number);
}

function wrongMarket(row: Record<string, SqlValue>, why: string): Fault {
  return new Fault('malformed-input', `market ${row.ticker ?? row.market} ${why}`, {
    next: 'Correct the list of markets, or the mapping that reads it.',
  });
}

/** The market that a row of `markets.parquet` describes. Markets with equal bands share one grid. */
export function marketOf(row: MarketRow): Market {
  return {
    index: row.market as MarketIndex,
    ticker: row.ticker,
    event: row.event,
    series: row.series,
    title: row.title,
    strike: { type: row.strike_type as Strike['type'], floor: row.strike_floor, cap: row.strike_cap },
    grid: parseBands(row.price_bands),
    openTime: row.open_time_us as Time | null,
    closeTime: row.close_time_us as Time | null,
    day: row.day,
    mutuallyExclusive: row.mutually_exclusive,
  };
}

/** The result that a row of `markets.parquet` records, or null. */
export function resultOf(row: MarketRow): MarketResult | null {
  if (row.result === null) return null;
  const outcome = row.result as Settlement['outcome'];
  const value = outcome === 'yes' ? ONE_DOLLAR : ((row.settlement_value_e4 ?? 0) as Price);
  return { outcome, value, time: row.settlement_time_us as Time | null };
}

/** The row that stores a market and its result. */
export function marketRow(market: Market, result: MarketResult | null): MarketRow {
  return {
    market: market.index,
    ticker: market.ticker,
    event: market.event,
    series: market.series,
    title: market.title,
    strike_type: market.strike.type,
    strike_floor: market.strike.floor,
    strike_cap: market.strike.cap,
    price_bands: formatBands(market.grid),
    open_time_us: market.openTime,
    close_time_us: market.closeTime,
    day: market.day,
    mutually_exclusive: market.mutuallyExclusive,
    result: result?.outcome ?? null,
    settlement_value_e4: result?.value ?? null,
    settlement_time_us: result?.time ?? null,
  };
}
