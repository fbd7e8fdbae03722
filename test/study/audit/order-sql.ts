/** Lanes as the run's own report states them, in µs. */
export interface StatedLane {
  readonly name: string;
  readonly request: number;
  readonly response: number;
  readonly fillsAtPrice: boolean;
}

/** Five contracts, unless a limit says less. */
const WANTED_E2 = 500;
/** From 80 % on a partial fill is enough. */
const ENOUGH_E2 = 400;
const SECOND = 1_000_000;

/** Reads "222 ms out, 176 ms back" of the run's assumptions. */
export function statedLanes(assumptions: Readonly<Record<string, string>>): StatedLane[] {
  return ['pessimistic', 'base', 'optimistic'].map((name) => {
    const stated = assumptions[`latency, ${name}`] ?? '';
    const [, out, back] = /^(\d+) ms out, (\d+) ms back/.exec(stated) ?? [];
    if (out === undefined || back === undefined) throw new Error(`the run does not state its latency: "${stated}"`);
    return { name, request: Number(out) * 1_000, response: Number(back) * 1_000, fillsAtPrice: name === 'optimistic' };
  });
}

/**
 * `lanes`, and `tried`: every entry that was decided on becomes an order of five contracts at the whale's price, at the venue one request
 * later; thirty seconds after the decision its cancel is sent, and reaches the venue one request later. `attempt` 1 is the first order.
 */
export function ordersDecided(lanes: readonly StatedLane[]): string {
  const rows = lanes.map((lane) => `('${lane.name}', ${lane.request}, ${lane.response}, ${lane.fillsAtPrice})`);
  return `
  CREATE TABLE lanes(lane VARCHAR, request_us BIGINT, response_us BIGINT, at_price BOOLEAN);
  INSERT INTO lanes VALUES ${rows.join(', ')};
  CREATE TABLE tried AS
    SELECT arm, lane, number, 1 AS attempt, d.ticker, side, d.time_us AS submit_us, whale_price_e4 AS price_e4, CAST(${WANTED_E2} AS BIGINT) AS quantity_e2,
      d.time_us + request_us AS arrive_us, least(d.time_us + ${30 * SECOND} + request_us, m.close_us) AS gone_us, response_us, request_us, at_price
    FROM decisions d JOIN lanes USING (lane) JOIN markets m ON m.ticker = d.ticker WHERE action = 'enter';`;
}

/**
 * What a prints tape gives an order. Only prints that surely came after it count: with times rounded up to `resolutionUs`, the earliest
 * possible time. The first of them that decides is either by a taker on our side, within a minute, or of the other side and beyond our
 * price. On our side and within the limit it fills us as taker, at most its size, at our own limit, or where the lane allows at what it
 * paid itself. From a deciding print of the other side on, and for what is left after one of ours, the order rests: prints beyond our
 * price, where the lane allows also those at it by takers of the other side, fill it at our price, each at most its size, until our
 * cancel is there or the market closes.
 */
export function fillsOf(orders: string, fills: string, resolutionUs: number): string {
  const afterwards = resolutionUs > 0 ? `p.time_us - ${resolutionUs} >= o.arrive_us` : 'p.time_us > o.arrive_us';
  const decides = `p.side = o.side AND p.time_us <= o.arrive_us + ${60 * SECOND}
    OR p.side <> o.side AND (o.side = 'bid' AND p.price_e4 < o.price_e4 OR o.side = 'ask' AND p.price_e4 > o.price_e4)`;
  return `
  CREATE TABLE ${fills}_met AS
    SELECT o.*, p.nth, p.sequence, p.time_us AS print_us, p.side AS print_side, p.price_e4 AS print_e4, p.quantity_e2 AS print_e2,
      min(p.nth) FILTER (${decides}) OVER (PARTITION BY o.arm, o.lane, o.number) AS deciding_nth
    FROM ${orders} o JOIN numbered p ON p.ticker = o.ticker AND ${afterwards} AND p.time_us <= o.gone_us;
  CREATE TABLE ${fills} AS
    SELECT *, least(offered_e2, quantity_e2 - before_e2) AS filled_e2 FROM (
      SELECT *, coalesce(sum(offered_e2) OVER (PARTITION BY arm, lane, number ORDER BY nth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before_e2
      FROM (SELECT *, CASE WHEN takes THEN 'taker' ELSE 'maker' END AS liquidity,
          CASE WHEN takes AND at_price THEN print_e4 ELSE price_e4 END AS fill_e4,
          CASE WHEN takes THEN CASE WHEN side = 'bid' AND print_e4 <= price_e4 OR side = 'ask' AND print_e4 >= price_e4 THEN print_e2 ELSE 0 END
            WHEN nth >= deciding_nth AND (side = 'bid' AND print_e4 < price_e4 OR side = 'ask' AND print_e4 > price_e4
              OR at_price AND print_e4 = price_e4 AND print_side <> side) THEN print_e2
            ELSE 0 END AS offered_e2
        FROM (SELECT *, nth = deciding_nth AND print_side = side AS takes FROM ${fills}_met)))
    WHERE offered_e2 > 0 AND before_e2 < quantity_e2;`;
}

/**
 * A first order that got something but less than enough is followed once, when its cancel is known, by another for the rest at the same
 * price.
 */
export const ORDERS_AGAIN = `
  CREATE TABLE tried_again AS
    SELECT t.* REPLACE (2 AS attempt, t.gone_us + t.response_us AS submit_us, t.quantity_e2 - f.filled_e2 AS quantity_e2,
      t.gone_us + t.response_us + t.request_us AS arrive_us,
      least(t.gone_us + t.response_us + ${30 * SECOND} + t.request_us, m.close_us) AS gone_us)
    FROM tried t JOIN (SELECT arm, lane, number, CAST(sum(filled_e2) AS BIGINT) AS filled_e2 FROM first_fills GROUP BY ALL) f USING (arm, lane, number)
      JOIN markets m ON m.ticker = t.ticker
    WHERE f.filled_e2 < ${ENOUGH_E2};`;

