import { describe, expect, test } from 'vitest';
import { FeedMachine } from '../../src/kalshi/feed-machine.ts';
import { splitMarkets } from '../../src/kalshi/feed-settings.ts';
import type { FeedAction, FeedOptions } from '../../src/kalshi/feed-types.ts';

const SECOND = 1_000_000;

/** A machine with the log of what it told and the commands that it sent. */
function feed(more: Partial<FeedOptions> = {}) {
  const log: string[] = [];
  const machine = new FeedMachine({
    channels: ['orderbook_delta'],
    tickers: ['A', 'B'],
    random: () => 0,
    sink: {
      snapshot: (ticker, levels) =>
        log.push(`snapshot ${ticker} ${levels.map((l) => `${l.side}@${l.price}`).join(' ')}`),
      delta: (ticker, level) => log.push(`delta ${ticker} ${level.side}@${level.price} ${level.quantity}`),
      coverage: (ticker, covered, reason) => log.push(`${covered ? 'readable' : 'torn'} ${ticker}: ${reason}`),
      trade: (trade) => log.push(`trade ${trade.id}`),
      message: (message) => log.push(`${message.type} ${message.unknown.join(',')}`),
      missed: (channel, reason) => log.push(`missed ${channel}: ${reason}`),
      fault: (fault) => log.push(`fault ${fault.code}: ${fault.message}`),
    },
    ...more,
  });
  return { machine, log };
}

const sent = (actions: readonly FeedAction[]) =>
  actions.flatMap((action) => (action.do === 'send' ? [JSON.parse(action.text)] : []));
const text = (value: unknown) => `${JSON.stringify(value)}\n`;
const snapshot = (ticker: string, seq: number, no = '0.6000') =>
  text({
    type: 'orderbook_snapshot',
    sid: 7,
    seq,
    msg: { market_ticker: ticker, yes_dollars_fp: [['0.5000', '2.00']], no_dollars_fp: [[no, '3.00']] },
  });
const delta = (ticker: string, seq: number, change = '1.00') =>
  text({
    type: 'orderbook_delta',
    sid: 7,
    seq,
    msg: { market_ticker: ticker, price_dollars: '0.5000', delta_fp: change, side: 'yes', ts_ms: 1_000 },
  });

/** A feed whose two books are readable at second 1. */
function running(more: Partial<FeedOptions> = {}) {
  const made = feed(more);
  const { machine } = made;
  expect(machine.tick(0)).toEqual([{ do: 'connect' }]);
  const [command] = sent(machine.opened(SECOND));
  expect(command).toMatchObject({
    cmd: 'subscribe',
    params: { channels: ['orderbook_delta'], market_tickers: ['A', 'B'], use_yes_price: true },
  });
  machine.frame(text({ id: command.id, type: 'subscribed', msg: { channel: 'orderbook_delta', sid: 7 } }), SECOND);
  machine.frame(snapshot('A', 1), SECOND);
  machine.frame(snapshot('B', 2), SECOND);
  expect(machine.readable('A') && machine.readable('B')).toBe(true);
  return made;
}

