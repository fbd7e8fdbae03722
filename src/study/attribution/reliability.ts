import type { SqlValue } from '../../tape/duckdb.ts';
import type { Reliability } from '../tearsheet/contents.ts';
import { type Headline, ofHeadline } from './headline.ts';
import type { RunDatabase } from './run-database.ts';
import { SETTLED } from './settled-sql.ts';

/** Where bins begin, in 1e-4 dollars; the last ends with a dollar. Narrow at the ends, where a bias of the public would be. */
export const EDGES = [0, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 9_500, 10_000];

const BIN = EDGES.slice(1, -1)
  .map((edge) => `(price_e4 >= ${edge})::INTEGER`)
  .join(' + ');

/** Bins of any bets: `ticker`, `price_e4` paid a contract, `paid_e4` at settlement, `quantity_e2`. */
export const bins = (
  bets: string,
): string => `SELECT ${BIN} AS bin, sum(price_e4 * quantity_e2) / sum(quantity_e2) AS mean_e4,
    sum(paid_e4 * quantity_e2) / sum(quantity_e2) AS paid_e4, sum(quantity_e2) AS contracts_e2, count(DISTINCT ticker) AS markets
  FROM (${bets}) GROUP BY bin ORDER BY bin`;

/** Every print of a settled market, as a bet on YES. */
export const PRINTS = `SELECT k.ticker, e.price_e4, s.value_e4 AS paid_e4, e.quantity_e2
  FROM tape_events e JOIN tape_markets k USING (market) JOIN (${SETTLED}) s ON s.ticker = k.ticker
  WHERE e.kind IN ('trade', 'unsided-trade')`;

/** The headline's fills in settled markets, each as a bet on the leg it bought. */
export const FILLS = (headline: Headline): string => `SELECT f.ticker,
    CASE f.side WHEN 'bid' THEN f.price_e4 ELSE 10000 - f.price_e4 END AS price_e4,
    CASE f.side WHEN 'bid' THEN s.value_e4 ELSE 10000 - s.value_e4 END AS paid_e4, f.quantity_e2
  FROM fills f JOIN (${SETTLED}) s USING (ticker) WHERE ${ofHeadline(headline, 'f')}`;

/** How prices came true on the whole tape and for the headline's fills, over the markets that the tape settles. */
export async function readReliability(database: RunDatabase, headline: Headline): Promise<Reliability[]> {
  const prints = await database.rows(bins(PRINTS));
  const fills = await database.rows(bins(FILLS(headline)));
  return [
    { of: 'prints', whose: '', bins: prints.map(binOf) },
    { of: 'fills', whose: `${headline.arm}, ${headline.lane}`, bins: fills.map(binOf) },
  ];
}

function binOf(row: Readonly<Record<string, SqlValue>>): Reliability['bins'][number] {
  const bin = Number(row.bin);
  return {
    fromCents: EDGES[bin]! / 100,
    toCents: EDGES[bin + 1]! / 100,
    meanCents: Number(row.mean_e4) / 100,
    paidPercent: Number(row.paid_e4) / 100,
    contractsE2: Number(row.contracts_e2),
    markets: Number(row.markets),
  };
}
