import { describe, expect, it } from 'vitest';
import { parseTime } from '../../src/core/time.ts';
import { MarketReads } from '../../src/kalshi/market-reads.ts';
import { segment } from '../../src/kalshi/pages.ts';
import { PortfolioReads } from '../../src/kalshi/portfolio-reads.ts';
import { clientOf, scriptedExchange } from './scripted-exchange.ts';

const MARKET = {
  ticker: 'KXHIGHTEST-26SEP15-B84.5',
  event_ticker: 'KXHIGHTEST-26SEP15',
  title: 'Will the high in Testville be 84-85°?',
  status: 'active',
  strike_type: 'between',
  floor_strike: 84,
  cap_strike: 85,
  result: '',
  open_time: '2026-09-14T14:00:00Z',
  close_time: '2026-09-16T05:00:00Z',
  price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
};
const ORDER_BOOK = {
  yes_dollars: [
    ['0.3000', '40.00'],
    ['0.3100', '120.00'],
  ],
  no_dollars: [['0.6700', '55.00']],
};
const BOOK = {
  bids: [
    { price: 3_100, quantity: 12_000 },
    { price: 3_000, quantity: 4_000 },
  ],
  asks: [{ price: 3_300, quantity: 5_500 }],
};
const BAR = { open_dollars: '0.3000', high_dollars: '0.3200', low_dollars: '0.2900', close_dollars: '0.3100' };
const CANDLE = {
  end_period_ts: 1_789_000_020,
  yes_bid: BAR,
  yes_ask: BAR,
  price: { previous_dollars: '0.3000' },
  volume_fp: '7.00',
  open_interest_fp: '9.00',
};
const SPAN = { start: parseTime('2026-09-15T00:00:00Z'), end: parseTime('2026-09-15T01:00:00Z'), minutes: 1 } as const;

async function scene(...bodies: unknown[]) {
  const exchange = await scriptedExchange();
  exchange.script(...bodies.map((body) => ({ status: 200, body })));
  const { rest, drift } = clientOf(exchange);
  const asked = () => exchange.heard.map(({ path, query }) => `${path.replace('/trade-api/v2', '')}?${query}`);
  return { asked, drift, markets: new MarketReads(rest, drift), portfolio: new PortfolioReads(rest, drift) };
}

async function all<Row>(list: AsyncIterable<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of list) rows.push(row);
  return rows;
}

