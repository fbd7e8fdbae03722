import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { isRunning } from '../../tape/tape-folder.ts';
import type { RunResult } from './run-result.ts';

/** Written last into a run's folder: a folder that has it is whole. */
export const RUN_FILE = 'run.json';

/** Length and SHA-256 of each table of a run. */
export const SEAL_FILE = 'files.json';

const PARTIAL = /^\.partial-(\d+)-/;

export interface StoredRun {
  readonly id: string;
  readonly folder: string;
  readonly result: RunResult;
}

/** The finished runs of a data folder, newest first, and those whose `run.json` cannot be read, with why. */
export interface RunList {
  readonly runs: readonly StoredRun[];
  readonly unreadable: readonly { readonly id: string; readonly why: string }[];
}

/** The ids of all finished runs, by name; none where the folder does not exist. */
export function runIds(dataFolder: string): string[] {
  return entries(dataFolder)
    .filter((name) => !name.startsWith('.') && existsSync(join(dataFolder, 'runs', name, RUN_FILE)))
    .sort();
}

function entries(dataFolder: string): string[] {
  const folder = join(dataFolder, 'runs');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Reads every finished run. */
export function listRuns(dataFolder: string): RunList {
  const runs: StoredRun[] = [];
  const unreadable: { id: string; why: string }[] = [];
  for (const id of runIds(dataFolder)) {
    const run = readRun(dataFolder, id);
    if (typeof run === 'string') unreadable.push({ id, why: run });
    else runs.push(run);
  }
  return { runs: runs.sort(newestFirst), unreadable };
}

function newestFirst(a: StoredRun, b: StoredRun): number {
  if (a.result.startedAt !== b.result.startedAt) return a.result.startedAt < b.result.startedAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** The run, or why it cannot be read. */
function readRun(dataFolder: string, id: string): StoredRun | string {
  const folder = join(dataFolder, 'runs', id);
  let result: Partial<RunResult> | null;
  try {
    result = JSON.parse(readFileSync(join(folder, RUN_FILE), 'utf8'));
  } catch (error) {
    return (error as Error).message;
  }
  if (result?.format !== 'tapedeck-run') return 'it does not say "format": "tapedeck-run"';
  if (result.version !== 2) return `it has version ${result.version}; this program reads 2`;
  if (typeof result.startedAt !== 'string' || !Array.isArray(result.arms)) return 'it has no start or no arms';
  return { id, folder, result: result as RunResult };
}

/**
 * Opens a run by its id, the beginning of one, `last` or `latest`. Throws a Fault (`run-not-found`) that names what there is when
 * none, or more than one, fits, or when the run cannot be read.
 */
export function openRun(dataFolder: string, name: string): StoredRun {
  const ids = runIds(dataFolder);
  if (ids.length === 0) {
    throw new Fault('run-not-found', `there are no runs in ${join(dataFolder, 'runs')}`, {
      next: 'Make one with "npx tapedeck backtest", or name another folder with --data.',
    });
  }
  if (name === 'latest' || name === 'last') return latestRun(dataFolder);
  const fitting = ids.includes(name) ? [name] : ids.filter((id) => id.startsWith(name));
  const [id] = fitting;
  if (id === undefined || name === '') {
    throw new Fault('run-not-found', `no run is called ${JSON.stringify(name)}; there is: ${some(ids)}`, {
      next: 'Give an id, the beginning of one, or "last"; "npx tapedeck runs" lists them.',
    });
  }
  if (fitting.length > 1) {
    throw new Fault(
      'run-not-found',
      `${JSON.stringify(name)} is the beginning of ${fitting.length} runs: ${some(fitting)}`,
      {
        next: 'Give more of the id.',
      },
    );
  }
  const run = readRun(dataFolder, id);
  if (typeof run === 'string') throw broken(dataFolder, id, run);
  return run;
}

function latestRun(dataFolder: string): StoredRun {
  const { runs, unreadable } = listRuns(dataFolder);
  const [latest] = runs;
  if (latest === undefined) throw broken(dataFolder, unreadable[0]?.id ?? '', unreadable[0]?.why ?? '');
  return latest;
}

function broken(dataFolder: string, id: string, why: string): Fault {
  return new Fault('run-not-found', `${join(dataFolder, 'runs', id, RUN_FILE)} cannot be read: ${why}`, {
    next: 'Remove the folder and make the run again.',
  });
}

function some(ids: readonly string[]): string {
  const shown = ids.slice(-8).join(', ');
  return ids.length > 8 ? `${shown} and ${ids.length - 8} more` : shown;
}

/** Removes what processes that no longer run left behind of runs they did not finish. Gives the names removed. */
export function cleanPartialRuns(dataFolder: string): string[] {
  const removed: string[] = [];
  for (const name of entries(dataFolder)) {
    const match = PARTIAL.exec(name);
    if (match === null || isRunning(Number(match[1]))) continue;
    rmSync(join(dataFolder, 'runs', name), { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}
