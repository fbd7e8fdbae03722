import type { DuckDBAppender, DuckDBDataChunk } from '@duckdb/node-api';
import { columnItems, type Database, openDatabase } from './duckdb.ts';
import { KIND_NAMES } from './event-sql.ts';

const CHUNK_ROWS = 2_048;
const WORD = 4_294_967_296;
/** Stands for no market in the staged rows. */
export const NO_MARKET = 0xffff_ffff;

/** Columns of one chunk of staged rows, in the order of the table. */
function chunkColumns() {
  return [
    new BigInt64Array(CHUNK_ROWS),
    new BigInt64Array(CHUNK_ROWS),
    new BigInt64Array(CHUNK_ROWS),
    new Uint8Array(CHUNK_ROWS),
    new Uint32Array(CHUNK_ROWS),
    new Int32Array(CHUNK_ROWS),
    new Float64Array(CHUNK_ROWS),
  ] as const;
}

const kindName = `CASE (code >> 1) & 7 ${KIND_NAMES.map((name, code) => `WHEN ${code} THEN '${name}'`).join(' ')} END`;

/** The staged rows as the canonical event columns. Texts are rare and kept apart. */
export const STAGED_EVENTS_SQL = `
  SELECT s.ordinal, exchange_time_us, local_time_us, ${kindName} AS kind, CASE WHEN market <> ${NO_MARKET} THEN market END AS market,
    CASE WHEN (code >> 1) & 7 < 4 THEN CASE code & 1 WHEN 1 THEN 'ask' ELSE 'bid' END END AS side,
    CASE WHEN (code >> 1) & 7 < 5 THEN price END AS price_e4,
    CASE WHEN (code >> 1) & 7 < 5 AND NOT isnan(quantity) THEN quantity END AS quantity_e2, code & 16 > 0 AS more, t.trade_id, t.detail
  FROM staged_rows s LEFT JOIN staged_texts t USING (ordinal)`;

/**
 * Rows staged in a DuckDB of their own: whole chunks are appended column by column, and what passes the memory limit is spilled
 * to `spillFolder`.
 */
export class StagedRows {
  readonly database: Database;
  readonly #rows: DuckDBAppender;
  readonly #texts: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  readonly #textChunk: DuckDBDataChunk;
  readonly #columns = chunkColumns();
  readonly #ordinal = new Uint32Array(this.#columns[0].buffer);
  readonly #exchange = new Uint32Array(this.#columns[1].buffer);
  readonly #local = new Uint32Array(this.#columns[2].buffer);
  #strings: [bigint, string | null, string | null][] = [];
  #filled = 0;
  #count = 0;

  private constructor(
    database: Database,
    appenders: readonly [DuckDBAppender, DuckDBAppender],
    chunks: readonly [DuckDBDataChunk, DuckDBDataChunk],
  ) {
    this.database = database;
    [this.#rows, this.#texts] = appenders;
    [this.#chunk, this.#textChunk] = chunks;
  }

  static async open(spillFolder: string, memoryLimit: string): Promise<StagedRows> {
    const { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER, UINTEGER, UTINYINT, VARCHAR } = await import('@duckdb/node-api');
    const database = await openDatabase({ spillFolder, memoryLimit });
    const { connection } = database;
    await connection.run(
      `CREATE TABLE staged_rows (ordinal BIGINT, exchange_time_us BIGINT, local_time_us BIGINT, code UTINYINT, market UINTEGER,
         price INTEGER, quantity DOUBLE)`,
    );
    await connection.run('CREATE TABLE staged_texts (ordinal BIGINT, trade_id VARCHAR, detail VARCHAR)');
    return new StagedRows(
      database,
      [await connection.createAppender('staged_rows'), await connection.createAppender('staged_texts')],
      [
        DuckDBDataChunk.create([BIGINT, BIGINT, BIGINT, UTINYINT, UINTEGER, INTEGER, DOUBLE]),
        DuckDBDataChunk.create([BIGINT, VARCHAR, VARCHAR]),
      ],
    );
  }

  get count(): number {
    return this.#count;
  }

  /** `code` is more << 4 | kind << 1 | side; a quantity of NaN stands for none. */
  append(exchangeTime: number, localTime: number, code: number, market: number, price: number, quantity: number): void {
    const row = this.#filled++;
    setLong(this.#ordinal, row, this.#count++);
    setLong(this.#exchange, row, exchangeTime);
    setLong(this.#local, row, localTime);
    this.#columns[3][row] = code;
    this.#columns[4][row] = market;
    this.#columns[5][row] = price;
    this.#columns[6][row] = quantity;
    if (this.#filled === CHUNK_ROWS) this.#flushRows();
  }

  /** Gives the row that is appended next a trade id or a detail. */
  text(tradeId: string | null, detail: string | null): void {
    this.#strings.push([BigInt(this.#count), tradeId, detail]);
    if (this.#strings.length === CHUNK_ROWS) this.#flushTexts();
  }

  /** Brings everything into the tables. */
  finish(): void {
    this.#flushRows();
    this.#flushTexts();
    this.#rows.flushSync();
    this.#texts.flushSync();
  }

  close(): void {
    this.#rows.closeSync();
    this.#texts.closeSync();
    this.database.close();
  }

  #flushRows(): void {
    if (this.#filled === 0) return;
    this.#chunk.rowCount = this.#filled;
    this.#columns.forEach((values, column) => {
      columnItems<{ set(from: unknown): void }>(this.#chunk, column).set(values.subarray(0, this.#filled));
      this.#chunk.getColumnVector(column).flush();
    });
    this.#rows.appendDataChunk(this.#chunk);
    this.#filled = 0;
  }

  #flushTexts(): void {
    if (this.#strings.length === 0) return;
    // A chunk is filled anew each time: nulls of the last would stay.
    this.#textChunk.reset();
    this.#textChunk.setRows(this.#strings);
    this.#texts.appendDataChunk(this.#textChunk);
    this.#strings = [];
  }
}

/** Writes a signed integer of up to 53 bits as two little-endian words. */
function setLong(words: Uint32Array, row: number, value: number): void {
  const high = Math.floor(value / WORD);
  words[row * 2] = value - high * WORD;
  words[row * 2 + 1] = high;
}
