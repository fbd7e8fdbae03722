import {
  AccountApi,
  ApiKeysApi,
  Configuration,
  EventsApi,
  ExchangeApi,
  HistoricalApi,
  MarketApi,
  OrderGroupsApi,
  OrdersApi,
  PortfolioApi,
} from 'kalshi-typescript';
import { describe, expect, it } from 'vitest';
import { formatPrice, type Price } from '../../src/core/price.ts';
import { parseTime } from '../../src/core/time.ts';
import { KalshiDescription } from './kalshi-description.ts';
import { Scene } from './scene.ts';

const scene = await Scene.open({ systemTime: true, cash: 100_000 });
const { ticker } = scene.market;
const { event, series } = scene.market.market;
const configuration = new Configuration({
  apiKey: 'key-1',
  privateKeyPem: scene.pem,
  basePath: scene.server.restUrl,
});
const orders = new OrdersApi(configuration);
const markets = new MarketApi(configuration);
const portfolio = new PortfolioApi(configuration);
const groups = new OrderGroupsApi(configuration);
const events = new EventsApi(configuration);
const exchange = new ExchangeApi(configuration);
const historical = new HistoricalApi(configuration);
const account = new AccountApi(configuration);

interface Response {
  readonly status: number;
  readonly data: unknown;
  readonly config: { readonly method?: string; readonly url?: string };
}

const seen: { method: string; path: string; status: number; body: unknown }[] = [];

/** Keeps what was answered, to be held against the description below. */
async function kept<T extends Response>(answer: Promise<T>): Promise<T['data']> {
  const { status, data, config } = await answer;
  const path = new URL(config.url!).pathname.slice('/trade-api/v2'.length);
  const body = data === '' ? undefined : path.endsWith('/amend') ? withoutNulls(data as object) : data;
  seen.push({ method: config.method!.toUpperCase(), path, status, body });
  return data;
}

