import { describe, expect, it } from 'vitest';
import { seconds, type Time } from '../../src/core/time.ts';
import { TokenBucket } from '../../src/exchange/buckets.ts';
import { Query } from '../../src/exchange/query.ts';
import { Refusal } from '../../src/exchange/refusal.ts';
import { Scene } from './scene.ts';

describe('a token bucket', () => {
  it('is full at first, fills by time to its capacity, and what it refuses costs nothing', () => {
    const at = (second: number): Time => seconds(second) as number as Time;
    const bucket = new TokenBucket({ refill: 10, capacity: 30 }, at(0));
    expect([bucket.take(30, at(0)), bucket.take(1, at(0))]).toEqual([true, false]);
    expect([bucket.take(11, at(1)), bucket.take(10, at(1)), bucket.take(1, at(1))]).toEqual([false, true, false]);
    expect([bucket.take(31, at(100)), bucket.take(30, at(100))]).toEqual([false, true]);
  });
});

describe('an account of the basic tier', async () => {
  const scene = await Scene.open({ tier: 'basic' });

  it('writes ten orders in a second, or fifty cancels, and then hears 429', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 10; count++) {
      const { status, body } = await scene.order({});
      expect(status).toBe(201);
      ids.push(body.order_id);
    }
    const over = await scene.order({});
    expect([over.status, over.body]).toEqual([429, { error: 'too many requests' }]);
    scene.pass(0.1);
    expect((await scene.order({})).status).toBe(201);
    expect((await scene.order({})).status).toBe(429);
    scene.pass(1);
    for (let count = 0; count < 5; count++) {
      expect((await scene.send('DELETE', `/portfolio/events/orders/${ids[count]}`)).status).toBe(200);
    }
    const batch = Array.from({ length: 46 }, () => ({ order_id: ids[9] }));
    const cancel = (orders: unknown[]) => scene.send('DELETE', '/portfolio/events/orders/batched', { orders });
    expect((await cancel(batch)).status).toBe(429);
    expect((await cancel(batch.slice(1))).status).toBe(200);
    expect((await scene.get('/portfolio/orders')).status).toBe(200);
  });

  it('can read what it may and what things cost', async () => {
    const { body } = await scene.get('/account/limits');
    expect(body).toEqual({
      usage_tier: 'basic',
      read: { refill_rate: 200, bucket_capacity: 600 },
      write: { refill_rate: 100, bucket_capacity: 100 },
      grants: [],
    });
    const { default_cost, endpoint_costs } = (await scene.get('/account/endpoint_costs')).body;
    expect(default_cost).toBe(10);
    const path = '/trade-api/v2/portfolio/events/orders/:order';
    expect(endpoint_costs).toContainEqual({ method: 'DELETE', path, cost: 2 });
  });
});

describe('pages', async () => {
  const scene = await Scene.open();

  it('hold each row once, also where rows come in meanwhile, and the last has an empty cursor', async () => {
    for (let count = 0; count < 7; count++) await scene.order({ client_order_id: `page-${count}` });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await scene.get(`/portfolio/orders?limit=3&cursor=${cursor}`);
      seen.push(...body.orders.map((order: { client_order_id: string }) => order.client_order_id));
      cursor = body.cursor;
      if (cursor === '') break;
      await scene.order({ client_order_id: `later-${seen.length}` });
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((count) => `page-${count}`));
  });

  it('begin anew for a cursor that says nothing', async () => {
    const whole = await scene.get('/markets');
    const { status, body } = await scene.get('/markets?cursor=nonsense');
    expect([status, body]).toEqual([200, whole.body]);
  });

  it('have no more rows than an operation allows, which is not cut but refused', async () => {
    const { status, body } = await scene.get('/markets?limit=1001');
    const key = "Key: 'GetMarketsParams.Limit' Error:Field validation for 'Limit' failed on the 'lte' tag";
    expect([status, body]).toEqual([400, { msg: `Parameter validation failed for GetMarkets: ${key}` }]);
    expect((await scene.get('/markets?limit=0')).body.markets).toHaveLength(6);
    expect((await scene.get('/events?limit=201')).status).toBe(400);
    expect((await scene.get('/portfolio/orders?limit=0')).status).toBe(400);
    expect((await scene.get('/markets?status=nice')).status).toBe(400);
    expect((await scene.get('/nowhere')).body).toEqual({ error: { code: 'not_found', message: 'not found' } });
  });
});

describe('a query', () => {
  it('is refused with the name of its operation and field', () => {
    const query = new Query('GetMarkets', 'min_close_ts=soon&tickers=A,B&x=');
    expect(() => query.time('min_close_ts')).toThrow(Refusal);
    expect(() => query.time('min_close_ts')).toThrow('MinCloseTs');
    expect([query.list('tickers'), query.text('x'), query.list('y')]).toEqual([['A', 'B'], undefined, null]);
  });
});