/** All orders and fills that there should be, with what each order came to. */
export const EXPECTED = `
  CREATE TABLE expected_fills AS SELECT * FROM first_fills UNION ALL SELECT * FROM second_fills;
  CREATE TABLE expected_orders AS
    SELECT o.*, coalesce(f.filled_e2, 0) AS filled_e2, coalesce(f.cost_e6, 0) AS cost_e6,
      CASE WHEN f.filled_e2 = o.quantity_e2 THEN f.last_us ELSE o.gone_us END AS ended_us
    FROM (SELECT * FROM tried UNION ALL SELECT * FROM tried_again) o LEFT JOIN (
      SELECT arm, lane, number, attempt, CAST(sum(filled_e2) AS BIGINT) AS filled_e2, CAST(sum(filled_e2 * fill_e4) AS BIGINT) AS cost_e6, max(print_us) AS last_us
      FROM expected_fills GROUP BY ALL) f USING (arm, lane, number, attempt);`;

/** Orders of the run that should not be, are missing, or ended otherwise. */
export function ordersThatDiffer(folder: string): string {
  return `
  SELECT coalesce(o.arm, e.arm) AS arm, coalesce(o.lane, e.lane) AS lane, coalesce(o.ticker, e.ticker) AS ticker, o.order_id, e.attempt
  FROM expected_orders e FULL JOIN (SELECT * FROM '${folder}/orders.parquet') o
    ON o.arm = e.arm AND o.lane = e.lane AND o.ticker = e.ticker AND o.submit_time_us = e.submit_us
  WHERE (o.side, o.price_e4, o.quantity_e2, o.asked_e2, o.time_in_force, o.post_only, o.reduce_only, o.status, o.reason, o.filled_e2, o.filled_cost_e6)
    IS DISTINCT FROM (e.side, e.price_e4, e.quantity_e2, e.quantity_e2, 'good-till-cancelled', false, false,
      CASE WHEN e.filled_e2 = e.quantity_e2 THEN 'executed' ELSE 'cancelled' END,
      CASE WHEN e.filled_e2 < e.quantity_e2 THEN 'requested' END, e.filled_e2, e.cost_e6)`;
}

/** Fills of the run that should not be, are missing, or came from another print, at another price, size or time. */
export function fillsThatDiffer(folder: string): string {
  return `
  SELECT coalesce(f.arm, e.arm) AS arm, coalesce(f.lane, e.lane) AS lane, coalesce(f.ticker, e.ticker) AS ticker, f.order_id,
    f.tape_sequence, e.sequence AS expected_sequence, f.quantity_e2, e.filled_e2, f.price_e4, e.fill_e4, f.liquidity, e.liquidity AS expected_liquidity
  FROM expected_fills e FULL JOIN (
      SELECT f.*, o.submit_time_us FROM '${folder}/fills.parquet' f JOIN '${folder}/orders.parquet' o USING (arm, lane, order_id)) f
    ON f.arm = e.arm AND f.lane = e.lane AND f.ticker = e.ticker AND f.submit_time_us = e.submit_us AND f.tape_sequence = e.sequence
  WHERE (f.side, f.leg, f.price_e4, f.quantity_e2, f.liquidity, f.exchange_time_us, f.local_time_us)
    IS DISTINCT FROM (e.side, CASE e.side WHEN 'bid' THEN 'yes' ELSE 'no' END, e.fill_e4, e.filled_e2, e.liquidity, e.print_us, e.print_us + e.response_us)`;
}

/** Two orders of one arm and lane at work in one market at one time: they might share a print, which the rules above do not split. */
export const ORDERS_SIDE_BY_SIDE = `
  SELECT count(*) AS n FROM (SELECT submit_us, lag(ended_us) OVER (PARTITION BY arm, lane, ticker ORDER BY submit_us) AS before_us FROM expected_orders)
  WHERE submit_us <= before_us`;

/** Entries without the one row that tells how they ended, or whose row tells otherwise. */
export function outcomesThatDiffer(folder: string): string {
  return `
  SELECT coalesce(d.arm, e.arm) AS arm, coalesce(d.lane, e.lane) AS lane, coalesce(d.sequence, e.sequence) AS sequence, d.action, e.filled_e2
  FROM (SELECT o.arm, o.lane, d.sequence, o.ticker, sum(o.filled_e2) AS filled_e2, max(o.ended_us + o.response_us) AS ended_us
        FROM expected_orders o JOIN decisions d USING (arm, lane, number) GROUP BY ALL) e
  FULL JOIN (SELECT arm, lane, ticker, time_us, action, CAST(reasons->>'whale_sequence' AS BIGINT) AS sequence, CAST(reasons->>'filled_e2' AS BIGINT) AS filled_e2
        FROM '${folder}/decisions.parquet' WHERE action LIKE 'entry: %') d USING (arm, lane, sequence)
  WHERE (d.ticker, d.time_us, d.filled_e2, d.action) IS DISTINCT FROM (e.ticker, e.ended_us, e.filled_e2,
    CASE WHEN e.filled_e2 = ${WANTED_E2} THEN 'entry: filled' WHEN e.filled_e2 >= ${ENOUGH_E2} THEN 'entry: accepted' WHEN e.filled_e2 > 0 THEN 'entry: partial' ELSE 'entry: missed' END)`;
}
