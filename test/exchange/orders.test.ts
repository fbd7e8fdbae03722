import { describe, expect, it } from 'vitest';
import { Scene } from './scene.ts';

const scene = await Scene.open();

describe('a new order', () => {
  it('rests', async () => {
    const { status, body } = await scene.order({ client_order_id: 'first' });
    expect([status, body]).toEqual([
      201,
      {
        order_id: expect.any(String),
        client_order_id: 'first',
        fill_count: '0.00',
        remaining_count: '1.00',
        ts_ms: expect.any(Number),
      },
    ]);
    const read = await scene.get(`/portfolio/orders/${body.order_id}`);
    console.log(read.body);
    console.log((await scene.get('/portfolio/balance')).body);
    console.log((await scene.get('/markets?limit=1')).body.markets[0]);
    console.log(JSON.stringify((await scene.get(`/markets/${scene.market.ticker}/orderbook`)).body));
    const socket = await scene.socket();
    socket.send({ id: 1, cmd: 'subscribe', params: { channels: ['orderbook_delta', 'trade', 'ticker', 'nope'], market_tickers: [scene.market.ticker] } });
    scene.pass(600);
    await new Promise((r) => setTimeout(r, 50));
    console.log((await socket.heard()).slice(0, 12).map((f) => JSON.stringify(f)).join('\n'));
  });
});
