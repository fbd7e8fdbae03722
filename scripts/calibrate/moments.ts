import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from '../../src/tape/duckdb.ts';

/**
 * Everything that is measured, of recorded and of generated markets by the same SQL over the same tables:
 *
 * - `prints(event, market, second, hour, cents, contracts, buys)`: public trades, times rounded up to the second; `hour` after the climate
 *   day's local midnight, `cents` the YES price, `buys` 1 where the taker bought YES;
 * - `highs(event, high)`, `middles(market, degrees)`: what settled, and the middle of each bracket;
 * - `quotes(market, us, bid, ask)`: best prices in cents at each change, 0 and 100 where a side is empty;
 * - `depth(leg, best, within5, levels)`: one side of one book: its best price as a leg in cents, the size there, within 5 cents, levels.
 */
export interface Moments {
  readonly cityDays: number;
  readonly prints: number;
  readonly orders: {
    readonly count: number;
    readonly perCityDay: number;
    /** For each city and day, by hour from −16 to 23 after local midnight. */
    readonly byHour: readonly number[];
    readonly printsAnOrder: number;
    /** Share that traded at more than one price. */
    readonly walkedShare: number;
    readonly yesShare: number;
    /** How far the next print a minute or more later lies on the taker's side of its own, in cents: a mean over orders, and over contracts. */
    readonly markoutCents: number;
    readonly markoutByContractCents: number;
    readonly contracts: Quantiles;
    readonly dollars: Quantiles;
  };
  readonly sweeps: {
    readonly count: number;
    readonly perCityDay: number;
    /** Share of legs of 90 cents and more. */
    readonly certainShare: number;
    readonly walkedShare: number;
    readonly meanReachCents: number;
    readonly dollars: Quantiles;
    readonly byHour: readonly number[];
  };
  /** Share of prints by YES price, 0 to 9 cents first. */
  readonly printsByPrice: readonly number[];
  /** Half the width of the middle 68 % of the markets' errors, °F, at hours −10, −4, 0, 8, 12, 14, 16 after local midnight. */
  readonly beliefError: readonly number[];
  readonly quotes: {
    readonly markets: number;
    readonly changesAMarketHour: number;
    /** Share of time at a spread of 1, 2, 3, 4 to 5, and more cents, while both sides are quoted. */
    readonly spreads: readonly number[];
  };
  readonly depth: {
    readonly sides: number;
    readonly best: Quantiles;
    /** Median contracts within 5 cents of the best price, for legs below 10, 30, 70, 90 and 100 cents. */
    readonly within5: readonly number[];
    readonly medianLevels: number;
  };
}

export interface Quantiles {
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
}

export const BELIEF_HOURS = [-10, -4, 0, 8, 12, 14, 16];
const FIRST_HOUR = -16;
const HOURS = 40;

type Row = Readonly<Record<string, unknown>>;

/** Measures the tables. Trades of one market, second and side are one order. */
export async function measure(connection: DuckDBConnection): Promise<Moments> {
  const rows = async (sql: string): Promise<Row[]> => readRows(connection, sql);
  const one = async (sql: string): Promise<Row> => (await rows(sql))[0]!;
  await connection.run(`CREATE OR REPLACE TEMP TABLE orders AS
    SELECT event, market, second, buys, min(hour) AS hour, count(*) AS prints, sum(contracts) AS contracts, min(cents) AS low,
      max(cents) AS high, arg_max(cents, contracts * 1000 + cents) AS main_cents, sum(contracts * (CASE buys WHEN 1 THEN cents ELSE 100 - cents END)) / 100.0 AS spent
    FROM prints GROUP BY ALL`);
  const { days } = (await one('SELECT count(DISTINCT event) AS days FROM prints')) as { days: number };
  const byHour = async (where: string): Promise<number[]> => {
    const counts = await rows(
      `SELECT h, (SELECT count(*) FROM orders WHERE floor(hour) = h AND ${where}) AS n FROM range(${FIRST_HOUR}, ${FIRST_HOUR + HOURS}) t(h) ORDER BY h`,
    );
    return counts.map(({ n }) => rounded(Number(n) / days, 3));
  };
  const orders = await one(
    `SELECT count(*) AS n, avg(prints) AS prints, avg((high > low)::INT) AS walked, avg(buys) AS yes FROM orders`,
  );
  const markout =
    await one(`WITH own AS (SELECT *, main_cents AS cents, 2 * buys - 1 AS sign, second + 60 AS later FROM orders)
    SELECT avg(sign * (next.main_cents - cents)) AS mean,
      sum(own.contracts * sign * (next.main_cents - cents)) / sum(own.contracts) AS weighted
    FROM own ASOF JOIN (SELECT market, second, arg_max(main_cents, buys) AS main_cents FROM orders GROUP BY ALL) next ON own.market = next.market AND next.second >= own.later`);
  const sweeps = await one(`SELECT count(*) AS n, avg((high > low)::INT) AS walked, avg(high - low) AS reach,
    avg(((CASE buys WHEN 1 THEN high ELSE 100 - low END) >= 90)::INT) AS certain FROM orders WHERE spent >= 1000`);
  const prices = await rows(
    `SELECT b, (SELECT count(*) FROM prints WHERE least(9, floor(cents / 10)) = b) / (SELECT count(*) FROM prints) AS share
     FROM range(10) t(b) ORDER BY b`,
  );
  return {
    cityDays: days,
    prints: Number((await one('SELECT count(*) AS n FROM prints')).n),
    orders: {
      count: Number(orders.n),
      perCityDay: rounded(Number(orders.n) / days, 1),
      byHour: await byHour('true'),
      printsAnOrder: rounded(orders.prints, 2),
      walkedShare: rounded(orders.walked, 3),
      yesShare: rounded(orders.yes, 3),
      markoutCents: rounded(markout.mean, 2),
      markoutByContractCents: rounded(markout.weighted, 2),
      contracts: await quantiles(connection, 'contracts', 'orders'),
      dollars: await quantiles(connection, 'spent', 'orders'),
    },
    sweeps: {
      count: Number(sweeps.n),
      perCityDay: rounded(Number(sweeps.n) / days, 2),
      certainShare: rounded(sweeps.certain, 3),
      walkedShare: rounded(sweeps.walked, 3),
      meanReachCents: rounded(sweeps.reach, 1),
      dollars: await quantiles(connection, 'spent', 'orders WHERE spent >= 1000'),
      byHour: await byHour('spent >= 1000'),
    },
    printsByPrice: prices.map(({ share }) => rounded(share, 3)),
    beliefError: await beliefErrors(connection),
    quotes: await measureQuotes(connection),
    depth: await measureDepth(connection),
  };
}

