const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;

/** Prices of one contract, in 1e-4 dollars, at which an entry is let go as too dear or too cheap. */
const BAND = [500, 9_500] as const;

/**
 * `stays`: each market that an entry opened, from its decision to where nothing is left of it: its settlement where anything filled, else
 * the answer to its cancel. A settlement is heard 50 ms late, like every row.
 */
export const STAYS = `
  CREATE TABLE stays AS
    SELECT arm, lane, number, ticker, min(submit_us) AS from_us,
      CASE WHEN sum(filled_e2) > 0 THEN any_value(settle_us) + 50000 ELSE max(ended_us + response_us) END AS until_us
    FROM expected_orders JOIN markets m USING (ticker) GROUP BY ALL;`;

/**
 * `verdicts`: for each decision every reason against it, found anew from the source's prints before it and from what the same arm held in
 * the same lane by then.
 */
export const VERDICTS = `
  CREATE TABLE verdicts AS
    SELECT d.arm, d.lane, d.number, d.action, d.ticker, d.time_us, d.price_e4, d.quantity_e2, d.whale_price_e4,
      p.nth <= 10 AS "too few prints",
      p.volume_before_e2 < 10000 AS "too little volume",
      d.time_us - (p.before_us + 50000) > ${24 * HOUR} AS "quiet market",
      m.close_us - d.time_us < ${HOUR / 2} AS "too near the close",
      m.close_us - d.time_us > ${72 * HOUR} AS "too far from the close",
      CASE d.side WHEN 'bid' THEN d.whale_price_e4 ELSE 10000 - d.whale_price_e4 END NOT BETWEEN ${BAND[0]} AND ${BAND[1]} AS "price band",
      coalesce(h.mine, 0) > 0 AS "position held",
      coalesce(h.all_markets, 0) >= 3 AS "positions open",
      coalesce(c.n, 0) > 0 AS "already followed"
    FROM decisions d JOIN numbered p USING (sequence) JOIN markets m ON m.ticker = d.ticker
    LEFT JOIN (
      SELECT e.arm, e.lane, e.number, count(DISTINCT s.ticker) AS all_markets, count(*) FILTER (s.ticker = e.ticker) AS mine
      FROM decisions e JOIN stays s ON s.arm = e.arm AND s.lane = e.lane AND s.number < e.number AND s.until_us >= e.time_us
      GROUP BY ALL) h USING (arm, lane, number)
    LEFT JOIN (
      SELECT e.arm, e.lane, e.number, count(*) AS n
      FROM decisions e JOIN decisions b ON b.arm = e.arm AND b.lane = e.lane AND b.number < e.number AND b.action = 'enter'
        AND b.ticker = e.ticker AND b.whale_side = e.whale_side AND e.time_us - b.time_us < ${600 * SECOND}
      GROUP BY ALL) c USING (arm, lane, number);`;

export const REASONS = [
  'too few prints',
  'too little volume',
  'quiet market',
  'too near the close',
  'too far from the close',
  'price band',
  'position held',
  'positions open',
  'already followed',
];

const any = REASONS.map((reason) => `"${reason}"`).join(' OR ');
const named = REASONS.map((reason) => `WHEN 'skip: ${reason}' THEN "${reason}" IS NOT TRUE`).join(' ');

/** Entries against which there was a reason, skips whose reason was not true, and entries at another price or size than the rule's. */
export const WRONG_VERDICTS = `
  SELECT * FROM verdicts
  WHERE CASE action WHEN 'enter' THEN (${any}) OR price_e4 <> whale_price_e4 OR quantity_e2 <> 500 ${named} ELSE true END`;
