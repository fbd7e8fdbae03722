import type { Detail } from '../core/market-event.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { parseDetail } from './detail-json.ts';
import type { ColumnLayout } from './event-sql.ts';

/** A block's times are offsets from a base that the whole span of 2^32 µs shares. */
export const SPAN_US = 4_294_967_296;
/** Rows of a block unless told otherwise. */
export const BLOCK_ROWS = 65_536;

/** A DETAIL row: its sequence and its stored text. */
export interface DetailText {
  readonly sequence: number;
  readonly text: string;
}

/**
 * Consecutive rows of a tape, decoded: columns in shared memory, so that workers can have them without a copy. A span is a
 * run of rows whose local times share all bits above the low 32: spans depend on the times alone, never on how a tape is read.
 * Plain arrays and texts only, so that it can be posted to a worker.
 */
export interface TapeColumns {
  readonly firstSequence: number;
  readonly rows: number;
  readonly marketCount: number;
  /** Row at which each span starts, ascending from 0. */
  readonly spanStarts: readonly number[];
  /** Local time of offset 0 of each span, in µs. */
  readonly spanBases: readonly number[];
  readonly key: Uint32Array;
  /** Low 32 bits of local time. */
  readonly localOffset: Uint32Array;
  readonly price: Uint16Array;
  readonly quantity: Int32Array | Float64Array;
  /** Local less exchange time in µs, or null where it is `constantDelay` on every row. */
  readonly delay: Uint32Array | null;
  readonly constantDelay: number;
  /** DETAIL rows, in order of sequence. */
  readonly details: readonly DetailText[];
}

/** Bytes that one row takes in memory. */
export function rowBytes(layout: ColumnLayout): number {
  return 10 + (layout.wideQuantities ? 8 : 4) + (layout.constantDelayUs === null ? 4 : 0);
}

/** Room for `rows` decoded rows, in shared memory. */
export interface ColumnBuffers {
  readonly key: Uint32Array;
  readonly localOffset: Uint32Array;
  readonly price: Uint16Array;
  readonly quantity: Int32Array | Float64Array;
  readonly delay: Uint32Array | null;
}

export function columnBuffers(rows: number, layout: ColumnLayout): ColumnBuffers {
  const shared = (width: number) => new SharedArrayBuffer(rows * width);
  return {
    key: new Uint32Array(shared(4)),
    localOffset: new Uint32Array(shared(4)),
    price: new Uint16Array(shared(2)),
    quantity: layout.wideQuantities ? new Float64Array(shared(8)) : new Int32Array(shared(4)),
    delay: layout.constantDelayUs === null ? new Uint32Array(shared(4)) : null,
  };
}

const NO_DETAILS: ReadonlyMap<number, Detail> = new Map();

/** Cuts columns into blocks of at most `rows` rows: views on the columns, nothing is copied. A block never crosses a span. */
export function* blocksOf(columns: TapeColumns, rows: number = BLOCK_ROWS): Generator<TapeBlock> {
  let span = 0;
  let nextDetail = 0;
  for (let start = 0; start < columns.rows; ) {
    while (span + 1 < columns.spanStarts.length && columns.spanStarts[span + 1]! <= start) span++;
    const end = Math.min(start + rows, columns.spanStarts[span + 1] ?? columns.rows, columns.rows);
    const firstSequence = columns.firstSequence + start;
    let details = NO_DETAILS as Map<number, Detail>;
    for (; nextDetail < columns.details.length; nextDetail++) {
      const { sequence, text } = columns.details[nextDetail]!;
      if (sequence >= columns.firstSequence + end) break;
      if (details === NO_DETAILS) details = new Map();
      details.set(sequence - firstSequence, parseDetail(text, columns.marketCount));
    }
    yield {
      firstSequence,
      length: end - start,
      baseTime: columns.spanBases[span]!,
      localOffset: columns.localOffset.subarray(start, end),
      delay: columns.delay?.subarray(start, end) ?? null,
      constantDelay: columns.constantDelay,
      key: columns.key.subarray(start, end),
      price: columns.price.subarray(start, end),
      quantity: columns.quantity.subarray(start, end),
      details,
    };
    start = end;
  }
}
