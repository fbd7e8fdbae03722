import { describe, expect, it } from 'vitest';
import { Misuse } from '../../src/core/misuse.ts';
import { cents } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import type { NewOrder } from '../../src/kalshi/order-body.ts';
import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import { clientOf, scriptedExchange } from './scripted-exchange.ts';

const ORDER: NewOrder = {
  ticker: 'KXHIGHTEST-26SEP15-B84.5',
  clientOrderId: 'test:1',
  side: ASK,
  price: cents(33),
  quantity: contracts(25),
  timeInForce: 'good-till-cancelled',
  postOnly: true,
  expireTime: 1_790_000_000_999_999 as Time,
  selfTradePrevention: 'maker',
  cancelOnPause: true,
};
const RESTS = {
  order_id: 'o-1',
  client_order_id: 'test:1',
  fill_count: '0.00',
  remaining_count: '25.00',
  ts_ms: 1_789_000_000_123,
};
const FILLS = {
  ...RESTS,
  fill_count: '25.00',
  remaining_count: '0.00',
  average_fill_price: '0.3300',
  average_fee_paid: '0.0155',
};

async function scene() {
  const exchange = await scriptedExchange();
  const { rest, drift } = clientOf(exchange);
  return { exchange, drift, writes: new OrderWrites(rest, drift) };
}

describe('a create', () => {
  it('goes out as texts, on the YES leg, and answers what rests', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 201, body: RESTS });
    expect(await writes.create(ORDER)).toEqual({
      kind: 'answered',
      answer: {
        orderId: 'o-1',
        clientOrderId: 'test:1',
        filled: 0,
        remaining: 2_500,
        averagePrice: null,
        averageFee: null,
        time: 1_789_000_000_123_000,
      },
    });
    expect(exchange.heard[0]).toMatchObject({
      method: 'POST',
      path: '/trade-api/v2/portfolio/events/orders',
      signed: true,
    });
    expect(exchange.heard[0]?.body).toEqual({
      ticker: 'KXHIGHTEST-26SEP15-B84.5',
      client_order_id: 'test:1',
      side: 'ask',
      count: '25.00',
      price: '0.3300',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'maker',
      post_only: true,
      cancel_order_on_pause: true,
      expiration_time: 1_790_000_000,
    });
  });

  it('answers what filled at once', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 201, body: FILLS });
    expect(await writes.create(ORDER)).toMatchObject({
      kind: 'answered',
      answer: { filled: 2_500, averagePrice: 330_000, averageFee: 15_500 },
    });
  });

  it('is refused with the code of the exchange', async () => {
    const { exchange, writes } = await scene();
    exchange.script({
      status: 409,
      body: { error: { code: 'order_already_exists', message: 'order already exists' } },
    });
    expect(await writes.create(ORDER)).toMatchObject({ kind: 'refused', refusal: { code: 'order_already_exists' } });
  });

  it.each([
    ['without order_id', { ...RESTS, order_id: undefined }],
    ['with an empty order_id', { ...RESTS, order_id: '' }],
    ['with nothing', {}],
    ['with an error in a success', { error: { code: 'x', message: 'y' } }],
    ['about another order', { ...RESTS, client_order_id: 'test:2' }],
    ['with more contracts than were asked for', { ...RESTS, remaining_count: '25.01' }],
    ['with a number for a count', { ...RESTS, fill_count: 0 }],
    ['with a fill that has no price', { ...FILLS, average_fill_price: undefined }],
    ['with a fill that has no fee', { ...FILLS, average_fee_paid: null }],
    ['with no time', { ...RESTS, ts_ms: undefined }],
  ])('whose 201 comes %s is unknown, never success', async (_, body) => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 201, body });
    expect(await writes.create(ORDER)).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });
});

describe('a cancel', () => {
  const doomed = { orderId: 'o-1', ticker: 'T' };

  it('names the market, and answers what it took away', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 200, body: { order_id: 'o-1', reduced_by: '3.00', ts_ms: 5 } });
    expect(await writes.cancel(doomed)).toMatchObject({ kind: 'answered', answer: { reducedBy: 300, time: 5_000 } });
    expect(exchange.heard[0]).toMatchObject({ method: 'DELETE', query: 'market_ticker=T', body: undefined });
  });

  it('whose answer is about another order is unknown', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 200, body: { order_id: 'o-2', reduced_by: '3.00', ts_ms: 5 } });
    expect((await writes.cancel(doomed)).kind).toBe('unknown');
  });

  it('of everything is answered by an empty 204', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 204, body: '' });
    expect(await writes.cancelAll()).toEqual({ kind: 'answered', answer: null });
    expect(exchange.heard[0]).toMatchObject({ method: 'DELETE', path: '/trade-api/v2/portfolio/events/orders' });
  });
});

