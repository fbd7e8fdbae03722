import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/core/time.ts';
import { CITIES, LIFECYCLE_CONFIG } from '../../src/sim/synthetic/config.ts';
import { type Frame, QUIET, Scene } from './scene.ts';

const HOUR = 3_600;

describe('a market', async () => {
  const scene = await Scene.open({ start: parseTime('2030-01-06T04:58:50Z'), cash: 100_000 });
  const { exchange } = scene;
  const market = exchange.world.markets.find(({ ask }) => ask < 9_900)!;
  const terms = { ticker: market.ticker, side: 'ask', price: '0.9900' };
  const socket = await scene.socket();
  const channels = ['market_lifecycle_v2', 'orderbook_delta', 'market_positions'];
  await socket.ask({ id: 1, cmd: 'subscribe', params: { channels, market_ticker: market.ticker } });

  it('takes nothing after its close, not even a cancel, and drops what rests', async () => {
    const bought = await scene.order({ ...terms, side: 'bid', count: '2', time_in_force: 'immediate_or_cancel' });
    expect(bought.body.fill_count).toBe('2.00');
    const { body } = await scene.order(terms);
    scene.pass(HOUR);
    expect(market.status).toBe('closed');
    const order = (await scene.get(`/portfolio/orders/${body.order_id}`)).body.order;
    expect(order).toMatchObject({ status: 'canceled', last_update_reason: 'CloseCancel' });
    for (const answer of [
      await scene.order(terms),
      await scene.send('DELETE', `/portfolio/events/orders/${body.order_id}`),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([400, 'MARKET_INACTIVE']);
    }
    expect((await scene.get(`/markets/${market.ticker}/orderbook`)).body.orderbook_fp).toEqual({
      yes_dollars: [],
      no_dollars: [],
    });
    expect((await scene.get('/markets?status=closed')).body.markets).toHaveLength(6);
    expect((await scene.get('/markets?status=open')).body.markets).toEqual([]);
  });

  it('has a result, and an hour later it pays', async () => {
    const balance = async (): Promise<number> => Number((await scene.get('/portfolio/balance')).body.balance_dollars);
    const before = await balance();
    scene.pass(9 * HOUR);
    const read = async () => (await scene.get(`/markets/${market.ticker}`)).body.market;
    const determined = await read();
    expect(determined.status).toBe('determined');
    expect(['yes', 'no']).toContain(determined.result);
    expect(determined.expiration_value).toMatch(/^\d+\.00$/);
    expect(await balance()).toBe(before);
    scene.pass(HOUR);
    const finalized = await read();
    expect(finalized).toMatchObject({ status: 'finalized', settlement_ts: expect.any(String) });
    const paid = finalized.result === 'yes' ? 2 : 0;
    expect(await balance()).toBe(before + paid);
    const [row] = (await scene.get('/portfolio/settlements')).body.settlements;
    expect(row).toMatchObject({
      ticker: market.ticker,
      market_result: finalized.result,
      yes_count_fp: '2.00',
      no_count_fp: '0.00',
      revenue: paid * 100,
      value: paid * 50,
    });
    expect((await scene.get('/portfolio/positions')).body.market_positions).toEqual([]);
    const settled = (await scene.get('/portfolio/positions?settlement_status=settled')).body.market_positions;
    expect(settled).toMatchObject([{ ticker: market.ticker, position_fp: '0.00' }]);
  });

  it('tells its result and payment, and neither open nor close', async () => {
    const frames = (await socket.heard()).filter(({ type }) => type === 'market_lifecycle_v2');
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_: Frame, at: number) => at + 1));
    const own = frames.filter(({ msg }) => msg.market_ticker === market.ticker).map(({ msg }) => msg);
    expect(own).toEqual([
      {
        event_type: 'determined',
        market_ticker: market.ticker,
        result: expect.stringMatching(/^(yes|no)$/),
        determination_ts: expect.any(Number),
        settlement_value: expect.stringMatching(/^[01]\.0000$/),
      },
      { event_type: 'settled', market_ticker: market.ticker, settled_ts: expect.any(Number) },
    ]);
  });
});

