import type { DuckDBConnection } from '@duckdb/node-api';
import { assert } from '../../core/assert.ts';
import { Fault } from '../../core/fault.ts';
import type { Money } from '../../core/money.ts';
import type { OrderId } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import { ASK, BID } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { FeeBook } from '../../ledger/fee-book.ts';
import { feeCoefficient, feeOfFill, modelFee } from '../../ledger/fees.ts';
import { isAssumed } from '../../ledger/known-fees.ts';
import { openDatabase, sqlText } from '../../tape/duckdb.ts';
import type { Tape } from '../../tape/open-tape.ts';
import { codeHash } from '../store/code-hash.ts';
import type { LaneResult } from '../store/run-result.ts';
import type { ExplainedFill, Explanation, Heard, OrderOutcome } from './explanation.ts';
import { OrderWatch } from './order-watch.ts';
import {
  type DecisionRow,
  type FillRow,
  type OrderRow,
  type Place,
  recorded,
  recordedDecisions,
  type SettlementRow,
  type UpdateRow,
} from './recorded.ts';
import { rowsUpTo, tapeRows } from './tape-rows.ts';

const ROWS_HEARD = 4;
const DECISIONS_BEFORE = 20;

export interface ExplainOptions {
  readonly place: Place;
  readonly laneIs: 'asked' | 'worst';
  readonly order: number;
  /** The run's tape, or why it cannot be read as it was. */
  readonly tape: Tape | string;
  /** Makes the arm again in the lane, watched, and gives its digest; or why it cannot be made again. */
  readonly rerun: ((watch: OrderWatch) => Promise<string>) | string;
}

/** Traces one order from what the strategy had heard to what it made. Throws a Fault (`usage`) where there is no such order. */
export async function explainOrder(options: ExplainOptions): Promise<Explanation> {
  const database = await openDatabase();
  try {
    return await explain(database.connection, options);
  } finally {
    database.close();
  }
}

async function explain(connection: DuckDBConnection, options: ExplainOptions): Promise<Explanation> {
  const { place, tape } = options;
  const { result } = place.run;
  const order = await orderOf(connection, place, options.order);
  const only = `AND order_id = ${order.order_id}`;
  const answers = await recorded<UpdateRow>(connection, place, 'order_updates', `${only} ORDER BY local_time_us`);
  const fills = await recorded<FillRow>(connection, place, 'fills', `${only} ORDER BY local_time_us`);
  const sent = order.status !== 'refused';
  const { watch, unseen } = sent ? await watched(options, order) : { watch: null, unseen: null };
  const steps = watch?.steps ?? [];
  const sources = [...steps.map(({ row }) => row ?? 0), ...fills.map((fill) => fill.tape_sequence)];
  const rows = typeof tape === 'string' ? new Map() : await tapeRows(connection, tape, sources);
  const lane = result.invocation.lanes.find(({ name }) => name === place.lane)!;
  const { latency } = result.invocation;
  return {
    format: 'tapedeck-explanation',
    version: 1,
    run: {
      id: place.run.id,
      strategy: result.strategy,
      tape: result.tape.name,
      synthetic: result.tape.synthetic,
    },
    arm: place.arm,
    lane: place.lane,
    laneIs: options.laneIs,
    order,
    heard: typeof tape === 'string' ? null : await heardBefore(connection, place, tape, order),
    decisions: await decisionsFor(connection, place, order),
    request: sent
      ? {
          leftUs: order.submit_time_us,
          arrivedUs: watch?.met?.timeUs ?? answers[0]?.exchange_time_us ?? null,
          quantile: latency.drawn ? null : lane.latencyQuantile,
          origin: latency.origin,
        }
      : null,
    met: watch?.met ?? null,
    cancels: lane.cancels,
    steps: steps.map((step) => ({ ...step, tape: (step.row === null ? null : rows.get(step.row)) ?? null })),
    unseen: typeof tape === 'string' && unseen === null ? tape : unseen,
    answers,
    fills: feesOf(options, order, fills).map((fill) => ({ ...fill, row: rows.get(fill.tape_sequence) ?? null })),
    outcome: await outcomeOf(connection, options, order, fills),
  };
}

async function orderOf(connection: DuckDBConnection, place: Place, id: number): Promise<OrderRow> {
  const [order] = await recorded<OrderRow>(connection, place, 'orders', `AND order_id = ${id}`);
  if (order !== undefined) return order;
  const [last] = await recorded<OrderRow>(connection, place, 'orders', 'ORDER BY order_id DESC LIMIT 1');
  const where = `${place.arm} in the ${place.lane} lane`;
  const what = last === undefined ? `${where} sent no order` : `${where} has the orders 1 to ${last.order_id}`;
  throw new Fault('usage', `there is no order ${id}: ${what}`, {
    next: `Find one with: npx tapedeck explain ${place.run.id} --market TICKER, or another --arm or --lane.`,
  });
}

/** The order seen by its venue in a run made again, or why that cannot be trusted. */
async function watched(
  { place, rerun }: ExplainOptions,
  order: OrderRow,
): Promise<{ watch: OrderWatch | null; unseen: string | null }> {
  if (typeof rerun === 'string') return { watch: null, unseen: rerun };
  const watch = new OrderWatch(order.order_id as OrderId);
  const digest = await rerun(watch);
  const then = laneOf(place)?.digest;
  if (digest === then) return { watch, unseen: null };
  const now = codeHash() === place.run.result.hashes.code ? '' : ', for the program has changed since';
  return { watch: null, unseen: `made again, the lane came out otherwise${now} (then ${then}, now ${digest})` };
}

