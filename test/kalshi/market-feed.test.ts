import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../scripts/gauntlet/simulated-clock.ts';
import type { Market, MarketIndex } from '../../src/core/market.ts';
import { DETAIL, type Detail, type MarketEvent } from '../../src/core/market-event.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import { contracts } from '../../src/core/quantity.ts';
import { type Duration, SECOND, type Time } from '../../src/core/time.ts';
import { BookPoll } from '../../src/kalshi/book-poll.ts';
import { decodeChannelMessage } from '../../src/kalshi/channel-message.ts';
import { decodeMarket } from '../../src/kalshi/decode-market.ts';
import { DriftSentinel } from '../../src/kalshi/drift.ts';
import { environmentNamed } from '../../src/kalshi/environment.ts';
import { MarketFeed } from '../../src/kalshi/market-feed.ts';
import { MarketReads } from '../../src/kalshi/market-reads.ts';
import { MarketWatch } from '../../src/kalshi/market-watch.ts';
import { KalshiRest } from '../../src/kalshi/rest.ts';
import type { Attempt } from '../../src/kalshi/rest-transport.ts';

const T = 'KXHIGHCHI-26SEP15-B84.5';
const MARKET: Market = {
  index: 0 as MarketIndex,
  ticker: T,
  event: 'KXHIGHCHI-26SEP15',
  series: 'KXHIGHCHI',
  title: '',
  strike: { type: 'between', floor: 84, cap: 85 },
  grid: CENT_GRID,
  openTime: null,
  closeTime: 9_000_000_000 as Time,
  day: '2026-09-15',
  mutuallyExclusive: true,
};
const LEVEL = { side: 0 as const, price: 4_000 as Price, quantity: contracts(1) };

let told: string[];
let missed: string[];
let feed: MarketFeed;

beforeEach(() => {
  told = [];
  missed = [];
  feed = new MarketFeed([MARKET], {
    event: (event) => told.push(textOf(event)),
    own: (message) => told.push(`own ${message.type}`),
    missed: (channel, reason) => missed.push(`${channel}: ${reason}`),
    trouble: () => {},
  });
});

function textOf({ kind, sequence, detail, price, quantity }: MarketEvent): string {
  if (kind !== DETAIL) return `${sequence} kind ${kind} ${quantity} at ${price}`;
  return `${sequence} ${said(detail!)}`;
}

function said(detail: Detail): string {
  if (detail.type === 'coverage') return `covered ${detail.change.covered}: ${detail.change.reason}`;
  if (detail.type === 'settlement') return `paid ${detail.settlement.value}`;
  if (detail.type !== 'lifecycle') return detail.type;
  const { market: _, grid, ...change } = detail.change;
  return `${JSON.stringify(change)}${grid === undefined ? '' : ' grid'}`;
}

const record = (over: Record<string, unknown> = {}) => ({
  ...{
    ticker: T,
    event_ticker: MARKET.event,
    strike_type: 'between',
    floor_strike: 84,
    cap_strike: 85,
    status: 'active',
  },
  ...{
    close_time: '1970-01-01T02:30:00Z',
    price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
    result: '',
  },
  ...over,
});
const lifecycle = (fields: Record<string, unknown>) =>
  decodeChannelMessage('market_lifecycle_v2', { market_ticker: T, ...fields });

describe('what a feed tells an engine', () => {
  it('is numbered, and only what is new of a life is told', () => {
    feed.record(decodeMarket(record(), null), 1 as Time);
    feed.record(decodeMarket(record(), null), 2 as Time);
    feed.message(lifecycle({ event_type: 'deactivated', is_deactivated: true }), 3 as Time);
    feed.message(lifecycle({ event_type: 'close_date_updated', close_ts: 8_000 }), 4 as Time);
    feed.record(decodeMarket(record({ status: 'inactive', close_time: '1970-01-01T02:13:20Z' }), null), 5 as Time);
    expect(told).toEqual(['1 {"status":"active"}', '2 {"status":"inactive"}', '3 {"closeTime":8000000000}']);
  });

  it('takes what a market pays from its record, once, whatever was said before', () => {
    feed.message(lifecycle({ event_type: 'determined', result: 'no', settlement_value: '0.0000' }), 1 as Time);
    feed.message(lifecycle({ event_type: 'settled', settled_ts: 5 }), 2 as Time);
    expect(missed).toEqual(['market_lifecycle_v2: settled']);
    const paid = decodeMarket(record({ status: 'finalized', result: 'yes' }), null);
    feed.record(paid, 3 as Time);
    feed.record(paid, 4 as Time);
    expect(told.filter((line) => line.includes('paid'))).toEqual(['3 paid 10000']);
  });

  it('hands on what is not about markets, and passes over other markets', () => {
    const fill = {
      trade_id: 't',
      order_id: 'o',
      market_ticker: T,
      is_taker: true,
      yes_price_dollars: '0.1',
      count_fp: '1',
    };
    feed.message(decodeChannelMessage('fill', fill), 1 as Time);
    feed.delta('KXOTHER', LEVEL, 1 as Time, 1 as Time);
    expect(told).toEqual(['own fill']);
  });
});