describe('public data', () => {
  it('markets are decoded page by page, and searched by words', async () => {
    const other = { ...MARKET, ticker: 'KXHIGHTEST-26SEP15-T90', title: 'Something else' };
    const { markets, asked } = await scene({ markets: [MARKET], cursor: 'next' }, { markets: [other], cursor: '' });
    expect((await all(markets.search('testville HIGH'))).map(({ facts }) => facts.ticker)).toEqual([MARKET.ticker]);
    expect(asked()).toEqual([
      '/markets?limit=1000&status=open&mve_filter=exclude',
      '/markets?limit=1000&status=open&mve_filter=exclude&cursor=next',
    ]);
  });

  it('an event comes with its markets, which take exclusivity from it', async () => {
    const event = { event_ticker: 'E', series_ticker: 'S', mutually_exclusive: true };
    const { markets } = await scene({ event, markets: [MARKET] });
    expect((await markets.event('E')).markets[0]?.facts).toMatchObject({ mutuallyExclusive: true, series: 'S' });
  });

  it('a book is in YES prices, best first; an empty one has no levels; many are asked for a hundred at a time', async () => {
    const tickers = Array.from({ length: 101 }, (_, at) => `T${at}`);
    const { markets, asked } = await scene(
      { orderbook_fp: ORDER_BOOK },
      { orderbook_fp: {} },
      { orderbooks: [{ ticker: 'T0', orderbook_fp: ORDER_BOOK }] },
      { orderbooks: [{ ticker: 'T100', orderbook_fp: ORDER_BOOK }] },
    );
    expect(await markets.book('T')).toEqual(BOOK);
    expect(await markets.book('T')).toEqual({ bids: [], asks: [] });
    const books = await markets.books(tickers);
    expect([...books.keys()]).toEqual(['T0', 'T100']);
    expect(books.get('T0')).toEqual(BOOK);
    expect(asked()[3]).toBe('/markets/orderbooks?tickers=T100');
  });

  it('a book whose side may have been renamed is no book: it would look one-sided', async () => {
    const { yes_dollars, no_dollars } = ORDER_BOOK;
    const { markets } = await scene(
      { orderbook_fp: { yes_dollars, no: no_dollars } },
      { orderbook_fp: { yes_dollars } },
    );
    await expect(markets.book('T')).rejects.toThrow('no_dollars is missing, and there is "no"');
    expect(await markets.book('T')).toEqual({ bids: BOOK.bids, asks: [] });
  });

  it('candlesticks are read live, in a batch and from the historical tier, where fields have no suffix', async () => {
    const bar = { open: '0.3000', high: '0.3200', low: '0.2900', close: '0.3100' };
    const old = {
      end_period_ts: 1_789_000_020,
      yes_bid: bar,
      yes_ask: bar,
      price: bar,
      volume: '7.00',
      open_interest: '9.00',
    };
    const { markets, asked } = await scene(
      { ticker: 'T', candlesticks: [CANDLE] },
      { markets: [{ market_ticker: 'T', candlesticks: [CANDLE] }] },
      { ticker: 'T', candlesticks: [old] },
    );
    const [candle] = await markets.candles('S', 'T', SPAN);
    expect(candle).toMatchObject({
      end: 1_789_000_020_000_000,
      volume: 700,
      bid: { high: 3_200 },
      trade: { close: null },
    });
    expect((await markets.candlesOf(['T'], SPAN)).get('T')).toEqual([candle]);
    expect((await markets.historicalCandles('T', SPAN))[0]).toMatchObject({
      bid: candle!.bid,
      trade: { close: 3_100 },
    });
    expect(asked()[0]).toBe('/series/S/markets/T/candlesticks?start_ts=1789430400&end_ts=1789434000&period_interval=1');
  });

  it('cutoff, status, fee changes and series are read', async () => {
    const time = '2026-09-01T00:00:00Z';
    const change = { id: 'c', series_ticker: 'S', fee_type: 'quadratic', fee_multiplier: 0.5, scheduled_ts: time };
    const { markets, drift } = await scene(
      { market_settled_ts: time, trades_created_ts: time, orders_updated_ts: time },
      { exchange_active: true, trading_active: false },
      { series_fee_change_arr: [change] },
      { event_fee_changes: [], cursor: '' },
      { schedule: { standard_hours: [] } },
    );
    expect((await markets.cutoff()).tradesCreated).toBe(parseTime(time));
    expect(await markets.status()).toEqual({ exchangeActive: true, tradingActive: false });
    expect(await markets.seriesFeeChanges()).toEqual([change]);
    expect(await all(markets.eventFeeChanges())).toEqual([]);
    expect(await markets.schedule()).toEqual({ standard_hours: [] });
    expect(drift.report()).toEqual([]);
  });

  it('an answer without its list is no empty list', async () => {
    const { markets } = await scene({ series: null });
    await expect(markets.allSeries({})).rejects.toMatchObject({ code: 'wire-drift' });
  });
});

describe('the portfolio', () => {
  it('queue positions and groups are read', async () => {
    const { portfolio } = await scene(
      { queue_positions: [{ order_id: 'o', market_ticker: 'T', queue_position_fp: '12.00' }] },
      { order_groups: [{ id: 'g', is_auto_cancel_enabled: true, contracts_limit_fp: '50.00' }] },
      { is_auto_cancel_enabled: true, orders: ['o'] },
    );
    expect((await portfolio.queuePositions({ market_tickers: 'T' })).get('o')).toBe(1_200);
    expect(await portfolio.groups()).toEqual([{ id: 'g', automatic: true, limit: 5_000 }]);
    expect(await portfolio.group('g')).toEqual({ id: 'g', automatic: true, limit: null, orderIds: ['o'] });
  });

  it('limits that are no limits are refused', async () => {
    const bucket = { refill_rate: 0, bucket_capacity: 10 };
    const { portfolio } = await scene({ usage_tier: 'basic', read: bucket, write: bucket, grants: [] });
    await expect(portfolio.limits()).rejects.toMatchObject({ code: 'wire-drift' });
  });
});

describe('a piece of a path', () => {
  it('cannot lead elsewhere', () => {
    expect(segment('a/b?c')).toBe('a%2Fb%3Fc');
    for (const bad of ['', '.', '..']) expect(() => segment(bad)).toThrow('no ticker and no id');
  });
});
