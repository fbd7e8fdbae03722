import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeFault } from '../../tape/write-fault.ts';
import type { ConfigurationOutcome } from './configuration-pass.ts';
import { takeLock } from './sweep-lock.ts';
import type { SweepPlan } from './sweep-plan.ts';

const PLAN_FILE = 'sweep.json';
const RESULTS_FILE = 'results.ndjson';
const LOCK_FILE = 'lock';

/**
 * The folder of a sweep, `<data>/sweeps/<id>/`: its plan, and a log of results that grows by a batch at a time. What a batch has
 * written survives the end of the process; a torn last line is cut when the folder is opened again.
 */
export class SweepFolder {
  readonly path: string;
  /** Results found when the folder was opened and those written since, by number. */
  readonly outcomes = new Map<number, ConfigurationOutcome>();
  readonly #descriptor: number;

  /** Opens the folder of a plan, made anew where there is none. Throws a Fault (`usage`) while another process works in it. */
  constructor(dataFolder: string, plan: SweepPlan) {
    this.path = join(dataFolder, 'sweeps', plan.id);
    try {
      mkdirSync(this.path, { recursive: true });
      takeLock(join(this.path, LOCK_FILE), plan.id);
      writePlan(this.path, plan);
      this.#descriptor = openSync(join(this.path, RESULTS_FILE), 'a+');
      this.#read(plan.configurations.length);
    } catch (error) {
      throw writeFault(error, this.path);
    }
  }

  /** Adds the outcomes of a batch. They are in the file when this returns. */
  append(outcomes: readonly ConfigurationOutcome[]): void {
    const text = outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
    try {
      let rest = Buffer.from(text);
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch (error) {
      throw writeFault(error, this.path);
    }
    for (const outcome of outcomes) this.outcomes.set(outcome.number, outcome);
  }

  close(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    rmSync(join(this.path, LOCK_FILE), { force: true });
  }

  /** Takes every whole line; cuts the file behind the last of them. */
  #read(configurations: number): void {
    const bytes = readFileSync(join(this.path, RESULTS_FILE));
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      const outcome = outcomeOf(bytes.toString('utf8', start, end), configurations);
      if (outcome === null) break;
      this.outcomes.set(outcome.number, outcome);
      start = end + 1;
    }
    if (start < bytes.length) ftruncateSync(this.#descriptor, start);
  }
}

function outcomeOf(line: string, configurations: number): ConfigurationOutcome | null {
  try {
    const outcome = JSON.parse(line) as ConfigurationOutcome;
    return outcome.number >= 1 && outcome.number <= configurations ? outcome : null;
  } catch {
    return null;
  }
}

function writePlan(folder: string, plan: SweepPlan): void {
  const path = join(folder, PLAN_FILE);
  if (existsSync(path)) return;
  writeFileSync(`${path}.partial`, `${JSON.stringify(plan, null, 2)}\n`);
  renameSync(`${path}.partial`, path);
}

/** Sweeps of a data folder that asked the same question of other code: their ids. Their results say nothing about this code. */
export function sweepsOfOtherCode(dataFolder: string, plan: SweepPlan): string[] {
  const folder = join(dataFolder, 'sweeps');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .filter((id) => {
      if (id === plan.id) return false;
      try {
        const other = JSON.parse(readFileSync(join(folder, id, PLAN_FILE), 'utf8')) as Partial<SweepPlan>;
        return other.question === plan.question && other.key !== plan.key;
      } catch {
        return false;
      }
    });
}
