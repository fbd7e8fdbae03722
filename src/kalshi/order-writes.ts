import { Misuse } from '../core/misuse.ts';
import { formatPrice, type Price } from '../core/price.ts';
import { formatQuantity, type Quantity } from '../core/quantity.ts';
import { type Side, sideName } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { batchCancelled, batchPlaced } from './batch-answer.ts';
import {
  type Amended,
  type Cancelled,
  type Decreased,
  decodeAmended,
  decodeCancelled,
  decodeDecreased,
  decodePlaced,
  type Placed,
} from './decode-order-answer.ts';
import type { DriftSentinel } from './drift.ts';
import { createBody, type NewOrder } from './order-body.ts';
import * as fields from './order-fields.ts';
import { segment } from './pages.ts';
import type { KalshiRest, Write } from './rest.ts';
import type { WriteOutcome } from './rest-answer.ts';
import { wireText } from './wire.ts';

/** An order to cancel; the ticker lets the exchange find its shard. */
export interface Doomed {
  readonly orderId: string;
  readonly ticker: string;
}

/** How an order is to be; `quantity` is the new total, fills included. */
export interface Amendment {
  readonly orderId: string;
  readonly ticker: string;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly clientOrderId?: string;
  readonly newClientOrderId?: string;
  /** Null clears it; left out keeps it. */
  readonly expireTime?: Time | null;
}

/** How much smaller an order is to be. */
export type Less = { readonly by: Quantity } | { readonly to: Quantity };

const ORDERS = '/portfolio/events/orders';
/** A new order: the request that has no time to be signed. */
export const NEW_ORDER = { method: 'POST', path: ORDERS } as const;
const GROUPS = '/portfolio/order_groups';

/**
 * Writes of the order path. Each is sent once; its outcome is a value. An answer that cannot be read, or is about something else, is
 * `unknown`, never success.
 */
export class OrderWrites {
  readonly #rest: KalshiRest;
  readonly #drift: DriftSentinel;
  /** What every write has that could cost. */
  readonly #costly: Pick<Write, 'barred'>;

  /** `barred`: why nothing may leave that could cost, null where it may; asked until the first byte leaves. */
  constructor(rest: KalshiRest, drift: DriftSentinel, barred?: () => string | null) {
    this.#rest = rest;
    this.#drift = drift;
    this.#costly = barred === undefined ? {} : { barred };
  }

