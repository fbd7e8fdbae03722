import type { Market, MarketIndex } from '../../core/market.ts';
import type { RowSink } from '../run/lane-journal.ts';

/** A fill as its marks need it. */
export interface LoggedFill {
  readonly arm: string;
  readonly lane: string;
  /** Counted from 1 within its arm and lane. */
  readonly number: number;
  readonly orderId: number;
  readonly ticker: string;
  readonly market: MarketIndex;
  /** When it happened, by the venue's clock, in µs. */
  readonly time: number;
  /** Until when the recorded market is from before the fill: rows as late as this count, in µs. */
  readonly before: number;
  /** +1 where it bought YES, −1 where it sold; its YES price and size. */
  readonly sign: 1 | -1;
  readonly priceE4: number;
  readonly quantityE2: number;
}

/** Remembers the fills of a run on their way to its folder. */
export class FillLog {
  readonly fills: LoggedFill[] = [];
  readonly #markets: ReadonlyMap<string, MarketIndex>;
  readonly #depth: boolean;

  /** `depth`: whether the tape has a book, from which takers take. */
  constructor(markets: readonly Market[], depth: boolean) {
    this.#markets = new Map(markets.map(({ ticker, index }) => [ticker, index]));
    this.#depth = depth;
  }

  /** A sink that remembers fills and passes every row on. */
  through(sink: RowSink): RowSink {
    return (table, row) => {
      if (table === 'fills') this.#add(row);
      sink(table, row);
    };
  }

  /**
   * An order that takes from a book meets it as it stands, so rows of that very microsecond are from before. Any other fill is given by
   * a row: what happened in the same microsecond may be part of it.
   */
  #add(row: Readonly<Record<string, unknown>>): void {
    const time = row.exchange_time_us as number;
    const takes = this.#depth && row.liquidity === 'taker';
    const ticker = row.ticker as string;
    this.fills.push({
      arm: row.arm as string,
      lane: row.lane as string,
      number: row.number as number,
      orderId: row.order_id as number,
      ticker,
      market: this.#markets.get(ticker)!,
      time,
      before: takes ? time : time - 1,
      sign: row.side === 'bid' ? 1 : -1,
      priceE4: row.price_e4 as number,
      quantityE2: row.quantity_e2 as number,
    });
  }
}
