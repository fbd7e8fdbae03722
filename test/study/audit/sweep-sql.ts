/** Cost of a print to its taker in 1e-6 dollars: NO pays 1 − price. */
export const COST = "quantity_e2 * CASE side WHEN 'bid' THEN price_e4 ELSE 10000 - price_e4 END";
/** A sweep costs its taker this much, in 1e-6 dollars. */
export const THRESHOLD = 1_000_000_000;

/** On a tape of whole seconds a sweep is one side's prints of one time. */
export const SAME_TIME = `
  CREATE TABLE windowed AS SELECT *, time_us AS anchor_us FROM numbered;`;

/** Prints no later than 50 ms after the first of them; a later print of that side begins the next window. */
export const WITHIN_50_MS = `
  CREATE TABLE times AS SELECT DISTINCT ticker, side, time_us FROM numbered;
  CREATE TABLE following AS
    SELECT t.*, n.time_us AS next_us FROM times t ASOF LEFT JOIN times n ON n.ticker = t.ticker AND n.side = t.side AND t.time_us + 50000 < n.time_us;
  CREATE TABLE anchors AS
    WITH RECURSIVE anchor AS (
      SELECT ticker, side, min(time_us) AS anchor_us FROM times GROUP BY ticker, side
      UNION ALL
      SELECT f.ticker, f.side, f.next_us FROM anchor a JOIN following f ON f.ticker = a.ticker AND f.side = a.side AND f.time_us = a.anchor_us
      WHERE f.next_us IS NOT NULL)
    SELECT * FROM anchor;
  CREATE TABLE windowed AS
    SELECT n.*, a.anchor_us FROM numbered n ASOF JOIN anchors a ON a.ticker = n.ticker AND a.side = n.side AND n.time_us >= a.anchor_us;`;

/** Each sweep at the print at which its cost reaches the threshold: quantity and cost so far, that print's price and number. */
export const SWEEPS = `
  CREATE TABLE running AS
    SELECT *, ${COST} AS print_cost_e6, sum(${COST}) OVER so_far AS cost_e6, sum(quantity_e2) OVER so_far AS swept_e2
    FROM windowed WINDOW so_far AS (PARTITION BY ticker, side, anchor_us ORDER BY nth ROWS UNBOUNDED PRECEDING);
  CREATE TABLE sweeps AS
    SELECT ticker, side, anchor_us, time_us, price_e4, CAST(swept_e2 AS BIGINT) AS swept_e2, CAST(cost_e6 AS BIGINT) AS cost_e6, sequence
    FROM running WHERE cost_e6 >= ${THRESHOLD} AND cost_e6 - print_cost_e6 < ${THRESHOLD};`;

/** The same count again, by whole windows rather than by the print that crosses. */
export const WINDOWS_THAT_ARE_SWEEPS = `
  SELECT count(*) AS n FROM (SELECT 1 FROM windowed GROUP BY ticker, side, anchor_us HAVING sum(${COST}) >= ${THRESHOLD})`;

export const SINGLE_PRINTS = `SELECT count(*) AS n FROM prints WHERE ${COST} >= ${THRESHOLD}`;

/** Decisions of the run on whales, with what they say of them. */
export function decisionTable(folder: string): string {
  return `
  CREATE TABLE decisions AS
    SELECT arm, lane, number, time_us, action, ticker, tape_sequence, CAST(reasons->>'whale_side' AS VARCHAR) AS whale_side,
      CAST(reasons->>'whale_cost_e6' AS BIGINT) AS whale_cost_e6, CAST(reasons->>'whale_quantity_e2' AS BIGINT) AS whale_quantity_e2,
      CAST(reasons->>'whale_price_e4' AS BIGINT) AS whale_price_e4, CAST(reasons->>'whale_sequence' AS BIGINT) AS sequence,
      reasons->>'side' AS side, reasons->>'class' AS class, CAST(reasons->>'price_e4' AS BIGINT) AS price_e4,
      CAST(reasons->>'quantity_e2' AS BIGINT) AS quantity_e2
    FROM '${folder}/decisions.parquet' WHERE action = 'enter' OR action LIKE 'skip: %';`;
}

