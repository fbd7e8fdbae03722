import type { DuckDBConnection } from '@duckdb/node-api';
import { Fault, type FaultCode } from '../core/fault.ts';
import type { Price } from '../core/price.ts';
import type { PriceGrid } from '../core/price-grid.ts';
import { formatTime, type Time } from '../core/time.ts';
import { detailMarket, parseBands, parseDetail } from './detail-json.ts';
import { columnItems, readRows, type SqlValue } from './duckdb.ts';
import { type ColumnLayout, KIND_NAMES } from './event-sql.ts';
import type { MarketRow } from './market-table.ts';
import { SPAN_US } from './tape-columns.ts';

const LATEST_TIME = Number.MAX_SAFE_INTEGER;
const LARGEST_INT32 = 2_147_483_647;

/** One rule that every row keeps; `breaks` is SQL, true on a row that does not. */
interface Rule {
  readonly breaks: string;
  readonly says: string;
  readonly next: string;
  readonly code?: FaultCode;
}

const SOURCE = 'Correct the row in the source, or the mapping that reads it.';
const UNITS = 'Check the unit and the zone of the time column in the mapping.';

function rules(marketCount: number, sizesRecorded: boolean): Rule[] {
  const priced = "kind <> 'detail'";
  const traded = "kind IN ('delta', 'trade', 'unsided-trade')";
  const emptyAllowed = "kind IN ('snapshot', 'quote')";
  const unsized = sizesRecorded ? '' : "kind <> 'quote' AND ";
  return [
    {
      breaks: `kind IS NULL OR kind NOT IN ('${KIND_NAMES.join("', '")}')`,
      says: `is of no known kind (${KIND_NAMES.join(', ')})`,
      next: SOURCE,
    },
    {
      breaks: 'local_time_us IS NULL OR exchange_time_us IS NULL',
      says: 'has no local or no exchange time',
      next: UNITS,
    },
    {
      breaks: `local_time_us > ${LATEST_TIME} OR exchange_time_us < 0`,
      says: 'has a time outside what a tape can hold',
      next: UNITS,
    },
    {
      breaks: 'exchange_time_us > local_time_us',
      says: 'is known before it happened: its exchange time is after its local time',
      next: UNITS,
    },
    {
      breaks: `local_time_us - exchange_time_us >= ${SPAN_US}`,
      says: 'became known more than 71 minutes after it happened, more than a row can hold',
      next: `${UNITS} Where the delay is real, put the exchange time at the local time and say so in the notes.`,
    },
    { breaks: `${priced} AND market IS NULL`, says: 'names no market', next: SOURCE },
    {
      breaks: `market >= ${marketCount}`,
      says: `names a market that is not on the list of ${marketCount}`,
      next: SOURCE,
    },
    { breaks: `${priced} AND price_e4 IS NULL`, says: 'has no price', next: SOURCE },
    {
      breaks: 'price_e4 < 0 OR price_e4 >= 10000',
      says: 'has a price outside 0 to $1',
      next: 'Check the unit of the price column in the mapping.',
      code: 'off-grid-price',
    },
    {
      breaks: `${traded} AND price_e4 = 0`,
      says: 'has the price 0, at which nothing trades',
      next: SOURCE,
      code: 'off-grid-price',
    },
    {
      breaks: `${priced} AND kind <> 'unsided-trade' AND NOT (kind = 'snapshot' AND price_e4 = 0) AND (side IS NULL OR side NOT IN ('bid', 'ask'))`,
      says: 'has no side: expected bid or ask',
      next: 'Map the side column, or import prints without one as unsided trades.',
    },
    {
      breaks: "side IS NOT NULL AND (kind IN ('unsided-trade', 'detail') OR side NOT IN ('bid', 'ask'))",
      says: 'has a side that its kind does not have',
      next: SOURCE,
    },
    {
      breaks: `${priced} AND ${unsized} quantity_e2 IS NULL`,
      says: 'has no quantity',
      next: 'Map the quantity column; a tape of quotes without sizes declares that sizes are not recorded.',
    },
    {
      breaks: `quantity_e2 NOT BETWEEN -${LATEST_TIME} AND ${LATEST_TIME}`,
      says: 'has a quantity too large to be exact',
      next: SOURCE,
    },
    { breaks: "kind IN ('trade', 'unsided-trade') AND quantity_e2 <= 0", says: 'trades no quantity', next: SOURCE },
    {
      breaks: `${emptyAllowed} AND price_e4 > 0 AND quantity_e2 <= 0`,
      says: 'shows a level without quantity',
      next: SOURCE,
    },
    {
      breaks: `${emptyAllowed} AND price_e4 = 0 AND coalesce(quantity_e2, 0) <> 0`,
      says: 'shows a quantity on an empty side (price 0)',
      next: SOURCE,
    },
    {
      breaks: "(kind = 'detail') <> (detail IS NOT NULL)",
      says: 'has a detail where its kind has none, or lacks one',
      next: SOURCE,
    },
    {
      breaks: "kind = 'detail' AND (coalesce(price_e4, 0) <> 0 OR coalesce(quantity_e2, 0) <> 0 OR more)",
      says: 'is a detail with a price, a quantity or a group',
      next: SOURCE,
    },
  ];
}

