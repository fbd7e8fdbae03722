import type { CommandModule } from 'yargs';
import { Fault } from '../../core/fault.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const FORMATS = ['table', 'json', 'csv', 'parquet', 'arrow'] as const;

export interface QueryFlags extends GlobalFlags {
  readonly sql: string;
  readonly format?: (typeof FORMATS)[number];
  readonly out?: string;
  readonly rows: number;
}

/** `tapedeck query "SQL"`: SQL over every run and tape. */
export function queryCommand(signal: AbortSignal): CommandModule<GlobalFlags, QueryFlags> {
  return {
    command: 'query <sql>',
    describe: 'ask runs and tapes in SQL (DuckDB); "SHOW TABLES" lists the views',
    builder: (flags) =>
      flags
        .positional('sql', { type: 'string', demandOption: true, describe: 'one statement that reads' })
        .option('format', {
          type: 'string',
          choices: FORMATS,
          requiresArg: true,
          describe: 'of the answer; default table',
        })
        .option('out', { type: 'string', requiresArg: true, describe: 'file to write; it appears once it is whole' })
        .option('rows', { type: 'number', default: 50, requiresArg: true, describe: 'rows a table shows at most' })
        .check(checkAnswer),
    handler: async (flags) => {
      const { query } = await import('../../study/query/query.ts');
      const { dataFolder } = openSession(flags, signal);
      await query({
        dataFolder,
        sql: flags.sql,
        format: flags.format ?? (flags.json ? 'json' : 'table'),
        ...(flags.out === undefined ? {} : { out: flags.out }),
        stdout: process.stdout,
        rowLimit: flags.rows,
        signal,
        // Not a remark that --quiet may silence: the answer is not whole.
        onLeftOut: (text) => process.stderr.write(`warning: ${text}\n`),
      });
    },
  };
}

function checkAnswer({ rows, json, format }: Partial<QueryFlags>): true {
  if (rows === undefined || !Number.isSafeInteger(rows) || rows < 1) {
    throw new Fault('usage', `--rows ${rows} is not a number of rows`, { next: 'Give a whole number from 1.' });
  }
  if (json === true && format !== undefined && format !== 'json') {
    throw new Fault('usage', `--json and --format ${format} contradict each other`, { next: 'Give one of them.' });
  }
  return true;
}
