import { BodyReader } from './body-reader.ts';
import type { Exchange } from './exchange.ts';
import { checkPlace, readAmend, readCreate, readDecrease } from './order-requests.ts';
import type { Filled } from './orders.ts';
import { badParameter, Refusal } from './refusal.ts';
import { type Answer, type Call, created, ok, type Route } from './route.ts';
import { averageText, countText, unixMilliseconds } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

const ORDERS = '/portfolio/events/orders';

/** The V2 operations on orders, and the refusal of the old ones. */
export function orderRoutes(exchange: Exchange): Route[] {
  return [
    {
      method: 'POST',
      path: ORDERS,
      name: 'CreateOrderV2',
      answer: (call) => created(create(exchange, call, call.json)),
    },
    {
      method: 'POST',
      path: `${ORDERS}/batched`,
      name: 'BatchCreateOrdersV2',
      batch: true,
      answer: (call) => created(batch(call, 'BatchCreateOrdersV2Request', (item) => create(exchange, call, item))),
    },
    { method: 'DELETE', path: ORDERS, name: 'CancelAllOrdersV2', cost: 2, answer: (call) => cancelAll(exchange, call) },
    {
      method: 'DELETE',
      path: `${ORDERS}/batched`,
      name: 'BatchCancelOrdersV2',
      cost: 2,
      batch: true,
      answer: (call) => ok(batchCancel(exchange, call)),
    },
    {
      method: 'DELETE',
      path: `${ORDERS}/:order`,
      name: 'CancelOrderV2',
      cost: 2,
      answer: (call) => ok(cancel(exchange, call, call.params.order!)),
    },
    { method: 'POST', path: `${ORDERS}/:order/amend`, name: 'AmendOrderV2', answer: (call) => amend(exchange, call) },
    {
      method: 'POST',
      path: `${ORDERS}/:order/decrease`,
      name: 'DecreaseOrderV2',
      answer: (call) => decrease(exchange, call),
    },
    ...retiredRoutes(),
  ];
}

function create(exchange: Exchange, { account }: Call, value: unknown): Fields {
  const { now } = exchange;
  const filled = exchange.orders.create(account, readCreate(value, now), now);
  const { order } = filled;
  exchange.watchExpiry(order);
  return {
    ...named(order),
    fill_count: countText(filled.quantity),
    remaining_count: countText(order.remaining),
    ...averages(filled),
    ts_ms: unixMilliseconds(now),
  };
}

function cancel(exchange: Exchange, { account }: Call, id: string): Fields {
  const { order, reduced } = exchange.orders.cancel(account, id, exchange.now);
  return { ...named(order), reduced_by: countText(reduced), ts_ms: unixMilliseconds(exchange.now) };
}

function cancelAll(exchange: Exchange, { account, query }: Call): Answer {
  if (!query.elsewhere) exchange.cancelAll(account);
  return { status: 204, body: undefined };
}

function batchCancel(exchange: Exchange, call: Call): Fields {
  return batch(call, 'BatchCancelOrdersV2Request', (item) => {
    const body = new BodyReader(item, 'BatchCancelOrdersV2RequestOrder');
    const order_id = body.needText('order_id');
    try {
      checkPlace(body);
      return cancel(exchange, call, order_id);
    } catch (error) {
      if (error instanceof Refusal) return { order_id, reduced_by: '0.00', error: error.item };
      throw error;
    }
  });
}

function amend(exchange: Exchange, call: Call): Answer {
  const { now } = exchange;
  const filled = exchange.orders.amend(call.account, call.params.order!, readAmend(call.json, now), now);
  const { order, quantity, resized } = filled;
  exchange.watchExpiry(order);
  return ok({
    ...named(order),
    remaining_count: resized || quantity > 0 ? countText(order.remaining) : null,
    fill_count: quantity > 0 ? countText(quantity) : null,
    ...averages(filled),
    ts_ms: unixMilliseconds(now),
  });
}

function decrease(exchange: Exchange, call: Call): Answer {
  const { now } = exchange;
  const order = exchange.orders.decrease(call.account, call.params.order!, readDecrease(call.json), now);
  return ok({ ...named(order), remaining_count: countText(order.remaining), ts_ms: unixMilliseconds(now) });
}

/** Each item by itself: what is refused says so in its place. */
function batch(call: Call, name: string, act: (item: unknown) => Fields): Fields {
  const items = new BodyReader(call.json, name).list('orders');
  if (items.length === 0) throw badParameter('orders must not be empty');
  return {
    orders: items.map((item) => {
      try {
        return act(item);
      } catch (error) {
        if (error instanceof Refusal) return { ...clientIdOf(item), error: error.item };
        throw error;
      }
    }),
  };
}

function clientIdOf(item: unknown): Fields {
  const { client_order_id: id } = (item ?? {}) as { client_order_id?: unknown };
  return typeof id === 'string' ? { client_order_id: id } : {};
}

function named({ id, clientId }: Filled['order']): Fields {
  return { order_id: id, ...(clientId === '' ? {} : { client_order_id: clientId }) };
}

/** Per contract, of what one request filled. */
function averages({ quantity, cost, fees }: Filled): Fields {
  if (quantity === 0) return {};
  return { average_fill_price: averageText(cost, quantity), average_fee_paid: averageText(fees, quantity) };
}

/** The operations of the first version answer that they are gone. How the venue puts it is not known. */
function retiredRoutes(): Route[] {
  const answer = (): Answer => {
    throw new Refusal(410, { error: { code: 'endpoint_retired', message: 'Please switch to the V2 endpoints' } });
  };
  const old: readonly (readonly ['POST' | 'DELETE', string, number])[] = [
    ['POST', '/portfolio/orders', 20],
    ['POST', '/portfolio/orders/batched', 20],
    ['DELETE', '/portfolio/orders/batched', 4],
    ['DELETE', '/portfolio/orders/:order', 4],
    ['POST', '/portfolio/orders/:order/amend', 20],
    ['POST', '/portfolio/orders/:order/decrease', 20],
  ];
  return old.map(([method, path, cost]) => ({ method, path, name: 'V1', cost, answer }));
}