async function heardBefore(connection: DuckDBConnection, place: Place, tape: Tape, order: OrderRow): Promise<Heard> {
  const feedUs = place.run.result.invocation.latency.feedUs;
  const market = tape.markets.find(({ ticker }) => ticker === order.ticker);
  assert(market !== undefined, `the tape has the market ${order.ticker}`);
  const row = (await tapeRows(connection, tape, [order.tape_sequence])).get(order.tape_sequence);
  const told = row !== undefined && row.local_time_us + feedUs === order.submit_time_us;
  const at = `AND local_time_us = ${order.submit_time_us} AND type NOT IN ('cancel-requested', 'amend-requested')`;
  const [answer] = await recorded<UpdateRow>(connection, place, 'order_updates', `${at} LIMIT 1`);
  return {
    feedUs,
    moment: answer !== undefined ? 'answer' : told ? 'row' : 'clock',
    answer: answer ?? null,
    trigger: told ? row : null,
    triggerTicker: told && row.market !== null ? (tape.markets[row.market]?.ticker ?? null) : null,
    market: await rowsUpTo(connection, tape, market.index, order.tape_sequence, ROWS_HEARD),
  };
}

/** The decisions explained at the moment of the order, or the last one in its market before it. */
async function decisionsFor(connection: DuckDBConnection, place: Place, order: OrderRow): Promise<DecisionRow[]> {
  const before = `AND ticker = ${sqlText(order.ticker)} AND time_us <= ${order.submit_time_us}
    ORDER BY number DESC LIMIT ${DECISIONS_BEFORE}`;
  const rows = await recordedDecisions(connection, place, before);
  const same = rows.filter((row) => row.time_us === order.submit_time_us);
  return (same.length > 0 ? same : rows.slice(0, 1)).reverse();
}

/** Computes each fee anew from the schedule and the fills before it, as the venue does, and holds it against what was charged. */
function feesOf(
  { place, tape }: ExplainOptions,
  order: OrderRow,
  fills: readonly FillRow[],
): Omit<ExplainedFill, 'row'>[] {
  const { fees, membership } = place.run.result.invocation;
  const book = new FeeBook(fees);
  const carried = { carried: 0 as Money };
  const side = order.side === 'bid' ? BID : ASK;
  const { series, event } = seriesOf(place, tape, order.ticker);
  return fills.map((fill) => {
    const time = fill.exchange_time_us as Time;
    const terms = book.lookup(series, event, time);
    const [price, quantity] = [fill.price_e4 as Price, fill.quantity_e2 as Quantity];
    const { liquidity } = fill;
    const charged = feeOfFill(terms, membership, { side, price, quantity, liquidity }, carried);
    assert(charged === fill.fee_e6, `the fee of order ${order.order_id} is ${fill.fee_e6}, computed anew ${charged}`);
    return {
      ...fill,
      fee: {
        terms,
        assumed: isAssumed(terms, time),
        coefficientE4: feeCoefficient(terms.type, liquidity),
        modelE6: modelFee(terms, liquidity, price, quantity),
        chargedE6: charged,
      },
    };
  });
}

/** The series and event that fees hang on: by the tape, or by the venue's way of naming where it cannot be read. */
function seriesOf(place: Place, tape: Tape | string, ticker: string): { series: string; event: string } {
  const market = typeof tape === 'string' ? undefined : tape.markets.find((listed) => listed.ticker === ticker);
  if (market !== undefined) return market;
  const lane = laneOf(place);
  const event = lane?.markets.find((traded) => traded.ticker === ticker)?.event ?? ticker;
  return { series: event.split('-', 1)[0]!, event };
}

function laneOf({ run, arm, lane }: Place): LaneResult | undefined {
  return run.result.arms.find(({ name }) => name === arm)?.lanes.find((one) => one.lane === lane);
}

async function outcomeOf(
  connection: DuckDBConnection,
  { place, tape }: ExplainOptions,
  order: OrderRow,
  fills: readonly FillRow[],
): Promise<OrderOutcome | null> {
  if (fills.length === 0) return null;
  const paid = await recorded<SettlementRow>(connection, place, 'settlements', `AND ticker = ${sqlText(order.ticker)}`);
  const market = typeof tape === 'string' ? undefined : tape.markets.find(({ ticker }) => ticker === order.ticker);
  // A position that was closed before the market paid has no settlement of its own.
  const value = paid[0]?.value_e4 ?? (market && (tape as Tape).results[market.index]?.value);
  if (value === undefined) return null;
  const sign = order.side === 'bid' ? 1 : -1;
  const priceE6 = fills.reduce((sum, fill) => sum + sign * (value - fill.price_e4) * fill.quantity_e2, 0);
  const feesE6 = fills.reduce((sum, fill) => sum + fill.fee_e6, 0);
  return { settlement: paid[0] ?? null, valueE4: value, priceE6, feesE6, netE6: priceE6 - feesE6 };
}