/** Reads that are answered by `answer`, under a clock that the test moves. */
function reads(clock: SimulatedClock, answer: (path: string) => Attempt): MarketReads {
  const transport = {
    signs: false,
    attempt: async ({ path }: { path: string }) => answer(path),
    close: async () => {},
  };
  const environment = environmentNamed('demo');
  const rest = new KalshiRest({ environment, signer: null, clock, random: () => 0, attempts: 1, transport });
  return new MarketReads(rest, new DriftSentinel());
}
const ok = (body: unknown): Attempt => ({ kind: 'answer', status: 200, body, date: null });
const down: Attempt = { kind: 'answer', status: 503, body: { error: { code: 'service_unavailable' } }, date: null };

describe('books while no socket can be had', () => {
  const book = { ticker: T, orderbook_fp: { yes_dollars: [['0.4000', '2.00']], no_dollars: [['0.5500', '3.00']] } };
  const poll = async (
    script: (clock: SimulatedClock, set: { connected: boolean; answer: Attempt }) => Promise<void>,
  ) => {
    const clock = new SimulatedClock(0 as Time);
    const set = { connected: false, answer: ok({ orderbooks: [book] }) };
    const polling = new BookPoll({
      reads: reads(clock, () => set.answer),
      feed,
      tickers: [T],
      clock,
      connected: () => set.connected,
      onTrouble: () => told.push('trouble'),
    });
    await script(clock, set);
    await clock.runFor(polling.stop(), SECOND as Duration);
    return told.map((line) => line.replace(/^\d+ /, ''));
  };
  const at = (seconds: number) => (seconds * SECOND) as Time;
  const levels = ['kind 2 200 at 4000', 'kind 2 300 at 4500'];

  it('are read after a quarter of a minute, and again, and no longer vouched for when the socket is back', async () => {
    const lines = await poll(async (clock, set) => {
      await clock.runUntil(at(10));
      expect(told).toEqual([]);
      await clock.runUntil(at(40));
      set.connected = true;
      await clock.runUntil(at(42));
    });
    const read = [...levels, 'covered true: read over REST: there is no socket'];
    expect(lines).toEqual([...read, ...read, 'covered false: the socket is back']);
  });

  it('are not vouched for when REST is down too', async () => {
    const lines = await poll(async (clock, set) => {
      await clock.runUntil(at(20));
      set.answer = down;
      await clock.runUntil(at(60));
    });
    expect(lines.filter((line) => line === 'trouble').length).toBeGreaterThan(1);
    expect(lines.at(-1) === 'trouble' ? lines.at(-2) : lines.at(-1)).toBe('covered false: no book over REST');
  });

  it('are left alone where the socket vouches for them', async () => {
    const lines = await poll(async (clock, set) => {
      set.connected = true;
      feed.coverage(T, true, 'snapshot', at(1));
      set.connected = false;
      await clock.runUntil(at(20));
      set.connected = true;
      await clock.runUntil(at(30));
    });
    expect(lines).toEqual(['covered true: snapshot']);
  });
});

describe('the watch over the markets', () => {
  it('reads their records every minute, and within a second where messages were missed; trouble is tried again', async () => {
    const clock = new SimulatedClock(0 as Time);
    let asked = 0;
    let broken = false;
    const watch = new MarketWatch({
      reads: reads(clock, () => {
        asked++;
        return broken ? down : ok({ markets: [full()], cursor: '' });
      }),
      feed,
      tickers: [T],
      clock,
      onTrouble: () => told.push('trouble'),
    });
    await clock.runUntil((59 * SECOND) as Time);
    expect(asked).toBe(0);
    await clock.runUntil((61 * SECOND) as Time);
    expect([asked, told]).toEqual([1, ['1 {"status":"closed"}']]);
    watch.lookSoon();
    broken = true;
    await clock.runUntil((64 * SECOND) as Time);
    const inVain = asked;
    expect(told.filter((line) => line === 'trouble').length).toBe(inVain - 1);
    expect(inVain).toBeGreaterThan(1);
    broken = false;
    await clock.runUntil((66 * SECOND) as Time);
    const after = asked;
    expect(after).toBeGreaterThan(inVain);
    await clock.runUntil((80 * SECOND) as Time);
    expect(asked).toBe(after);
    await clock.runFor(watch.stop(), SECOND as Duration);
  });

  const full = () => record({ status: 'closed' });
});
