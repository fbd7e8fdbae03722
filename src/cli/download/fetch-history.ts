import { Fault } from '../../core/fault.ts';
import type { Time } from '../../core/time.ts';
import type { DecodedMarket } from '../../kalshi/decode-market.ts';
import { listOf, segment } from '../../kalshi/pages.ts';
import type { KalshiRest, Query } from '../../kalshi/rest.ts';
import { optionalText, type WireObject, wireObject, wireText } from '../../kalshi/wire.ts';
import type { PageStore } from './page-store.ts';
import { eventsOf, marketsOf } from './stored-history.ts';

/** Markets whose trades are asked for at one time: requests wait for answers, not for each other. */
const AT_ONCE = 4;

export interface FetchOptions {
  readonly rest: KalshiRest;
  readonly store: PageStore;
  readonly signal: AbortSignal;
  /** So many lists of so many are whole. */
  readonly onProgress: (done: number, total: number) => void;
}

/** Brings every page of a request to the disk that is not there yet. Throws the Faults of {@link KalshiRest.read}; what is there stays. */
export async function fetchHistory({ rest, store, signal, onProgress }: FetchOptions): Promise<void> {
  const fetcher = new Fetcher(rest, store, signal);
  const { series, asOf, candles } = store.request;
  await fetcher.one('cutoff', '/historical/cutoff', {});
  for (const ticker of series) {
    await fetcher.one(`series/${ticker}`, `/series/${segment(ticker)}`, {});
    await fetcher.one(`fee-changes/${ticker}`, '/series/fee_changes', { series_ticker: ticker, show_historical: true });
    await fetcher.list(`events/${ticker}`, '/events', 'events', { series_ticker: ticker, limit: 200 });
    await fetcher.list(`markets/${ticker}`, '/markets', 'markets', { series_ticker: ticker, limit: 1_000 });
    await fetcher.list(`historical-markets/${ticker}`, '/historical/markets', 'markets', {
      series_ticker: ticker,
      limit: 1_000,
    });
  }
  const events = eventsOf(store);
  const work = [...marketsOf(store, events).values()].flatMap((market) => listsOf(market, store, candles, asOf));
  let done = 0;
  const next = work[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let item = next.next(); item.done !== true; item = next.next()) {
      await item.value(fetcher);
      onProgress(++done, work.length);
    }
  };
  onProgress(0, work.length);
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

type Work = (fetcher: Fetcher) => Promise<void>;

/** What is to be asked about one market: its trades in the tiers that can hold them, and its candlesticks. */
function listsOf({ facts }: DecodedMarket, store: PageStore, candles: boolean, asOf: Time): Work[] {
  const { ticker, series, openTime, closeTime } = facts;
  const cutoff = Date.parse(wireText(store.page('cutoff', 0), 'trades_created_ts')) * 1_000;
  const most = Math.ceil(asOf / 1_000_000);
  const query = { ticker, limit: 1_000, max_ts: most };
  const work: Work[] = [];
  if (openTime === null || openTime < cutoff) {
    work.push((fetcher) => fetcher.list(`historical-trades/${ticker}`, '/historical/trades', 'trades', query));
  }
  if (closeTime === null || closeTime >= cutoff) {
    work.push((fetcher) => fetcher.list(`trades/${ticker}`, '/markets/trades', 'trades', query));
  }
  if (!candles || openTime === null || closeTime === null) return work;
  const span = {
    start_ts: Math.floor(openTime / 1_000_000),
    end_ts: Math.min(most, Math.ceil(closeTime / 1_000_000)),
    period_interval: 60,
  };
  const path =
    closeTime < cutoff
      ? `/historical/markets/${segment(ticker)}/candlesticks`
      : `/series/${segment(series)}/markets/${segment(ticker)}/candlesticks`;
  work.push((fetcher) => fetcher.one(`candlesticks/${ticker}`, path, span));
  return work;
}

class Fetcher {
  readonly #rest: KalshiRest;
  readonly #store: PageStore;
  readonly #signal: AbortSignal;

  constructor(rest: KalshiRest, store: PageStore, signal: AbortSignal) {
    this.#rest = rest;
    this.#store = store;
    this.#signal = signal;
  }

  /** An answer that has no pages. */
  async one(list: string, path: string, query: Query): Promise<void> {
    if (this.#store.count(list) > 0) return;
    this.#store.keep(list, wireObject(await this.#rest.read(path, query, this.#signal), path));
  }

  /** All pages of a listing, from where the disk ends. A cursor that the exchange has forgotten is answered with page one: then all is asked anew. */
  async list(list: string, path: string, rows: string, query: Query): Promise<void> {
    for (let anew = 0; ; anew++) {
      if (await this.#goOn(list, path, rows, query)) return;
      if (anew === 2) {
        throw new Fault('wire-drift', `${path}: the pages of ${list} lead back to the first`, {
          next: 'Try again later.',
        });
      }
      this.#store.forget(list);
    }
  }

  /** False where the pages lead back to one that is there. */
  async #goOn(list: string, path: string, rows: string, query: Query): Promise<boolean> {
    const seen = new Set<string>();
    let cursor: string | null = '';
    for (const page of this.#store.pages(list)) {
      for (const key of keysOf(page, rows, path)) seen.add(key);
      cursor = optionalText(page, 'cursor');
    }
    while (cursor !== null) {
      const page = wireObject(
        await this.#rest.read(path, cursor === '' ? query : { ...query, cursor }, this.#signal),
        path,
      );
      const keys = keysOf(page, rows, path);
      if (cursor !== '' && keys.length > 0 && keys.every((key) => seen.has(key))) return false;
      for (const key of keys) seen.add(key);
      this.#store.keep(list, page);
      cursor = optionalText(page, 'cursor');
    }
    return true;
  }
}

/** What names each row of a page. */
function keysOf(page: WireObject, rows: string, path: string): string[] {
  return listOf(page, rows, path).map((row) => {
    const from = wireObject(row, rows);
    return wireText(from, rows === 'trades' ? 'trade_id' : rows === 'events' ? 'event_ticker' : 'ticker');
  });
}
