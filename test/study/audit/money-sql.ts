/** The step of a direct member's balance, in 1e-6 dollars. */
const STEP = 100;

/**
 * `charged`: the fee of each expected fill. Takers pay m × 0.07 × C × P × (1 − P), rounded up to 1e-6; makers of these series nothing.
 * The change of the balance is rounded down to 1e-4, and the excess is kept for the order: whole steps of it come back with
 * the next fills, as far as their fee allows.
 */
export const FEES = `
  CREATE TABLE priced AS
    SELECT e.arm, e.lane, e.number, e.attempt, e.ticker, e.side, e.sequence, e.fill_e4, CAST(e.filled_e2 AS BIGINT) AS filled_e2,
      row_number() OVER (PARTITION BY e.arm, e.lane, e.number, e.attempt ORDER BY e.nth) AS part,
      CAST(CASE e.liquidity WHEN 'maker' THEN 0 ELSE
        (7 * CAST(e.filled_e2 AS HUGEINT) * e.fill_e4 * (10000 - e.fill_e4) * m.fee_numerator + 1000000 * m.fee_denominator - 1) // (1000000 * m.fee_denominator) END AS BIGINT) AS model_e6,
      CASE e.side WHEN 'bid' THEN -1 ELSE 1 END * e.fill_e4 * CAST(e.filled_e2 AS BIGINT) AS revenue_e6
    FROM expected_fills e JOIN markets m USING (ticker);
  CREATE TABLE rounded AS
    SELECT *, ((revenue_e6 - model_e6) % ${STEP} + ${STEP}) % ${STEP} AS excess_e6 FROM priced;
  CREATE TABLE charged AS
    WITH RECURSIVE step AS (
      SELECT arm, lane, number, attempt, part, model_e6 + excess_e6 - least(excess_e6, model_e6 + excess_e6) // ${STEP} * ${STEP} AS fee_e6,
        excess_e6 - least(excess_e6, model_e6 + excess_e6) // ${STEP} * ${STEP} AS kept_e6
      FROM rounded WHERE part = 1
      UNION ALL
      SELECT r.arm, r.lane, r.number, r.attempt, r.part,
        r.model_e6 + r.excess_e6 - least(s.kept_e6 + r.excess_e6, r.model_e6 + r.excess_e6) // ${STEP} * ${STEP},
        s.kept_e6 + r.excess_e6 - least(s.kept_e6 + r.excess_e6, r.model_e6 + r.excess_e6) // ${STEP} * ${STEP}
      FROM step s JOIN rounded r ON r.arm = s.arm AND r.lane = s.lane AND r.number = s.number AND r.attempt = s.attempt AND r.part = s.part + 1)
    SELECT r.*, s.fee_e6 FROM rounded r JOIN step s USING (arm, lane, number, attempt, part);`;

export function feesThatDiffer(folder: string): string {
  return `
  SELECT f.arm, f.lane, f.order_id, f.tape_sequence, f.fee_e6, c.fee_e6 AS expected_e6
  FROM charged c FULL JOIN '${folder}/fills.parquet' f ON f.arm = c.arm AND f.lane = c.lane AND f.tape_sequence = c.sequence
  WHERE f.fee_e6 IS DISTINCT FROM c.fee_e6`;
}

/** What each market came to, from the source's results: a YES bought at p gains value − p, sold p − value, less fees. In 1e-6 dollars. */
export const MARKET_PROFITS = `
  CREATE TABLE profits AS
    SELECT arm, lane, ticker, CAST(sum(filled_e2) AS BIGINT) AS volume_e2,
      CAST(sum(filled_e2 * CASE side WHEN 'bid' THEN value_e4 - fill_e4 ELSE fill_e4 - value_e4 END) AS BIGINT) AS gross_e6, CAST(sum(fee_e6) AS BIGINT) AS fees_e6,
      CAST(sum(filled_e2 * CASE side WHEN 'bid' THEN fill_e4 ELSE 10000 - fill_e4 END) AS BIGINT) AS staked_e6
    FROM charged JOIN markets USING (ticker) GROUP BY ALL;`;

export const PROFITS = 'SELECT arm, lane, ticker, volume_e2, gross_e6, fees_e6, staked_e6 FROM profits ORDER BY ALL';

export const LANE_PROFITS = `
  SELECT arm, lane, sum(gross_e6) - sum(fees_e6) AS net_e6, sum(gross_e6) AS gross_e6, sum(fees_e6) AS fees_e6, sum(volume_e2) AS contracts_e2, count(*) AS markets
  FROM profits GROUP BY ALL ORDER BY arm, lane`;

/** Settlements of the run that pay otherwise than the source's result on what was held, at another time, or not at all. */
export function settlementsThatDiffer(folder: string): string {
  return `
  SELECT coalesce(s.arm, e.arm) AS arm, coalesce(s.lane, e.lane) AS lane, coalesce(s.ticker, e.ticker) AS ticker
  FROM (SELECT arm, lane, ticker, any_value(settle_us) AS settle_us, any_value(value_e4) AS value_e4,
          sum(filled_e2 * CASE side WHEN 'bid' THEN 1 ELSE -1 END) AS held_e2
        FROM charged JOIN markets USING (ticker) GROUP BY ALL) e
  FULL JOIN '${folder}/settlements.parquet' s USING (arm, lane, ticker)
  WHERE (s.quantity_e2, s.value_e4, s.time_us, s.payout_e6) IS DISTINCT FROM
    (e.held_e2, e.value_e4, e.settle_us + 50000, abs(e.held_e2) * CASE WHEN e.held_e2 > 0 THEN e.value_e4 ELSE 10000 - e.value_e4 END)`;
}
