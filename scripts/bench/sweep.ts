import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDemoTape } from '../../src/cli/demo-tape.ts';
import { loadStrategy } from '../../src/cli/load-strategy.ts';
import { openSession } from '../../src/cli/session.ts';
import type { WorkerStart } from '../../src/cli/sweep-worker.ts';
import { tapeFees, tapeSource } from '../../src/cli/tape-source.ts';
import { WorkerPool } from '../../src/cli/worker-pool.ts';
import { dollars } from '../../src/core/money.ts';
import { STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { KNOWN_FEES } from '../../src/ledger/known-fees.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { LANES } from '../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { sha256 } from '../../src/study/store/code-hash.ts';
import { invocationOf } from '../../src/study/store/invocation.ts';
import { type Configuration, gridOf, parseSwept } from '../../src/study/sweep/grid.ts';
import { sweep } from '../../src/study/sweep/sweep.ts';
import { median } from './calibration.ts';

const REPETITIONS = 3;
/** A hundred configurations: as many as make a thread's compiled code settle, and as a person sweeps. */
const GRID = [
  'threshold=200,350,500,750,1000,1500,2500,3500,5000,7500',
  'mode=follow,fade',
  'maxPositions=1,3,5,10,20',
];

export interface SweepBench {
  readonly configurations: number;
  /** Medians of sweeps taken in turns, threads warm. */
  readonly oneWorkerSeconds: number;
  readonly twoWorkerSeconds: number;
  /** The first sweep of one thread and of two: they start, load the strategy and compile. */
  readonly cold: { readonly one: number; readonly two: number };
  /** The same configurations in one thread, each in a pass of its own. */
  readonly onePassEachSeconds: number;
  readonly digest: string;
}

/** Sweeps a hundred configurations of `whale`, three lanes each, over the SYNTHETIC demo tape in shared memory. */
export async function benchSweep(): Promise<SweepBench> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-bench-'));
  const start = await workerStart(folder);
  const strategy = await loadStrategy('whale');
  const configurations = gridOf(strategy.module.params, {}, GRID.map(parseSwept));
  const one = new WorkerPool(1, start);
  const two = new WorkerPool(2, start);
  try {
    const digests = new Set<string>();
    const seconds = { one: [] as number[], two: [] as number[], each: [] as number[] };
    const timed = async (pool: WorkerPool, each: boolean): Promise<number> => {
      const { elapsed, digest } = await run(pool, configurations, start.facts.rows, each);
      digests.add(digest);
      return elapsed;
    };
    // The first round loads the strategy in every thread and warms it.
    const cold = { one: await timed(one, false), two: await timed(two, false) };
    for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
      const round = { one: await timed(one, false), two: await timed(two, false), each: await timed(one, true) };
      if (repetition === 0) continue;
      for (const name of ['one', 'two', 'each'] as const) seconds[name].push(round[name]);
    }
    if (digests.size !== 1) throw new Error(`sweeps gave different digests: ${[...digests].join(', ')}`);
    return {
      configurations: configurations.length,
      oneWorkerSeconds: median(seconds.one),
      twoWorkerSeconds: median(seconds.two),
      cold,
      onePassEachSeconds: median(seconds.each),
      digest: [...digests][0]!,
    };
  } finally {
    await one.close();
    await two.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  pool: WorkerPool,
  configurations: readonly Configuration[],
  rows: number,
  each: boolean,
): Promise<{ elapsed: number; digest: string }> {
  const found = new Map<number, string>();
  const note = (outcomes: readonly { readonly number: number; readonly digest?: string }[]): void => {
    for (const { number, digest } of outcomes) found.set(number, digest ?? 'failed');
  };
  const started = performance.now();
  if (each) for (const configuration of configurations) note(await pool.run([configuration], () => {}));
  else await sweep({ pending: configurations, runner: pool, rows, onBatch: (_, outcomes) => note(outcomes) });
  const elapsed = (performance.now() - started) / 1_000;
  return { elapsed, digest: sha256(JSON.stringify([...found].sort(([left], [right]) => left - right))) };
}

async function workerStart(folder: string): Promise<WorkerStart> {
  const flags = { data: folder, json: false, quiet: true, color: false };
  const tape = await openDemoTape(openSession(flags, new AbortController().signal));
  const { facts } = await tapeSource(tape);
  const { found, hash } = await loadStrategy('whale');
  const settings = {
    params: {},
    controls: false,
    lanes: LANES,
    latency: ASSUMED_LATENCY,
    fees: [...KNOWN_FEES, ...(await tapeFees(tape))],
    membership: 'direct' as const,
    tier: BASIC_TIER,
    limits: STANDARD_LIMITS,
    startingCash: dollars(10_000),
    seed: 'bench',
  };
  const invocation = invocationOf({ strategy: found, tape: tape.folder }, settings);
  return { tape: await tape.share(), facts, strategy: { found, hash }, invocation };
}
