import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface TrialsFlags extends GlobalFlags {
  readonly tape?: string;
}

/** `tapedeck trials [--tape TAPE]`: what was ever tried on a tape. */
export function trialsCommand(signal: AbortSignal): CommandModule<GlobalFlags, TrialsFlags> {
  return {
    command: 'trials',
    describe: 'list every configuration ever tried on a tape: results are judged by how many there are',
    builder: (flags) =>
      flags.option('tape', {
        type: 'string',
        requiresArg: true,
        describe: 'name or folder; left out: a count for each',
      }),
    handler: async (flags) => {
      const { showTrials } = await import('../show-trials.ts');
      await showTrials(flags.tape, openSession(flags, signal));
    },
  };
}
