import type { FillPath, MarketRow } from '../tearsheet/contents.ts';
import { type Headline, ofHeadline } from './headline.ts';
import type { RunDatabase } from './run-database.ts';
import { SETTLED } from './settled-sql.ts';

const FILLS = (headline: Headline): string => `SELECT f.* FROM fills f
  WHERE ${ofHeadline(headline, 'f')} AND f.ticker IN (SELECT ticker FROM mark_paths) ORDER BY f.number`;

const FACTS = `SELECT p.ticker, any_value(k.title) AS title, any_value(s.value_e4) AS value_e4
  FROM mark_paths p LEFT JOIN tape_markets k USING (ticker) LEFT JOIN (${SETTLED}) s USING (ticker) GROUP BY p.ticker`;

/** The price paths of the headline's telling markets with its fills on them; the largest loss first. */
export async function readFillPaths(
  database: RunDatabase,
  headline: Headline,
  markets: readonly MarketRow[],
): Promise<FillPath[]> {
  const points = await database.rows('SELECT ticker, time_us, mark_e5 FROM mark_paths ORDER BY ticker, number');
  const fills = await database.rows(FILLS(headline));
  const facts = await database.rows(FACTS);
  return facts
    .map(({ ticker, title, value_e4 }) => ({
      ticker: String(ticker),
      title: String(title ?? ''),
      arm: headline.arm,
      lane: headline.lane,
      netE6: markets.find((market) => market.ticker === ticker)?.netE6 ?? 0,
      path: points
        .filter((point) => point.ticker === ticker)
        .map(({ time_us, mark_e5 }) => ({ timeUs: Number(time_us), cents: Number(mark_e5) / 1_000 })),
      fills: fills
        .filter((fill) => fill.ticker === ticker)
        .map((fill) => ({
          timeUs: Number(fill.exchange_time_us),
          cents: Number(fill.price_e4) / 100,
          side: fill.side as 'bid' | 'ask',
          liquidity: fill.liquidity as 'maker' | 'taker',
          quantityE2: Number(fill.quantity_e2),
        })),
      settledCents: value_e4 === null ? null : Number(value_e4) / 100,
    }))
    .sort((a, b) => a.netE6 - b.netE6 || (a.ticker < b.ticker ? -1 : 1));
}
