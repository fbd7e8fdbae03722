import { beforeAll, describe, expect, it } from 'vitest';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { type Frame, Scene } from './scene.ts';

const HOUR = 3_600;

/** A book as a client keeps it: size in hundredths by side and price, from frames alone. */
function bookOf(frames: readonly Frame[], ticker: string): Map<string, number> {
  const book = new Map<string, number>();
  for (const { type, msg } of frames) {
    if (msg?.market_ticker !== ticker) continue;
    if (type === 'orderbook_snapshot') {
      book.clear();
      for (const side of ['yes', 'no']) {
        for (const [price, count] of msg[`${side}_dollars_fp`] ?? [])
          book.set(`${side} ${price}`, Math.round(count * 100));
      }
    }
    if (type === 'orderbook_delta') {
      const key = `${msg.side} ${msg.price_dollars}`;
      const size = (book.get(key) ?? 0) + Math.round(msg.delta_fp * 100);
      if (size === 0) book.delete(key);
      else book.set(key, size);
    }
  }
  return book;
}

async function restBook(scene: Scene, ticker: string): Promise<Map<string, number>> {
  const { orderbook_fp } = (await scene.get(`/markets/${ticker}/orderbook`)).body;
  return new Map(
    ['yes', 'no'].flatMap((side) =>
      orderbook_fp[`${side}_dollars`].map(([price, count]: [string, string]) => [
        `${side} ${price}`,
        Math.round(Number(count) * 100),
      ]),
    ),
  );
}

describe('a subscription to books', async () => {
  const scene = await Scene.open({ cash: 100_000 });
  const { ticker } = scene.market;
  const other = scene.exchange.world.markets.find((market) => market.ticker !== ticker)!.ticker;
  const socket = await scene.socket();
  const mine = (frames: readonly Frame[], sid = 1): Frame[] => frames.filter((frame) => frame.sid === sid);

  it('is acknowledged, then shows each book, then what changes in it, in one unbroken count', async () => {
    const params = { channels: ['orderbook_delta', 'trade'], market_tickers: [ticker, other], use_yes_price: false };
    const first = await socket.ask({ id: 1, cmd: 'subscribe', params });
    expect(first.map(({ type }) => type)).toEqual([
      'subscribed',
      'subscribed',
      'orderbook_snapshot',
      'orderbook_snapshot',
    ]);
    expect(first.slice(0, 2)).toMatchObject([
      { id: 1, msg: { channel: 'orderbook_delta', sid: 1 } },
      { id: 1, msg: { channel: 'trade', sid: 2 } },
    ]);
    await scene.order({ price: formatPrice(scene.market.bid as Price), count: '7', client_order_id: 'seen' });
    scene.pass(6 * HOUR);
    const frames = await socket.heard();
    for (const sid of [1, 2]) {
      const seqs = mine(frames, sid).map(({ seq }) => seq);
      expect(seqs.length).toBeGreaterThan(10);
      expect(seqs).toEqual(seqs.map((_, at) => at + 1));
    }
    for (const each of [ticker, other]) expect(bookOf(frames, each)).toEqual(await restBook(scene, each));
    expect(frames.every(({ sending_ts_ms }) => Number.isInteger(sending_ts_ms))).toBe(true);
  });

  it('tells the owner, and nobody else, which order of his moved a level', async () => {
    const deltas = (await socket.heard()).filter(({ msg }) => msg?.client_order_id !== undefined);
    expect(deltas).toHaveLength(1);
    expect(deltas[0].msg).toMatchObject({ market_ticker: ticker, delta_fp: '7.00', side: 'yes' });
  });

  it('shows a book again when asked, with the id of the command and the next number', async () => {
    const last = mine(await socket.heard()).at(-1).seq;
    const params = { sid: 1, action: 'get_snapshot', market_tickers: [ticker] };
    const [frame] = await socket.ask({ id: 6, cmd: 'update_subscription', params });
    expect(frame).toMatchObject({ id: 6, type: 'orderbook_snapshot', sid: 1, seq: last + 1 });
    expect(bookOf([frame], ticker)).toEqual(await restBook(scene, ticker));
  });

  it('grows and shrinks; each change is acknowledged with the whole list and uses a number', async () => {
    const last = mine(await socket.heard()).at(-1).seq;
    const less = { sids: [1], action: 'delete_markets', market_tickers: [other] };
    expect(await socket.ask({ id: 4, cmd: 'update_subscription', params: less })).toMatchObject([
      { id: 4, type: 'ok', sid: 1, seq: last + 1, msg: { market_tickers: [ticker] } },
    ]);
    const more = { sid: 1, action: 'add_markets', market_tickers: [other] };
    expect(await socket.ask({ id: 5, cmd: 'update_subscription', params: more })).toMatchObject([
      { id: 5, type: 'ok', sid: 1, seq: last + 2, msg: { market_tickers: [ticker, other] } },
      { type: 'orderbook_snapshot', seq: last + 3, msg: { market_ticker: other } },
    ]);
    const again = { channels: ['orderbook_delta'], market_tickers: [ticker] };
    expect(await socket.ask({ id: 7, cmd: 'subscribe', params: again })).toMatchObject([
      { id: 7, type: 'ok', sid: 1, seq: last + 4 },
    ]);
    expect(await socket.ask({ id: 8, cmd: 'unsubscribe', params: { sids: [1] } })).toMatchObject([
      { id: 8, type: 'unsubscribed', sid: 1, seq: last + 5 },
    ]);
    expect(await socket.ask({ id: 9, cmd: 'list_subscriptions' })).toMatchObject([
      { id: 9, type: 'ok', msg: [{ channel: 'trade', sid: 2 }] },
    ]);
  });

  it('gives the NO side in YES prices to whoever wants that', async () => {
    const inYes = await scene.socket();
    const params = { channels: ['orderbook_delta'], market_ticker: ticker, use_yes_price: true };
    const [, { msg }] = await inYes.ask({ id: 1, cmd: 'subscribe', params });
    expect(msg.no_dollars_fp.at(-1)[0]).toBe(formatPrice(scene.market.ask as Price));
    const { orderbook_fp } = (await scene.get(`/markets/${ticker}/orderbook?depth=1`)).body;
    expect(Number(orderbook_fp.no_dollars[0][0])).toBeCloseTo(1 - Number(msg.no_dollars_fp.at(-1)[0]), 6);
  });
});

