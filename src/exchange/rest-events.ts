import { candleFacts, candleRange } from './candle-facts.ts';
import { eventFacts, feeChangeFacts, listedEvents, seriesFacts } from './event-facts.ts';
import type { Exchange } from './exchange.ts';
import { marketFacts } from './market-facts.ts';
import type { MarketRecord } from './market-record.ts';
import type { Query } from './query.ts';
import { notFound } from './refusal.ts';
import { STATUS_FILTERS } from './rest-markets.ts';
import { ok, type Route } from './route.ts';

/** Series, events, and changes of their fees. */
export function eventRoutes(exchange: Exchange): Route[] {
  return [...seriesRoutes(exchange), ...feeRoutes(exchange), ...oneEventRoutes(exchange)];
}

function seriesRoutes(exchange: Exchange): Route[] {
  const { world } = exchange;
  const tickers = (): string[] => [
    ...new Set(world.markets.filter(({ status }) => status !== null).map(({ market }) => market.series)),
  ];
  return [
    {
      method: 'GET',
      path: '/series',
      name: 'GetSeriesList',
      open: true,
      answer: ({ query }) => {
        const category = query.text('category') ?? 'Climate and Weather';
        const tags = query.list('tags');
        const fits = category === 'Climate and Weather' && (tags === null || tags.includes('SYNTHETIC'));
        const chosen = fits ? tickers() : [];
        const volume = query.flag('include_volume');
        return ok({ series: chosen.map((ticker) => seriesFacts(ticker, world, exchange.now, volume)) });
      },
    },
    {
      method: 'GET',
      path: '/series/:series',
      name: 'GetSeries',
      open: true,
      answer: ({ params, query }) => {
        if (!tickers().includes(params.series!)) throw notFound();
        return ok({ series: seriesFacts(params.series!, world, exchange.now, query.flag('include_volume')) });
      },
    },
  ];
}

function feeRoutes(exchange: Exchange): Route[] {
  const { world, ids } = exchange;
  return [
    {
      method: 'GET',
      path: '/series/fee_changes',
      name: 'GetSeriesFeeChanges',
      open: true,
      answer: ({ query }) => {
        const series = query.text('series_ticker');
        const past = query.flag('show_historical');
        const chosen = world.feeChanges.filter((change) => {
          if (change.event !== null || (series !== undefined && change.series !== series)) return false;
          return past || change.from > exchange.now;
        });
        const rows = chosen.map((change) => feeChangeFacts(change, ids.of(`fee ${change.series} ${change.from}`)));
        return ok({ series_fee_change_arr: rows });
      },
    },
    {
      method: 'GET',
      path: '/events/fee_changes',
      name: 'GetEventFeeChanges',
      open: true,
      // No event of this world has a fee of its own.
      answer: ({ query }) => {
        query.limit(100, 1_000);
        return ok({ event_fee_changes: [], cursor: '' });
      },
    },
  ];
}

function oneEventRoutes(exchange: Exchange): Route[] {
  const { world } = exchange;
  const marketsOf = (ticker: string): MarketRecord[] => {
    const markets = listedEvents(world).get(ticker);
    if (markets === undefined) throw notFound();
    return markets;
  };
  const facts = (markets: readonly MarketRecord[]): unknown[] =>
    markets.map((record) => marketFacts(record, exchange.now));
  return [
    {
      method: 'GET',
      path: '/events',
      name: 'GetEvents',
      open: true,
      answer: ({ query }) => {
        const limit = query.limit(200, 200);
        const events = [...listedEvents(world).values()].filter(eventFilter(query));
        const { rows, cursor } = query.page(events, limit, (markets) => markets[0]!.market.event);
        const nested = query.flag('with_nested_markets');
        const answer = rows.map((markets) => ({
          ...eventFacts(markets),
          ...(nested ? { markets: facts(markets) } : {}),
        }));
        return ok({ events: answer, cursor });
      },
    },
    {
      method: 'GET',
      path: '/events/:event',
      name: 'GetEvent',
      open: true,
      answer: ({ params, query }) => {
        const markets = marketsOf(params.event!);
        if (!query.flag('with_nested_markets')) return ok({ event: eventFacts(markets), markets: facts(markets) });
        return ok({ event: { ...eventFacts(markets), markets: facts(markets) } });
      },
    },
    {
      method: 'GET',
      path: '/events/:event/metadata',
      name: 'GetEventMetadata',
      open: true,
      answer: ({ params }) => {
        const markets = marketsOf(params.event!);
        const details = markets.map(({ ticker }) => ({ market_ticker: ticker, image_url: '', color_code: '' }));
        const { settlement_sources } = eventFacts(markets);
        return ok({ image_url: '', market_details: details, settlement_sources });
      },
    },
    {
      method: 'GET',
      path: '/series/:series/events/:event/candlesticks',
      name: 'GetEventCandlesticks',
      open: true,
      answer: ({ params, query }) => {
        const markets = marketsOf(params.event!);
        if (markets[0]!.market.series !== params.series) throw notFound();
        const range = candleRange(query);
        return ok({
          market_tickers: markets.map(({ ticker }) => ticker),
          market_candlesticks: markets.map((record) => candleFacts(record, range)),
          adjusted_end_ts: range.to,
        });
      },
    },
  ];
}

function eventFilter(query: Query): (markets: readonly MarketRecord[]) => boolean {
  const status = query.word('status', ['unopened', 'open', 'closed', 'settled']);
  const [series, tickers] = [query.text('series_ticker'), query.list('tickers')];
  const [closing, updated] = [query.time('min_close_ts') ?? 0, query.time('min_updated_ts') ?? 0];
  return (markets) => {
    const { market } = markets[0]!;
    if (series !== undefined && market.series !== series) return false;
    if (tickers !== null && !tickers.includes(market.event)) return false;
    if (!markets.some((record) => record.closeTime >= closing && record.updated >= updated)) return false;
    return status === undefined || markets.some((record) => STATUS_FILTERS[status]!.includes(record.status!));
  };
}
