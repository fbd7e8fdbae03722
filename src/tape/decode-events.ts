import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api';
import { Fault } from '../core/fault.ts';
import { collectGarbage } from './collect-garbage.ts';
import { columnItems, readRows } from './duckdb.ts';
import { type ColumnLayout, packedSql } from './event-sql.ts';
import { type ColumnBuffers, columnBuffers, type DetailText, SPAN_US, type TapeColumns } from './tape-columns.ts';

/** Rows DuckDB decodes at a time: four row groups. The next batch is decoded while this one is copied. */
const BATCH_ROWS = 491_520;
/** The same where a tape is streamed: one row group, because what is decoded ahead is what the stream holds. Two cost 50 MB more for 6 % of speed. */
const STREAM_ROWS = 122_880;

/** What is read: an events table expression and what the manifest says of it. */
export interface EventSource {
  readonly connection: DuckDBConnection;
  readonly from: string;
  readonly rows: number;
  readonly marketCount: number;
  readonly layout: ColumnLayout;
}

/**
 * Decodes all rows into columns, and gives `onBatch` each batch of them on the way. DuckDB casts and packs in SQL; its materialised
 * batches are copied vector by vector, without an object per row. Batches of 491,520 rows, the next one under way, gave
 * 26 to 28 M rows/s where a stream of single chunks gave 14: a stream pays an await for each 2,048 rows.
 */
export async function decodeAll(
  source: EventSource,
  onBatch: (columns: TapeColumns) => void = () => {},
): Promise<TapeColumns> {
  const buffers = columnBuffers(source.rows, source.layout);
  const spanStarts: number[] = [];
  const spanBases: number[] = [];
  const details: DetailText[] = [];
  for await (const batch of decodeBatches(source, buffers)) {
    onBatch(batch);
    batch.spanBases.forEach((base, span) => {
      if (base === spanBases.at(-1)) return;
      spanStarts.push(batch.firstSequence - 1 + batch.spanStarts[span]!);
      spanBases.push(base);
    });
    for (const detail of batch.details) details.push(detail);
  }
  const { rows, marketCount, layout } = source;
  const constantDelay = layout.constantDelayUs ?? 0;
  return { firstSequence: 1, rows, marketCount, spanStarts, spanBases, ...buffers, constantDelay, details };
}

/**
 * Decodes a tape batch by batch: into parts of `into` where it is given, else each into columns of its own, so that memory does
 * not grow with the tape.
 */
export async function* decodeBatches(source: EventSource, into?: ColumnBuffers): AsyncGenerator<TapeColumns> {
  const details = await readDetails(source);
  let taken = 0;
  let first = 1;
  for await (const result of batches(source, into === undefined ? STREAM_ROWS : BATCH_ROWS)) {
    const rows = result.rowCount;
    const buffers = into === undefined ? columnBuffers(rows, source.layout) : partOf(into, first - 1, rows);
    const spans = new SpanList();
    copyResult(result, buffers, spans);
    let end = taken;
    while (end < details.length && details[end]!.sequence < first + rows) end++;
    yield {
      firstSequence: first,
      rows,
      marketCount: source.marketCount,
      spanStarts: spans.starts,
      spanBases: spans.bases,
      ...buffers,
      constantDelay: source.layout.constantDelayUs ?? 0,
      details: details.slice(taken, end),
    };
    taken = end;
    first += rows;
  }
}

function partOf(buffers: ColumnBuffers, start: number, rows: number): ColumnBuffers {
  const { key, localOffset, price, quantity, delay } = buffers;
  const end = start + rows;
  return {
    key: key.subarray(start, end),
    localOffset: localOffset.subarray(start, end),
    price: price.subarray(start, end),
    quantity: quantity.subarray(start, end),
    delay: delay?.subarray(start, end) ?? null,
  };
}

async function* batches(source: EventSource, size: number): AsyncGenerator<DuckDBMaterializedResult> {
  const sql = packedSql(source.from, source.layout);
  const read = (start: number) =>
    source.connection.run(`${sql} WHERE sequence BETWEEN ${start + 1} AND ${start + size}`);
  let next = source.rows > 0 ? read(0) : undefined;
  try {
    for (let start = 0; next !== undefined; start += size) {
      const result: DuckDBMaterializedResult = await next;
      const expected = Math.min(size, source.rows - start);
      if (result.rowCount !== expected) {
        throw new Fault(
          'tape-corrupt',
          `rows ${start + 1} to ${start + expected} of the tape: found ${result.rowCount}`,
          {
            next: 'Import the tape again with --replace.',
          },
        );
      }
      next = start + size < source.rows ? read(start + size) : undefined;
      yield result;
      // The batches just read: without a nudge a 10 million row tape kept 300 MB of them; with it 110 MB.
      collectGarbage('minor');
    }
  } finally {
    // A reader that stops early leaves a query under way: it must end before the connection may close.
    await next?.catch(() => undefined);
  }
}

async function readDetails(source: EventSource): Promise<DetailText[]> {
  const sql = `SELECT sequence, detail FROM ${source.from} WHERE kind = 'detail' ORDER BY sequence`;
  const rows = await readRows(source.connection, sql);
  return rows.map((row) => ({ sequence: Number(row.sequence), text: String(row.detail) }));
}

function copyResult(result: DuckDBMaterializedResult, to: ColumnBuffers, spans: SpanList): void {
  let row = 0;
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    const times = columnItems<BigInt64Array>(chunk, 1);
    to.key.set(columnItems<Uint32Array>(chunk, 0), row);
    to.price.set(columnItems<Uint16Array>(chunk, 2), row);
    to.quantity.set(columnItems<Int32Array | Float64Array>(chunk, 3) as Int32Array, row);
    to.delay?.set(columnItems<Uint32Array>(chunk, 4), row);
    // Little-endian words of the 64-bit times: low, high, low, high.
    const words = new Uint32Array(times.buffer, times.byteOffset, times.length * 2);
    copyTimes(words, to.localOffset, row, spans);
    row += times.length;
  }
}

function copyTimes(words: Uint32Array, to: Uint32Array, row: number, spans: SpanList): void {
  const count = words.length / 2;
  for (let index = 0; index < count; index++) to[row + index] = words[index * 2]!;
  // Times never fall, so a chunk whose ends share their high words lies in one span.
  if (words[1] === spans.high && words[count * 2 - 1] === spans.high) return;
  for (let index = 0; index < count; index++) spans.see(words[index * 2 + 1]!, row + index);
}

class SpanList {
  readonly starts: number[] = [];
  readonly bases: number[] = [];
  high = -1;

  see(high: number, row: number): void {
    if (high === this.high) return;
    this.high = high;
    this.starts.push(row);
    this.bases.push(high * SPAN_US);
  }
}
