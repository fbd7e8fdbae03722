import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: `null` is answered, a status is answered instead, `cut` breaks the connection. */
export type Mishap = number | 'cut' | null;

interface Row {
  readonly [name: string]: unknown;
}

const DAY = 86_400_000;
const FIRST = Date.parse('2026-07-01T00:00:00Z');
/** Trades before it are in the historical tier only: in the middle of the life of the third day's markets. */
export const CUTOFF = FIRST + 2 * DAY + DAY / 2;
const time = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

/**
 * A venue with a public history in two tiers, as Kalshi's REST speaks: six days of two markets, each with so many trades, a few of them in both
 * tiers. It forgets a cursor by answering page one, as the venue does.
 */
export class HistoryServer {
  url = '';
  requests = 0;
  /** Asked before each request. */
  mishap: (path: string, count: number) => Mishap = () => null;
  /** Answers page one, whatever the cursor. */
  forgetful = false;
  readonly events: Row[] = [];
  readonly markets: Row[] = [];
  readonly trades: Row[] = [];
  readonly #server: Server;

  constructor(tradesOfMarket = 25) {
    for (let day = 0; day < 6; day++) this.#addDay(FIRST + day * DAY, tradesOfMarket);
    this.#server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://localhost');
      const path = url.pathname.replace('/trade-api/v2', '');
      const mishap = this.mishap(path, ++this.requests);
      if (mishap === 'cut') {
        request.socket.destroy();
        return;
      }
      const status = mishap ?? 200;
      const body = mishap === null ? this.#answer(path, url.searchParams) : { error: 'too many requests' };
      response.writeHead(body === undefined ? 404 : status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { error: { code: 'not_found', message: 'not found' } }));
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #addDay(start: number, trades: number): void {
    const day = new Date(start);
    const month = day.toLocaleString('en', { month: 'short', timeZone: 'UTC' }).toUpperCase();
    const event = `KXHIGHCHI-26${month}${String(day.getUTCDate()).padStart(2, '0')}`;
    this.events.push({
      event_ticker: event,
      series_ticker: 'KXHIGHCHI',
      title: 'High',
      sub_title: '',
      mutually_exclusive: true,
    });
    for (const strike of [80, 82]) {
      const ticker = `${event}-B${strike}.5`;
      const close = start + DAY;
      this.markets.push({
        ...{
          ticker,
          event_ticker: event,
          title: ticker,
          strike_type: 'between',
          floor_strike: strike,
          cap_strike: strike + 1,
        },
        ...{
          open_time: time(start),
          close_time: time(close),
          status: 'finalized',
          result: strike === 80 ? 'yes' : 'no',
        },
        ...{
          settlement_ts: time(close + 6 * 3_600_000),
          price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
        },
      });
      for (let at = 0; at < trades; at++) {
        const yes = 20 + (at % 60);
        this.trades.push({
          ...{ trade_id: `${ticker} ${at}`, ticker, count_fp: `${1 + (at % 7)}.00`, is_block_trade: false },
          ...{
            yes_price_dollars: `0.${yes}00`,
            no_price_dollars: `0.${100 - yes}00`,
            created_time: time(start + (at + 1) * 60_000 * 50),
          },
          ...{ taker_outcome_side: at % 2 === 0 ? 'yes' : 'no', taker_book_side: at % 2 === 0 ? 'bid' : 'ask' },
        });
      }
    }
  }

  #answer(path: string, query: URLSearchParams): unknown {
    if (path === '/historical/cutoff') {
      const cutoff = time(CUTOFF);
      return { market_settled_ts: cutoff, trades_created_ts: cutoff, orders_updated_ts: cutoff };
    }
    if (path === '/exchange/user_data_timestamp') return { as_of_time: time(FIRST + 10 * DAY) };
    if (path === '/series/KXHIGHCHI')
      return { series: { ticker: 'KXHIGHCHI', fee_type: 'quadratic', fee_multiplier: 1 } };
    if (path === '/series/fee_changes') return { series_fee_change_arr: [] };
    const mine = (row: Row): boolean =>
      query.get('series_ticker') === 'KXHIGHCHI' || row.ticker === query.get('ticker');
    const old = (row: Row, name: string): boolean => Date.parse(String(row[name])) < CUTOFF;
    if (path === '/events') return this.#page(this.events.filter(mine), 'events', query);
    if (path === '/markets')
      return this.#page(
        this.markets.filter((row) => mine(row) && !old(row, 'settlement_ts')),
        'markets',
        query,
      );
    if (path === '/historical/markets')
      return this.#page(
        this.markets.filter((row) => mine(row) && old(row, 'settlement_ts')),
        'markets',
        query,
      );
    const trades = this.trades.filter(mine).toReversed();
    // The tiers overlap by an hour: what is near the cutoff is in both.
    const near = (row: Row): boolean => Math.abs(Date.parse(String(row.created_time)) - CUTOFF) < 3_600_000;
    if (path === '/markets/trades')
      return this.#page(
        trades.filter((row) => !old(row, 'created_time') || near(row)),
        'trades',
        query,
      );
    if (path === '/historical/trades')
      return this.#page(
        trades.filter((row) => old(row, 'created_time') || near(row)),
        'trades',
        query,
      );
    return undefined;
  }

  /** Pages of at most ten. */
  #page(rows: readonly Row[], list: string, query: URLSearchParams): unknown {
    const from = this.forgetful ? 0 : Number(query.get('cursor') ?? 0);
    const next = from + 10;
    return { [list]: rows.slice(from, next), cursor: next < rows.length ? String(next) : '' };
  }
}