describe('books of a feed', () => {
  test('are in YES prices, and a snapshot in NO prices is refused', () => {
    const { machine, log } = running();
    expect(log[0]).toBe('snapshot A 0@5000 1@6000');
    expect(machine.pricing).toBe('proven');
    machine.frame(snapshot('A', 3, '0.4000'), SECOND);
    expect(machine.pricing).toBe('refuted');
    machine.frame(snapshot('A', 4), SECOND);
    expect([machine.readable('A'), machine.readable('B')]).toEqual([false, false]);
    expect(log.at(-1)).toMatch(/fault crossed-book/);
  });

  test('a gap tears every market of its sid at once, and asks for snapshots, at most one request a second', () => {
    const { machine, log } = running();
    const asked = sent(machine.frame(delta('A', 5), 2 * SECOND));
    expect(asked).toMatchObject([
      { cmd: 'update_subscription', params: { sid: 7, action: 'get_snapshot', market_tickers: ['A', 'B'] } },
    ]);
    expect([machine.readable('A'), machine.readable('B')]).toEqual([false, false]);
    expect(log.slice(-2)).toEqual(['torn A: sequence gap: 2 then 5', 'torn B: sequence gap: 2 then 5']);
    // Another gap 0.1 s later: no second request until the second has passed.
    expect(machine.frame(delta('A', 9), 2.1 * SECOND)).toEqual([]);
    machine.frame(snapshot('A', 10), 2.2 * SECOND);
    expect([machine.readable('A'), machine.readable('B')]).toEqual([true, false]);
    expect(sent(machine.tick(3 * SECOND))).toMatchObject([{ params: { market_tickers: ['B'] } }]);
  });

  test('acknowledgements count in the sequence; duplicates and late frames change nothing', () => {
    const { machine, log } = running();
    machine.frame(text({ id: 99, type: 'ok', sid: 7, seq: 3, msg: { market_tickers: ['A', 'B'] } }), SECOND);
    machine.frame(delta('A', 4), SECOND);
    const before = log.length;
    machine.frame(delta('A', 4), SECOND);
    machine.frame(delta('A', 2), SECOND);
    expect(log.length).toBe(before);
    expect(machine.counts).toMatchObject({ duplicates: 2, gaps: 0 });
    expect(machine.readable('A')).toBe(true);
  });

  test('a level below zero, and a message that cannot be read, tear what they may have touched', () => {
    const { machine, log } = running();
    machine.frame(delta('A', 3, '-9.00'), SECOND);
    expect([machine.readable('A'), machine.readable('B')]).toEqual([false, true]);
    machine.frame(snapshot('A', 4), SECOND);
    const msg = { market_ticker: 'A', side: 'up', price_dollars: '0.5000', delta_fp: '1.00' };
    machine.frame(text({ type: 'orderbook_delta', sid: 7, seq: 5, msg }), SECOND);
    expect([machine.readable('A'), machine.readable('B')]).toEqual([false, false]);
    expect(log.at(-1)).toContain('fault malformed-input: side is "up"');
  });

  test.each([10, 25])('error %i ends the subscription: it is torn and subscribed anew, with a new sid', (code) => {
    const { machine } = running();
    const error = text({ type: 'error', sid: 7, seq: 3, msg: { code, msg: 'gone' } });
    const [again] = sent(machine.frame(error, 5 * SECOND));
    expect(again).toMatchObject({ cmd: 'subscribe' });
    expect(machine.readable('A')).toBe(false);
    machine.frame(text({ id: again.id, type: 'subscribed', msg: { channel: 'orderbook_delta', sid: 8 } }), 5 * SECOND);
    machine.frame(snapshot('A', 1), 5 * SECOND);
    expect(machine.readable('A')).toBe(false);
    machine.frame(snapshot('A', 1).replace('"sid":7', '"sid":8'), 5 * SECOND);
    expect(machine.readable('A')).toBe(true);
  });

  test('markets are added and taken away by commands on the sid', () => {
    const { machine } = running();
    expect(sent(machine.add(['C', 'A'], SECOND))).toMatchObject([
      { params: { sid: 7, action: 'add_markets', market_tickers: ['C'] } },
    ]);
    expect(sent(machine.remove(['A'], SECOND))).toMatchObject([
      { params: { sid: 7, action: 'delete_markets', market_tickers: ['A'] } },
    ]);
    expect(machine.readable('A')).toBe(false);
    expect(sent(machine.unsubscribe('orderbook_delta', SECOND))).toMatchObject([
      { cmd: 'unsubscribe', params: { sids: [7] } },
    ]);
    expect(machine.readable('B')).toBe(false);
  });
});

