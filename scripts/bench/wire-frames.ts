import { formatPrice, type Price } from '../../src/core/price.ts';
import { formatQuantity, type Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';

export const TICKERS = Array.from({ length: 6 }, (_, at) => `SYNBENCH-30JAN05-B${40 + at * 2}.5`);

export const EVENT_RECORD = {
  ...{ event_ticker: 'SYNBENCH-30JAN05', series_ticker: 'SYNBENCH', sub_title: '', title: 'SYNTHETIC' },
  ...{ collateral_return_type: '', mutually_exclusive: false },
};

/** SYNTHETIC: one of its markets, open for years. */
export function marketRecord(ticker: string): unknown {
  return {
    ...{ ticker, event_ticker: EVENT_RECORD.event_ticker, title: 'SYNTHETIC', status: 'active', result: '' },
    ...{ open_time: '2020-01-01T00:00:00Z', close_time: '2040-01-01T00:00:00Z' },
    price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
  };
}

/** SYNTHETIC: what a subscription to six books says first. */
export function snapshots(): string[] {
  return TICKERS.map((market_ticker, at) => {
    const msg = { market_ticker, yes_dollars_fp: [['0.2000', '1.00']], no_dollars_fp: [['0.7000', '1.00']] };
    return JSON.stringify({ type: 'orderbook_snapshot', sid: 1, seq: at + 1, msg });
  });
}

/** SYNTHETIC: one print in each of them, so that there is a volume to have a share of. */
export function prints(sid: number): string[] {
  return TICKERS.map((market_ticker, at) => {
    const prices = { yes_price_dollars: '0.5000', no_price_dollars: '0.5000', count_fp: '1000.00' };
    const taker = { taker_outcome_side: 'yes', taker_book_side: 'bid' };
    const when = { ts: Math.floor(Date.now() / 1_000), ts_ms: Date.now() };
    const msg = { trade_id: `t-${at}`, market_ticker, ...prices, ...taker, ...when };
    return JSON.stringify({ type: 'trade', sid, seq: at + 1, msg });
  });
}

/** SYNTHETIC: changes of those books, each larger than what it takes away; number `at` of them from 0. `mark` is put where nobody reads. */
export class DeltaTexts {
  readonly #random = new Random('bench wire');
  readonly #books = new Int32Array(TICKERS.length * 200);
  #seq = TICKERS.length;

  next(mark: string): string {
    const market = this.#random.below(TICKERS.length);
    const side = this.#random.below(2);
    const cents = side === 0 ? 1 + this.#random.below(45) : 55 + this.#random.below(45);
    const at = market * 200 + cents * 2 + side;
    const held = this.#books[at]!;
    const change =
      held > 0 && this.#random.below(2) === 0 ? -(1 + this.#random.below(held)) : 1 + this.#random.below(5_000);
    this.#books[at] = held + change;
    const msg = {
      market_ticker: TICKERS[market],
      market_id: mark,
      price_dollars: formatPrice((cents * 100) as Price),
      delta_fp: formatQuantity(change as Quantity),
      side: side === 0 ? 'yes' : 'no',
      ts: '2030-01-05T12:00:00.000000Z',
      ts_ms: 1_893_844_800_000,
    };
    return JSON.stringify({ type: 'orderbook_delta', sid: 1, seq: ++this.#seq, sending_ts_ms: 1_893_844_800_001, msg });
  }
}
