import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import { type Invocation, settingsOf } from '../study/store/invocation.ts';
import type { TapeFacts } from '../study/store/run-result.ts';
import { type ConfigurationOutcome, type PassSetting, runConfigurations } from '../study/sweep/configuration-pass.ts';
import { type Configuration, sweptText } from '../study/sweep/grid.ts';
import { type SharedTape, Tape } from '../tape/open-tape.ts';
import { loadStrategy } from './load-strategy.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly tape: SharedTape;
  readonly facts: TapeFacts;
  readonly strategy: { readonly found: string; readonly hash: string };
  readonly invocation: Invocation;
}

/** What a worker says: how far its pass is, what its batch gave, or why it ended without. */
export type WorkerMessage =
  | { readonly type: 'rows'; readonly rows: number }
  | { readonly type: 'done'; readonly outcomes: readonly ConfigurationOutcome[] }
  | { readonly type: 'fault'; readonly code: Fault['code']; readonly message: string; readonly next: string };

const port = parentPort!;
const start = workerData as WorkerStart;
const say = (message: WorkerMessage): void => port.postMessage(message);

async function open(): Promise<PassSetting> {
  const strategy = await loadStrategy(start.strategy.found);
  if (strategy.hash !== start.strategy.hash) {
    throw new Fault('run-changed', `strategy ${start.strategy.found} was changed while the sweep started`, {
      next: 'Start it again.',
    });
  }
  const tape = Tape.shared(start.tape);
  const { markets } = tape;
  return {
    tape: { facts: start.facts, markets, blocks: () => tape.blocks() },
    fresh: strategy.fresh,
    models: strategy.models,
    settings: settingsOf(start.invocation),
    onProgress: (rows) => say({ type: 'rows', rows }),
  };
}

const opened = open();
// Whoever awaits it is told; nobody may have asked yet.
opened.catch(() => {});

/** What a batch leaves running ends the thread here, before its results count: a failed promise at its first turn, a timer at once. */
async function refuseStrays(batch: readonly Configuration[]): Promise<void> {
  await turn();
  if (!process.getActiveResourcesInfo().includes('Timeout')) return;
  const names = batch.map(({ number, swept }) => `${number} (${sweptText(swept)})`).join(', ');
  throw new Fault('strategy-failed', `the strategy left a timer running, in one of the configurations ${names}`, {
    next: 'Callbacks are synchronous: use context.wakeAt. Other batches that were done are kept.',
  });
}

port.on('message', async (batch: readonly Configuration[]) => {
  try {
    const outcomes = await runConfigurations(await opened, batch);
    await refuseStrays(batch);
    say({ type: 'done', outcomes });
  } catch (error) {
    // Anything else is our own mistake: thrown here it ends the thread, and the pool tells it with its stack.
    if (!(error instanceof Fault)) throw error;
    say({ type: 'fault', code: error.code, message: error.message, next: error.next });
  }
});
