import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface InspectFlags extends GlobalFlags {
  readonly tape: string;
}

/** `tapedeck inspect TAPE`: what a tape can tell, and what it cannot. */
export function inspectCommand(signal: AbortSignal): CommandModule<GlobalFlags, InspectFlags> {
  return {
    command: 'inspect <tape>',
    describe: 'show a tape: grade, coverage, gaps, markets, activity, import report',
    builder: (flags) => flags.positional('tape', { type: 'string', demandOption: true, describe: 'name or folder' }),
    handler: async (flags) => {
      const { showTape } = await import('../show-tape.ts');
      await showTape(flags.tape, openSession(flags, signal));
    },
  };
}
