import { Fault } from '../../core/fault.ts';
import { openDatabase, readRows, type SqlValue } from '../../tape/duckdb.ts';
import { readManifest } from '../../tape/manifest.ts';
import { findTape } from '../../tape/open-tape.ts';
import { VerifiedFiles } from '../../tape/verified-files.ts';
import { folderViews } from '../query/query-views.ts';
import type { StoredRun } from '../store/run-store.ts';
import { checkRun } from '../store/whole-folders.ts';

/** One finished run, and its tape where that is still at hand, to be asked in SQL: the views of `tapedeck query`, over these two alone. */
export interface RunDatabase {
  /** Why the views of the tape are empty, as a full sentence; null where they are not. */
  readonly tapeMissing: string | null;
  rows(sql: string): Promise<Record<string, SqlValue>[]>;
  close(): void;
}

/** Opens a run for SQL. Throws a Fault (`run-not-found`) for a run that is damaged, or that an earlier version made, without the tables that are read here. */
export async function openRunDatabase(run: StoredRun, dataFolder: string): Promise<RunDatabase> {
  checkRun(run.id, run.folder, dataFolder);
  const tape = tapeOf(run, dataFolder);
  const found = typeof tape !== 'string';
  const views = folderViews([run.folder], found ? [tape.folder] : []);
  if (views.find((view) => view.name === 'markouts')?.paths.length === 0) {
    throw new Fault('run-not-found', `run ${run.id} has no markouts: an earlier version of this program made it`, {
      next: 'Make the run again with "npx tapedeck backtest".',
    });
  }
  const database = await openDatabase();
  try {
    for (const { name, sql } of views) await database.connection.run(`CREATE VIEW ${name} AS ${sql}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    tapeMissing: found ? null : tape,
    rows: (sql) => readRows(database.connection, sql),
    close: () => database.close(),
  };
}

/** The folder of a run's tape, or why it cannot be read. */
function tapeOf({ result }: StoredRun, dataFolder: string): { readonly folder: string } | string {
  const name = result.invocation.tape;
  try {
    const folder = findTape(dataFolder, name);
    const manifest = readManifest(folder);
    if (manifest.digest !== result.hashes.tape)
      return `The tape ${name} is no longer the one that the run was made on.`;
    const verified = new VerifiedFiles(dataFolder);
    for (const file of manifest.files) {
      const problem = verified.problem(folder, file);
      if (problem !== null) return `The tape ${name} cannot be read: ${file.name}: ${problem}.`;
    }
    return { folder };
  } catch (error) {
    if (error instanceof Fault) return `The tape ${name} cannot be read: ${error.message}.`;
    throw error;
  }
}
