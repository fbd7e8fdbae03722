import type { FeeChange } from '../../core/fee-schedule.ts';
import type { MarketIndex } from '../../core/market.ts';
import { scheduledFees } from '../../kalshi/decode-fees.ts';
import { type DecodedMarket, decodeMarket } from '../../kalshi/decode-market.ts';
import { decodeTrade } from '../../kalshi/decode-trade.ts';
import { type WireObject, wireList, wireObject, wireText } from '../../kalshi/wire.ts';
import { Findings } from '../../tape/import/findings.ts';
import { detailRow, type ImportedTape } from '../imported-tape.ts';
import { restTape, TradeShelf } from '../rest-tape.ts';
import type { PageStore } from './page-store.ts';

const CLAIM = 'every public trade from open to close';

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

/** The tape of a whole download. Throws a Fault (`malformed-input`) for a record that cannot be used. */
export function tapeOfDownload(store: PageStore): ImportedTape {
  const { asOf, environment } = store.request;
  const findings = new Findings();
  findings.add(`coverage claimed, not proven: ${CLAIM}`, 1, 'as the trades endpoint gives it');
  const markets = marketsOf(store, eventsOf(store));
  const trades = new TradeShelf(markets);
  for (const ticker of markets.keys()) {
    for (const list of [`historical-trades/${ticker}`, `trades/${ticker}`]) {
      for (const page of store.pages(list)) {
        // The venue lists the newest first.
        trades.addAll(objects(page, 'trades').map(decodeTrade).reverse());
      }
    }
  }
  const open = [...markets.values()].filter(({ facts }) => facts.closeTime === null || facts.closeTime > asOf);
  findings.add(
    'markets that were open when it was asked for',
    open.length,
    'their trades and their coverage end there',
  );
  const fees = feesOf(store);
  findings.add('changes of fees that the venue tells of', fees.length, 'on the tape from their time on');
  const synthetic = environment === 'local';
  const origin = `Kalshi REST (${synthetic ? 'a local exchange, SYNTHETIC' : environment}): series ${store.request.series.join(', ')}, public history`;
  const tape = restTape({ markets, trades, claim: CLAIM, origin, until: asOf }, findings);
  const first = tape.rows[0]?.localTime ?? asOf;
  const rows = fees.map((change) => detailRow(0 as MarketIndex, first, { type: 'fees', change }));
  return { ...tape, synthetic, rows: [...rows, ...tape.rows] };
}

/** Fee changes past and announced. That a schedule holds where none is told, the tape does not claim. */
function feesOf(store: PageStore): FeeChange[] {
  return store.request.series.flatMap((series) =>
    objects(store.page(`fee-changes/${series}`, 0), 'series_fee_change_arr')
      .map((row) => scheduledFees(row))
      .sort((a, b) => a.from - b.from),
  );
}

function objects(page: WireObject, list: string): WireObject[] {
  return wireList(page[list], list).map((row) => wireObject(row, list));
}