async function quantiles(connection: DuckDBConnection, column: string, from: string): Promise<Quantiles> {
  const at = (share: number): string => `quantile_cont(${column}, ${share}) AS p${Math.round(share * 100)}`;
  const [row] = await readRows(
    connection,
    `SELECT ${[0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map(at).join(', ')} FROM ${from}`,
  );
  return Object.fromEntries(
    Object.entries(row!).map(([name, value]) => [name, rounded(value, 1)]),
  ) as unknown as Quantiles;
}

/** What the last trades of all brackets say of the high, against what it was. */
async function beliefErrors(connection: DuckDBConnection): Promise<number[]> {
  const found = await readRows(
    connection,
    `WITH last AS (
       SELECT h, event, market, first(cents ORDER BY second DESC, rowid) AS cents FROM prints, (SELECT unnest([${BELIEF_HOURS.join(', ')}]) AS h)
       WHERE hour < h GROUP BY ALL
     ), means AS (
       SELECT h, event, sum(cents * degrees) / sum(cents) AS mean, count(*) AS brackets FROM last JOIN middles USING (market) GROUP BY ALL
     )
     SELECT h, quantile_cont(abs(high - mean), 0.683) AS error FROM means JOIN highs USING (event) WHERE brackets >= 5 GROUP BY h ORDER BY h`,
  );
  return found.map(({ error }) => rounded(error, 2));
}

async function measureQuotes(connection: DuckDBConnection): Promise<Moments['quotes']> {
  const [found] = await readRows(
    connection,
    `WITH spans AS (SELECT *, lead(us) OVER (PARTITION BY market ORDER BY us, rowid) - us AS lasts FROM quotes),
       whole AS (SELECT *, ask - bid AS spread FROM spans WHERE bid > 0 AND ask < 100 AND lasts < 3600000000)
     SELECT count(DISTINCT market) AS markets, count(*) / (sum(lasts) / 3.6e9) AS changes,
       ${[1, 2, 3].map((spread) => `sum(lasts) FILTER (spread = ${spread}) / sum(lasts) AS s${spread}`).join(', ')},
       sum(lasts) FILTER (spread > 3 AND spread <= 5) / sum(lasts) AS s4, sum(lasts) FILTER (spread > 5) / sum(lasts) AS s6 FROM whole`,
  );
  const { markets, changes, ...shares } = found!;
  return {
    markets: Number(markets),
    changesAMarketHour: rounded(changes, 0),
    spreads: ['s1', 's2', 's3', 's4', 's6'].map((name) => rounded(shares[name], 3)),
  };
}

async function measureDepth(connection: DuckDBConnection): Promise<Moments['depth']> {
  const bands = await readRows(
    connection,
    `SELECT CASE WHEN leg < 10 THEN 0 WHEN leg < 30 THEN 1 WHEN leg < 70 THEN 2 WHEN leg < 90 THEN 3 ELSE 4 END AS band,
       median(within5) AS within5 FROM depth GROUP BY 1 ORDER BY 1`,
  );
  const [all] = await readRows(connection, 'SELECT count(*) AS n, median(levels) AS levels FROM depth');
  return {
    sides: Number(all!.n),
    best: await quantiles(connection, 'best', 'depth'),
    within5: bands.map(({ within5 }) => rounded(within5, 0)),
    medianLevels: rounded(all!.levels, 0),
  };
}

function rounded(value: unknown, digits: number): number {
  return Number(Number(value ?? 0).toFixed(digits));
}
