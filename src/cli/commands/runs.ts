import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface RunsFlags extends GlobalFlags {
  readonly run?: string;
}

/** `tapedeck runs [RUN]`: the runs there are, or the report of one. */
export function runsCommand(signal: AbortSignal): CommandModule<GlobalFlags, RunsFlags> {
  return {
    command: 'runs [run]',
    describe: 'list the runs of the data folder, or report one of them again',
    builder: (flags) => flags.positional('run', { type: 'string', describe: 'an id, the beginning of one, or "last"' }),
    handler: async (flags) => {
      const { showRun, showRuns } = await import('../show-runs.ts');
      const session = openSession(flags, signal);
      if (flags.run === undefined) showRuns(session);
      else showRun(flags.run, session);
    },
  };
}
