import type { ConfigurationOutcome } from './configuration-pass.ts';
import type { Configuration } from './grid.ts';

/**
 * Configurations in one pass of the tape. Above a few the cost of each no longer falls (docs/sweep.md), and what an interrupt loses is
 * what its passes had under way.
 */
const MOST_IN_A_PASS = 5;

/** Whoever runs batches: worker threads, or in a test this thread. Several may be asked for at a time, `parallel` at most. */
export interface BatchRunner {
  readonly parallel: number;
  /** Runs one batch. `onRows` is told how many rows of its pass are done. */
  run(batch: readonly Configuration[], onRows: (rows: number) => void): Promise<ConfigurationOutcome[]>;
}

export interface SweepOptions {
  /** Those that have no result yet, in order. */
  readonly pending: readonly Configuration[];
  readonly runner: BatchRunner;
  /** Rows of the tape, for the progress. */
  readonly rows: number;
  /** Called with the outcomes of a batch as soon as it is done, in whatever order batches end. */
  readonly onBatch: (batch: readonly Configuration[], outcomes: readonly ConfigurationOutcome[]) => void;
  /** Called with how many configurations are done, fractions included. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Runs the pending configurations, several in a pass and several passes at a time. What a configuration gives depends on neither: nor
 * on order, nor on which others it shares a pass with. Ends with the first failure that is not a configuration's own.
 */
export async function sweep({ pending, runner, rows, onBatch, onProgress }: SweepOptions): Promise<void> {
  const batches = batchesOf(pending, runner.parallel);
  const under = new Map<number, number>();
  let done = 0;
  const tell = (): void => {
    let partial = 0;
    for (const share of under.values()) partial += share;
    onProgress?.(done + partial);
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < batches.length) {
      const at = next++;
      const batch = batches[at]!;
      const outcomes = await runner.run(batch, (passed) => {
        under.set(at, (batch.length * passed) / Math.max(1, rows));
        tell();
      });
      under.delete(at);
      done += batch.length;
      onBatch(batch, outcomes);
      tell();
    }
  };
  await Promise.all(Array.from({ length: runner.parallel }, work));
}

/** Cuts into batches of nearly equal size, a whole number of rounds for all workers. */
export function batchesOf(pending: readonly Configuration[], parallel: number): Configuration[][] {
  if (pending.length === 0) return [];
  const rounds = Math.ceil(pending.length / (MOST_IN_A_PASS * parallel));
  const size = Math.ceil(pending.length / (rounds * parallel));
  const batches: Configuration[][] = [];
  for (let start = 0; start < pending.length; start += size) batches.push(pending.slice(start, start + size));
  return batches;
}
