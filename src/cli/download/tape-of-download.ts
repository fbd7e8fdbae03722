import type { FeeChange } from '../../core/fee-schedule.ts';
import type { MarketIndex } from '../../core/market.ts';
import type { WeatherSources } from '../../forecasts/sources.ts';
import { scheduledFees } from '../../kalshi/decode-fees.ts';
import { decodeTrade } from '../../kalshi/decode-trade.ts';
import { Findings } from '../../tape/import/findings.ts';
import { detailRow, type ImportedTape } from '../imported-tape.ts';
import { restTape, TradeShelf } from '../rest-tape.ts';
import type { PageStore } from './page-store.ts';
import { eventsOf, marketsOf, objects } from './stored-history.ts';
import { weatherRows } from './weather-archives.ts';

const CLAIM = 'every public trade from open to close';

/** The tape of a whole download. Throws a Fault (`malformed-input`) for a record that cannot be used. */
export function tapeOfDownload(store: PageStore, sources: WeatherSources): ImportedTape {
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
  const weather = store.request.weather ? weatherRows(store, sources, findings) : [];
  const tape = restTape({ markets, trades, claim: CLAIM, origin, until: asOf }, findings);
  const first = tape.rows[0]?.localTime ?? asOf;
  const rows = fees.map((change) => detailRow(0 as MarketIndex, first, { type: 'fees', change }));
  // What is issued as a print happens is heard after it.
  const all = [...rows, ...tape.rows, ...weather].sort((left, right) => left.localTime - right.localTime);
  return { ...tape, synthetic, rows: all };
}

/** Fee changes past and announced. That a schedule holds where none is told, the tape does not claim. */
function feesOf(store: PageStore): FeeChange[] {
  return store.request.series.flatMap((series) =>
    objects(store.page(`fee-changes/${series}`, 0), 'series_fee_change_arr')
      .map((row) => scheduledFees(row))
      .sort((a, b) => a.from - b.from),
  );
}
