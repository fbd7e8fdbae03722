import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { parseTime, type Time } from '../core/time.ts';
import {
  type BalanceRow,
  decodeBalance,
  decodeFill,
  decodeOrder,
  decodePosition,
  decodeSettlementRow,
  type FillRow,
  type OrderRow,
  type PositionRow,
  type SettlementRow,
} from './decode-portfolio.ts';
import { type DriftSentinel, drifted } from './drift.ts';
import { EndpointCosts } from './endpoint-costs.ts';
import * as market from './market-fields.ts';
import * as fields from './order-fields.ts';
import { listOf, rows, segment } from './pages.ts';
import type { KalshiRest, Query } from './rest.ts';
import type { AccountLimits, BucketLimit } from './token-buckets.ts';
import { optionalText, type WireObject, wireObject, wireText } from './wire.ts';

export interface GroupRow {
  readonly id: string;
  /** Whether the group cancels its orders by itself when its limit is passed. */
  readonly automatic: boolean;
  readonly limit: Quantity | null;
}

const PAGE = 1000;

/** What the account holds. Every method throws the Faults of {@link KalshiRest.read}, and `wire-drift` for a record that cannot be believed. */
export class PortfolioReads {
  readonly #rest: KalshiRest;
  readonly #drift: DriftSentinel;

  constructor(rest: KalshiRest, drift: DriftSentinel) {
    this.#rest = rest;
    this.#drift = drift;
  }

  async balance(query: Query = {}, signal?: AbortSignal): Promise<BalanceRow> {
    return decodeBalance(await this.#rest.read('/portfolio/balance', query, signal), this.#drift);
  }

  /** Unsettled positions of subaccount 0, unless the query says otherwise. */
  async *positions(query: Query = {}, signal?: AbortSignal): AsyncGenerator<PositionRow> {
    yield* this.#rows('/portfolio/positions', 'market_positions', decodePosition, query, signal);
  }

  /** Up to which moment the exchange's reads of orders, fills and positions are complete. */
  async asOf(signal?: AbortSignal): Promise<Time> {
    const path = '/exchange/user_data_timestamp';
    return parseTime(wireText(wireObject(await this.#rest.read(path, {}, signal), path), 'as_of_time'));
  }

  /** The exchange's own list of orders: what settles an unknown write. It lags writes by a second or so. */
  async *orders(query: Query = {}, signal?: AbortSignal): AsyncGenerator<OrderRow> {
    yield* this.#rows('/portfolio/orders', 'orders', decodeOrder, query, signal);
  }

  async order(orderId: string, signal?: AbortSignal): Promise<OrderRow> {
    const path = `/portfolio/orders/${segment(orderId)}`;
    const row = decodeOrder(wireObject(await this.#rest.read(path, {}, signal), path).order, this.#drift);
    if (row.orderId !== orderId) throw drifted('order', `asked for ${orderId}, got ${row.orderId}`);
    return row;
  }

  async *fills(query: Query = {}, signal?: AbortSignal): AsyncGenerator<FillRow> {
    yield* this.#rows('/portfolio/fills', 'fills', decodeFill, query, signal);
  }

  async *settlements(query: Query = {}, signal?: AbortSignal): AsyncGenerator<SettlementRow> {
    yield* this.#rows('/portfolio/settlements', 'settlements', decodeSettlementRow, query, signal);
  }

  async *historicalOrders(query: Query = {}, signal?: AbortSignal): AsyncGenerator<OrderRow> {
    yield* this.#rows('/historical/orders', 'orders', decodeOrder, query, signal);
  }

  async *historicalFills(query: Query = {}, signal?: AbortSignal): AsyncGenerator<FillRow> {
    yield* this.#rows('/historical/fills', 'fills', decodeFill, query, signal);
  }

  async *historicalPositions(query: Query = {}, signal?: AbortSignal): AsyncGenerator<PositionRow> {
    yield* this.#rows('/historical/positions', 'market_positions', decodePosition, query, signal);
  }

  /** Contracts ahead of each resting order, by order id. */
  async queuePositions(query: Query, signal?: AbortSignal): Promise<Map<string, Quantity>> {
    const path = '/portfolio/orders/queue_positions';
    const body = wireObject(await this.#rest.read(path, query, signal), path);
    const list = this.#drift.checkAll(fields.QUEUE_POSITION, listOf(body, 'queue_positions', path));
    return new Map(
      list.map((from) => [wireText(from, 'order_id'), parseQuantity(wireText(from, 'queue_position_fp'))]),
    );
  }

  async groups(query: Query = {}, signal?: AbortSignal): Promise<GroupRow[]> {
    const path = '/portfolio/order_groups';
    const body = wireObject(await this.#rest.read(path, query, signal), path);
    return this.#drift
      .checkAll(fields.GROUP, listOf(body, 'order_groups', path))
      .map((from) => groupRow(from, wireText(from, 'id')));
  }

  /** One order group, and the ids of the orders in it. */
  async group(id: string, query: Query = {}, signal?: AbortSignal): Promise<GroupRow & { orderIds: string[] }> {
    const path = `/portfolio/order_groups/${segment(id)}`;
    const from = this.#drift.check(fields.GROUP_DETAIL, await this.#rest.read(path, query, signal));
    const orderIds = listOf(from, 'orders', path).map((order) => {
      if (typeof order === 'string') return order;
      throw drifted('order group', 'holds an order that is no id');
    });
    return { ...groupRow(from, id), orderIds };
  }

  /** The account's token buckets. */
  async limits(signal?: AbortSignal): Promise<AccountLimits> {
    const from = this.#drift.check(market.ACCOUNT_LIMITS, await this.#rest.read('/account/limits', {}, signal));
    return { read: this.#bucket(from.read), write: this.#bucket(from.write) };
  }

  async costs(signal?: AbortSignal): Promise<EndpointCosts> {
    const path = '/account/endpoint_costs';
    const body = wireObject(await this.#rest.read(path, {}, signal), path);
    const list = this.#drift.checkAll(market.ENDPOINT_COST, listOf(body, 'endpoint_costs', path));
    const table = list.map((from) => ({
      method: wireText(from, 'method'),
      path: wireText(from, 'path'),
      cost: positive(from.cost, 'cost'),
    }));
    return new EndpointCosts(positive(body.default_cost, 'default_cost'), table);
  }

  /** Reads limits and costs and has requests paid by them from then on. */
  async meter(signal?: AbortSignal): Promise<AccountLimits> {
    const limits = await this.limits(signal);
    this.#rest.meter(limits, await this.costs(signal));
    return limits;
  }

  #bucket(value: unknown): BucketLimit {
    const from = this.#drift.check(market.BUCKET, value);
    return {
      capacity: positive(from.bucket_capacity, 'bucket_capacity'),
      refillPerSecond: positive(from.refill_rate, 'refill_rate'),
    };
  }

  async *#rows<Row>(
    path: string,
    list: string,
    decode: (value: unknown, drift: DriftSentinel) => Row,
    query: Query,
    signal?: AbortSignal,
  ): AsyncGenerator<Row> {
    for await (const row of rows(this.#rest, path, list, { limit: PAGE, ...query }, signal)) {
      yield decode(row, this.#drift);
    }
  }
}

function groupRow(from: WireObject, id: string): GroupRow {
  const limit = optionalText(from, 'contracts_limit_fp');
  return {
    id,
    automatic: from.is_auto_cancel_enabled === true,
    limit: limit === null ? null : parseQuantity(limit),
  };
}

function positive(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw drifted('account', `${name} is ${JSON.stringify(value)}, not a number above zero`);
}
