import { describe, expect, it, vi } from 'vitest';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { parseTime } from '../../src/core/time.ts';
import { type Frame, Scene } from './scene.ts';
import { SocketDescription } from './socket-description.ts';

const HOUR = 3_600;

/** Every frame of an event from its listing to its payment, with orders in it. */
async function wholeLife(): Promise<Frame[]> {
  const scene = await Scene.open({ start: parseTime('2030-01-04T10:00:00Z'), cash: 10_000 });
  const socket = await scene.socket();
  const { ticker } = scene.market;
  const open = ['ticker', 'trade', 'fill', 'user_orders', 'market_positions', 'market_lifecycle_v2'];
  socket.send({ id: 1, cmd: 'subscribe', params: { channels: [...open, 'order_group_updates', 'no_such_channel'] } });
  await socket.heard();
  scene.pass(6 * HOUR);
  socket.send({ id: 2, cmd: 'subscribe', params: { channels: ['orderbook_delta'], market_tickers: [ticker] } });
  await socket.heard();
  const { body } = await scene.send('POST', '/portfolio/order_groups/create', { contracts_limit: 1_000 });
  const bid = formatPrice((scene.market.ask - 100) as Price);
  const seconds = Math.floor(scene.exchange.now / 1e6) + 20 * HOUR;
  const terms = { client_order_id: 'a', order_group_id: body.order_group_id, expiration_time: seconds };
  await scene.order({ ...terms, count: '40', price: bid });
  await scene.order({ count: '2', price: '0.9900', time_in_force: 'immediate_or_cancel' });
  scene.pass(10 * HOUR);
  await scene.send('PUT', `/portfolio/order_groups/${body.order_group_id}/limit`, { contracts_limit: 900 });
  await scene.send('DELETE', `/portfolio/order_groups/${body.order_group_id}`);
  const other = scene.exchange.world.markets[0]!.ticker;
  for (const action of ['add_markets', 'get_snapshot', 'delete_markets']) {
    socket.send({ id: 3, cmd: 'update_subscription', params: { sid: 8, action, market_tickers: [other] } });
  }
  socket.send({ id: 4, cmd: 'unsubscribe', params: { sids: [1, 99] } });
  socket.send({ id: 5, cmd: 'list_subscriptions' });
  await socket.heard();
  scene.pass(60 * HOUR);
  return socket.heard();
}

const described = SocketDescription.atHand ? describe : describe.skip;
const name = SocketDescription.atHand ? '' : ' [skipped: the description of the API is not at hand]';

described(`the frames of a whole life${name}`, async () => {
  const frames = await wholeLife();
  it("are what the venue's description says, every field of them", () => {
    const description = new SocketDescription();
    const types = new Set(frames.map(({ type }) => type));
    for (const type of [
      ...['subscribed', 'ok', 'unsubscribed', 'error', 'orderbook_snapshot', 'orderbook_delta', 'ticker', 'trade'],
      ...['fill', 'user_order', 'market_position', 'market_lifecycle_v2', 'event_lifecycle', 'order_group_updates'],
    ]) {
      expect(types, type).toContain(type);
    }
    const complaints = new Set(frames.flatMap((frame) => description.complaints(frame)));
    expect([...complaints]).toEqual([]);
  });

  it('would not pass with a field missing', () => {
    const description = new SocketDescription();
    const delta = frames.find(({ type }) => type === 'orderbook_delta');
    const { seq: _, ...bare } = delta;
    expect(description.complaints(bare)).toHaveLength(1);
    expect(description.complaints({ ...delta, type: 'book' })).toHaveLength(1);
  });
});

describe('a connection', () => {
  it('is asked every ten seconds whether somebody is there', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      const scene = await Scene.open();
      const { socket } = await scene.socket();
      const asked = (): Promise<string> => new Promise((done) => socket.once('ping', (data) => done(data.toString())));
      for (let count = 0; count < 2; count++) {
        const heard = asked();
        vi.advanceTimersByTime(10_000);
        expect(await heard).toBe('heartbeat');
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('that reads too slowly loses its subscriptions, and is told so', async () => {
    const { SocketSession } = await import('../../src/exchange/socket-session.ts');
    const { NO_FAULTS } = await import('../../src/exchange/fault-plan.ts');
    const scene = await Scene.open();
    const sent: Frame[] = [];
    let waiting = 0;
    const line = { send: (text: string) => sent.push(JSON.parse(text)) && waiting, drop: () => {}, hush: () => {} };
    const session = new SocketSession(scene.exchange, scene.account, line, NO_FAULTS);
    session.receive('{"id":1,"cmd":"subscribe","params":{"channels":["trade","ticker"]}}');
    waiting = 100 * 1_048_576;
    scene.pass(HOUR);
    const errors = sent.filter(({ type }) => type === 'error');
    expect(errors).toMatchObject([
      { sid: 1, msg: { code: 25, msg: 'Subscription buffer overflow' } },
      { sid: 2, msg: { code: 25 } },
    ]);
    expect(sent.at(-1)).toBe(errors[1]);
    session.end();
  });
});
