import type { DayRow, MarketRow } from '../tearsheet/contents.ts';
import { type Headline, ofHeadline } from './headline.ts';
import type { RunDatabase } from './run-database.ts';
import { SETTLED } from './settled-sql.ts';

const MARKETS = (
  headline: Headline,
): string => `SELECT m.ticker, m.event, m.day, m.volume_e2, m.realised_e6, m.fees_e6, m.open_cost_e6,
    (SELECT count(*) FROM fills f WHERE ${ofHeadline(headline, 'f')} AND f.ticker = m.ticker) AS fills,
    CASE WHEN m.open_cost_e6 > 0 THEN NULL ELSE coalesce(p.outcome, t.outcome) END AS outcome,
    coalesce(p.value_e4, t.value_e4) AS value_e4
  FROM run_markets m
    LEFT JOIN settlements p ON ${ofHeadline(headline, 'p')} AND p.ticker = m.ticker
    LEFT JOIN (${SETTLED}) t ON t.ticker = m.ticker
  WHERE ${ofHeadline(headline, 'm')} AND m.volume_e2 > 0 ORDER BY m.day, m.ticker`;

/** The markets that the headline traded, by day and name. */
export async function readMarketRows(database: RunDatabase, headline: Headline): Promise<MarketRow[]> {
  const rows = await database.rows(MARKETS(headline));
  return rows.map((row) => ({
    ticker: String(row.ticker),
    event: String(row.event),
    day: String(row.day),
    fills: Number(row.fills),
    contractsE2: Number(row.volume_e2),
    grossE6: Number(row.realised_e6) - Number(row.open_cost_e6),
    feesE6: Number(row.fees_e6),
    netE6: Number(row.realised_e6) - Number(row.fees_e6) - Number(row.open_cost_e6),
    outcome: outcomeText(row.outcome as string | null, Number(row.value_e4)),
  }));
}

function outcomeText(outcome: string | null, valueE4: number): string {
  if (outcome === null) return 'unsettled';
  return outcome === 'yes' || outcome === 'no' ? outcome : `${outcome} at ${valueE4 / 100}¢`;
}

/** The markets summed by calendar day. */
export function dayRows(markets: readonly MarketRow[]): DayRow[] {
  const days = new Map<string, { markets: number; fills: number; contractsE2: number; netE6: number }>();
  for (const { day, fills, contractsE2, netE6 } of markets) {
    const held = days.get(day) ?? { markets: 0, fills: 0, contractsE2: 0, netE6: 0 };
    days.set(day, {
      markets: held.markets + 1,
      fills: held.fills + fills,
      contractsE2: held.contractsE2 + contractsE2,
      netE6: held.netE6 + netE6,
    });
  }
  let cumulativeE6 = 0;
  return [...days]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([day, total]) => {
      cumulativeE6 += total.netE6;
      return { day, ...total, cumulativeE6 };
    });
}
