import { formatPrice, type Price } from '../core/price.ts';
import { ASK, BID } from '../core/side.ts';
import { formatTime, type Time } from '../core/time.ts';
import type { ExchangeAccount } from './account.ts';
import type { News } from './feed.ts';
import { bookLevels } from './market-facts.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import { countText, directionFields, noText, priceFields, unixMilliseconds, unixSeconds } from './wire-format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A whole book. The key of a side that is empty is missing. */
export function snapshotMessage(record: MarketRecord, inYes: boolean): Fields {
  const { yes, no } = bookLevels(record, inYes);
  return {
    market_ticker: record.ticker,
    market_id: record.id,
    ...(yes.length === 0 ? {} : { yes_dollars_fp: yes }),
    ...(no.length === 0 ? {} : { no_dollars_fp: no }),
  };
}

/** A change of one level; whose order caused it is told to its owner only. */
export function deltaMessage(
  { market, side, price, change, time, cause }: News & { type: 'delta' },
  inYes: boolean,
  account: ExchangeAccount,
): Fields {
  const own = cause?.terms.account === account ? { client_order_id: cause.clientId, subaccount: 0 } : {};
  return {
    market_ticker: market.ticker,
    market_id: market.id,
    price_dollars: side === BID || inYes ? formatPrice(price) : noText(price),
    delta_fp: countText(change),
    side: side === BID ? 'yes' : 'no',
    ...own,
    ts: formatTime(time),
    ts_ms: unixMilliseconds(time),
  };
}

export function tickerMessage(record: MarketRecord, time: Time): Fields {
  return {
    market_id: record.id,
    market_ticker: record.ticker,
    price_dollars: formatPrice(record.lastPrice ?? (0 as Price)),
    yes_bid_dollars: formatPrice(record.bid as Price),
    yes_ask_dollars: formatPrice(record.ask as Price),
    yes_bid_size_fp: countText(record.bestSize(BID)),
    yes_ask_size_fp: countText(record.bestSize(ASK)),
    last_trade_size_fp: countText(record.trades.at(-1)?.quantity ?? 0),
    volume_fp: countText(record.volume),
    open_interest_fp: countText(record.openInterest),
    dollar_volume: Math.floor(record.turnover / 1_000_000),
    dollar_open_interest: Math.floor(record.openInterest / 100),
    ts: unixSeconds(time),
    ts_ms: unixMilliseconds(time),
    time: formatTime(time),
  };
}

export function tradeMessage({ id, market, side, price, quantity, time }: Trade): Fields {
  const { outcome_side, book_side } = directionFields(side);
  return {
    trade_id: id,
    market_ticker: market.ticker,
    ...priceFields(price),
    count_fp: countText(quantity),
    taker_side: outcome_side,
    taker_outcome_side: outcome_side,
    taker_book_side: book_side,
    is_block_trade: false,
    ts: unixSeconds(time),
    ts_ms: unixMilliseconds(time),
  };
}

export function groupMessage({ group, event, time }: News & { type: 'group' }): Fields {
  const limit = event === 'created' || event === 'limit_updated';
  return {
    event_type: event,
    order_group_id: group.id,
    ...(limit ? { contracts_limit_fp: countText(group.limit) } : {}),
    ts_ms: unixMilliseconds(time),
  };
}