describe('a listing', async () => {
  const scene = await Scene.open({ start: parseTime('2030-01-04T10:00:00Z') });
  it('is told with all that is known of it, and the open is not', async () => {
    const socket = await scene.socket();
    await socket.ask({ id: 1, cmd: 'subscribe', params: { channels: ['market_lifecycle_v2'] } });
    expect((await scene.get('/markets')).body.markets).toEqual([]);
    scene.pass(HOUR);
    expect((await scene.get('/markets?status=unopened')).body.markets).toHaveLength(6);
    scene.pass(4 * HOUR);
    expect((await scene.get('/markets?status=open')).body.markets).toHaveLength(6);
    const told = (await socket.heard()).filter(({ sid }) => sid === 1);
    expect(told.map(({ type }) => type)).toEqual(['event_lifecycle', ...Array(6).fill('market_lifecycle_v2')]);
    expect(told[1].msg).toMatchObject({
      event_type: 'created',
      price_level_structure: 'linear_cent',
      additional_metadata: { strike_type: 'less', cap_strike: expect.any(Number) },
    });
  });
});

describe('markets that go through everything', async () => {
  const lifecycle = { ...LIFECYCLE_CONFIG.lifecycle, fineGrid: 0, gridChanged: 1 };
  const config = { ...LIFECYCLE_CONFIG, lifecycle, cities: CITIES.slice(0, 2), days: 2, activity: 0.05, seed: 'lives' };
  const scene = await Scene.open({ config, start: parseTime('2030-01-04T10:00:00Z'), cash: 100_000 });
  const { exchange, account } = scene;
  const paused: string[] = [];
  const events = new Map<string, number>();
  exchange.feed.listen((news) => {
    if (news.type !== 'lifecycle') return;
    const kind = String(news.message.event_type ?? news.kind);
    events.set(kind, (events.get(kind) ?? 0) + 1);
    if (kind === 'deactivated') paused.push(String(news.message.market_ticker));
  });

  it('pause: orders are refused, cancels are taken, flagged orders go at once and the others when trading is back', async () => {
    const placed = new Set<string>();
    let refused = 0;
    for (let quarter = 0; quarter < 4 * 90; quarter++) {
      scene.pass(HOUR / 4);
      for (const market of exchange.world.markets) {
        if (market.status === 'active' && !placed.has(market.ticker)) {
          placed.add(market.ticker);
          for (const cancel_order_on_pause of [true, false]) {
            await scene.order({ ticker: market.ticker, cancel_order_on_pause });
          }
          await scene.order({ ticker: market.ticker, side: 'ask', price: '0.9900', count: '1' });
          await scene.order({ ticker: market.ticker, price: '0.6000', time_in_force: 'immediate_or_cancel' });
        }
        if (market.status !== 'inactive') continue;
        const answer = await scene.order({ ticker: market.ticker });
        expect([answer.status, answer.body.error.code]).toEqual([409, 'trading_is_paused']);
        refused++;
        const resting = account.orders.find((order) => order.terms.market === market && order.status === 'resting');
        expect(resting?.terms.cancelOnPause ?? false).toBe(false);
      }
    }
    expect(refused).toBeGreaterThan(0);
    const halted = account.orders.filter(({ reason }) => reason === 'HaltCancel');
    expect(new Set(halted.map(({ terms }) => terms.market.ticker)).size).toBeGreaterThan(1);
    expect(account.orders.every(({ status }) => status !== 'resting')).toBe(true);
    for (const market of exchange.world.markets) expect(market.status).toBe('finalized');
  });

  it('tell of each of it', () => {
    const kinds = ['event_lifecycle', 'created', 'deactivated', 'activated', 'determined', 'settled'];
    for (const kind of [...kinds, 'price_level_structure_updated', 'close_date_updated']) {
      expect(events.get(kind) ?? 0, kind).toBeGreaterThan(0);
    }
  });

  it('leave every account balanced to the last millionth', () => {
    const { cash, startingCash, openCost, reserved, fees, realised, settled } = account.ledger.audit();
    expect([openCost, reserved]).toEqual([0, 0]);
    expect(cash).toBe(startingCash + realised + settled - fees);
    expect(account.settlements.length).toBeGreaterThan(3);
  });
});

describe('the world', async () => {
  it('is the same whenever its clock is looked at', async () => {
    const [often, once] = [await Scene.open({ config: QUIET }), await Scene.open({ config: QUIET })];
    for (let step = 0; step < 100; step++) often.pass(60);
    once.pass(6_000);
    const trades = (scene: Scene) => scene.exchange.world.trades.map(({ id, price, time }) => `${id} ${price} ${time}`);
    expect(trades(often)).toEqual(trades(once));
    expect(trades(often).length).toBeGreaterThan(10);
  });
});
