import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { codeHash, programFiles } from '../../src/study/store/code-hash.ts';
import type { StudyRecord } from './study-run.ts';
import { type StudyTask, taskName } from './study-task.ts';

export interface StudyOptions {
  readonly tasks: readonly StudyTask[];
  readonly workers: number;
  /** Where records are kept: a study that was stopped goes on where it was, as long as the program is the same. */
  readonly folder: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs the tasks that have no record yet on worker threads, and returns the records of all, in the order of the tasks. */
export async function study({ tasks, workers, folder, onProgress }: StudyOptions): Promise<StudyRecord[]> {
  mkdirSync(folder, { recursive: true });
  const file = recordFile(folder);
  const done = new Map<string, StudyRecord>();
  for (const record of readRecords(file)) done.set(taskName(record.task), record);
  const pending = tasks.filter((task) => !done.has(taskName(task)));
  const report = (): void => onProgress?.(tasks.length - left, tasks.length);
  let left = pending.length;
  report();
  const keep = (record: StudyRecord): void => {
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    done.set(taskName(record.task), record);
    left--;
    report();
  };
  await Promise.all(Array.from({ length: Math.min(workers, pending.length) }, () => work(pending, keep)));
  return tasks.map((task) => done.get(taskName(task))!);
}

/** Where the records of this program's study are kept in a folder. */
export function recordFile(folder: string): string {
  return join(folder, `study-${programMark()}.ndjson`);
}

/** One worker takes tasks until none is left. */
function work(pending: StudyTask[], keep: (record: StudyRecord) => void): Promise<void> {
  const own = fileURLToPath(import.meta.url);
  const worker = new Worker(own.replace(/study\.(js|ts)$/, 'study-worker.$1'));
  return new Promise((resolve, reject) => {
    worker.on('message', (record: StudyRecord) => {
      keep(record);
      worker.postMessage(pending.shift() ?? null);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    worker.postMessage(pending.shift() ?? null);
  });
}

function readRecords(file: string): StudyRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // Without its line's end a record was cut while it was written.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as StudyRecord);
}

/** What of this folder decides a record, beside the program itself. */
const DECIDING = ['block-builder', 'memory-tape', 'study-run', 'study-task', 'wide-limits'];

/** Names the program and the study: records of another are not taken for this one's. */
function programMark(): string {
  const hash = createHash('sha256').update(codeHash());
  const own = fileURLToPath(import.meta.url);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = DECIDING.map((name) => own.replace(/study\.(js|ts)$/, `${name}.$1`));
  for (const file of [...programFiles(join(root, 'strategies')), ...files]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