describe('the connection of a feed', () => {
  test('a quiet market is no dead link: pings are enough; a half-open socket is asked, then dropped', () => {
    const { machine, log } = running({ settings: { probeAfter: Number.POSITIVE_INFINITY } });
    for (let at = 2; at < 300; at += 10) {
      machine.heard(at * SECOND);
      expect(machine.heardAt).toBe(at * SECOND);
      expect(machine.tick(at * SECOND + 1)).toEqual([]);
    }
    expect(machine.readable('A')).toBe(true);
    expect(machine.tick(305 * SECOND)).toEqual([{ do: 'ping' }]);
    expect(machine.tick(306 * SECOND)).toEqual([]);
    expect(machine.tick(322 * SECOND)).toEqual([{ do: 'drop' }]);
    expect(machine.readable('A')).toBe(false);
    expect(log.at(-1)).toBe('torn B: connection lost: nothing heard');
    expect(machine.tick(322.4 * SECOND)).toEqual([]);
    expect(machine.tick(322.5 * SECOND)).toEqual([{ do: 'connect' }]);
  });

  test('a quiet subscription is asked for one snapshot now and then: its number shows what was lost last', () => {
    const { machine, log } = running();
    machine.heard(20 * SECOND);
    expect(machine.tick(20 * SECOND)).toEqual([]);
    const asked = sent(machine.tick(21 * SECOND));
    expect(asked).toMatchObject([{ params: { sid: 7, action: 'get_snapshot', market_tickers: ['A'] } }]);
    // Number 3 was lost before the silence.
    const again = sent(machine.frame(snapshot('A', 4), 21 * SECOND));
    expect(log).toContain('torn B: sequence gap: 2 then 4');
    expect([machine.readable('A'), machine.readable('B')]).toEqual([true, false]);
    expect(again).toEqual([]);
    expect(sent(machine.tick(22 * SECOND))).toMatchObject([{ params: { market_tickers: ['B'] } }]);
  });

  test('a command without an answer drops the connection', () => {
    const { machine } = feed();
    machine.tick(0);
    machine.opened(0);
    machine.heard(9 * SECOND);
    expect(machine.tick(10 * SECOND)).toEqual([{ do: 'drop' }]);
  });

  test('a venue that is down for an hour is tried at most every 15 to 30 seconds', () => {
    for (const random of [() => 0, () => 0.999]) {
      const { machine } = feed({ random });
      const tries: number[] = [];
      for (let now = 0; now < 3_600 * SECOND; now += SECOND / 4) {
        if (machine.tick(now).some((action) => action.do === 'connect')) {
          tries.push(now);
          machine.closed(now, 'refused');
        }
      }
      expect(tries.length).toBeLessThan(random() === 0 ? 130 : 250);
      const last = tries.at(-1)! - tries.at(-2)!;
      expect(last).toBeGreaterThanOrEqual(15 * SECOND);
      expect(last).toBeLessThanOrEqual(30.25 * SECOND);
    }
  });

  test('an accepted and at once closed connection counts as a failure too', () => {
    const { machine } = feed();
    for (let now = 0; now < 600 * SECOND; now += SECOND / 4) {
      if (machine.tick(now).length > 0) {
        machine.opened(now);
        machine.closed(now, 'closed');
      }
    }
    expect(machine.counts.connects).toBeLessThan(30);
  });

  test('many markets are split over connections', () => {
    expect(splitMarkets(['A', 'B', 'C'], 2)).toEqual([['A', 'B'], ['C']]);
  });
});

describe('messages of other channels', () => {
  const fill = {
    trade_id: 't',
    order_id: 'o',
    market_ticker: 'A',
    is_taker: true,
    yes_price_dollars: '0.5000',
    count_fp: '1.00',
    fee_cost: '0.0175',
    ts_ms: 1,
  };
  const send = (type: string, msg: unknown) => {
    const { machine, log } = running();
    machine.frame(text({ type, sid: 9, msg, sending_ts_ms: 5 }), SECOND);
    return { log: log.at(-1), counts: machine.counts };
  };

  test.each([
    ['fill', fill],
    ['market_position', { market_ticker: 'A', position_fp: '-1.00' }],
    ['market_lifecycle_v2', { event_type: 'settled', market_ticker: 'A', settled_ts: 3 }],
    ['event_lifecycle', { event_ticker: 'E', title: '' }],
    ['event_fee_update', { event_ticker: 'E', fee_type_override: null }],
    ['order_group_updates', { event_type: 'reset', order_group_id: 'g', ts_ms: 1 }],
    ['ticker', { market_ticker: 'A', price_dollars: '0.5000', dollar_volume: 3 }],
    [
      'user_order',
      {
        order_id: 'o',
        ticker: 'A',
        status: 'resting',
        yes_price_dollars: '0.5000',
        fill_count_fp: '0.00',
        remaining_count_fp: '1.00',
        initial_count_fp: '1.00',
        taker_fees_dollars: '0.000000',
      },
    ],
  ])('%s is decoded, and a field that is not documented is counted', (type, msg) => {
    expect(send(type, { ...msg, surprise: 1 })).toMatchObject({
      log: `${type} surprise`,
      counts: { unknownFields: 1 },
    });
  });

  test('a field of another kind, or a missing one, is an error that names it', () => {
    expect(send('fill', { ...fill, count_fp: 1 }).log).toContain('fill.count_fp is 1, not a decimal');
    expect(send('fill', { ...fill, is_taker: 'yes' }).log).toContain('fill.is_taker is "yes", not a flag');
    expect(send('fill', { ...fill, order_id: undefined }).log).toContain('fill.order_id is missing');
  });
});