/** What one pass over the rows teaches. */
export interface EventFigures {
  readonly rows: number;
  readonly firstTimeUs: number;
  readonly lastTimeUs: number;
  readonly layout: ColumnLayout;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Checks every row of a written events file against the rules of its kind, the details, and each price against the grids its
 * market ever had. Throws a Fault that names the first row that breaks a rule.
 */
export async function checkEvents(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
  sizesRecorded: boolean,
): Promise<EventFigures> {
  const list = rules(markets.length, sizesRecorded);
  const broken = list.map(({ breaks }, index) => `min(sequence) FILTER (WHERE ${breaks}) AS rule_${index}`);
  const delay = 'local_time_us - exchange_time_us';
  const [figures] = await readRows(
    connection,
    `SELECT count(*) AS row_count, min(local_time_us) AS first_us, max(local_time_us) AS last_us, min(${delay}) AS least,
       max(${delay}) AS most, max(quantity_e2) AS largest, min(quantity_e2) AS smallest, ${broken.join(', ')} FROM ${from}`,
  );
  const read = figures as Record<string, SqlValue>;
  for (const [index, rule] of list.entries()) {
    const sequence = read[`rule_${index}`];
    if (typeof sequence === 'number') throw await ruleFault(connection, from, markets, rule, sequence);
  }
  const grids = await checkDetails(connection, from, markets);
  await checkPrices(connection, from, markets, grids);
  const counted = await readRows(
    connection,
    `SELECT kind, count(*) AS row_count FROM ${from} GROUP BY kind ORDER BY kind`,
  );
  return {
    rows: Number(read.row_count),
    firstTimeUs: Number(read.first_us ?? 0),
    lastTimeUs: Number(read.last_us ?? 0),
    layout: {
      constantDelayUs: read.least === read.most ? Number(read.least ?? 0) : null,
      wideQuantities: Math.max(Number(read.largest ?? 0), -Number(read.smallest ?? 0)) > LARGEST_INT32,
    },
    counts: Object.fromEntries(counted.map(({ kind, row_count: rows }) => [String(kind), Number(rows)])),
  };
}

async function ruleFault(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
  rule: Rule,
  sequence: number,
): Promise<Fault> {
  const where = await describeRow(connection, from, markets, sequence);
  const many = await readRows(connection, `SELECT count(*) AS broken FROM ${from} WHERE ${rule.breaks}`);
  const others = Number(many[0]?.broken) - 1;
  const more = others > 0 ? `; so do ${others} other rows` : '';
  return new Fault(rule.code ?? 'malformed-input', `${where} ${rule.says}${more}`, { next: rule.next });
}

async function describeRow(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
  sequence: number,
): Promise<string> {
  const [row] = await readRows(connection, `SELECT * FROM ${from} WHERE sequence = ${sequence}`);
  const { local_time_us: time, market, kind, side, price_e4: price, quantity_e2: quantity } = row!;
  const named = typeof market === 'number' ? (markets[market]?.ticker ?? `market ${market}`) : 'no market';
  const readable = typeof time === 'number' && time >= 0 && time < 253_402_300_800_000_000;
  const when = readable ? formatTime(time as Time) : String(time);
  return `row ${sequence} (${kind} of ${named} at ${when}, side ${side}, price ${price}, quantity ${quantity})`;
}

/** Checks the details; returns the grids that markets changed to. */
async function checkDetails(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
): Promise<Map<number, PriceGrid[]>> {
  const grids = new Map<number, PriceGrid[]>();
  const rows = await readRows(
    connection,
    `SELECT sequence, market, detail FROM ${from} WHERE kind = 'detail' ORDER BY sequence`,
  );
  for (const { sequence, market, detail: text } of rows) {
    const detail = parseDetail(String(text), markets.length);
    const about = detailMarket(detail);
    if (about !== null && about !== market) {
      throw new Fault(
        'malformed-input',
        `row ${sequence} is a ${detail.type} of market ${about} in a row of market ${market}`,
        {
          next: 'Give the row the market that its detail is about.',
        },
      );
    }
    if (detail.type === 'lifecycle' && detail.change.grid !== undefined) {
      const known = grids.get(detail.change.market) ?? [];
      known.push(detail.change.grid);
      grids.set(detail.change.market, known);
    }
  }
  return grids;
}

async function checkPrices(
  connection: DuckDBConnection,
  from: string,
  markets: readonly MarketRow[],
  changed: ReadonlyMap<number, PriceGrid[]>,
): Promise<void> {
  const grids = markets.map((row, index) => [parseBands(row.price_bands), ...(changed.get(index) ?? [])]);
  const result = await connection.run(
    `SELECT market, price_e4, min(sequence) AS first FROM ${from} WHERE kind <> 'detail' AND price_e4 > 0 GROUP BY ALL`,
  );
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    const market = columnItems<Uint32Array>(chunk, 0);
    const prices = columnItems<Int32Array>(chunk, 1);
    for (let row = 0; row < chunk.rowCount; row++) {
      const allowed = grids[market[row]!]!;
      if (allowed.some((grid) => grid.contains(prices[row] as Price))) continue;
      const sequence = Number(columnItems<BigInt64Array>(chunk, 2)[row]);
      const where = await describeRow(connection, from, markets, sequence);
      throw new Fault('off-grid-price', `${where} is off its market's price grid (${allowed[0]!.describe()})`, {
        next: "Check the price unit and the market's price bands; a mapping may leave such rows out, counted.",
      });
    }
  }
}
