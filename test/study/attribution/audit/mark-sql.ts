/**
 * What a market was worth, found again in SQL from the rows of a tape alone: no program code, and no book kept row by row. A level is there
 * from the row that makes its size positive to the row that ends it; a side's best price at a row is the best level there at that row.
 */

/** Rows in tape order with the venue's clock, which does not step back, up to the close of each market. */
export const tapeRows = (events: readonly string[], markets: readonly string[]): string => `
  CREATE TABLE listed AS SELECT * FROM read_parquet([${quoted(markets)}]);
  CREATE TABLE tape AS SELECT *, max(exchange_time_us) OVER (ORDER BY sequence) AS clock FROM read_parquet([${quoted(events)}]);
  CREATE TABLE ended AS
    SELECT market, min(sequence) AS sequence, bool_or(reopened) AS reopened FROM (
      SELECT market, sequence, false AS reopened FROM tape WHERE kind = 'detail' AND ((detail->>'$.type') = 'settlement'
        OR (detail->>'$.change.status') IN ('closed', 'determined', 'disputed', 'amended', 'finalized'))
      UNION ALL
      SELECT t.market, t.sequence, true FROM tape t WHERE t.kind = 'detail' AND (t.detail->>'$.change.status') = 'active'
        AND EXISTS (SELECT 1 FROM tape o WHERE o.market = t.market AND o.sequence < t.sequence AND (o.detail->>'$.change.status') = 'closed')
    ) GROUP BY market;
  CREATE TABLE live AS
    SELECT t.*, k.ticker FROM tape t JOIN listed k USING (market) LEFT JOIN ended e USING (market)
    WHERE e.sequence IS NULL OR t.sequence < e.sequence;
  CREATE TABLE settled AS
    SELECT k.ticker, arg_min((t.detail->>'$.settlement.outcome'), t.sequence) AS outcome,
      arg_min((t.detail->>'$.settlement.value')::INTEGER, t.sequence) AS value_e4
    FROM tape t JOIN listed k USING (market) WHERE t.kind = 'detail' AND (t.detail->>'$.type') = 'settlement' GROUP BY k.ticker;`;

const quoted = (paths: readonly string[]): string => paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');

/** On a tape of prints alone every print is decisive. */
export const DECISIVE_PRINTS = `
  CREATE TABLE decisive AS
    SELECT ticker, clock, max(sequence) AS sequence FROM live WHERE kind IN ('trade', 'unsided-trade') GROUP BY ticker, clock;
  CREATE TABLE worth AS SELECT ticker, sequence, price_e4 * 10 AS mark_e5 FROM live WHERE kind IN ('trade', 'unsided-trade');`;

/** With a book a row decides the mark when both sides have a level after it and the tape vouches for the market, or when it is a print. */
export const DECISIVE_BOOKS = `
  CREATE TABLE told AS
    SELECT *, sum(begins) OVER in_market AS epoch,
      last_value(CASE WHEN begins = 1 THEN kind = 'snapshot' END IGNORE NULLS) OVER in_market AS whole,
      last_value(vouched IGNORE NULLS) OVER in_market AS covered
    FROM (SELECT *, CASE WHEN (detail->>'$.type') = 'coverage' THEN (detail->>'$.change.covered')::BOOLEAN END AS vouched,
        (CASE WHEN (detail->>'$.type') = 'coverage' THEN NOT (detail->>'$.change.covered')::BOOLEAN
          ELSE kind = 'snapshot' AND NOT coalesce(lag(kind) OVER tape_order = 'snapshot' AND lag(more) OVER tape_order, false)
        END)::INTEGER AS begins
      FROM live WINDOW tape_order AS (PARTITION BY market ORDER BY sequence))
    WINDOW in_market AS (PARTITION BY market ORDER BY sequence);
  CREATE TABLE levels AS
    SELECT market, epoch, side, price_e4, sequence, size_e2,
      (size_e2 > 0)::INTEGER - (coalesce(lag(size_e2) OVER of_level, 0) > 0)::INTEGER AS change,
      coalesce(lead(sequence) OVER of_level, 1000000000000) AS until
    FROM (SELECT market, epoch, side, price_e4, sequence, sum(quantity_e2) OVER (PARTITION BY market, epoch, side, price_e4 ORDER BY sequence) AS size_e2
      FROM told WHERE whole AND kind IN ('snapshot', 'delta') AND price_e4 > 0)
    WINDOW of_level AS (PARTITION BY market, epoch, side, price_e4 ORDER BY sequence);
  CREATE TABLE sided AS
    SELECT t.ticker, t.market, t.epoch, t.sequence, t.clock, t.kind, t.price_e4,
      coalesce(t.whole AND t.covered, false) AND NOT t.more
        AND sum(CASE WHEN l.side = 'bid' THEN l.change ELSE 0 END) OVER of_epoch > 0
        AND sum(CASE WHEN l.side = 'ask' THEN l.change ELSE 0 END) OVER of_epoch > 0 AS both_sides
    FROM told t LEFT JOIN levels l USING (market, epoch, sequence)
    WINDOW of_epoch AS (PARTITION BY t.market, t.epoch ORDER BY t.sequence);
  CREATE TABLE decisive AS
    SELECT ticker, clock, max(sequence) AS sequence FROM sided WHERE both_sides OR kind IN ('trade', 'unsided-trade') GROUP BY ticker, clock;`;

