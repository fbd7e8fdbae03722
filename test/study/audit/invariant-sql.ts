import type { StatedLane } from './order-sql.ts';

const SECOND = 1_000_000;

/** What must be true of every run on a prints tape, by name; each query counts what breaks it. They look only at the run and the source. */
export function invariants(folder: string, resolutionUs: number, lanes: readonly StatedLane[]): Record<string, string> {
  const table = (name: string) => `'${folder}/${name}.parquet'`;
  const fills = `(SELECT f.* RENAME (side AS our_side, price_e4 AS fill_e4, quantity_e2 AS filled_e2), o.submit_time_us, o.price_e4 AS limit_e4, o.quantity_e2 AS order_e2 FROM ${table('fills')} f JOIN ${table('orders')} o USING (arm, lane, order_id))`;
  const request = `CASE lane ${lanes.map((lane) => `WHEN '${lane.name}' THEN ${lane.request}`).join(' ')} END`;
  const count = (from: string) => `SELECT count(*) AS n FROM ${from}`;
  return {
    'a fill names a print of its own market': count(
      `${fills} f LEFT JOIN numbered p ON p.sequence = f.tape_sequence WHERE p.ticker IS DISTINCT FROM f.ticker OR p.time_us IS DISTINCT FROM f.exchange_time_us`,
    ),
    'no fill comes from a print that may have happened before the order arrived': count(
      `${fills} JOIN numbered p ON p.sequence = tape_sequence WHERE p.time_us - ${resolutionUs} < submit_time_us + ${request}`,
    ),
    'no fill comes after the cancel can have arrived': count(
      `${fills} WHERE exchange_time_us > submit_time_us + ${30 * SECOND} + ${request}`,
    ),
    'no arm takes more of a print in one lane than was traded': count(
      `(SELECT tape_sequence, sum(filled_e2) AS taken FROM ${fills} GROUP BY arm, lane, tape_sequence) JOIN numbered p ON p.sequence = tape_sequence WHERE taken > p.quantity_e2`,
    ),
    'nothing fills outside the life of its market': count(
      `${fills} f JOIN markets m ON m.ticker = f.ticker WHERE exchange_time_us > close_us OR exchange_time_us < coalesce(open_us, 0)`,
    ),
    'nothing is decided, sent or filled once a market has closed': count(
      `(SELECT ticker, time_us FROM decisions UNION ALL SELECT ticker, submit_time_us FROM ${table('orders')} UNION ALL SELECT ticker, exchange_time_us FROM ${fills}) d
       JOIN markets m ON m.ticker = d.ticker WHERE d.time_us > close_us + 50000 OR d.time_us >= settle_us`,
    ),
    'no fill is worse than its limit': count(
      `${fills} WHERE our_side = 'bid' AND fill_e4 > limit_e4 OR our_side = 'ask' AND fill_e4 < limit_e4`,
    ),
    'no maker fills at another price than its own, nor on a print short of it': count(
      `${fills} JOIN numbered p ON p.sequence = tape_sequence WHERE liquidity = 'maker'
         AND (fill_e4 <> limit_e4 OR our_side = 'bid' AND p.price_e4 > limit_e4 OR our_side = 'ask' AND p.price_e4 < limit_e4 OR lane <> 'optimistic' AND p.price_e4 = limit_e4)`,
    ),
    'no order fills beyond its size': count(
      `(SELECT sum(filled_e2) AS filled, any_value(order_e2) AS ordered FROM ${fills} GROUP BY arm, lane, order_id) WHERE filled > ordered`,
    ),
    'no position is larger than five contracts': count(`${fills} WHERE abs(position_after_e2) > 500`),
    'no order locks more than fifty dollars or costs less than 5 or more than 95 cents a contract': count(
      `(SELECT quantity_e2, CASE side WHEN 'bid' THEN price_e4 ELSE 10000 - price_e4 END AS unit FROM ${table('orders')}) WHERE unit NOT BETWEEN 500 AND 9500 OR unit * quantity_e2 > 50000000`,
    ),
    'no more than three markets are held at one time': count(
      `(SELECT sum(change) OVER (PARTITION BY arm, lane ORDER BY time_us, change DESC ROWS UNBOUNDED PRECEDING) AS held FROM (
          SELECT arm, lane, min(local_time_us) AS time_us, 1 AS change FROM ${fills} GROUP BY arm, lane, ticker
          UNION ALL SELECT arm, lane, time_us, -1 FROM ${table('settlements')})) WHERE held > 3`,
    ),
    'cash is never below zero and the books balance at each sample': count(
      `${table('equity')} WHERE cash_e6 < 0 OR cash_e6 + open_cost_e6 <> 10000000000 + realised_e6 - fees_e6`,
    ),
    'every update of an order is told after it happened, and after the one before': count(
      `(SELECT *, lag(local_time_us) OVER (PARTITION BY arm, lane, order_id ORDER BY file_row_number) AS before_us FROM read_parquet(${table('order_updates')}, file_row_number = true)) WHERE local_time_us < exchange_time_us OR local_time_us < before_us`,
    ),
  };
}
