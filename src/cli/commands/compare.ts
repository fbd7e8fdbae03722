import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

interface CompareFlags extends GlobalFlags {
  readonly a: string;
  readonly b: string;
}

/** `tapedeck compare A B`: what differs between two runs, in what was asked and in what came of it. */
export function compareCommand(signal: AbortSignal): CommandModule<GlobalFlags, CompareFlags> {
  const run = { type: 'string', demandOption: true } as const;
  return {
    command: 'compare <a> <b>',
    describe: 'hold two runs against each other: setup, results by lane, paired intervals, orders',
    builder: (flags) =>
      flags
        .positional('a', { ...run, describe: 'a run: an id, the beginning of one, or "last"' })
        .positional('b', { ...run, describe: 'the run to hold against it' }),
    handler: async (flags) => {
      const session = openSession(flags, signal);
      const { compareRuns } = await import('../../study/compare/compare-runs.ts');
      const { renderComparison } = await import('../../study/compare/comparison-text.ts');
      const { openRun } = await import('../../study/store/run-store.ts');
      const runs = [flags.a, flags.b].map((name) => openRun(session.dataFolder, name));
      const comparison = await compareRuns(runs[0]!, runs[1]!);
      session.print(session.json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison));
    },
  };
}
