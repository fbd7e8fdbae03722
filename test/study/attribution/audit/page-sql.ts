/** The numbers of a page found again: from fills, settlements and the tape, by other ways than the program's. */

/** What each fill's contracts were worth at each place, the last known mark where there is none, the fill's own price before any. */
const PLACES = `WITH signed AS (
    SELECT arm, lane, number, ticker, liquidity, fee_e6, quantity_e2, price_e4, quantity_e2 * (CASE WHEN side = 'ask' THEN -1 ELSE 1 END) AS signed_e2
    FROM fills
  ), marks AS (
    SELECT arm, lane, number, which, mark_e5, CASE which WHEN 'before_e5' THEN 1 WHEN 'after_1s_e5' THEN 2 WHEN 'after_10s_e5' THEN 3
      WHEN 'after_60s_e5' THEN 4 WHEN 'after_10min_e5' THEN 5 WHEN 'close_e5' THEN 6 END AS place FROM written
    UNION ALL SELECT arm, lane, number, 'price', price_e4 * 10, 0 FROM signed
  ), carried AS (
    SELECT arm, lane, number, place, last_value(mark_e5 IGNORE NULLS) OVER (PARTITION BY arm, lane, number ORDER BY place) AS mark_e5 FROM marks
  )`;

/** Gains of every arm and lane from each place to the next, in 1e-7 dollars: the worth of all fills there less their worth at the one before. */
export const STEPS = `${PLACES}, totals AS (
    SELECT c.arm, c.lane, c.place, sum(c.mark_e5 * s.signed_e2) AS worth_e7 FROM carried c JOIN signed s USING (arm, lane, number) GROUP BY ALL
  )
  SELECT arm, lane, place, worth_e7 - lag(worth_e7) OVER (PARTITION BY arm, lane ORDER BY place) AS gain_e7 FROM totals
  QUALIFY place > 0 ORDER BY arm, lane, place`;

/** What came after the close: payouts less what the position was worth then, for the settled; all of that worth lost, for the others. */
export const AFTER_CLOSE = `${PLACES}, positions AS (
    SELECT s.arm, s.lane, s.ticker, sum(s.signed_e2) AS held_e2, sum(s.signed_e2 * c.mark_e5) AS closing_e7
    FROM signed s JOIN carried c ON c.arm = s.arm AND c.lane = s.lane AND c.number = s.number AND c.place = 6 GROUP BY ALL
  ), ends AS (
    SELECT p.*, x.payout_e6 IS NOT NULL AS paid,
      CASE WHEN held_e2 = 0 THEN closing_e7 WHEN held_e2 > 0 THEN 10 * coalesce(payout_e6, 0) ELSE 10 * coalesce(payout_e6, 0) + 100000 * held_e2 END AS end_e7
    FROM positions p LEFT JOIN settlements x USING (arm, lane, ticker)
  )
  SELECT arm, lane, coalesce(sum(end_e7 - closing_e7) FILTER (paid), 0) AS settlement_e7,
    coalesce(sum(end_e7 - closing_e7) FILTER (NOT paid), 0) AS unsettled_e7 FROM ends GROUP BY arm, lane`;

/** Fees of fills, and what settlements kept of the last cent. */
export const FEES = `SELECT arm, lane, sum(amount_e6) AS fees_e6 FROM (
    SELECT arm, lane, fee_e6 AS amount_e6 FROM fills
    UNION ALL SELECT arm, lane, payout_e6 - 10000 * (payout_e6 // 10000) FROM settlements
  ) GROUP BY arm, lane`;

/** Cents a contract after each horizon, of fills whose market had a mark before them, by sort of fill. */
export const CURVES = `${PLACES}, known AS (
    SELECT s.*, c.mark_e5 AS before FROM signed s JOIN marks c ON c.arm = s.arm AND c.lane = s.lane AND c.number = s.number AND c.place = 1
    WHERE c.mark_e5 IS NOT NULL
  )
  SELECT arm, lane, coalesce(liquidity, 'all') AS liquidity, place, day, sum(moved_e7) AS moved_e7, sum(quantity_e2) AS contracts_e2 FROM (
    SELECT k.arm, k.lane, k.liquidity, c.place, d.day, k.signed_e2 * (c.mark_e5 - k.before) AS moved_e7, k.quantity_e2
    FROM known k JOIN carried c USING (arm, lane, number) JOIN listed d USING (ticker) WHERE c.place > 1)
  GROUP BY GROUPING SETS ((arm, lane, liquidity, place, day), (arm, lane, place, day)) ORDER BY day`;

