import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../core/assert.ts';
import type { Market, MarketIndex } from '../core/market.ts';
import { DETAIL, type Detail, type MarketEventKind } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { detailMarket, formatDetail } from './detail-json.ts';
import { sqlText } from './duckdb.ts';
import type { TapeFacts } from './manifest.ts';
import { MARKET_COLUMNS, type MarketResult, marketRow } from './market-table.ts';
import { type SealedTape, sealInto } from './seal-tape.ts';
import { NO_MARKET, StagedRows } from './staged-rows.ts';
import { PartialTape } from './tape-folder.ts';
import { writeFault } from './write-fault.ts';

export interface TapeBuilderOptions {
  /** The data folder: the tape becomes `<folder>/tapes/<name>`. */
  readonly folder: string;
  readonly name: string;
  /** Take the place of a tape of the same name. Default false. */
  readonly replace?: boolean;
  /** What DuckDB may hold before it spills to disk. Default "1GB". */
  readonly memoryLimit?: string;
  /** Threads of DuckDB: each holds a buffer of its own. Default: DuckDB's choice. */
  readonly threads?: number;
}

/**
 * Builds a tape row by row, for generators and codecs: sealed by the same path as every tape. Rows may come in any order; ties of
 * local time keep the order they came in. Rows that come in order of local time, with `relieve` between them, take memory that does
 * not grow with the tape; others are sorted, in what DuckDB may hold. Ends with `seal` or `discard`.
 */
export class TapeBuilder {
  readonly #partial: PartialTape;
  readonly #staged: StagedRows;
  readonly #options: TapeBuilderOptions;
  readonly #markets: Market[] = [];
  readonly #results = new Map<MarketIndex, MarketResult>();
  #open = true;

  private constructor(partial: PartialTape, staged: StagedRows, options: TapeBuilderOptions) {
    this.#partial = partial;
    this.#staged = staged;
    this.#options = options;
  }

  /** Throws a Fault: `tape-exists`, `usage`, `disk-full` or `cannot-write`. */
  static async create(options: TapeBuilderOptions): Promise<TapeBuilder> {
    let partial: PartialTape | undefined;
    try {
      partial = new PartialTape(options.folder, options.name, options.replace ?? false);
      const { memoryLimit = '1GB', threads } = options;
      const staged = await StagedRows.open({
        folder: partial.scratch,
        memoryLimit,
        ...(threads === undefined ? {} : { threads }),
      });
      return new TapeBuilder(partial, staged, options);
    } catch (error) {
      partial?.discard();
      throw writeFault(error, options.folder);
    }
  }

  /** Rows added so far. */
  get rows(): number {
    return this.#staged.count;
  }

  /** Adds a market; returns its number on the tape, counted from 0. */
  addMarket(market: Omit<Market, 'index'>): MarketIndex {
    const index = this.#markets.length as MarketIndex;
    this.#markets.push({ ...market, index });
    return index;
  }

  /** Notes in the list of markets how one settled. The row that tells a strategy is a `settlement` detail of its own. */
  setResult(market: MarketIndex, result: MarketResult): void {
    this.#results.set(market, result);
  }

  /**
   * Adds a row of any kind but DETAIL. `side` is not kept where the kind has none; `quantity` null says that a quote's size was
   * not recorded.
   */
  event(
    exchangeTime: Time,
    localTime: Time,
    kind: MarketEventKind,
    market: MarketIndex,
    side: Side,
    price: Price,
    quantity: Quantity | null,
    more: boolean,
    tradeId: string | null = null,
  ): void {
    assert(this.#open && kind !== DETAIL, 'a detail row is added with detail(), and no row after the seal');
    if (tradeId !== null) this.#staged.text(tradeId, null);
    this.#staged.append(
      exchangeTime,
      localTime,
      (more ? 16 : 0) | (kind << 1) | side,
      market,
      price,
      quantity ?? Number.NaN,
    );
  }

  /** Adds a DETAIL row. */
  detail(exchangeTime: Time, localTime: Time, detail: Detail): void {
    assert(this.#open, 'no row after the seal');
    this.#staged.text(null, formatDetail(detail));
    this.#staged.append(exchangeTime, localTime, DETAIL << 1, detailMarket(detail) ?? NO_MARKET, 0, 0);
  }

  /** Brings rows to disk where many have come together. A writer of a long tape calls it now and then. Throws a Fault: `disk-full` or `cannot-write`. */
  async relieve(): Promise<void> {
    assert(this.#open, 'no row after the seal');
    try {
      await this.#staged.relieve();
    } catch (error) {
      throw writeFault(error, this.#options.folder);
    }
  }

  /** Seals the tape. Throws as `sealTape` does; then nothing is left behind. */
  async seal(facts: TapeFacts): Promise<SealedTape> {
    assert(this.#open, 'a tape is sealed once');
    const { folder, name } = this.#options;
    try {
      const events = await this.#staged.finish();
      const { connection } = this.#staged.database;
      const marketsSql = this.#writeMarkets();
      return await sealInto(this.#partial, {
        folder,
        name,
        connection,
        facts,
        ...events,
        marketsSql,
      });
    } catch (error) {
      throw writeFault(error, folder);
    } finally {
      this.discard();
    }
  }

  /** Gives up and removes what was staged. Does nothing after `seal`. */
  discard(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#staged.close();
    this.#partial.discard();
  }

  #writeMarkets(): string {
    const staged = join(this.#partial.scratch, 'markets.ndjson');
    const lines = this.#markets.map((market) =>
      JSON.stringify(marketRow(market, this.#results.get(market.index) ?? null)),
    );
    writeFileSync(staged, lines.map((line) => `${line}\n`).join(''));
    const columns = Object.entries(MARKET_COLUMNS).map(([column, type]) => `${column}: '${type}'`);
    return `SELECT * FROM read_json(${sqlText(staged)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  }
}
