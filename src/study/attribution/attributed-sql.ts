import { HORIZONS } from './horizons.ts';

const MARKS = HORIZONS.map(({ column }) => column);

/** Each horizon's mark, the one before it where there was none yet. */
const CARRIED = ['at_fill', ...MARKS, 'close_e5']
  .slice(1)
  .map((column, at) => `coalesce(m.${column}, ${['at_fill', ...MARKS][at]}) AS ${column}`)
  .join(',\n    ');

/**
 * Every fill with what its market was worth around it, in 1e-5 dollars: `price_e5`, `at_fill` (just before; the fill's own price where
 * nothing was known), each horizon, `close_e5`, and `worth_e5`, what a YES contract came to in the end. That is the settlement; without
 * one what we held is lost, so YES came to nothing, or all of a dollar where we held NO. `signed_e2` is negative for a sale.
 */
export const ATTRIBUTED = `WITH placed AS (
  SELECT f.*, CASE f.side WHEN 'bid' THEN f.quantity_e2 ELSE -f.quantity_e2 END AS signed_e2, f.price_e4 * 10 AS price_e5,
    sum(CASE f.side WHEN 'bid' THEN f.quantity_e2 ELSE -f.quantity_e2 END) OVER (PARTITION BY f.arm, f.lane, f.ticker) AS held_e2
  FROM fills f
), marked AS (
  SELECT p.*, coalesce(m.before_e5, p.price_e5) AS at_fill, m.before_e5 IS NOT NULL AS known,
    m.close_e5 AS last_e5,
    ${CARRIED}
  FROM placed p JOIN markouts m USING (arm, lane, number)
), attributed AS (
  SELECT k.*, s.value_e4 IS NOT NULL AS settled,
    CASE WHEN s.value_e4 IS NOT NULL THEN s.value_e4 * 10 WHEN k.held_e2 > 0 THEN 0 WHEN k.held_e2 < 0 THEN 100000
      ELSE coalesce(k.last_e5, 0) END AS worth_e5
  FROM marked k LEFT JOIN settlements s USING (arm, lane, ticker)
)`;