describe('commands that cannot be obeyed', async () => {
  const scene = await Scene.open();
  const socket = await scene.socket();
  beforeAll(async () => {
    await socket.ask({ id: 1, cmd: 'subscribe', params: { channels: ['trade', 'market_lifecycle_v2'] } });
  });

  it.each([
    ['no json', 1],
    [{ id: 2, cmd: 'subscribe' }, 2],
    [{ id: 2, cmd: 'subscribe', params: {} }, 3],
    [{ id: 2, cmd: 'unsubscribe', params: {} }, 4],
    [{ id: 2, cmd: 'shout' }, 5],
    [{ id: 2, cmd: 'unsubscribe', params: { sids: [9] } }, 7],
    [{ id: 2, cmd: 'subscribe', params: { channels: ['ticker_v2'] } }, 8],
    [{ id: 2, cmd: 'subscribe', params: { channels: ['trade'], market_ticker: 'A', market_tickers: ['B'] } }, 11],
    [{ id: 2, cmd: 'update_subscription', params: { sids: [1, 2], action: 'add_markets' } }, 12],
    [{ id: 2, cmd: 'update_subscription', params: { sid: 1, action: 'dance', market_tickers: ['A'] } }, 13],
    [{ id: 2, cmd: 'update_subscription', params: { sid: 1, action: 'get_snapshot', market_tickers: ['A'] } }, 13],
    [{ id: 2, cmd: 'update_subscription', params: { sid: 2, action: 'add_markets', market_tickers: ['A'] } }, 13],
    [{ id: 2, cmd: 'subscribe', params: { channels: ['orderbook_delta'] } }, 14],
    [{ id: 2, cmd: 'update_subscription', params: { sid: 1, action: 'add_markets' } }, 14],
    [{ id: 2, cmd: 'update_subscription', params: { sid: 1, market_tickers: ['A'] } }, 15],
  ])('%j is error %i', async (command, code) => {
    const [frame, ...rest] = await socket.ask(command);
    expect(rest).toEqual([]);
    expect(frame).toMatchObject({ type: 'error', msg: { code, msg: expect.any(String) } });
    expect(frame.id).toBe(typeof command === 'string' ? undefined : 2);
  });
});

