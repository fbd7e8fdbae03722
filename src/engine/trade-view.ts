import { type MarketEvent, TRADE } from '../core/market-event.ts';
import type { Trade } from './strategy.ts';

/** The print of an event as a strategy sees it: an object of its own, which stays true however long it is kept. */
export function tradeOf(event: MarketEvent): Trade {
  return {
    market: event.market,
    takerSide: event.kind === TRADE ? event.side : null,
    price: event.price,
    quantity: event.quantity,
    exchangeTime: event.exchangeTime,
    localTime: event.localTime,
    sequence: event.sequence,
  };
}
