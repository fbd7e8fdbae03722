/** A column of a printed table. */
export interface TextColumn {
  readonly title: string;
  /** Aligned at its right end, as numbers are. */
  readonly right?: boolean;
}

/** Lays cells out in columns two spaces apart: the titles, then the rows. `paint` may colour a cell after it is padded. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  paint: (padded: string, row: number, column: number) => string = (padded) => padded,
): string[] {
  const widths = columns.map(({ title }, column) =>
    Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (cells: readonly string[], row: number) =>
    columns
      .map(({ right }, column) => {
        const cell = cells[column] ?? '';
        const room = ' '.repeat((widths[column] ?? 0) - width(cell));
        return paint(right ? room + cell : cell + room, row, column);
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      -1,
    ),
    ...rows.map(line),
  ];
}

function width(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Breaks a text into lines of at most `columns` characters at spaces; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}