/** An amend says null of what did not change; the description has no null there. */
function withoutNulls(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

async function refused(answer: Promise<Response>): Promise<[number, unknown]> {
  try {
    await answer;
  } catch (error) {
    const { status, data } = (error as { response: Response }).response;
    return [status, data];
  }
  throw new Error('it was taken');
}

const order = (terms: Record<string, unknown> = {}) => ({
  ticker,
  side: 'bid' as const,
  count: '1.00',
  price: '0.0100',
  time_in_force: 'good_till_canceled' as const,
  self_trade_prevention_type: 'maker' as const,
  ...terms,
});

describe("the venue's own client", () => {
  it('reads the exchange', async () => {
    await kept(exchange.getExchangeStatus());
    await kept(exchange.getExchangeSchedule());
    await kept(exchange.getUserDataTimestamp());
    const { series_fee_change_arr } = (await kept(exchange.getSeriesFeeChanges(series, true))) as never;
    expect(series_fee_change_arr).toMatchObject([{ series_ticker: series, fee_type: 'quadratic', fee_multiplier: 1 }]);
    await kept(account.getAccountApiLimits());
    await kept(account.getAccountEndpointCosts());
    await kept(new ApiKeysApi(configuration).getApiKeys());
  });

  it('reads series, events, markets, books, prints and candles', async () => {
    await kept(markets.getSeriesList(undefined, undefined, undefined, true));
    await kept(markets.getSeries(series));
    await kept(events.getEvents(undefined, undefined, true));
    await kept(events.getEvent(event));
    await kept(events.getEventMetadata(event));
    await kept(events.getEventFeeChanges());
    await kept(markets.getMarkets(3));
    await kept(markets.getMarket(ticker));
    await kept(markets.getMarketOrderbook(ticker, 3));
    const books = await kept(markets.getMarketOrderbooks(scene.exchange.world.markets.map((market) => market.ticker)));
    expect((books as { orderbooks: unknown[] }).orderbooks).toHaveLength(6);
    const { trades } = (await kept(markets.getTrades(5, undefined, ticker))) as { trades: unknown[] };
    expect(trades).toHaveLength(5);
    const [from, to] = ['2030-01-04T14:30:00Z', '2030-01-04T18:00:00Z'].map((time) => parseTime(time) / 1e6);
    const candles = await kept(markets.getMarketCandlesticks(series, ticker, from!, to!, 60, true));
    expect((candles as { candlesticks: unknown[] }).candlesticks.length).toBeGreaterThan(2);
    await kept(markets.batchGetMarketCandlesticks(ticker, from!, to!, 1));
    await kept(events.getMarketCandlesticksByEvent(event, series, from!, to!, 1440));
  });

  it('trades and reads what came of it', async () => {
    const { ask, bid } = scene.market;
    const rests = (await kept(orders.createOrderV2(order({ client_order_id: 'sdk' })))) as { order_id: string };
    const takes = order({ price: formatPrice(ask as Price), time_in_force: 'immediate_or_cancel' });
    await kept(orders.createOrderV2(takes));
    const batch = [order(), order({ side: 'ask', price: '0.9900' }), order({ price: '0.0001' })];
    const made = (await kept(orders.batchCreateOrdersV2({ orders: batch }))) as { orders: { order_id: string }[] };
    await kept(orders.getOrder(rests.order_id));
    await kept(orders.getOrderQueuePosition(rests.order_id));
    await kept(orders.getOrderQueuePositions(ticker));
    await kept(orders.amendOrderV2(rests.order_id, { ticker, side: 'bid', price: '0.0200', count: '3.00' }));
    const dearer = { ticker, side: 'bid' as const, price: formatPrice(bid as Price), count: '3.00' };
    await kept(orders.amendOrderV2(rests.order_id, dearer));
    await kept(orders.decreaseOrderV2(rests.order_id, { reduce_by: '1.00' }));
    await kept(orders.cancelOrderV2(rests.order_id));
    const cancels = [{ order_id: made.orders[0]!.order_id }, { order_id: rests.order_id }];
    const cancelled = await kept(orders.batchCancelOrdersV2({ orders: cancels }));
    expect(cancelled).toMatchObject({ orders: [{ reduced_by: '1.00' }, { error: { code: 'not_found' } }] });
    await kept(orders.getOrders());
    await kept(orders.cancelAllOrders());
    await kept(portfolio.getBalance());
    await kept(portfolio.getPositions());
    await kept(portfolio.getFills());
    await kept(portfolio.getPortfolioRestingOrderTotalValue());
    await kept(portfolio.getDeposits());
    await kept(portfolio.getWithdrawals());
    await kept(portfolio.getSubaccountBalances());
  });

  it('uses order groups', async () => {
    const { order_group_id: id } = (await kept(groups.createOrderGroup({ contracts_limit: 5 }))) as never;
    await kept(orders.createOrderV2(order({ order_group_id: id })));
    await kept(groups.getOrderGroups());
    await kept(groups.getOrderGroup(id));
    await kept(groups.updateOrderGroupLimit(id, { contracts_limit: 6 }));
    await kept(groups.triggerOrderGroup(id, undefined, undefined, {}));
    await kept(groups.resetOrderGroup(id, undefined, undefined, {}));
    await kept(groups.deleteOrderGroup(id));
  });

  it('finds the archive empty', async () => {
    await kept(historical.getHistoricalCutoff());
    await kept(historical.getHistoricalMarkets());
    await kept(historical.getTradesHistorical());
    await kept(historical.getFillsHistorical());
    await kept(historical.getHistoricalOrders());
    await kept(historical.getHistoricalPositions());
  });

  it('is refused as by the venue', async () => {
    expect(await refused(orders.cancelOrderV2('unknown'))).toEqual([
      404,
      { error: { code: 'not_found', message: 'not found' } },
    ]);
    expect((await refused(orders.createOrderV2(order({ client_order_id: 'sdk' }))))[0]).toBe(409);
    expect((await refused(markets.getMarkets(2_000)))[0]).toBe(400);
  });

  it('reads settlements once a market has paid', async () => {
    scene.pass(60 * 3_600);
    const { settlements } = (await kept(portfolio.getSettlements())) as { settlements: unknown[] };
    expect(settlements.length).toBeGreaterThan(0);
    await kept(markets.getMarkets(10, undefined, event));
    await kept(portfolio.getPositions());
  });
});

/** What `src/kalshi` asks for, by the description's names. */
const USED = [
  ...[
    'GetExchangeStatus',
    'GetExchangeSchedule',
    'GetUserDataTimestamp',
    'GetSeries',
    'GetSeriesList',
    'GetSeriesFeeChanges',
  ],
  ...[
    'GetEvents',
    'GetEvent',
    'GetEventFeeChanges',
    'GetMarkets',
    'GetMarket',
    'GetMarketOrderbook',
    'GetMarketOrderbooks',
  ],
  ...[
    'GetTrades',
    'GetMarketCandlesticks',
    'BatchGetMarketCandlesticks',
    'GetHistoricalCutoff',
    'GetHistoricalMarkets',
  ],
  ...['GetTradesHistorical', 'GetFillsHistorical', 'GetHistoricalOrders', 'GetHistoricalPositions'],
  ...['GetBalance', 'GetPositions', 'GetOrders', 'GetOrder', 'GetFills', 'GetSettlements', 'GetOrderQueuePositions'],
  ...[
    'CreateOrderV2',
    'BatchCreateOrdersV2',
    'AmendOrderV2',
    'DecreaseOrderV2',
    'CancelOrderV2',
    'BatchCancelOrdersV2',
  ],
  ...[
    'CancelAllOrders',
    'CreateOrderGroup',
    'GetOrderGroups',
    'GetOrderGroup',
    'UpdateOrderGroupLimit',
    'TriggerOrderGroup',
  ],
  ...['ResetOrderGroup', 'DeleteOrderGroup', 'GetAccountApiLimits', 'GetAccountEndpointCosts'],
];

/** Fields of an answer, at any depth; of a list its first item. */
function fieldsOf(body: unknown): number {
  if (Array.isArray(body)) return body.length === 0 ? 0 : fieldsOf(body[0]);
  if (typeof body !== 'object' || body === null) return 0;
  return Object.values(body).reduce((sum: number, value) => sum + 1 + fieldsOf(value), 0);
}

const described = KalshiDescription.atHand ? describe : describe.skip;
const name = KalshiDescription.atHand ? '' : ' [skipped: the description of the API is not at hand]';

described(`what the client was answered${name}`, () => {
  it("is what the venue's description says, every field of it", () => {
    const description = new KalshiDescription();
    expect(seen.length).toBeGreaterThan(50);
    const complaints = seen.flatMap(({ method, path, status, body }) =>
      description.complaints(method, path, status, body),
    );
    expect([...new Set(complaints)]).toEqual([]);
  });

  it('covers every operation that the adapter uses', () => {
    const description = new KalshiDescription();
    const rows = new Map<string, { statuses: Set<number>; answers: number; fields: number }>();
    for (const { method, path, status, body } of seen) {
      const { name: operation, path: template } = description.named(method, path)!;
      const key = `${operation} | ${method} ${template}`;
      const row = rows.get(key) ?? { statuses: new Set(), answers: 0, fields: 0 };
      row.statuses.add(status);
      row.answers++;
      row.fields = Math.max(row.fields, fieldsOf(body));
      rows.set(key, row);
    }
    const table = [...rows]
      .sort()
      .map(
        ([key, { statuses, answers, fields }]) => `| ${key} | ${[...statuses].join(', ')} | ${answers} | ${fields} |`,
      );
    // "npm run sdk" shows it.
    if (process.env.TAPEDECK_TABLE === '1') {
      process.stdout.write(
        ['', '| operation | request | status | answers | fields |', '|---|---|---|---:|---:|', ...table, ''].join('\n'),
      );
    }
    const driven = [...rows.keys()].map((key) => key.split(' | ')[0]);
    expect(USED.filter((operation) => !driven.includes(operation[0]!.toLowerCase() + operation.slice(1)))).toEqual([]);
  });

  it('would not pass with a field missing, or of another kind', () => {
    const description = new KalshiDescription();
    const balance = seen.find(({ path }) => path === '/portfolio/balance')!.body as Record<string, unknown>;
    const { balance_dollars, ...rest } = balance;
    expect(description.complaints('GET', '/portfolio/balance', 200, rest)).toHaveLength(1);
    expect(
      description.complaints('GET', '/portfolio/balance', 200, { ...rest, balance_dollars: Number(balance_dollars) }),
    ).toHaveLength(1);
    expect(description.complaints('GET', '/portfolio/balance', 204, rest)).toHaveLength(1);
  });
});