/** The moments at which marks are asked for: `number` of the fill, `which` mark, `ticker`, `at_us`. */
export const asked = (book: boolean): string => `
  CREATE TABLE asked AS
    SELECT f.arm, f.lane, f.number, f.ticker, w.which,
      CASE WHEN w.which = 'before_e5' THEN f.exchange_time_us - (CASE WHEN ${book} AND f.liquidity = 'taker' THEN 0 ELSE 1 END)
        ELSE f.exchange_time_us + w.after_us END AS at_us
    FROM fills f, (VALUES ('before_e5', 0), ('after_1s_e5', 1000000), ('after_10s_e5', 10000000), ('after_60s_e5', 60000000),
      ('after_10min_e5', 600000000), ('close_e5', 1000000000000000)) w(which, after_us);
  CREATE TABLE answered AS
    SELECT a.*, d.sequence FROM asked a ASOF LEFT JOIN decisive d ON d.ticker = a.ticker AND a.at_us >= d.clock;`;

/** The mark after each decisive row that was asked for: the mid, or the print where a side was empty. */
export const WORTH_OF_BOOKS = `
  CREATE TABLE worth AS
    WITH points AS (SELECT s.* FROM sided s SEMI JOIN answered a ON a.sequence = s.sequence),
    best AS (
      SELECT p.sequence, max(l.price_e4) FILTER (l.side = 'bid') AS bid_e4, min(l.price_e4) FILTER (l.side = 'ask') AS ask_e4
      FROM points p JOIN levels l ON l.market = p.market AND l.epoch = p.epoch AND l.sequence <= p.sequence AND l.until > p.sequence
      WHERE l.size_e2 > 0 AND p.both_sides GROUP BY p.sequence)
    SELECT p.ticker, p.sequence, CASE WHEN p.both_sides THEN (b.bid_e4 + b.ask_e4) * 5 ELSE p.price_e4 * 10 END AS mark_e5,
      b.bid_e4 >= b.ask_e4 AS crossed
    FROM points p LEFT JOIN best b USING (sequence);`;

/** What the program wrote, one row a mark. */
export const WRITTEN = `SELECT arm, lane, number, ticker, which, mark_e5
  FROM markouts UNPIVOT INCLUDE NULLS (mark_e5 FOR which IN (before_e5, after_1s_e5, after_10s_e5, after_60s_e5, after_10min_e5, close_e5))`;

export const MARKS_THAT_DIFFER = `SELECT arm, lane, number, which, w.mark_e5 AS written, v.mark_e5 AS found
  FROM (${WRITTEN}) w FULL JOIN answered a USING (arm, lane, number, which) LEFT JOIN worth v ON v.sequence = a.sequence
  WHERE w.mark_e5 IS DISTINCT FROM v.mark_e5`;