/** Sweeps without their one decision, decisions without a sweep, and those that say something else of it, per arm that follows or fades. */
export const DECISIONS_THAT_DIFFER = `
  SELECT coalesce(d.arm, e.arm) AS arm, coalesce(d.lane, e.lane) AS lane, coalesce(d.sequence, e.sequence) AS sequence, d.action
  FROM (SELECT s.*, arm, lane FROM sweeps s, (VALUES ('follow'), ('fade')) arms(arm), (VALUES ('pessimistic'), ('base'), ('optimistic')) lanes(lane)) e
  FULL JOIN (SELECT * FROM decisions WHERE NOT starts_with(arm, 'placebo')) d USING (arm, lane, sequence)
  WHERE (d.ticker, d.whale_side, d.whale_cost_e6, d.whale_quantity_e2, d.whale_price_e4, d.time_us, d.tape_sequence)
      IS DISTINCT FROM (e.ticker, e.side, e.cost_e6, e.swept_e2, e.price_e4, e.time_us + 50000, e.sequence)
    OR d.side IS DISTINCT FROM CASE WHEN e.arm = 'follow' THEN e.side WHEN e.side = 'bid' THEN 'ask' ELSE 'bid' END
    OR d.class IS DISTINCT FROM CASE WHEN e.cost_e6 >= ${10 * THRESHOLD} THEN 'high' ELSE 'medium' END`;

export const DECISIONS_TWICE = `
  SELECT count(*) AS n FROM (SELECT 1 FROM decisions GROUP BY arm, lane, sequence HAVING count(*) > 1)`;

/** Pretended whales that are not a print of the same market outside every sweep, at that print's price and time. */
export const PLACEBO_NOT_ORDINARY = `
  SELECT count(*) AS n FROM (SELECT * FROM decisions WHERE starts_with(arm, 'placebo')) d LEFT JOIN windowed w USING (sequence)
  LEFT JOIN sweeps s ON s.ticker = w.ticker AND s.side = w.side AND s.anchor_us = w.anchor_us
  WHERE s.ticker IS NOT NULL
    OR (d.ticker, d.whale_price_e4, d.time_us, d.side) IS DISTINCT FROM (w.ticker, w.price_e4, w.time_us + 50000, d.whale_side)`;

/** Markets and sizes of the pretended whales that no real one has, each counted as often as it occurs. */
export const PLACEBO_SIZES_INVENTED = `
  SELECT count(*) AS n FROM (SELECT arm, lane, ticker, whale_cost_e6, whale_quantity_e2 FROM decisions WHERE starts_with(arm, 'placebo')
    EXCEPT ALL SELECT arm, lane, ticker, cost_e6, swept_e2 FROM sweeps, (VALUES ('pessimistic'), ('base'), ('optimistic')) lanes(lane),
      (SELECT DISTINCT arm FROM decisions WHERE starts_with(arm, 'placebo')))`;

/**
 * Whales and pretended ones, and those of both who buy YES. `drawable` is how many can be pretended: a market lends each of its ordinary
 * prints once, so that one with few of them leaves some of its whales without.
 */
export const placeboSides = (arm: string): string => `
  SELECT (SELECT count(*) FROM sweeps) AS whales, (SELECT count(*) FROM sweeps WHERE side = 'bid') AS whale_bids,
    (SELECT count(*) FROM decisions WHERE arm = '${arm}' AND lane = 'base') AS pretended,
    (SELECT count(*) FROM decisions WHERE arm = '${arm}' AND lane = 'base' AND whale_side = 'bid') AS pretended_bids,
    (SELECT CAST(sum(least(whales, ordinary)) AS BIGINT) FROM (SELECT ticker, count(*) AS whales FROM sweeps GROUP BY ticker) JOIN (
      SELECT w.ticker, count(*) FILTER (s.ticker IS NULL) AS ordinary
      FROM windowed w LEFT JOIN sweeps s ON s.ticker = w.ticker AND s.side = w.side AND s.anchor_us = w.anchor_us GROUP BY w.ticker) USING (ticker)) AS drawable`;
