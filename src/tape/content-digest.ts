import { createHash, type Hash } from 'node:crypto';
import { formatBands, formatDetail, parseDetail } from './detail-json.ts';
import type { TapeFacts } from './manifest.ts';
import { type MarketRow, marketOf, resultOf } from './market-table.ts';
import type { TapeColumns } from './tape-columns.ts';

/**
 * SHA-256 of what a replay sees: the decoded columns, the details in their canonical form, the markets with their results,
 * and those facts that change what may fill. Independent of compression, block size, thread count and platform; name, origin
 * and trade ids are not in it.
 */
export class ContentDigest {
  readonly #columns: Readonly<Record<'key' | 'localOffset' | 'price' | 'quantity' | 'delay', Hash>> = {
    key: createHash('sha256'),
    localOffset: createHash('sha256'),
    price: createHash('sha256'),
    quantity: createHash('sha256'),
    delay: createHash('sha256'),
  };
  readonly #spans = createHash('sha256');
  readonly #details = createHash('sha256');
  #lastBase = -1;
  #constantDelay = 0;
  #rows = 0;

  /** Adds the next rows of the tape, in order. */
  add(columns: TapeColumns): void {
    for (const name of ['key', 'localOffset', 'price', 'quantity', 'delay'] as const) {
      const values = columns[name]?.subarray(0, columns.rows);
      if (values !== undefined)
        this.#columns[name].update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
    columns.spanBases.forEach((base, span) => {
      if (base === this.#lastBase) return;
      this.#lastBase = base;
      this.#spans.update(`${base} ${columns.firstSequence + columns.spanStarts[span]!}\n`);
    });
    for (const { sequence, text } of columns.details) {
      this.#details.update(`${sequence} ${formatDetail(parseDetail(text, columns.marketCount))}\n`);
    }
    this.#constantDelay = columns.constantDelay;
    this.#rows += columns.rows;
  }

  /** The digest as 64 hexadecimal characters, once. */
  finish(markets: readonly MarketRow[], facts: TapeFacts): string {
    const total = createHash('sha256');
    const { grade, timeResolutionUs, sizesRecorded } = facts;
    const head = [grade.depth, grade.trades, grade.sampling, timeResolutionUs, sizesRecorded];
    total.update(`tapedeck tape content 1\n${JSON.stringify(head)}\n${this.#rows} ${this.#constantDelay}\n`);
    for (const hash of [...Object.values(this.#columns), this.#spans, this.#details])
      total.update(`${hash.digest('hex')}\n`);
    for (const row of markets) total.update(`${marketText(row)}\n`);
    return total.digest('hex');
  }
}

function marketText(row: MarketRow): string {
  const { index, grid, ticker, event, series, title, strike, openTime, closeTime, day, mutuallyExclusive } =
    marketOf(row);
  const result = resultOf(row);
  return JSON.stringify([
    index,
    ticker,
    event,
    series,
    title,
    [strike.type, strike.floor, strike.cap],
    formatBands(grid),
    openTime,
    closeTime,
    day,
    mutuallyExclusive,
    result === null ? null : [result.outcome, result.value, result.time],
  ]);
}
