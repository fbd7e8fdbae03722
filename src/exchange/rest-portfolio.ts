import type { ExchangeAccount, Holding } from './account.ts';
import type { Exchange } from './exchange.ts';
import type { LateReads } from './late-reads.ts';
import { fillFacts, type OrderRecord } from './order-record.ts';
import { balanceFacts, eventPositionFacts, positionFacts, settlementFacts } from './portfolio-facts.ts';
import type { Query } from './query.ts';
import { badQuery, notFound } from './refusal.ts';
import { type Call, ok, type Route } from './route.ts';
import { cashText, countText, wholeCents } from './wire-format.ts';

/** What an account reads of itself. */
export function portfolioRoutes(exchange: Exchange, late: LateReads): Route[] {
  return [
    {
      method: 'GET',
      path: '/portfolio/balance',
      name: 'GetBalance',
      answer: ({ account }) => ok(balanceFacts(account, exchange.now)),
    },
    { method: 'GET', path: '/portfolio/positions', name: 'GetPositions', answer: positions },
    { method: 'GET', path: '/portfolio/fills', name: 'GetFills', answer: (call) => fills(call, late) },
    { method: 'GET', path: '/portfolio/settlements', name: 'GetSettlements', answer: settlements },
    { method: 'GET', path: '/portfolio/orders', name: 'GetOrders', answer: (call) => orders(call, late) },
    {
      method: 'GET',
      path: '/portfolio/orders/queue_positions',
      name: 'GetOrderQueuePositions',
      answer: queuePositions,
    },
    {
      method: 'GET',
      path: '/portfolio/orders/:order',
      name: 'GetOrder',
      cost: 2,
      answer: ({ account, params }) => {
        const order = late.facts(orderOf(account, params.order!));
        if (order === null) throw notFound();
        return ok({ order });
      },
    },
    {
      method: 'GET',
      path: '/portfolio/orders/:order/queue_position',
      name: 'GetOrderQueuePosition',
      answer: ({ account, params }) => {
        const order = orderOf(account, params.order!);
        if (order.resting === null) throw notFound();
        return ok({ queue_position_fp: ahead(order) });
      },
    },
    {
      method: 'GET',
      path: '/portfolio/summary/total_resting_order_value',
      name: 'GetPortfolioRestingOrderTotalValue',
      answer: ({ account }) => {
        const { reserved } = account.ledger;
        const breakdown = [{ exchange_index: 0, balance: cashText(reserved) }];
        return ok({ total_resting_order_value: wholeCents(reserved), resting_order_value_breakdown: breakdown });
      },
    },
    emptyList('/portfolio/deposits', 'GetDeposits', 'deposits'),
    emptyList('/portfolio/withdrawals', 'GetWithdrawals', 'withdrawals'),
  ];
}

function emptyList(path: string, name: string, key: string): Route {
  return {
    method: 'GET',
    path,
    name,
    answer: ({ query }) => {
      query.limit(100, 500);
      return ok({ [key]: [], cursor: '' });
    },
  };
}

function orderOf(account: ExchangeAccount, id: string): OrderRecord {
  const order = account.byId.get(id);
  if (order === undefined) throw notFound();
  return order;
}

/** Contracts ahead of a resting order. */
function ahead({ resting }: OrderRecord): string {
  return countText(resting!.book.queueAhead(resting!));
}

function positions({ account, query }: Call) {
  const limit = query.limit(100, 1_000);
  const [ticker, event] = [query.text('ticker'), query.text('event_ticker')];
  const settled = query.word('settlement_status', ['unsettled', 'settled', 'all']) ?? 'unsettled';
  const filters = query.list('count_filter') ?? [];
  if (filters.some((word) => word !== 'position' && word !== 'total_traded')) {
    throw badQuery('GetPositions', 'CountFilter', 'oneof');
  }
  const fits = (holding: Holding): boolean => {
    const { market, status } = holding.market;
    if (settled !== 'all' && (settled === 'settled') !== (status === 'finalized')) return false;
    if (ticker !== undefined && market.ticker !== ticker) return false;
    if (filters.includes('position') && account.position(holding.market) === 0) return false;
    return event === undefined || market.event === event;
  };
  const held = query.elsewhere ? [] : [...account.holdings.values()].filter(fits);
  const { rows, cursor } = query.page(held, limit, ({ market }) => market.ticker);
  return ok({
    market_positions: rows.map((holding) => positionFacts(account, holding)),
    event_positions: eventPositionFacts(account, rows),
    cursor,
  });
}

function fills({ account, query }: Call, late: LateReads) {
  const limit = query.limit(100, 1_000);
  const [tickers, order] = [query.list('ticker'), query.text('order_id')];
  const within = between(query);
  const chosen = account.fills.toReversed().filter((fill) => {
    if (tickers !== null && !tickers.includes(fill.trade.market.ticker)) return false;
    if (!late.shows(fill)) return false;
    return (order === undefined || fill.order.id === order) && within(fill.trade.time);
  });
  // Both sides of a print may be ours: its id alone does not name a fill.
  const page = query.page(query.elsewhere ? [] : chosen, limit, (fill) => `${fill.trade.id} ${fill.order.id}`);
  return ok({ fills: page.rows.map(fillFacts), cursor: page.cursor });
}

function settlements({ account, query }: Call) {
  const limit = query.limit(100, 1_000);
  const [ticker, event] = [query.text('ticker'), query.text('event_ticker')];
  const within = between(query);
  const chosen = account.settlements.toReversed().filter(({ market: { market }, time }) => {
    if (ticker !== undefined && market.ticker !== ticker) return false;
    return (event === undefined || market.event === event) && within(time);
  });
  const page = query.page(query.elsewhere ? [] : chosen, limit, ({ market }) => market.ticker);
  return ok({ settlements: page.rows.map(settlementFacts), cursor: page.cursor });
}

function orders({ account, query }: Call, late: LateReads) {
  const limit = query.limit(100, 1_000);
  const [ticker, events] = [query.text('ticker'), query.list('event_ticker')];
  const status = query.word('status', ['resting', 'canceled', 'executed']);
  const within = between(query);
  const chosen = account.orders.toReversed().filter((order) => {
    const { market } = order.terms.market;
    const facts = late.facts(order);
    if (facts === null || (status !== undefined && facts.status !== status)) return false;
    if (ticker !== undefined && market.ticker !== ticker) return false;
    return (events === null || events.includes(market.event)) && within(order.created);
  });
  const page = query.page(query.elsewhere ? [] : chosen, limit, ({ id }) => id);
  return ok({ orders: page.rows.map((order) => late.facts(order)!), cursor: page.cursor });
}

function queuePositions({ account, query }: Call) {
  const [tickers, event] = [query.list('market_tickers'), query.text('event_ticker')];
  const resting = account.orders.filter((order) => {
    const { market } = order.terms.market;
    if (order.resting === null || (tickers !== null && !tickers.includes(market.ticker))) return false;
    return event === undefined || market.event === event;
  });
  const rows = resting.map((order) => ({
    order_id: order.id,
    market_ticker: order.terms.market.ticker,
    queue_position_fp: ahead(order),
  }));
  return ok({ queue_positions: rows });
}

function between(query: Query): (time: number) => boolean {
  const [least, most] = [query.time('min_ts'), query.time('max_ts')];
  return (time) => time >= (least ?? time) && time <= (most ?? time);
}