  create(order: NewOrder, signal?: AbortSignal): Promise<WriteOutcome<Placed>> {
    const write: Write = { ...NEW_ORDER, ...this.#costly, body: createBody(order) };
    return this.#send(write, (answer) => decodePlaced(answer, order, this.#drift), signal);
  }

  /** The outcome of each order, in the order given. Throws Misuse for an empty batch or one that the write bucket cannot hold. */
  async createBatch(orders: readonly NewOrder[], signal?: AbortSignal): Promise<WriteOutcome<Placed>[]> {
    distinct(orders.map((order) => order.clientOrderId));
    const body = { orders: orders.map(createBody) };
    const write: Write = { ...this.#costly, method: 'POST', path: `${ORDERS}/batched`, body, items: orders.length };
    return batchPlaced(orders, await this.#rest.write(write, signal), this.#drift);
  }

  /** A refusal with `not_found` proves nothing: a filled, a cancelled and an unknown order all say that. */
  cancel({ orderId, ticker }: Doomed, signal?: AbortSignal): Promise<WriteOutcome<Cancelled>> {
    const path = `${ORDERS}/${segment(orderId)}`;
    const write: Write = { method: 'DELETE', path, query: { market_ticker: ticker }, cancels: true };
    return this.#send(write, (answer) => decodeCancelled(answer, orderId, this.#drift), signal);
  }

  /** As {@link createBatch}. */
  async cancelBatch(orders: readonly Doomed[], signal?: AbortSignal): Promise<WriteOutcome<Cancelled>[]> {
    distinct(orders.map((order) => order.orderId));
    const body = { orders: orders.map(({ orderId, ticker }) => ({ order_id: orderId, market_ticker: ticker })) };
    const path = `${ORDERS}/batched`;
    const write: Write = { method: 'DELETE', path, body, items: orders.length, cancels: true };
    return batchCancelled(orders, await this.#rest.write(write, signal), this.#drift);
  }

  /** Cancels everything of the account; orders placed within the next minute may be hit too. */
  cancelAll(signal?: AbortSignal): Promise<WriteOutcome<null>> {
    return this.#send({ method: 'DELETE', path: ORDERS, cancels: true }, () => null, signal);
  }

  amend(to: Amendment, signal?: AbortSignal): Promise<WriteOutcome<Amended>> {
    const body = {
      ticker: to.ticker,
      side: sideName(to.side),
      price: formatPrice(to.price),
      count: formatQuantity(to.quantity),
      client_order_id: to.clientOrderId,
      updated_client_order_id: to.newClientOrderId,
      expiration_time: to.expireTime === undefined ? undefined : Math.floor((to.expireTime ?? 0) / 1_000_000),
    };
    const write: Write = { ...this.#costly, method: 'POST', path: `${ORDERS}/${segment(to.orderId)}/amend`, body };
    const ids = [to.clientOrderId, to.newClientOrderId];
    return this.#send(write, (answer) => decodeAmended(answer, ids, this.#drift), signal);
  }

  /** Takes `by` off what rests, or leaves `to`; nothing left cancels. Keeps the place in the queue. */
  decrease({ orderId, ticker }: Doomed, less: Less, signal?: AbortSignal): Promise<WriteOutcome<Decreased>> {
    const size = 'by' in less ? { reduce_by: formatQuantity(less.by) } : { reduce_to: formatQuantity(less.to) };
    const body = { ...size, market_ticker: ticker };
    const write: Write = { method: 'POST', path: `${ORDERS}/${segment(orderId)}/decrease`, body };
    return this.#send(write, (answer) => decodeDecreased(answer, orderId, this.#drift), signal);
  }

  /** Makes an order group that cancels itself when more than `limit` contracts match in 15 seconds; answers its id. */
  createGroup(limit: Quantity, signal?: AbortSignal): Promise<WriteOutcome<string>> {
    const write: Write = {
      method: 'POST',
      path: `${GROUPS}/create`,
      body: { contracts_limit_fp: formatQuantity(limit) },
    };
    const read = (answer: unknown) => wireText(this.#drift.check(fields.GROUP_CREATED, answer), 'order_group_id');
    return this.#send(write, read, signal);
  }

  /** Removes a group and cancels its orders. */
  deleteGroup(id: string, signal?: AbortSignal): Promise<WriteOutcome<null>> {
    return this.#send({ method: 'DELETE', path: `${GROUPS}/${segment(id)}`, cancels: true }, () => null, signal);
  }

  /** Sets the group's count back, so that it takes orders again. */
  resetGroup(id: string, signal?: AbortSignal): Promise<WriteOutcome<null>> {
    return this.#send({ method: 'PUT', path: `${GROUPS}/${segment(id)}/reset`, body: {} }, () => null, signal);
  }

  /** Cancels all orders of a group and refuses new ones until it is reset. */
  triggerGroup(id: string, signal?: AbortSignal): Promise<WriteOutcome<null>> {
    const write: Write = { method: 'PUT', path: `${GROUPS}/${segment(id)}/trigger`, body: {}, cancels: true };
    return this.#send(write, () => null, signal);
  }

  limitGroup(id: string, limit: Quantity, signal?: AbortSignal): Promise<WriteOutcome<null>> {
    const body = { contracts_limit_fp: formatQuantity(limit) };
    return this.#send({ method: 'PUT', path: `${GROUPS}/${segment(id)}/limit`, body }, () => null, signal);
  }

  async #send<Answer>(
    write: Write,
    read: (answer: unknown) => Answer,
    signal?: AbortSignal,
  ): Promise<WriteOutcome<Answer>> {
    const outcome = await this.#rest.write(write, signal);
    if (outcome.kind !== 'answered') return outcome;
    try {
      return { kind: 'answered', answer: read(outcome.answer) };
    } catch (error) {
      return { kind: 'unknown', why: 'unreadable', detail: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** An empty batch, or one that names an order twice, is never sent. */
function distinct(ids: readonly string[]): void {
  if (ids.length === 0) throw new Misuse('a batch needs at least one order');
  if (new Set(ids).size < ids.length) throw new Misuse('a batch names one order twice');
}
