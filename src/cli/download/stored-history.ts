import { type DecodedMarket, decodeMarket } from '../../kalshi/decode-market.ts';
import { type WireObject, wireList, wireObject, wireText } from '../../kalshi/wire.ts';
import type { PageStore } from './page-store.ts';

/** The event records of a download, by ticker. */
export function eventsOf(store: PageStore): Map<string, WireObject> {
  const events = new Map<string, WireObject>();
  for (const series of store.request.series) {
    for (const page of store.pages(`events/${series}`)) {
      for (const event of objects(page, 'events')) events.set(wireText(event, 'event_ticker'), event);
    }
  }
  return events;
}

/** The markets of the days that were asked for and that had been listed, by ticker; of one in both tiers the record of the live one. */
export function marketsOf(store: PageStore, events: ReadonlyMap<string, WireObject>): Map<string, DecodedMarket> {
  const { series, from, to, asOf } = store.request;
  const markets = new Map<string, DecodedMarket>();
  for (const ticker of series) {
    for (const list of [`historical-markets/${ticker}`, `markets/${ticker}`]) {
      for (const page of store.pages(list)) {
        for (const record of objects(page, 'markets')) {
          const market = decodeMarket(record, events.get(wireText(record, 'event_ticker')) ?? null);
          const { day, openTime } = market.facts;
          if ((from !== null && day < from) || (to !== null && day > to)) continue;
          if (openTime === null || openTime < asOf) markets.set(market.facts.ticker, market);
        }
      }
    }
  }
  return markets;
}

/** The objects of a page's list. */
export function objects(page: WireObject, list: string): WireObject[] {
  return wireList(page[list], list).map((row) => wireObject(row, list));
}
