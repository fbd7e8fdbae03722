import { basename } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { lineOfPath } from './json-position.ts';
import type { Loading, NamedExpression } from './loading.ts';
import { expressionSql } from './sql.ts';

/**
 * Binds every expression against one file's columns. Throws a Fault: `missing-column` names the file, the column, the
 * columns there are and the line of the mapping; `invalid-mapping` says what is wrong with an expression.
 */
export async function checkColumns(
  { connection, file }: Loading,
  path: string,
  table: string,
  expressions: readonly NamedExpression[],
): Promise<void> {
  const described = await connection.runAndReadAll(`DESCRIBE ${table}`);
  const present = described.getRowsJS().map((row) => String(row[0]));
  for (const { path: place, expression } of expressions) {
    const line = lineOfPath(file.text, place);
    const missing = (column: string) =>
      new Fault(
        'missing-column',
        `${basename(path)} has no column "${column}", which line ${line} of ${file.path} (${place.join('.')}) names; ` +
          `it has: ${present.filter((name) => name !== 'filename').join(', ')}`,
        { next: 'Correct the column in the mapping, or import the folder the mapping was written for.' },
      );
    if (typeof expression === 'string' && !present.includes(expression)) throw missing(expression);
    try {
      await connection.run(`SELECT ${expressionSql(expression)} FROM ${table} LIMIT 0`);
    } catch (cause) {
      const message = (cause as Error).message;
      const column = /Referenced column "([^"]+)" not found/.exec(message)?.[1];
      if (column !== undefined) throw missing(column);
      throw new Fault(
        'invalid-mapping',
        `line ${line} of ${file.path} (${place.join('.')}): ${message.split('\n')[0]}`,
        {
          next: 'The expression must be DuckDB SQL over the columns of the source; columns of a CSV are text.',
          cause,
        },
      );
    }
  }
}
