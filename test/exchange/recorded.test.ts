import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { REAL_DATA } from '../real-data.ts';
import { type Frame, Scene } from './scene.ts';
import { type Answered, signedHeaders } from './signing-client.ts';

/** Bodies that the venue's demo sent in June 2026. */
const FOLDER = resolve(dirname(REAL_DATA), 'kalshi', 'demo-fixtures');
const atHand = existsSync(FOLDER);

function recorded(name: string): Frame {
  return JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8'));
}

function recordedStatus(name: string): number {
  return JSON.parse(readFileSync(resolve(FOLDER, `${name}.meta.json`), 'utf8')).status;
}

/** What has left the wire since: `service` in errors, three fields of markets and one of positions. */
const GONE = [
  'service',
  'fractional_trading_enabled',
  'response_price_units',
  'liquidity_dollars',
  'resting_orders_count',
];

function withoutGone(value: Frame): Frame {
  if (Array.isArray(value)) return value.map(withoutGone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !GONE.includes(key))
      .map(([key, item]) => [key, withoutGone(item)]),
  );
}

const suite = atHand ? describe : describe.skip;

suite(`beside what the demo once sent${atHand ? '' : ' [skipped: no recorded bodies at hand]'}`, async () => {
  const scene = await Scene.open({ cash: 1_000 });
  const bad = (changed: Record<string, string>, skew = 0): Promise<Answered> => {
    const signed = signedHeaders(scene.signer, 'GET', '/trade-api/v2/portfolio/balance', scene.milliseconds + skew);
    return scene.sendAs('GET', '/portfolio/balance', { ...signed, ...changed });
  };
  const cancel = (id: string): Promise<Answered> => scene.send('DELETE', `/portfolio/events/orders/${id}`);
  const first = (await scene.order({ client_order_id: 'first' })).body.order_id;
  const own = async (): Promise<Answered> => {
    const { ticker, ask } = scene.exchange.world.markets.find((market) => market.ask - market.bid >= 200)!;
    const price = formatPrice((ask - 100) as Price);
    await scene.order({ ticker, price, side: 'ask' });
    return scene.order({ ticker, price });
  };

  const errors: readonly (readonly [string, () => Promise<Answered>])[] = [
    ['auth__bad_signature', () => bad({ 'KALSHI-ACCESS-SIGNATURE': 'AAAA' })],
    ['auth__missing_signature_header', () => bad({ 'KALSHI-ACCESS-SIGNATURE': '' })],
    ['auth__unknown_key_id', () => bad({ 'KALSHI-ACCESS-KEY': 'nobody' })],
    ['auth__skew_minus30s', () => bad({}, -30_000)],
    ['auth__skew_plus5min', () => bad({}, 300_000)],
    ['orders__duplicate_client_order_id', () => scene.order({ client_order_id: 'first' })],
    ['orders__cancel_unknown_id', () => cancel('unknown')],
    ['orders__post_only_cross', () => scene.order({ price: '0.9900', post_only: true })],
    ['orders__numeric_field_types', () => scene.order({ count: 1 })],
    ['orders__invalid_price_structure', () => scene.order({ price: '0.0105' })],
    ['orders__insufficient_balance', () => scene.order({ count: '1000000', price: '0.0200' })],
    ['markets__limit_over_max', () => scene.get('/markets?limit=100000')],
  ];
  it.each(errors)('the error is the same: %s', async (name, act) => {
    const { status, body } = await act();
    expect(body).toEqual(withoutGone(recorded(name)));
    expect(status).toBe(recordedStatus(name));
  });

  it('a create, a cancel and a self-cross have the same fields', async () => {
    const keys = (body: Frame): string[] => Object.keys(body).sort();
    const taken = { price: '0.9900', time_in_force: 'immediate_or_cancel', client_order_id: 'taken' };
    expect(keys((await scene.order(taken)).body)).toEqual(keys(recorded('orders__create_v2_taker_ioc')));
    const rests = (await scene.order({ client_order_id: 'rests' })).body;
    expect(keys(rests)).toEqual(keys(recorded('orders__create_v2_maker')));
    expect(keys((await cancel(rests.order_id)).body)).toEqual(
      expect.arrayContaining(keys(recorded('orders__cancel_v2'))),
    );
    const crossed = recorded('orders__stp_self_cross');
    const { fill_count, remaining_count } = (await own()).body;
    expect({ fill_count, remaining_count }).toEqual({
      fill_count: crossed.fill_count,
      remaining_count: crossed.remaining_count,
    });
  });

  it('orders, fills, positions, balance, markets and prints lack no field that the demo sent', async () => {
    const { body: read } = await scene.get(`/portfolio/orders/${first}`);
    const { market } = (await scene.get(`/markets/${scene.market.ticker}`)).body;
    const alike = recorded('markets__high_temp').markets.find((each: Frame) => each.strike_type === market.strike_type);
    // Ours have neither of the two, which may be left out.
    const { early_close_condition: _, occurrence_datetime: __, ...theirMarket } = alike;
    const rows: readonly (readonly [Frame, Frame])[] = [
      [recorded('orders__get_after_create').order, read.order],
      [recorded('fills__after_taker').fills[0], (await scene.get('/portfolio/fills')).body.fills[0]],
      [
        recorded('portfolio__positions').market_positions[0],
        (await scene.get('/portfolio/positions')).body.market_positions[0],
      ],
      [
        recorded('portfolio__positions').event_positions[0],
        (await scene.get('/portfolio/positions')).body.event_positions[0],
      ],
      [recorded('auth__balance_ok'), (await scene.get('/portfolio/balance')).body],
      [recorded('account__limits'), (await scene.get('/account/limits')).body],
      [recorded('exchange__status'), (await scene.get('/exchange/status')).body],
      [theirMarket, market],
      [recorded('trades__public_recorded').trades[0], (await scene.get('/markets/trades')).body.trades[0]],
    ];
    for (const [theirs, ours] of rows) {
      const missing = Object.keys(withoutGone(theirs)).filter((key) => !(key in ours));
      expect(missing).toEqual([]);
      for (const [key, value] of Object.entries(withoutGone(theirs))) {
        expect(typeof ours[key], key).toBe(typeof value);
        const places = (text: unknown): number => String(text).split('.')[1]?.length ?? 0;
        const number = typeof value === 'string' && /^-?\d+\.\d+$/.test(value);
        if (number) expect(places(ours[key]), key).toBe(places(value));
      }
    }
  });

  it('books and frames have the same shape', async () => {
    const lines = readFileSync(resolve(FOLDER, 'ws__orderbook_trade_noleg.jsonl'), 'utf8').split('\n').filter(Boolean);
    const theirs: Frame[] = lines.map((line) => JSON.parse(line));
    const socket = await scene.socket();
    const params = { channels: ['orderbook_delta', 'trade'], market_ticker: scene.market.ticker };
    await socket.ask({ id: 1, cmd: 'subscribe', params });
    scene.pass(6 * 3_600);
    const ours = await socket.heard();
    expect(ours.slice(0, 3).map(({ type }) => type)).toEqual(theirs.slice(0, 3).map(({ type }) => type));
    // It recorded no print.
    for (const type of ['subscribed', 'orderbook_snapshot', 'orderbook_delta']) {
      const [one, other] = [theirs, ours].map((frames) => frames.find((frame) => frame.type === type));
      expect(Object.keys(one).filter((key) => !(key in other))).toEqual([]);
      expect(Object.keys(one.msg).filter((key) => !(key in other.msg))).toEqual([]);
    }
    const { orderbook_fp } = recorded('orderbook__base');
    const book = (await scene.get(`/markets/${scene.market.ticker}/orderbook`)).body.orderbook_fp;
    expect(Object.keys(book).sort()).toEqual(Object.keys(orderbook_fp).sort());
    expect(book.yes_dollars[0].map((text: string) => text.split('.')[1]!.length)).toEqual([4, 2]);
  });
});
