import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { Fault } from '../../core/fault.ts';

const EXPLAINS_A_READ =
  /^\s*explain(\s+analyze)?\s*(\([^()]*\)\s*)?\s(select|with|from|values|pivot|unpivot|describe|summarize|\()/i;

/**
 * Checks and runs what comes before the last statement, and gives the last one, ready to run. Allowed are CREATE, in memory (a
 * PIVOT is one too), and at the end one that reads. Throws a Fault (`query-failed`).
 */
export async function readingStatement(
  connection: DuckDBConnection,
  sql: string,
  views: readonly string[],
): Promise<{ statement: DuckDBPreparedStatement; single: boolean }> {
  const { StatementType } = await import('@duckdb/node-api');
  if (/^(\s|;|--[^\n]*(\n|$))*$/.test(sql)) throw refused('there is no SQL to run', views);
  const statements = await connection.extractStatements(sql);
  for (let index = 0; ; index++) {
    const statement = await statements.prepare(index);
    const { statementType } = statement;
    const last = index === statements.count - 1;
    const reads =
      statementType === StatementType.SELECT || (statementType === StatementType.EXPLAIN && EXPLAINS_A_READ.test(sql));
    if (last && reads) return { statement, single: statements.count === 1 };
    if (last || statementType !== StatementType.CREATE) {
      const kind = StatementType[statementType] ?? 'such a';
      throw refused(
        `this takes one statement that reads; ${kind} ${last ? 'is not one' : 'cannot stand before another'}`,
        views,
      );
    }
    await statement.run();
  }
}

function refused(why: string, views: readonly string[]): Fault {
  return new Fault('query-failed', why, { next: nextStep(views) });
}

/** DuckDB's own message as a Fault that also names the views there are. Other errors stay as they are: DuckDB throws plain ones. */
export function queryFault(error: unknown, views: readonly string[]): unknown {
  if (!(error instanceof Error) || error.constructor !== Error || 'code' in error) return error;
  const outside = error.message.includes('file system operations are disabled')
    ? ' (a query reads the files of runs and tapes through the views, and no others)'
    : '';
  return new Fault('query-failed', `${error.message.trim()}${outside}`, { next: nextStep(views), cause: error });
}

function nextStep(views: readonly string[]): string {
  return `Views: ${views.join(', ')}; "DESCRIBE fills" lists the columns of one.`;
}
