import type { ExchangeAccount } from './account.ts';
import type { News } from './feed.ts';
import { fillMessage, userOrderMessage } from './order-record.ts';
import { positionMessage } from './portfolio-facts.ts';
import { deltaMessage, groupMessage, tickerMessage, tradeMessage } from './socket-messages.ts';
import type { Subscription } from './subscription.ts';

/** A message of a channel: its type and content. */
export interface Message {
  readonly type: string;
  readonly msg: Readonly<Record<string, unknown>>;
}

/** A channel: whether its messages are numbered, what a list of markets does to it, and what it makes of news. */
export interface Channel {
  readonly numbered: boolean;
  readonly filter: 'required' | 'optional' | 'none';
  message(news: News, subscription: Subscription, account: ExchangeAccount): Message | null;
}

const SILENT = { numbered: true, filter: 'none', message: () => null } as const;

/** The channels of this exchange. Those that a world of weather has nothing for are silent. */
export const CHANNELS: Readonly<Record<string, Channel>> = {
  orderbook_delta: {
    numbered: true,
    filter: 'required',
    message: (news, subscription, account) => {
      if (news.type !== 'delta' || !subscription.wants(news.market.ticker)) return null;
      return { type: 'orderbook_delta', msg: deltaMessage(news, subscription.inYes, account) };
    },
  },
  ticker: {
    numbered: false,
    filter: 'optional',
    message: (news, subscription) => {
      if (news.type !== 'ticker' || !subscription.wants(news.market.ticker)) return null;
      return { type: 'ticker', msg: tickerMessage(news.market, news.time) };
    },
  },
  trade: {
    numbered: true,
    filter: 'optional',
    message: (news, subscription) => {
      if (news.type !== 'trade' || !subscription.wants(news.trade.market.ticker)) return null;
      return { type: 'trade', msg: tradeMessage(news.trade) };
    },
  },
  fill: {
    numbered: false,
    filter: 'optional',
    message: (news, subscription, account) => {
      if (news.type !== 'fill' || news.fill.order.terms.account !== account) return null;
      return subscription.wants(news.fill.trade.market.ticker) ? { type: 'fill', msg: fillMessage(news.fill) } : null;
    },
  },
  user_orders: {
    numbered: false,
    filter: 'optional',
    message: (news, subscription, account) => {
      if (news.type !== 'order' || news.order.terms.account !== account) return null;
      if (!subscription.wants(news.order.terms.market.ticker)) return null;
      return { type: 'user_order', msg: userOrderMessage(news.order) };
    },
  },
  market_positions: {
    numbered: false,
    filter: 'optional',
    message: (news, subscription, account) => {
      if (news.type !== 'position' || news.account !== account || !subscription.wants(news.market.ticker)) return null;
      const holding = account.holdings.get(news.market.market.index)!;
      return { type: 'market_position', msg: positionMessage(account, holding) };
    },
  },
  market_lifecycle_v2: {
    numbered: true,
    filter: 'none',
    message: (news) => (news.type === 'lifecycle' ? { type: news.kind, msg: news.message } : null),
  },
  order_group_updates: {
    numbered: true,
    filter: 'none',
    message: (news, _subscription, account) => {
      if (news.type !== 'group' || news.group.account !== account) return null;
      return { type: 'order_group_updates', msg: groupMessage(news) };
    },
  },
  multivariate_market_lifecycle: SILENT,
  communications: SILENT,
};
