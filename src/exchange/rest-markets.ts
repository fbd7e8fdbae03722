import { formatTime } from '../core/time.ts';
import { candleFacts, candleRange } from './candle-facts.ts';
import type { Exchange } from './exchange.ts';
import { bookFacts, marketFacts } from './market-facts.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import type { Query } from './query.ts';
import { badParameter, badQuery, notFound } from './refusal.ts';
import { type Call, ok, type Route } from './route.ts';
import { countText, directionFields, priceFields } from './wire-format.ts';

/** The words of the filter, and the states that each means. */
export const STATUS_FILTERS: Readonly<Record<string, readonly string[]>> = {
  unopened: ['initialized'],
  open: ['active'],
  paused: ['inactive'],
  closed: ['closed', 'determined', 'disputed', 'amended'],
  settled: ['finalized'],
};

/** Most candles that one request for several markets may give. */
const MOST_CANDLES = 10_000;

/** Markets, their books, prints and candles. */
export function marketRoutes(exchange: Exchange): Route[] {
  const { world } = exchange;
  const listed = (ticker: string): MarketRecord => listedMarket(exchange, ticker);
  const open = true;
  return [
    {
      method: 'GET',
      path: '/markets',
      name: 'GetMarkets',
      open,
      answer: ({ query }) => {
        const limit = query.limit(100, 1_000, 0);
        const chosen = world.markets.filter(marketFilter(query));
        const { rows, cursor } = query.page(chosen, limit, ({ ticker }) => ticker);
        return ok({ markets: rows.map((record) => marketFacts(record, exchange.now)), cursor });
      },
    },
    {
      method: 'GET',
      path: '/markets/trades',
      name: 'GetTrades',
      open,
      answer: ({ query }) => {
        const { rows, cursor } = query.page(newestTrades(exchange, query), query.limit(100, 1_000), ({ id }) => id);
        return ok({ trades: rows.map(tradeFacts), cursor });
      },
    },
    {
      method: 'GET',
      path: '/markets/orderbooks',
      name: 'GetMarketOrderbooks',
      open,
      answer: ({ query }) => {
        const tickers = query.all('tickers');
        if (tickers.length === 0) throw badQuery('GetMarketOrderbooks', 'Tickers', 'required');
        if (tickers.length > 100) throw badQuery('GetMarketOrderbooks', 'Tickers', 'max');
        const books = tickers.map((ticker) => ({ ticker, orderbook_fp: bookFacts(listed(ticker), 0) }));
        return ok({ orderbooks: books });
      },
    },
    {
      method: 'GET',
      path: '/markets/candlesticks',
      name: 'BatchGetMarketCandlesticks',
      open,
      answer: ({ query }) => ok({ markets: manyCandles(query, listed) }),
    },
    {
      method: 'GET',
      path: '/markets/:ticker',
      name: 'GetMarket',
      open,
      answer: ({ params }) => ok({ market: marketFacts(listed(params.ticker!), exchange.now) }),
    },
    {
      method: 'GET',
      path: '/markets/:ticker/orderbook',
      name: 'GetMarketOrderbook',
      open,
      answer: ({ params, query }) => {
        const depth = query.integer('depth') ?? 0;
        if (depth < 0 || depth > 100) throw badQuery('GetMarketOrderbook', 'Depth', 'lte');
        return ok({ orderbook_fp: bookFacts(listed(params.ticker!), depth) });
      },
    },
    {
      method: 'GET',
      path: '/series/:series/markets/:ticker/candlesticks',
      name: 'GetMarketCandlesticks',
      open,
      answer: ({ params, query }: Call) => {
        const record = listed(params.ticker!);
        if (record.market.series !== params.series) throw notFound();
        return ok({ ticker: record.ticker, candlesticks: candleFacts(record, candleRange(query)) });
      },
    },
  ];
}

/** A market that is listed by now. Throws a Refusal (404). */
export function listedMarket({ world }: Exchange, ticker: string): MarketRecord {
  const record = world.byTicker.get(ticker);
  if (record === undefined || record.status === null) throw notFound();
  return record;
}

function marketFilter(query: Query): (record: MarketRecord) => boolean {
  const status = query.word('status', Object.keys(STATUS_FILTERS));
  const [event, series] = [query.text('event_ticker'), query.text('series_ticker')];
  const tickers = query.list('tickers');
  const onlyCombos = query.word('mve_filter', ['only', 'exclude']) === 'only';
  const within = (name: string): ((time: number | null) => boolean) => {
    const [least, most] = [query.time(`min_${name}_ts`), query.time(`max_${name}_ts`)];
    return (time) => {
      if (least === undefined && most === undefined) return true;
      return time !== null && time >= (least ?? time) && time <= (most ?? time);
    };
  };
  const [created, closing, settled] = [within('created'), within('close'), within('settled')];
  const updated = query.time('min_updated_ts') ?? 0;
  return (record) => {
    const { market } = record;
    if (record.status === null || onlyCombos || record.updated < updated) return false;
    if (status !== undefined && !STATUS_FILTERS[status]!.includes(record.status)) return false;
    if (event !== undefined && market.event !== event) return false;
    if (series !== undefined && market.series !== series) return false;
    if (tickers !== null && !tickers.includes(market.ticker)) return false;
    return created(record.created) && closing(record.closeTime) && settled(record.settledTime);
  };
}

function* newestTrades({ world }: Exchange, query: Query): Generator<Trade> {
  const ticker = query.text('ticker');
  const [least, most] = [query.time('min_ts') ?? 0, query.time('max_ts') ?? Number.POSITIVE_INFINITY];
  if (query.text('is_block_trade') === 'true') return;
  const trades = ticker === undefined ? world.trades : (world.byTicker.get(ticker)?.trades ?? []);
  for (let at = trades.length - 1; at >= 0; at--) {
    const trade = trades[at]!;
    if (trade.time >= least && trade.time <= most) yield trade;
  }
}

function tradeFacts({ id, market, side, price, quantity, time }: Trade): Record<string, unknown> {
  const { outcome_side, book_side } = directionFields(side);
  return {
    trade_id: id,
    ticker: market.ticker,
    count_fp: countText(quantity),
    ...priceFields(price),
    taker_side: outcome_side,
    taker_outcome_side: outcome_side,
    taker_book_side: book_side,
    created_time: formatTime(time),
    is_block_trade: false,
  };
}

function manyCandles(query: Query, listed: (ticker: string) => MarketRecord): unknown[] {
  const tickers = query.list('market_tickers') ?? [];
  if (tickers.length === 0) throw badQuery('BatchGetMarketCandlesticks', 'MarketTickers', 'required');
  if (tickers.length > 100) throw badQuery('BatchGetMarketCandlesticks', 'MarketTickers', 'max');
  const range = candleRange(query);
  const markets = tickers.map((ticker) => ({
    market_ticker: ticker,
    candlesticks: candleFacts(listed(ticker), range),
  }));
  const count = markets.reduce((sum, { candlesticks }) => sum + candlesticks.length, 0);
  if (count > MOST_CANDLES) throw badParameter(`more than ${MOST_CANDLES} candlesticks`);
  return markets;
}
