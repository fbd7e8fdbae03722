import { describe, expect, it } from 'vitest';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { Scene } from './scene.ts';
import { signedHeaders } from './signing-client.ts';

const scene = await Scene.open({ cash: 100_000 });
const price = (e4: number): string => formatPrice(e4 as Price);
const read = async (id: string) => (await scene.get(`/portfolio/orders/${id}`)).body.order;
const nested = (code: string, details?: string) => ({
  error: { code, message: code.replaceAll('_', ' '), ...(details === undefined ? {} : { details }) },
});
const cancelAll = () => scene.send('DELETE', '/portfolio/events/orders');

describe('a new order', () => {
  it('rests', async () => {
    const { status, body } = await scene.order({ client_order_id: 'rests', count: '2.5' });
    expect(status).toBe(201);
    expect(body).toEqual({
      order_id: body.order_id,
      client_order_id: 'rests',
      fill_count: '0.00',
      remaining_count: '2.50',
      ts_ms: Math.floor(scene.exchange.now / 1_000),
    });
    expect(await read(body.order_id)).toMatchObject({
      status: 'resting',
      outcome_side: 'yes',
      book_side: 'bid',
      remaining_count_fp: '2.50',
      yes_price_dollars: '0.0100',
      no_price_dollars: '0.9900',
    });
    expect(scene.market.book.total(BID, 0)).toBe(250);
  });

  it('that crosses trades at the price of what rests, and its fee is that of the schedule', async () => {
    const { market } = scene;
    const ask = market.ask;
    const { status, body } = await scene.order({
      count: '0.50',
      price: '0.9900',
      time_in_force: 'immediate_or_cancel',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ fill_count: '0.50', remaining_count: '0.00', average_fill_price: price(ask) });
    const { fills } = (await scene.get(`/portfolio/fills?order_id=${body.order_id}`)).body;
    expect(fills).toHaveLength(1);
    expect(fills[0]).toMatchObject({ yes_price_dollars: price(ask), count_fp: '0.50', is_taker: true });
    // 0.07 × 0.5 × P × (1 − P), up to the next $0.0001.
    const fee = Math.ceil((350 * ask * (10_000 - ask)) / 1e8 - 1e-9);
    expect(fills[0].fee_cost).toBe((fee / 1e4).toFixed(6));
    expect(await read(body.order_id)).toMatchObject({ status: 'executed', yes_price_dollars: '0.9900' });
  });

  it('rests with what it could not take', async () => {
    const { market } = scene;
    const [ask, size] = [market.ask, market.bestSize(ASK)];
    const answer = await scene.order({ count: ((size + 300) / 100).toFixed(2), price: price(ask) });
    expect(answer.body).toMatchObject({ fill_count: (size / 100).toFixed(2), remaining_count: '3.00' });
    expect(market.bid).toBe(ask);
    expect((await read(answer.body.order_id)).status).toBe('resting');
    await cancelAll();
  });

  it('that must take at once and finds nothing ends as cancelled, filled 0', async () => {
    const { body, status } = await scene.order({ time_in_force: 'immediate_or_cancel' });
    expect([status, body.fill_count, body.remaining_count]).toEqual([201, '0.00', '0.00']);
    expect(body).not.toHaveProperty('average_fill_price');
    expect(await read(body.order_id)).toMatchObject({ status: 'canceled', remaining_count_fp: '0.00' });
  });

  it('that must fill whole and cannot is an error, and nothing trades', async () => {
    const before = (await scene.get('/portfolio/fills')).body.fills.length;
    const answer = await scene.order({ count: '900000', price: '0.5000', time_in_force: 'fill_or_kill' });
    expect([answer.status, answer.body]).toEqual([409, nested('fill_or_kill_insufficient_resting_volume')]);
    expect((await scene.get('/portfolio/fills')).body.fills).toHaveLength(before);
    const whole = await scene.order({ count: '0.10', price: '0.9900', time_in_force: 'fill_or_kill' });
    expect([whole.status, whole.body.fill_count]).toEqual([201, '0.10']);
  });

  it('that may not take and would is refused, and leaves a cancelled row', async () => {
    const answer = await scene.order({ price: '0.9900', post_only: true, client_order_id: 'crosses' });
    expect([answer.status, answer.body]).toEqual([400, nested('invalid_order', 'post only cross')]);
    const { orders } = (await scene.get('/portfolio/orders?status=canceled&limit=1')).body;
    expect(orders[0]).toMatchObject({ client_order_id: 'crosses', last_update_reason: 'PostOnlyCrossCancel' });
  });

  it('has a client order id that nobody has used, for ever', async () => {
    const { body } = await scene.order({ client_order_id: 'once' });
    const again = () => scene.order({ client_order_id: 'once' });
    expect([(await again()).status, (await again()).body]).toEqual([409, nested('order_already_exists')]);
    await scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`);
    expect((await again()).status).toBe(409);
    expect((await scene.order({ client_order_id: 'crosses' })).status).toBe(409);
  });

  it.each([
    [{ price: '0.5050' }, 400, nested('invalid_price')],
    [{ price: '0.0000' }, 400, nested('invalid_price')],
    [{ price: '1.0000' }, 400, nested('invalid_price')],
    [{ ticker: 'SYNHIGHVIL-30JAN05-NONE' }, 404, nested('not_found')],
    [{ count: '1000000', price: '0.0200' }, 201, expect.anything()],
    [{ count: '9000000', price: '0.0200' }, 400, nested('insufficient_balance')],
    [
      { time_in_force: 'immediate_or_cancel', expiration_time: 2_000_000_000 },
      400,
      nested('invalid_parameters', 'Cannot specify both immediate_or_cancel and expiration_ts'),
    ],
    [
      { expiration_time: 1_800_000_000 },
      400,
      nested('invalid_parameters', 'Expiration timestamp must be in the future'),
    ],
    [{ count: '99999999999', price: '0.0200' }, 400, nested('insufficient_balance')],
    [{ expiration_time: 90_000_000_000 }, 400, expect.anything()],
    [{ client_order_id: 'a.b' }, 400, expect.anything()],
    [{ reduce_only: true }, 400, expect.anything()],
    [{ order_group_id: 'none' }, 404, nested('not_found')],
    [{ side: 'yes' }, 400, expect.anything()],
    [{ self_trade_prevention_type: undefined }, 400, expect.anything()],
    [{ count: '0.005' }, 400, expect.anything()],
  ])('%j is answered by %i', async (terms, status, body) => {
    const answer = await scene.order(terms);
    expect([answer.status, answer.body]).toEqual([status, body]);
    await cancelAll();
  });

  it('has numbers as texts: others are refused in the flat shape', async () => {
    const answer = await scene.order({ count: 1 });
    expect([answer.status, answer.body]).toEqual([
      400,
      {
        code: 'bad_request',
        message: 'bad request',
        details: 'json: cannot unmarshal number into Go struct field CreateOrderV2Request.count of type string',
      },
    ]);
  });
});

describe('an order that meets one of its own account', () => {
  const ownAsk = async () => {
    const { market } = scene;
    return { at: market.ask, ...(await scene.order({ side: 'ask', count: '2', price: price(market.ask - 100) })).body };
  };

  it('ends where it takes at cross; the other stays', async () => {
    const own = await ownAsk();
    const { status, body } = await scene.order({ count: '5', price: price(own.at) });
    expect([status, body.fill_count, body.remaining_count]).toEqual([201, '0.00', '0.00']);
    expect(await read(body.order_id)).toMatchObject({ status: 'canceled', last_update_reason: 'SelfTradeCancel' });
    expect((await read(own.order_id)).status).toBe('resting');
    await cancelAll();
  });

  it('goes on where the maker gives way; the other is cancelled', async () => {
    const own = await ownAsk();
    const terms = { count: '1', price: price(own.at), self_trade_prevention_type: 'maker' };
    const { body } = await scene.order(terms);
    expect(body).toMatchObject({ fill_count: '1.00', average_fill_price: price(own.at) });
    expect(await read(own.order_id)).toMatchObject({ status: 'canceled', last_update_reason: 'SelfTradeCancel' });
  });
});

describe('reduce-only', () => {
  it('is cut to the position, and never turns it', async () => {
    const { market } = scene;
    const held = scene.account.position(market);
    expect(held).toBeGreaterThan(0);
    const terms = {
      side: 'ask',
      price: '0.0100',
      count: '50',
      time_in_force: 'immediate_or_cancel',
      reduce_only: true,
    };
    const { body } = await scene.order(terms);
    expect(body.fill_count).toBe((held / 100).toFixed(2));
    expect(scene.account.position(market)).toBe(0);
    expect(await read(body.order_id)).toMatchObject({ status: 'canceled', last_update_reason: 'ReduceOnlyCancel' });
    expect((await scene.order(terms)).body).toMatchObject({ fill_count: '0.00', remaining_count: '0.00' });
  });
});

describe('cancel', () => {
  it('gives what was left, and 404 for what is done or unknown alike', async () => {
    const { body } = await scene.order({ count: '3' });
    const cancel = (id: string) => scene.send('DELETE', `/portfolio/events/orders/${id}`);
    expect((await cancel(body.order_id)).body).toMatchObject({ order_id: body.order_id, reduced_by: '3.00' });
    for (const id of [body.order_id, 'unknown']) {
      const { status, body: error } = await cancel(id);
      expect([status, error]).toEqual([404, nested('not_found')]);
    }
    expect(await read(body.order_id)).toMatchObject({ status: 'canceled', remaining_count_fp: '0.00' });
  });

  it('takes many at once, each by itself, and all at once', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await scene.order({})).body.order_id);
    const orders = [{ order_id: ids[0] }, { order_id: 'unknown' }, { order_id: ids[1], exchange_index: 0 }];
    const { status, body } = await scene.send('DELETE', '/portfolio/events/orders/batched', { orders });
    expect(status).toBe(200);
    expect(body.orders).toMatchObject([
      { order_id: ids[0], reduced_by: '1.00' },
      { order_id: 'unknown', reduced_by: '0.00', error: { code: 'not_found', message: 'not found' } },
      { order_id: ids[1], reduced_by: '1.00' },
    ]);
    const all = await cancelAll();
    expect([all.status, all.body]).toEqual([204, undefined]);
    expect((await scene.get('/portfolio/orders?status=resting')).body.orders).toEqual([]);
    expect(scene.account.ledger.reserved).toBe(0);
  });
});

describe('a batch', () => {
  it('answers for each of its orders in its place', async () => {
    const good = {
      ticker: scene.market.ticker,
      side: 'bid',
      count: '1',
      price: '0.0100',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'maker',
    };
    const orders = [good, { ...good, price: '0.0001', client_order_id: 'bad' }, { ...good, client_order_id: 'good' }];
    const { status, body } = await scene.send('POST', '/portfolio/events/orders/batched', { orders });
    expect(status).toBe(201);
    expect(body.orders).toMatchObject([
      { fill_count: '0.00', remaining_count: '1.00' },
      { client_order_id: 'bad', error: { code: 'invalid_price', message: 'invalid price' } },
      { client_order_id: 'good', remaining_count: '1.00' },
    ]);
    await cancelAll();
  });
});

describe('decrease', () => {
  it('keeps the place in the queue; to nothing it cancels', async () => {
    const { body } = await scene.order({ count: '5' });
    const behind = await scene.order({ count: '1' });
    const decrease = (terms: unknown) =>
      scene.send('POST', `/portfolio/events/orders/${body.order_id}/decrease`, terms);
    const ahead = async (id: string) =>
      (await scene.get(`/portfolio/orders/${id}/queue_position`)).body.queue_position_fp;
    const [own, other] = [await ahead(body.order_id), await ahead(behind.body.order_id)];
    expect((await decrease({ reduce_by: '2' })).body.remaining_count).toBe('3.00');
    expect((await decrease({ reduce_to: '1.50' })).body.remaining_count).toBe('1.50');
    expect(await ahead(body.order_id)).toBe(own);
    expect(Number(await ahead(behind.body.order_id))).toBeCloseTo(Number(other) - 3.5, 6);
    for (const terms of [{}, { reduce_by: '1', reduce_to: '1' }, { reduce_to: '9' }]) {
      expect((await decrease(terms)).status).toBe(400);
    }
    expect((await decrease({ reduce_to: '0' })).body.remaining_count).toBe('0.00');
    expect(await read(body.order_id)).toMatchObject({ status: 'canceled', last_update_reason: 'Decrease' });
    await cancelAll();
  });
});

describe('amend', () => {
  const amend = (id: string, terms: Record<string, unknown>) =>
    scene.send('POST', `/portfolio/events/orders/${id}/amend`, {
      ticker: scene.market.ticker,
      side: 'bid',
      price: '0.0100',
      count: '5',
      ...terms,
    });

  it('keeps the place of an order that only shrinks, and sends the others to the back', async () => {
    const first = (await scene.order({ count: '5', client_order_id: 'amended' })).body.order_id;
    const second = (await scene.order({ count: '1' })).body.order_id;
    const order = scene.account.byId.get(first)!;
    const place = () => order.resting!.book.queueAhead(order.resting!);
    const front = place();
    const smaller = await amend(first, { count: '4' });
    expect(smaller.body).toMatchObject({ order_id: first, remaining_count: '4.00', fill_count: null });
    expect(place()).toBe(front);
    const same = await amend(first, { count: '4', updated_client_order_id: 'renamed' });
    expect(same.body).toMatchObject({ client_order_id: 'renamed', remaining_count: null, fill_count: null });
    expect(place()).toBe(front);
    await amend(first, { count: '6' });
    expect(place()).toBe(front + scene.account.byId.get(second)!.remaining);
    expect(await read(first)).toMatchObject({ initial_count_fp: '6.00', last_update_reason: 'Amend' });
    expect((await amend(first, { updated_client_order_id: 'once' })).status).toBe(409);
    await cancelAll();
  });

  it('may cross and trade', async () => {
    const { market } = scene;
    const id = (await scene.order({ count: '2' })).body.order_id;
    const [ask, size] = [market.ask, market.bestSize(ASK)];
    const total = ((size + 100) / 100).toFixed(2);
    const { body } = await amend(id, { count: total, price: price(ask) });
    expect(body).toMatchObject({ fill_count: (size / 100).toFixed(2), remaining_count: '1.00' });
    expect(body.average_fill_price).toBe(price(ask));
    await cancelAll();
  });

  it('is refused where the order is another, done, or the money does not do; the order stays as it was', async () => {
    const id = (await scene.order({ count: '2' })).body.order_id;
    const reserved = scene.account.ledger.reserved;
    expect((await amend(id, { side: 'ask' })).status).toBe(400);
    expect((await amend(id, { price: '0.0150' })).body).toEqual(nested('invalid_price'));
    expect((await amend(id, { count: '90000000' })).body).toEqual(nested('insufficient_balance'));
    expect((await amend('unknown', {})).status).toBe(404);
    expect(scene.account.ledger.reserved).toBe(reserved);
    expect(await read(id)).toMatchObject({ status: 'resting', remaining_count_fp: '2.00' });
    await cancelAll();
    expect((await amend(id, {})).status).toBe(404);
  });
});

describe('an order that expires', () => {
  it('is cancelled at its time, in market time', async () => {
    const seconds = Math.floor(scene.exchange.now / 1e6);
    const { body } = await scene.order({ expiration_time: seconds + 60 });
    scene.pass(59);
    expect((await read(body.order_id)).status).toBe('resting');
    scene.pass(2);
    const order = await read(body.order_id);
    expect(order).toMatchObject({ status: 'canceled', last_update_reason: 'ExpiryCancel' });
    expect(Date.parse(order.last_update_time) / 1_000).toBe(seconds + 60);
  });
});

describe('an order group', () => {
  it('cancels its orders when they match more than its limit, and takes none until it is reset', async () => {
    const { body, status } = await scene.send('POST', '/portfolio/order_groups/create', { contracts_limit_fp: '1.00' });
    expect([status, body]).toEqual([201, { order_group_id: body.order_group_id, subaccount: 0, exchange_index: 0 }]);
    const group = `/portfolio/order_groups/${body.order_group_id}`;
    const grouped = (terms: Record<string, unknown>) => scene.order({ order_group_id: body.order_group_id, ...terms });
    const waiting = await grouped({});
    expect((await scene.get(group)).body).toMatchObject({
      is_auto_cancel_enabled: true,
      contracts_limit_fp: '1.00',
      orders: [waiting.body.order_id],
    });
    const take = { price: '0.9900', time_in_force: 'immediate_or_cancel' };
    await grouped({ ...take, count: '1' });
    expect((await read(waiting.body.order_id)).status).toBe('resting');
    await grouped({ ...take, count: '0.50' });
    expect((await read(waiting.body.order_id)).status).toBe('canceled');
    expect((await grouped({})).status).toBe(409);
    expect((await scene.send('PUT', `${group}/reset`, {})).status).toBe(200);
    expect((await grouped({})).status).toBe(201);
    await scene.send('PUT', `${group}/trigger`, {});
    expect((await scene.get(group)).body).toMatchObject({ is_auto_cancel_enabled: false, orders: [] });
    expect((await scene.send('PUT', `${group}/limit`, { contracts_limit: 5, contracts_limit_fp: '6.00' })).status).toBe(
      400,
    );
    expect((await scene.send('DELETE', group)).status).toBe(200);
    expect((await scene.get(group)).status).toBe(404);
  });

  it('ends also the order that goes beyond the limit', async () => {
    const { body } = await scene.send('POST', '/portfolio/order_groups/create', { contracts_limit: 1 });
    const { market } = scene;
    const [ask, size] = [market.ask, market.bestSize(ASK)];
    const count = ((size + 500) / 100).toFixed(2);
    const answer = await scene.order({ order_group_id: body.order_group_id, price: price(ask), count });
    expect(answer.body).toMatchObject({ fill_count: (size / 100).toFixed(2), remaining_count: '0.00' });
    expect(await read(answer.body.order_id)).toMatchObject({ status: 'canceled', remaining_count_fp: '0.00' });
    expect(scene.account.ledger.reserved).toBe(0);
    expect(market.book.total(BID, market.book.grid.levelOf(ask as Price))).toBe(0);
  });
});

describe('the operations of the first version', () => {
  it('say that they are gone', async () => {
    const { status, body } = await scene.send('POST', '/portfolio/orders', {});
    expect(status).toBe(410);
    expect(body.error.message).toBe('Please switch to the V2 endpoints');
  });
});

describe('a body', () => {
  const post = async (type: string, body: string): Promise<unknown[]> => {
    const path = '/trade-api/v2/portfolio/events/orders';
    const signed = signedHeaders(scene.signer, 'POST', path, scene.milliseconds);
    const headers = { ...signed, 'Content-Type': type };
    const answer = await fetch(`${scene.server.restUrl}/portfolio/events/orders`, { method: 'POST', headers, body });
    return [answer.status, await answer.json()];
  };

  it('must say that it is JSON, and be it', async () => {
    expect(await post('text/plain', '{}')).toMatchObject([400, { code: 'invalid_content_type' }]);
    for (const body of ['{', '[]', '3']) {
      expect(await post('application/json', body)).toMatchObject([400, { code: 'bad_request' }]);
    }
  });
});
