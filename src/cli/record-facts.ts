import { segment } from '../kalshi/pages.ts';
import type { KalshiRest } from '../kalshi/rest.ts';
import { type WireObject, wireList, wireObject, wireText } from '../kalshi/wire.ts';
import { type RecorderFrame, recorderFrame } from './recording-frames.ts';

/** A request for books takes so many tickers, one for records too. */
const BATCH = 100;

/** The part of a market's record that tells of its life: a record is written again only where this has changed. */
const LIFE = [
  'status',
  'open_time',
  'close_time',
  'result',
  'settlement_value_dollars',
  'settlement_ts',
  'price_ranges',
  'expiration_value',
];

/** Reads over REST what the feed does not tell, and writes it into the recording as the venue had it. */
export class RecordFacts {
  readonly #rest: KalshiRest;
  readonly #write: (text: string) => void;
  readonly #signal: AbortSignal;
  readonly #lives = new Map<string, string>();

  constructor(rest: KalshiRest, write: (text: string) => void, signal: AbortSignal) {
    this.#rest = rest;
    this.#write = write;
    this.#signal = signal;
  }

  /** A market's record, written where it is new or its life has changed. */
  market(body: WireObject): void {
    const ticker = wireText(body, 'ticker');
    const life = JSON.stringify(LIFE.map((name) => body[name] ?? null));
    if (this.#lives.get(ticker) === life) return;
    this.#lives.set(ticker, life);
    this.#tell('tapedeck_market', body);
  }

  /** The fee schedule of each series, and the changes of it that are announced. */
  async series(tickers: readonly string[]): Promise<void> {
    for (const ticker of tickers) {
      const path = `/series/${segment(ticker)}`;
      const answer = wireObject(await this.#rest.read(path, {}, this.#signal), path);
      this.#tell('tapedeck_series', answer.series);
      const changes = await this.#rest.read('/series/fee_changes', { series_ticker: ticker }, this.#signal);
      const list = wireList(wireObject(changes, 'fee changes').series_fee_change_arr, 'fee changes');
      for (const change of list) this.#tell('tapedeck_fee_change', change);
    }
  }

  /** The records of known markets, once more. */
  async markets(tickers: readonly string[]): Promise<void> {
    for (const list of batches(tickers)) {
      const answer = wireObject(
        await this.#rest.read('/markets', { tickers: list.join(','), limit: 1_000 }, this.#signal),
        'markets',
      );
      for (const body of wireList(answer.markets, 'markets')) this.market(wireObject(body, 'market'));
    }
  }

  /** The books over REST, to be compared with those that the frames build. */
  async books(tickers: readonly string[]): Promise<void> {
    for (const list of batches(tickers)) {
      this.#write(recorderFrame('tapedeck_asking', {}));
      this.#tell('tapedeck_books', await this.#rest.read('/markets/orderbooks', { tickers: list }, this.#signal));
    }
  }

  #tell(type: RecorderFrame['type'], msg: unknown): void {
    this.#write(recorderFrame(type, msg));
  }
}

function batches(tickers: readonly string[]): string[][] {
  const lists: string[][] = [];
  for (let at = 0; at < tickers.length; at += BATCH) lists.push(tickers.slice(at, at + BATCH));
  return lists;
}
