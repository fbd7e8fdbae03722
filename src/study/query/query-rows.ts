import type { DuckDBValue } from '@duckdb/node-api';
import { textTable } from '../text/text-table.ts';
import type { AnswerColumns } from './query-arrow.ts';
import type { QuerySink } from './query-sink.ts';
import { cell, csvField, isNumeric, jsonText } from './query-text.ts';

const WIDEST_CELL = 60;

/** Writes an answer as an aligned table of at most `limit` rows, then how many rows there are beyond them. */
export async function writeTable(answer: AnswerColumns, sink: QuerySink, limit: number): Promise<void> {
  const rows: string[][] = [];
  let count = 0;
  for await (const piece of answer.pieces()) {
    const length = piece[0]?.length ?? 0;
    for (let row = 0; row < length && rows.length < limit; row++)
      rows.push(piece.map((column) => cell(column[row]!, WIDEST_CELL)));
    count += length;
  }
  const columns = answer.names.map((name, index) => ({ title: name, right: isNumeric(answer.types[index]!) }));
  const [titles = '', ...lines] = textTable(columns, rows);
  const rule = '─'.repeat(Math.max(...[titles, ...lines].map((line) => [...line].length)));
  const hidden = count - rows.length;
  const total = `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
  const note = hidden === 0 ? `(${total})` : `(${total}; ${hidden.toLocaleString('en-US')} more not shown)`;
  await sink.write(`${[titles, rule, ...lines, note].join('\n')}\n`);
}

/** Writes an answer as a JSON list of objects, one a line. */
export async function writeJson(answer: AnswerColumns, sink: QuerySink): Promise<void> {
  const keys = answer.names.map((name) => JSON.stringify(name));
  let first = true;
  for await (const text of rowTexts(answer, (values) => {
    const fields = values.map((value, index) => `${keys[index]}:${jsonText(value, answer.types[index]!)}`);
    const lead = first ? '[\n' : ',\n';
    first = false;
    return `${lead}{${fields.join(',')}}`;
  })) {
    if (!(await sink.write(text))) return;
  }
  await sink.write(first ? '[]\n' : '\n]\n');
}

/** Writes an answer as CSV (RFC 4180, with a header). */
export async function writeCsv(answer: AnswerColumns, sink: QuerySink): Promise<void> {
  if (!(await sink.write(`${answer.names.map(csvField).join(',')}\n`))) return;
  for await (const text of rowTexts(answer, (values) => `${values.map(csvField).join(',')}\n`)) {
    if (!(await sink.write(text))) return;
  }
}

async function* rowTexts(
  answer: AnswerColumns,
  text: (values: readonly DuckDBValue[]) => string,
): AsyncIterable<string> {
  for await (const piece of answer.pieces()) {
    const length = piece[0]?.length ?? 0;
    let joined = '';
    for (let row = 0; row < length; row++) joined += text(piece.map((column) => column[row]!));
    yield joined;
  }
}