describe('a batch', () => {
  const second = { ...ORDER, clientOrderId: 'test:2' };
  const third = { ...ORDER, clientOrderId: 'test:3' };

  it('answers each order by its id, in whatever order the items come', async () => {
    const { exchange, writes } = await scene();
    const error = { code: 'invalid_price', message: 'invalid price' };
    const orders = [{ client_order_id: 'test:2', error }, RESTS];
    exchange.script({ status: 201, body: { orders } });
    const outcomes = await writes.createBatch([ORDER, second, third]);
    expect(outcomes).toMatchObject([
      { kind: 'answered', answer: { orderId: 'o-1' } },
      { kind: 'refused', refusal: { code: 'invalid_price' } },
      { kind: 'unknown', why: 'unreadable' },
    ]);
  });

  it('takes an item without an id by its place only where nothing is out of place', async () => {
    const { exchange, writes } = await scene();
    const nameless = { error: { code: 'invalid_price', message: '' } };
    exchange.script(
      { status: 201, body: { orders: [RESTS, nameless] } },
      { status: 201, body: { orders: [nameless, RESTS] } },
    );
    expect(await writes.createBatch([ORDER, second])).toMatchObject([{ kind: 'answered' }, { kind: 'refused' }]);
    expect(await writes.createBatch([ORDER, second])).toMatchObject([{ kind: 'answered' }, { kind: 'unknown' }]);
  });

  it('that is unknown is so for every order, and one that names an order twice is not sent', async () => {
    const { exchange, writes } = await scene();
    exchange.script('cut', { status: 201, body: { orders: 'none' } });
    for (let at = 0; at < 2; at++) {
      expect((await writes.createBatch([ORDER, second])).map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    }
    await expect(writes.createBatch([])).rejects.toThrow(Misuse);
    await expect(writes.createBatch([ORDER, ORDER])).rejects.toThrow(Misuse);
    expect(exchange.heard).toHaveLength(2);
  });

  it('of cancels carries its body, and its failed items', async () => {
    const { exchange, writes } = await scene();
    const gone = { order_id: 'b', reduced_by: '0.00', error: { code: 'not_found', message: 'not found' } };
    exchange.script({ status: 200, body: { orders: [{ order_id: 'a', reduced_by: '2.00', ts_ms: 1 }, gone] } });
    const outcomes = await writes.cancelBatch([
      { orderId: 'a', ticker: 'T' },
      { orderId: 'b', ticker: 'T' },
    ]);
    expect(outcomes).toMatchObject([
      { kind: 'answered', answer: { reducedBy: 200 } },
      { kind: 'refused', refusal: { code: 'not_found' } },
    ]);
    expect(exchange.heard[0]?.body).toMatchObject({
      orders: [{ order_id: 'a', market_ticker: 'T' }, { order_id: 'b' }],
    });
  });
});

describe('amend, decrease and groups', () => {
  it('amend sends the new total, and may answer a new order id', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 200, body: { order_id: 'o-9', ts_ms: 7, remaining_count: '4.00', fill_count: null } });
    const amendment = {
      orderId: 'o-1',
      ticker: 'T',
      side: BID,
      price: cents(40),
      quantity: contracts(5),
      expireTime: null,
    };
    expect(await writes.amend(amendment)).toMatchObject({
      kind: 'answered',
      answer: { orderId: 'o-9', remaining: 400, filled: null },
    });
    expect(exchange.heard[0]?.body).toEqual({
      ticker: 'T',
      side: 'bid',
      price: '0.4000',
      count: '5.00',
      expiration_time: 0,
    });
  });

  it('decrease says what is to be left', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 200, body: { order_id: 'o-1', remaining_count: '2.00', ts_ms: 7 } });
    const outcome = await writes.decrease({ orderId: 'o-1', ticker: 'T' }, { to: contracts(2) });
    expect(outcome).toMatchObject({ kind: 'answered', answer: { remaining: 200 } });
    expect(exchange.heard[0]?.body).toEqual({ reduce_to: '2.00', market_ticker: 'T' });
  });

  it('a group is made, limited, triggered, reset and removed', async () => {
    const { exchange, writes } = await scene();
    exchange.script({ status: 201, body: { order_group_id: 'g/1', subaccount: 0 } });
    expect(await writes.createGroup(contracts(50))).toEqual({ kind: 'answered', answer: 'g/1' });
    exchange.script({ status: 200, body: '' });
    for (const act of [
      writes.limitGroup('g/1', contracts(5)),
      writes.triggerGroup('g/1'),
      writes.resetGroup('g/1'),
      writes.deleteGroup('g/1'),
    ]) {
      expect(await act).toEqual({ kind: 'answered', answer: null });
    }
    const paths = exchange.heard.slice(1).map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`);
    expect(paths.sort()).toEqual([
      'DELETE order_groups/g%2F1',
      'PUT g%2F1/limit',
      'PUT g%2F1/reset',
      'PUT g%2F1/trigger',
    ]);
    expect(exchange.heard.every(({ signed }) => signed)).toBe(true);
  });
});
