import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import type { ConfigurationOutcome } from '../study/sweep/configuration-pass.ts';
import { type Configuration, sweptText } from '../study/sweep/grid.ts';
import type { BatchRunner } from '../study/sweep/sweep.ts';
import { strayFault } from './stray-code.ts';
import type { WorkerMessage, WorkerStart } from './sweep-worker.ts';

const WORKER = new URL(`./sweep-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** A batch under way: its outcomes, or a text that says how its thread ended without any. */
interface Job {
  readonly batch: readonly Configuration[];
  readonly onRows: (rows: number) => void;
  readonly resolve: (outcomes: readonly ConfigurationOutcome[] | string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Worker threads over one tape in shared memory, a batch at a time each. Plain `node:worker_threads`: what a pool library adds (queues,
 * scaling) is not needed, and what is needed (progress of a batch, ending at once a strategy that never returns, telling which
 * configuration brought a thread down) would have to be built on top of one all the same.
 */
export class WorkerPool implements BatchRunner {
  readonly parallel: number;
  readonly #start: WorkerStart;
  readonly #idle = new Set<Worker>();
  readonly #busy = new Map<Worker, Job>();
  /** The batch that each thread ran last: what it left running may fail after it. */
  readonly #last = new Map<Worker, readonly Configuration[]>();
  #stray: unknown = null;

  constructor(parallel: number, start: WorkerStart) {
    this.parallel = parallel;
    this.#start = start;
  }

  /** The configurations under way, in order of number. */
  get underWay(): Configuration[] {
    return [...this.#busy.values()].flatMap((job) => job.batch).sort((a, b) => a.number - b.number);
  }

  /**
   * Runs a batch. Where its thread ends in the middle (out of memory, `process.exit`), its configurations are run one by one: the one
   * that ends its thread has failed, the others count. Throws what is wrong with the program or its tape.
   */
  async run(batch: readonly Configuration[], onRows: (rows: number) => void): Promise<ConfigurationOutcome[]> {
    const answer = await this.#ask(batch, onRows);
    if (typeof answer !== 'string') return [...answer];
    const [only, ...others] = batch;
    if (others.length === 0) return [{ number: only!.number, failed: answer }];
    const outcomes: ConfigurationOutcome[] = [];
    for (const configuration of batch) outcomes.push(...(await this.run([configuration], onRows)));
    return outcomes;
  }

  /** Throws what failed in a thread that had no batch under way. */
  check(): void {
    if (this.#stray !== null) throw this.#stray;
  }

  /** Ends every thread at once, whatever it does. Batches under way never answer. */
  async close(): Promise<void> {
    const workers = [...this.#idle, ...this.#busy.keys()];
    this.#idle.clear();
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #ask(
    batch: readonly Configuration[],
    onRows: (rows: number) => void,
  ): Promise<readonly ConfigurationOutcome[] | string> {
    this.check();
    const [worker = this.#hire()] = this.#idle;
    this.#idle.delete(worker);
    return new Promise((resolve, reject) => {
      this.#busy.set(worker, { batch, onRows, resolve, reject });
      this.#last.set(worker, batch);
      worker.postMessage(batch);
    });
  }

  #hire(): Worker {
    const worker = new Worker(WORKER, { workerData: this.#start });
    worker.on('message', (message: WorkerMessage) => {
      const job = this.#busy.get(worker);
      if (job === undefined) return;
      if (message.type === 'rows') job.onRows(message.rows);
      else {
        this.#busy.delete(worker);
        this.#idle.add(worker);
        if (message.type === 'done') job.resolve(message.outcomes);
        else job.reject(new Fault(message.code, message.message, { next: message.next }));
      }
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') this.#lost(worker)?.resolve('it ran out of memory');
      else this.#strayed(worker, strayFault(error, whereOf(this.#last.get(worker) ?? [])));
    });
    worker.on('exit', (status) => this.#lost(worker)?.resolve(`it ended its thread with exit status ${status}`));
    return worker;
  }

  /** Code that nobody waited for failed: in the batch under way, or else it is told when the pool is next asked. */
  #strayed(worker: Worker, error: unknown): void {
    const job = this.#lost(worker);
    if (job === undefined) this.#stray ??= error;
    else job.reject(error);
  }

  /** Forgets a thread that has ended; the job it leaves behind, if any. */
  #lost(worker: Worker): Job | undefined {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.delete(worker);
    return job;
  }
}

function whereOf(batch: readonly Configuration[]): string {
  const names = batch.map(({ number, swept }) => `${number} (${sweptText(swept)})`);
  return batch.length === 1 ? ` in configuration ${names[0]}` : ` in one of the configurations ${names.join(', ')}`;
}
