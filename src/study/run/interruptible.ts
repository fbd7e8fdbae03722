import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const WORK = Symbol.for('tapedeck.work');
const script = new Script("globalThis[Symbol.for('tapedeck.work')]()", { filename: 'tapedeck-work' });
const shared = globalThis as unknown as Record<symbol, (() => unknown) | undefined>;

/**
 * Runs synchronous work so that Ctrl-C (SIGINT) ends it, even where it never returns: a listener of the process could not, because
 * nobody gets a turn. Throws what {@link wasInterrupted} knows. Costs a few tens of microseconds. In a worker thread it only runs the
 * work: whoever started the thread ends it. Other signals have no such watch.
 */
export function interruptible<T>(work: () => T): T {
  // Within watched work everything is watched.
  if (!isMainThread || shared[WORK] !== undefined) return work();
  shared[WORK] = work;
  try {
    return script.runInThisContext({ breakOnSigint: true }) as T;
  } finally {
    shared[WORK] = undefined;
  }
}

/**
 * Gives a turn to whoever listens to signals, then calls `check`, which throws where one came. A Ctrl-C that came while nothing was
 * watched waits in the event loop, and would be dropped there when the next {@link interruptible} work begins: call this before it.
 */
export async function hearSignals(check: () => void): Promise<void> {
  // The event loop looks for signals before an immediate, but not where the immediate was asked for from its own polling: hence two.
  for (let turn = 0; turn < 2; turn++) await new Promise((done) => setImmediate(done));
  check();
}

/** Whether an error is Ctrl-C in the middle of {@link interruptible} work. */
export function wasInterrupted(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null | undefined)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
}