describe('what an account is told of itself', async () => {
  const scene = await Scene.open();
  const { ticker } = scene.market;
  const socket = await scene.socket();
  const channels = ['fill', 'user_orders', 'market_positions', 'order_group_updates', 'ticker'];
  await socket.ask({ id: 1, cmd: 'subscribe', params: { channels, market_ticker: ticker } });

  it('is the same as what it can read', async () => {
    const terms = { count: '3', price: '0.9900', time_in_force: 'immediate_or_cancel', client_order_id: 'taken' };
    const { body } = await scene.order(terms);
    const frames = await socket.heard();
    const of = (type: string): Frame[] => frames.filter((frame) => frame.type === type).map(({ msg }) => msg);
    const { fills } = (await scene.get('/portfolio/fills')).body;
    expect(of('fill').toReversed()).toMatchObject(
      fills.map(({ trade_id, count_fp, fee_cost, yes_price_dollars }: Frame) => {
        return { trade_id, count_fp, fee_cost, yes_price_dollars, order_id: body.order_id, client_order_id: 'taken' };
      }),
    );
    const [position] = (await scene.get('/portfolio/positions')).body.market_positions;
    expect(of('market_position').at(-1)).toMatchObject({
      market_ticker: ticker,
      position_fp: position.position_fp,
      position_cost_dollars: position.market_exposure_dollars,
      fees_paid_dollars: position.fees_paid_dollars,
    });
    const order = (await scene.get(`/portfolio/orders/${body.order_id}`)).body.order;
    expect(of('user_order')).toMatchObject([
      { order_id: body.order_id, status: 'executed', fill_count_fp: order.fill_count_fp, last_update_reason: 'Trade' },
    ]);
    expect(of('fill').at(-1).post_position_fp).toBe(position.position_fp);
    expect(of('ticker').at(-1)).toMatchObject({ market_ticker: ticker });
    const numbered = frames.filter(({ type }) => ['fill', 'user_order', 'market_position', 'ticker'].includes(type));
    expect(numbered.every((frame) => frame.seq === undefined && frame.sid > 0)).toBe(true);
  });

  it('comes for each fill of what rests, too, and of its cancel', async () => {
    const before = (await socket.heard()).length;
    const bid = formatPrice((scene.market.ask - 100) as Price);
    const { body } = await scene.order({ count: '40', price: bid });
    for (let hour = 0; hour < 12 && scene.account.byId.get(body.order_id)!.filled === 0; hour++) scene.pass(HOUR);
    await scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`);
    const frames = (await socket.heard()).slice(before);
    const fills = frames.filter(({ type }) => type === 'fill');
    expect(fills.length).toBeGreaterThan(0);
    expect(fills.every(({ msg }) => !msg.is_taker && msg.fee_cost === '0.000000')).toBe(true);
    const states = frames.filter(({ type }) => type === 'user_order').map(({ msg }) => msg);
    expect(states[0]).toMatchObject({ status: 'resting', fill_count_fp: '0.00', remaining_count_fp: '40.00' });
    expect(states.at(-1)).toMatchObject({ remaining_count_fp: '0.00' });
  });

  it('has a count of its own for order groups', async () => {
    const { body } = await scene.send('POST', '/portfolio/order_groups/create', { contracts_limit: 3 });
    await scene.send('PUT', `/portfolio/order_groups/${body.order_group_id}/trigger`, {});
    const told = (await socket.heard()).filter(({ type }) => type === 'order_group_updates');
    expect(told).toMatchObject([
      { seq: 1, msg: { event_type: 'created', order_group_id: body.order_group_id, contracts_limit_fp: '3.00' } },
      { seq: 2, msg: { event_type: 'triggered' } },
    ]);
  });
});
