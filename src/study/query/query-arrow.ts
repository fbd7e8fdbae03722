import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { arrowColumns, columnData } from './arrow-columns.ts';
import type { QuerySink } from './query-sink.ts';

type Values = readonly DuckDBValue[];

const BATCH_ROWS = 65_536;

/** The columns of an answer, in pieces of any number of rows. */
export interface AnswerColumns {
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  pieces(): AsyncIterable<readonly Values[]>;
}

/**
 * Writes an answer as an Arrow IPC file. Whole numbers keep their width, HUGEINT becomes Decimal128; types that Arrow holds in another
 * shape (lists, structs, intervals, UUIDs) become text. Throws a Fault (`query-failed`) for a HUGEINT of more than 38 digits.
 */
export async function writeArrow(answer: AnswerColumns, sink: QuerySink): Promise<void> {
  const arrow = await import('apache-arrow');
  const columns = await arrowColumns(answer.types);
  const fields = answer.names.map((name, index) => new arrow.Field(name, columns[index]!.type, true));
  const schema = new arrow.Schema(fields);
  const writer = new arrow.RecordBatchFileWriter();
  const drained = drain(writer, sink);
  const writeBatch = (values: readonly Values[]) => {
    const length = values[0]?.length ?? 0;
    const children = columns.map((column, index) => columnData(arrow, column, values[index]!));
    writer.write(
      new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(fields), length, children, nullCount: 0 })),
    );
  };
  try {
    let pending: DuckDBValue[][] = columns.map(() => []);
    for await (const piece of answer.pieces()) {
      piece.forEach((values, index) => {
        for (const value of values) pending[index]!.push(value);
      });
      if (pending[0]!.length < BATCH_ROWS) continue;
      writeBatch(pending);
      pending = columns.map(() => []);
      if (!drained.open()) break;
    }
    writeBatch(pending);
    writer.finish();
  } catch (error) {
    writer.abort(error);
    await drained.done.catch(() => undefined);
    throw error;
  }
  await drained.done;
}

function drain(writer: AsyncIterable<Uint8Array>, sink: QuerySink): { done: Promise<void>; open(): boolean } {
  let open = true;
  const done = (async () => {
    for await (const bytes of writer) if (open) open = await sink.write(bytes);
  })();
  done.catch(() => {
    open = false;
  });
  return { done, open: () => open };
}
