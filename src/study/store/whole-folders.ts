import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { MANIFEST_FILE, readManifest, type TapeFile } from '../../tape/manifest.ts';
import { tapesFolder } from '../../tape/tape-folder.ts';
import { VerifiedFiles } from '../../tape/verified-files.ts';
import { RUN_FILE, runIds, SEAL_FILE } from './run-store.ts';
import { RUN_TABLE_NAMES } from './run-tables.ts';

/** The runs and tapes of a data folder that can be read, and what is said of the others. */
export interface WholeFolders {
  readonly runs: readonly string[];
  readonly tapes: readonly string[];
  /** One sentence for each folder left out that the question is about. */
  readonly leftOut: readonly string[];
}

const RUN_VIEWS = ['runs', 'run_lanes', 'run_markets'];
const TAPE_VIEWS = ['tapes', 'tape_events', 'tape_markets', 'tape_coverage'];

/**
 * Sorts out what is damaged before SQL is asked of it: of the files behind the views that the SQL names, each must be as it was sealed. A
 * damaged run or tape is left out as a whole, so that no join sees half of it.
 */
export function wholeFolders(dataFolder: string, sql: string): WholeFolders {
  const asked = sql.toLowerCase();
  const verified = new VerifiedFiles(dataFolder);
  const leftOut: string[] = [];
  const runs: string[] = [];
  for (const id of runIds(dataFolder)) {
    const folder = join(dataFolder, 'runs', id);
    const problem = runProblem(folder, asked, verified);
    if (problem === null) runs.push(folder);
    else leftOut.push(`run ${id} is left out: ${problem}. Remove ${folder}, or make the run again.`);
  }
  const tapes: string[] = [];
  for (const folder of tapeFolders(dataFolder)) {
    const problem = tapeProblem(folder, asked, verified);
    if (problem === null) tapes.push(folder);
    else if (TAPE_VIEWS.some((view) => asked.includes(view))) {
      leftOut.push(`a tape is left out: ${problem}. Restore it from a copy, or import it again with --replace.`);
    }
  }
  return { runs, tapes, leftOut };
}

/** What is wrong with those files of a run that SQL asks for, or null. */
function runProblem(folder: string, asked: string, verified: VerifiedFiles): string | null {
  if (RUN_VIEWS.some((view) => asked.includes(view))) {
    try {
      JSON.parse(readFileSync(join(folder, RUN_FILE), 'utf8'));
    } catch (error) {
      return `its ${RUN_FILE} cannot be read (${(error as Error).message})`;
    }
  }
  const wanted = RUN_TABLE_NAMES.filter((table) => asked.includes(table)).map((table) => `${table}.parquet`);
  if (wanted.length === 0) return null;
  const sealed = sealOf(folder);
  if (sealed === null) return `its ${SEAL_FILE} cannot be read`;
  for (const file of sealed) {
    const problem = wanted.includes(file.name) ? verified.problem(folder, file) : null;
    if (problem !== null) return `its ${file.name} is damaged: ${problem}`;
  }
  return null;
}

/** The tables of a run as they were sealed; none where the run was made before runs had a seal. */
function sealOf(folder: string): readonly TapeFile[] | null {
  const path = join(folder, SEAL_FILE);
  if (!existsSync(path)) return [];
  try {
    const { files } = JSON.parse(readFileSync(path, 'utf8')) as { readonly files?: unknown };
    return Array.isArray(files) ? (files as TapeFile[]) : null;
  } catch {
    return null;
  }
}

/** Checks every table of a run. Throws a Fault (`run-not-found`) where one is not as it was sealed. */
export function checkRun(id: string, folder: string, dataFolder: string): void {
  const problem = runProblem(folder, RUN_TABLE_NAMES.join(' '), new VerifiedFiles(dataFolder));
  if (problem === null) return;
  throw new Fault('run-not-found', `run ${id} cannot be read: ${problem}`, {
    next: `Remove ${folder} and make the run again.`,
  });
}

function tapeFolders(dataFolder: string): string[] {
  const folder = tapesFolder(dataFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && existsSync(join(folder, name, MANIFEST_FILE)))
    .sort()
    .map((name) => join(folder, name));
}

function tapeProblem(folder: string, asked: string, verified: VerifiedFiles): string | null {
  try {
    for (const file of readManifest(folder).files) {
      const sort = TAPE_VIEWS.find((view) => file.name.startsWith(view.replace('tape_', '')));
      // A file whose bytes nobody asks for must still be there, and as long as it was: the tape is one thing.
      const problem =
        sort !== undefined && asked.includes(sort) ? verified.problem(folder, file) : verified.length(folder, file);
      if (problem !== null) return `${join(folder, file.name)} is damaged: ${problem}`;
    }
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
