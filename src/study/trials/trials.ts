import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { formatTime, type Time } from '../../core/time.ts';
import type { WrittenParams } from '../../engine/params.ts';
import { writeFault } from '../../tape/write-fault.ts';
import { centsPerContract, totalsByDay } from '../statistics/interval.ts';
import { dailySharpe } from '../statistics/sharpe.ts';
import { codeHash, sha256 } from '../store/code-hash.ts';
import type { Invocation } from '../store/invocation.ts';
import type { LaneResult, RunResult, TapeFacts, TrialCount } from '../store/run-result.ts';
import { overlap, type TapeKin } from './tape-kin.ts';
import { type Trial, trialIn } from './trial-line.ts';

/** What a trial was made of. */
export interface TrialParts {
  readonly tape: TapeFacts;
  readonly strategy: { readonly name: string; readonly hash: string };
  readonly invocation: Invocation;
  /** All parameters, defaults included. */
  readonly params: WrittenParams;
}

/**
 * What two looks must share to be one trial: the tape, the strategy's code, its parameters, the terms it trades on and the seed. Not the
 * program's own code: the same question asked again of a corrected program is not another draw from the urn.
 */
function keysOf({ tape, strategy, invocation, params }: TrialParts): Pick<Trial, 'key' | 'configuration'> {
  const { latency, fees, membership, tier, limits, startingCashE6, seed } = invocation;
  const terms = { latency, fees, membership, tier, limits, startingCashE6, seed };
  const sorted = Object.entries(params).sort(([left], [right]) => (left < right ? -1 : 1));
  const asked = { strategy: strategy.hash, terms, params: sorted };
  return {
    key: sha256(JSON.stringify({ tape: tape.digest, ...asked })),
    configuration: sha256(JSON.stringify(asked)),
  };
}

export function trialOf(parts: TrialParts, lanes: readonly LaneResult[], source: string): Trial {
  const { tape, strategy, params } = parts;
  return {
    ...keysOf(parts),
    time: formatTime((Date.now() * 1_000) as Time),
    tape: {
      name: tape.name,
      digest: tape.digest,
      synthetic: tape.synthetic,
      ...(tape.spans && { spans: tape.spans }),
    },
    strategy: strategy.name,
    hashes: { strategy: strategy.hash, code: codeHash() },
    params,
    source,
    lanes: lanes.map((lane) => ({
      lane: lane.lane,
      fills: lane.fills,
      net_e6: lane.netE6,
      cents_per_contract: centsPerContract(lane.markets),
      days: totalsByDay(lane.markets).length,
      daily_sharpe: dailySharpe(lane.markets),
    })),
  };
}

function registryOf(dataFolder: string): string {
  return join(dataFolder, 'trials.ndjson');
}

/**
 * Adds trials to the registry. One `write` at the end of the file, so that several processes may add at once; a line that a crash tore
 * is closed first. Throws a Fault (`disk-full`, `cannot-write`).
 */
export function appendTrials(dataFolder: string, trials: readonly Trial[]): void {
  if (trials.length === 0) return;
  const path = registryOf(dataFolder);
  try {
    mkdirSync(dataFolder, { recursive: true });
    const descriptor = openSync(path, 'a+');
    try {
      const { size } = fstatSync(descriptor);
      const last = Buffer.alloc(1);
      const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10;
      const bytes = Buffer.from(`${torn ? '\n' : ''}${trials.map((trial) => `${JSON.stringify(trial)}\n`).join('')}`);
      const written = writeSync(descriptor, bytes);
      if (written < bytes.length) throw Object.assign(new Error('the registry took a part only'), { code: 'ENOSPC' });
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw writeFault(error, path);
  }
}

/**
 * Throws a Fault (`disk-full`, `cannot-write`) where trials could not be recorded: told before a run, not after it. Leaves the registry as
 * it is, empty where there was none.
 */
export function checkRegistry(dataFolder: string): void {
  const path = registryOf(dataFolder);
  try {
    mkdirSync(dataFolder, { recursive: true });
    closeSync(openSync(path, 'a+'));
  } catch (error) {
    const told = writeFault(error, path);
    if (told instanceof Fault) throw told;
    throw new Fault('cannot-write', `${path}, where every trial is recorded, cannot be written`, {
      next: 'Put it right, or name another folder with --data; nothing was run.',
      cause: error,
    });
  }
}

/**
 * Every trial of the registry in the order it was added, repetitions included. A line that is none, torn by a crash or written by
 * something else, is left out, and `tell` hears how many were.
 */
export function readTrials(dataFolder: string, tell: (text: string) => void): Trial[] {
  const path = registryOf(dataFolder);
  if (!existsSync(path)) return [];
  const trials: Trial[] = [];
  let strange = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const trial = trialIn(line);
    if (trial === null) strange++;
    else trials.push(trial);
  }
  if (strange > 0) {
    tell(`${strange} ${strange === 1 ? 'line' : 'lines'} of ${path} cannot be read as trials and are not counted`);
  }
  return trials;
}

/**
 * Different configurations tried on a tape or on one that overlaps it, each as it was last seen, in the order they were first seen. A
 * tape that has grown by a day has lost none of its trials.
 */
export function distinctTrials(trials: readonly Trial[], tape: TapeKin): Trial[] {
  const kin = new Map<string, boolean>();
  const found = new Map<string, Trial>();
  for (const trial of trials) {
    const { name, digest, spans } = trial.tape;
    const which = `${digest}/${name}/${spans !== undefined}`;
    if (!kin.has(which)) kin.set(which, overlap(trial.tape, tape));
    if (kin.get(which) === true) found.set(trial.configuration ?? trial.key, trial);
  }
  return [...found.values()];
}

/**
 * Counts them. One that never traded is listed but not counted: nothing of it could have been picked for its luck. At least one: whoever
 * asks has looked.
 */
export function countTrials(trials: readonly Trial[], tape: TapeKin): TrialCount {
  const counted = distinctTrials(trials, tape).filter(({ lanes }) => lanes.some(({ fills }) => fills > 0));
  const ratios = counted
    .map(({ lanes }) => lanes.map(({ daily_sharpe }) => daily_sharpe).filter((ratio) => ratio !== null))
    .filter((lanes) => lanes.length > 0)
    .map((lanes) => Math.min(...lanes));
  return { count: Math.max(1, counted.length), sharpeDeviation: deviation(ratios) };
}

/** How often the tape of a finished run has been looked at by now. */
export function trialsNow(
  dataFolder: string,
  { tape }: Pick<RunResult, 'tape'>,
  tell: (text: string) => void,
): TrialCount {
  return countTrials(readTrials(dataFolder, tell), tape);
}

/** Summed in order of size: the order in which threads or processes added them must not show in the last digit. */
function deviation(unordered: readonly number[]): number | null {
  if (unordered.length < 2) return null;
  const values = [...unordered].sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
