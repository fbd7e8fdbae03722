import { Fault } from '../core/fault.ts';
import { codeHash } from '../study/store/code-hash.ts';
import { type RunSettings, settingsOf } from '../study/store/invocation.ts';
import type { RunResult } from '../study/store/run-result.ts';
import type { TapeSource } from '../study/store/tape-source.ts';
import { openTape } from '../tape/open-tape.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import { tapeSource } from './tape-source.ts';

/** What a finished run was made of, opened again and proved to be the same. */
export interface ReopenedRun {
  readonly tape: TapeSource;
  readonly strategy: LoadedStrategy;
  readonly settings: RunSettings;
}

/**
 * Opens the tape, the strategy and the settings of a finished run, so that it can be made again. Throws a Fault (`run-changed`) where
 * the tape, the strategy or the program is no longer what the run's hashes say. A caller that holds digests against each other itself
 * may take another program: most of its changes change no run.
 */
export async function reopenRun(run: RunResult, dataFolder: string, anyProgram = false): Promise<ReopenedRun> {
  const { invocation, hashes } = run;
  const program = codeHash();
  if (!anyProgram && program !== hashes.code) throw changed(run, 'the program', hashes.code, program);
  const strategy = await loadStrategy(invocation.strategy);
  if (strategy.hash !== hashes.strategy)
    throw changed(run, `strategy ${invocation.strategy}`, hashes.strategy, strategy.hash);
  const tape = await openTape(dataFolder, invocation.tape);
  const { digest } = tape.manifest;
  if (digest !== hashes.tape) throw changed(run, `tape ${invocation.tape}`, hashes.tape, digest);
  return { tape: await tapeSource(tape), strategy, settings: settingsOf(invocation) };
}

function changed(run: RunResult, what: string, then: string, now: string): Fault {
  const hashes = `then ${then.slice(0, 12)}, now ${now.slice(0, 12)}`;
  return new Fault('run-changed', `${what} has changed since ${run.id} was made (${hashes})`, {
    next: 'Make the run anew with "npx tapedeck backtest" and ask about that one.',
  });
}