/** P&L of every market: what was paid and received, and what it paid out; what is held without a payout is lost. */
export const MARKETS = `SELECT f.arm, f.lane, f.ticker, any_value(k.event) AS event, any_value(k.day) AS day, count(*) AS fills,
    sum(f.quantity_e2) AS contracts_e2,
    sum(CASE f.side WHEN 'bid' THEN -f.price_e4 ELSE f.price_e4 END * f.quantity_e2) + any_value(coalesce(p.received_e6, 0))
      - (CASE WHEN any_value(p.ticker) IS NULL THEN 10000 * greatest(0, -sum(CASE f.side WHEN 'bid' THEN f.quantity_e2 ELSE -f.quantity_e2 END)) ELSE 0 END) AS gross_e6,
    sum(f.fee_e6) + any_value(coalesce(p.kept_e6, 0)) AS fees_e6,
    CASE WHEN any_value(p.ticker) IS NULL AND sum(CASE f.side WHEN 'bid' THEN f.quantity_e2 ELSE -f.quantity_e2 END) <> 0 THEN 'unsettled'
      ELSE coalesce(CASE any_value(s.outcome) WHEN 'yes' THEN 'yes' WHEN 'no' THEN 'no' ELSE any_value(s.outcome) || ' at ' || rtrim(rtrim(format('{:.2f}', any_value(s.value_e4) / 100), '0'), '.') || '¢' END, 'unsettled') END AS outcome
  FROM fills f JOIN listed k USING (ticker) LEFT JOIN settled s USING (ticker) LEFT JOIN (
    SELECT arm, lane, ticker, value_e4 * quantity_e2 AS received_e6, payout_e6 % 10000 AS kept_e6 FROM settlements
  ) p ON p.arm = f.arm AND p.lane = f.lane AND p.ticker = f.ticker
  GROUP BY f.arm, f.lane, f.ticker`;

/** How bets came true: all prints as bets on YES, or the fills of one arm and lane on the leg they bought, by the result in the list of markets. */
export const RELIABILITY = `WITH bets AS (
    SELECT '' AS arm, '' AS lane, k.ticker, t.price_e4 AS cost_e4, k.settlement_value_e4 AS paid_e4, t.quantity_e2
    FROM tape t JOIN listed k USING (market) WHERE t.kind IN ('trade', 'unsided-trade')
    UNION ALL
    SELECT f.arm, f.lane, f.ticker, if(f.leg = 'yes', f.price_e4, 10000 - f.price_e4), if(f.leg = 'yes', k.settlement_value_e4, 10000 - k.settlement_value_e4), f.quantity_e2
    FROM fills f JOIN listed k USING (ticker)
  ), bins AS (
    SELECT *, lead(from_e4, 1, 10001) OVER (ORDER BY from_e4) AS to_e4
    FROM (SELECT unnest([0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 9500]) AS from_e4)
  )
  SELECT arm, lane, from_e4, least(to_e4, 10000) AS to_e4, sum(cost_e4 * quantity_e2) / sum(quantity_e2) AS cost_e4,
    sum(paid_e4 * quantity_e2) / sum(quantity_e2) AS paid_e4, sum(quantity_e2) AS contracts_e2, count(DISTINCT ticker) AS markets
  FROM bets JOIN bins ON cost_e4 >= from_e4 AND cost_e4 < to_e4 WHERE paid_e4 IS NOT NULL GROUP BY arm, lane, from_e4, to_e4 ORDER BY from_e4`;

/** Every sample of worth, a position without a mark at its cost. */
export const EQUITY = `SELECT arm, lane, time_us, equity_e6, coalesce(equity_e6, cash_e6 + open_cost_e6) AS worth_e6 FROM equity ORDER BY time_us`;
