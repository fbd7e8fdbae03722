import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { columnItems, type Database, openDatabase, parquetTable, sqlText } from './duckdb.ts';
import { KIND_NAMES } from './event-sql.ts';

const CHUNK_ROWS = 2_048;
/** Rows of a part: a few megabytes while they wait in memory. */
const PART_ROWS = 30_720;
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

/** The rows in the tables as the canonical event columns. Texts are rare and kept apart. */
const EVENTS_SQL = `
  SELECT s.ordinal, exchange_time_us, local_time_us, ${kindName} AS kind, CASE WHEN market <> ${NO_MARKET} THEN market END AS market,
    CASE WHEN (code >> 1) & 7 < 4 THEN CASE code & 1 WHEN 1 THEN 'ask' ELSE 'bid' END END AS side,
    CASE WHEN (code >> 1) & 7 < 5 THEN price END AS price_e4,
    CASE WHEN (code >> 1) & 7 < 5 AND NOT isnan(quantity) THEN quantity END AS quantity_e2, code & 16 > 0 AS more, t.trade_id, t.detail
  FROM staged_rows s LEFT JOIN staged_texts t USING (ordinal)`;

interface Tables {
  readonly rows: DuckDBAppender;
  readonly texts: DuckDBAppender;
}

/** Empty tables: emptied ones would keep their memory. */
async function newTables(connection: DuckDBConnection): Promise<Tables> {
  await connection.run(
    `CREATE OR REPLACE TABLE staged_rows (ordinal BIGINT, exchange_time_us BIGINT, local_time_us BIGINT, code UTINYINT,
       market UINTEGER, price INTEGER, quantity DOUBLE)`,
  );
  await connection.run('CREATE OR REPLACE TABLE staged_texts (ordinal BIGINT, trade_id VARCHAR, detail VARCHAR)');
  return {
    rows: await connection.createAppender('staged_rows'),
    texts: await connection.createAppender('staged_texts'),
  };
}

export interface StagingOptions {
  /** Where parts lie and DuckDB puts what passes its limit. */
  readonly folder: string;
  /** What DuckDB may hold. */
  readonly memoryLimit: string;
  /** Threads of DuckDB. Default: its own choice. */
  readonly threads?: number;
}

/**
 * Rows staged in a DuckDB of their own: whole chunks are appended column by column. `relieve` brings them to disk, a part at a time;
 * without it DuckDB spills what passes its limit.
 */
export class StagedRows {
  readonly database: Database;
  readonly #folder: string;
  readonly #chunk: DuckDBDataChunk;
  readonly #textChunk: DuckDBDataChunk;
  readonly #columns = chunkColumns();
  readonly #ordinal = new Uint32Array(this.#columns[0].buffer);
  readonly #exchange = new Uint32Array(this.#columns[1].buffer);
  readonly #local = new Uint32Array(this.#columns[2].buffer);
  readonly #parts: string[] = [];
  #tables: Tables;
  #strings: [bigint, string | null, string | null][] = [];
  #filled = 0;
  #count = 0;
  /** Rows in parts. */
  #parted = 0;
  #latest = 0;
  #sorted = true;

  private constructor(
    folder: string,
    database: Database,
    tables: Tables,
    chunks: readonly [DuckDBDataChunk, DuckDBDataChunk],
  ) {
    this.#folder = folder;
    this.database = database;
    this.#tables = tables;
    [this.#chunk, this.#textChunk] = chunks;
  }

  static async open({ folder, ...limits }: StagingOptions): Promise<StagedRows> {
    const { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER, UINTEGER, UTINYINT, VARCHAR } = await import('@duckdb/node-api');
    const database = await openDatabase({ spillFolder: join(folder, 'spill'), ...limits });
    return new StagedRows(folder, database, await newTables(database.connection), [
      DuckDBDataChunk.create([BIGINT, BIGINT, BIGINT, UTINYINT, UINTEGER, INTEGER, DOUBLE]),
      DuckDBDataChunk.create([BIGINT, VARCHAR, VARCHAR]),
    ]);
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
    if (localTime < this.#latest) this.#sorted = false;
    this.#latest = localTime;
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

  /** Brings the rows to disk where a part of them has come together; else does nothing. */
  async relieve(): Promise<void> {
    if (this.#count - this.#parted >= PART_ROWS) await this.#part();
  }

  /** Ends staging; returns the query that gives all rows, and whether it gives them in order of local time, then ordinal. */
  async finish(): Promise<{ eventsSql: string; sorted: boolean }> {
    if (this.#parts.length === 0) {
      this.#flush();
      return { eventsSql: EVENTS_SQL, sorted: false };
    }
    if (this.#count > this.#parted) await this.#part();
    return { eventsSql: `SELECT * FROM ${parquetTable(this.#parts)}`, sorted: this.#sorted };
  }

  async #part(): Promise<void> {
    this.#flush();
    const folder = join(this.#folder, 'parts');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${this.#parts.length}.parquet`);
    const { connection } = this.database;
    await connection.run(
      `COPY (${EVENTS_SQL} ORDER BY s.ordinal) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION lz4_raw)`,
    );
    this.#closeTables();
    this.#tables = await newTables(connection);
    this.#parts.push(path);
    this.#parted = this.#count;
  }

  #flush(): void {
    this.#flushRows();
    this.#flushTexts();
    this.#tables.rows.flushSync();
    this.#tables.texts.flushSync();
  }

  close(): void {
    this.#closeTables();
    this.database.close();
  }

  #closeTables(): void {
    this.#tables.rows.closeSync();
    this.#tables.texts.closeSync();
  }

  #flushRows(): void {
    if (this.#filled === 0) return;
    this.#chunk.rowCount = this.#filled;
    this.#columns.forEach((values, column) => {
      columnItems<{ set(from: unknown): void }>(this.#chunk, column).set(values.subarray(0, this.#filled));
      this.#chunk.getColumnVector(column).flush();
    });
    this.#tables.rows.appendDataChunk(this.#chunk);
    this.#filled = 0;
  }

  #flushTexts(): void {
    if (this.#strings.length === 0) return;
    // A chunk is filled anew each time: nulls of the last would stay.
    this.#textChunk.reset();
    this.#textChunk.setRows(this.#strings);
    this.#tables.texts.appendDataChunk(this.#textChunk);
    this.#strings = [];
  }
}

/** Writes a signed integer of up to 53 bits as two little-endian words. */
function setLong(words: Uint32Array, row: number, value: number): void {
  const high = Math.floor(value / WORD);
  words[row * 2] = value - high * WORD;
  words[row * 2 + 1] = high;
}
