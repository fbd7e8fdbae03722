import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/core/time.ts';
import { CITIES } from '../../src/sim/synthetic/config.ts';
import { type Frame, QUIET, Scene } from './scene.ts';

/** Two cities, two days: the first day's events are closed, the second day's are open. */
const scene = await Scene.open({
  config: { ...QUIET, cities: CITIES.slice(0, 2), days: 2, activity: 0.1 },
  start: parseTime('2030-01-06T07:00:00Z'),
});
const tickers = async (query: string): Promise<string[]> =>
  (await scene.get(`/markets?${query}`)).body.markets.map(({ ticker }: Frame) => ticker);

describe('markets', () => {
  it('are found by status, event, series, ticker and time', async () => {
    const all = await tickers('limit=1000');
    expect(all).toHaveLength(24);
    const [open, closed] = [await tickers('status=open'), await tickers('status=closed')];
    expect([open.length, closed.length]).toEqual([12, 12]);
    expect(await tickers('status=settled')).toEqual([]);
    expect(await tickers('event_ticker=SYNHIGHVIL-30JAN05')).toHaveLength(6);
    expect(await tickers('series_ticker=SYNHIGHMOK&status=open')).toHaveLength(6);
    expect(await tickers(`tickers=${all[0]},${all[7]}`)).toEqual([all[0], all[7]]);
    const noon = parseTime('2030-01-06T12:00:00Z') / 1e6;
    expect(await tickers(`min_close_ts=${noon}`)).toEqual(open);
    expect(await tickers(`max_close_ts=${noon}`)).toEqual(closed);
    expect(await tickers(`min_settled_ts=1`)).toEqual([]);
    expect(await tickers('mve_filter=only')).toEqual([]);
  });

  it('come in pages that hold each once', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await scene.get(`/markets?limit=7&cursor=${cursor}`);
      seen.push(...body.markets.map(({ ticker }: Frame) => ticker));
      cursor = body.cursor;
      if (cursor === '') break;
    }
    expect(seen).toEqual(await tickers('limit=1000'));
  });

  it('have prices that agree with their books', async () => {
    for (const market of (await scene.get('/markets?status=open')).body.markets) {
      const { yes_dollars, no_dollars } = (await scene.get(`/markets/${market.ticker}/orderbook`)).body.orderbook_fp;
      const [bid, no] = [yes_dollars.at(-1) ?? ['0.0000', '0.00'], no_dollars.at(-1) ?? ['0.0000', '0.00']];
      expect([market.yes_bid_dollars, market.yes_bid_size_fp]).toEqual(bid);
      expect([market.no_bid_dollars, market.yes_ask_size_fp]).toEqual(no);
      expect(Number(market.yes_ask_dollars)).toBeCloseTo(1 - Number(no[0]), 6);
      expect(Number(market.no_ask_dollars)).toBeCloseTo(1 - Number(bid[0]), 6);
      for (const levels of [yes_dollars, no_dollars]) {
        const prices = levels.map(([price]: [string]) => Number(price));
        expect(prices).toEqual(prices.toSorted((one: number, other: number) => one - other));
      }
    }
  });
});

describe('events and series', () => {
  it('are found by status and series, with their markets where asked', async () => {
    const events = async (query: string): Promise<Frame[]> => (await scene.get(`/events?${query}`)).body.events;
    expect(await events('')).toHaveLength(4);
    const open = await events('status=open&with_nested_markets=true');
    expect(open.map(({ event_ticker }) => event_ticker)).toEqual(['SYNHIGHVIL-30JAN06', 'SYNHIGHMOK-30JAN06']);
    expect(open[0].markets).toHaveLength(6);
    expect(await events('series_ticker=SYNHIGHMOK')).toHaveLength(2);
    expect((await scene.get('/events/SYNHIGHVIL-31JAN01')).status).toBe(404);
    expect((await scene.get('/series/SYNHIGHXXX')).status).toBe(404);
    const { series } = (await scene.get('/series?category=Climate%20and%20Weather&tags=SYNTHETIC')).body;
    expect(series).toMatchObject([
      { ticker: 'SYNHIGHVIL', fee_type: 'quadratic', fee_multiplier: 1, frequency: 'daily' },
      { ticker: 'SYNHIGHMOK' },
    ]);
    expect((await scene.get('/series?category=Sports')).body.series).toEqual([]);
  });
});

describe('prints', () => {
  it('come newest first, each once over all pages, within the times asked for', async () => {
    const seen: Frame[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await scene.get(`/markets/trades?limit=100&cursor=${cursor}`);
      seen.push(...body.trades);
      cursor = body.cursor;
      if (cursor === '') break;
    }
    expect(seen.map(({ trade_id }) => trade_id)).toEqual(scene.exchange.world.trades.map(({ id }) => id).toReversed());
    expect(seen.length).toBeGreaterThan(150);
    const from = Math.floor(Date.parse(seen[80].created_time) / 1_000);
    const later = (await scene.get(`/markets/trades?limit=1000&min_ts=${from}`)).body.trades;
    expect(later.length).toBeGreaterThan(79);
    for (const { created_time } of later) expect(Date.parse(created_time) / 1_000).toBeGreaterThanOrEqual(from);
    const [{ ticker }] = seen;
    const own = (await scene.get(`/markets/trades?limit=1000&ticker=${ticker}`)).body.trades;
    expect(own).toEqual(seen.filter((trade) => trade.ticker === ticker));
  });
});
