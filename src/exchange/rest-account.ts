import { formatTime, parseTime } from '../core/time.ts';
import { bucketsOf, type Tier } from './buckets.ts';
import type { Exchange } from './exchange.ts';
import { balanceFacts } from './portfolio-facts.ts';
import { notFound } from './refusal.ts';
import { type Answer, type Call, ok, type Route } from './route.ts';
import type { ApiKey } from './signature-check.ts';

/** Before any world of this exchange: nothing has left the live endpoints. */
const CUTOFF = formatTime(parseTime('2000-01-01T00:00:00Z'));

/** Limits and keys of an account. */
export function accountRoutes(exchange: Exchange, tier: Tier, keys: () => Iterable<ApiKey>): Route[] {
  const { read, write } = bucketsOf(tier);
  return [
    {
      method: 'GET',
      path: '/account/limits',
      name: 'GetAccountApiLimits',
      answer: () =>
        ok({
          usage_tier: tier,
          read: { refill_rate: read.refill, bucket_capacity: read.capacity },
          write: { refill_rate: write.refill, bucket_capacity: write.capacity },
          grants: [],
        }),
    },
    {
      method: 'GET',
      path: '/api_keys',
      name: 'GetApiKeys',
      answer: ({ account }) => {
        const own = [...keys()].filter((key) => key.account === account);
        return ok({ api_keys: own.map(({ id, name }) => ({ api_key_id: id, name, scopes: ['read', 'write'] })) });
      },
    },
    {
      method: 'GET',
      path: '/portfolio/subaccounts/balances',
      name: 'GetSubaccountBalances',
      answer: ({ account }) => {
        const { balance_dollars: balance, updated_ts } = balanceFacts(account, exchange.now);
        return ok({ subaccount_balances: [{ subaccount_number: 0, exchange_index: 0, balance, updated_ts }] });
      },
    },
  ];
}

/** The archive, which is empty: whatever this exchange has seen is live. */
export function historicalRoutes(): Route[] {
  const missing = (): Answer => {
    throw notFound();
  };
  const empty = (path: string, name: string, keys: readonly string[], open?: true): Route => ({
    method: 'GET',
    path: `/historical/${path}`,
    name,
    ...(open === undefined ? {} : { open }),
    answer: ({ query }: Call) => {
      query.limit(100, 1_000);
      return ok({ ...Object.fromEntries(keys.map((key) => [key, []])), cursor: '' });
    },
  });
  return [
    {
      method: 'GET',
      path: '/historical/cutoff',
      name: 'GetHistoricalCutoff',
      open: true,
      answer: () =>
        ok({
          market_settled_ts: CUTOFF,
          trades_created_ts: CUTOFF,
          orders_updated_ts: CUTOFF,
          market_positions_last_updated_ts: CUTOFF,
        }),
    },
    empty('markets', 'GetHistoricalMarkets', ['markets'], true),
    { method: 'GET', path: '/historical/markets/:ticker', name: 'GetHistoricalMarket', open: true, answer: missing },
    {
      method: 'GET',
      path: '/historical/markets/:ticker/candlesticks',
      name: 'GetHistoricalMarketCandlesticks',
      open: true,
      answer: missing,
    },
    empty('trades', 'GetHistoricalTrades', ['trades'], true),
    empty('fills', 'GetHistoricalFills', ['fills']),
    empty('orders', 'GetHistoricalOrders', ['orders']),
    empty('positions', 'GetHistoricalPositions', ['market_positions', 'event_positions']),
  ];
}
