import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

/** `tapedeck tapes`: what there is to run on. */
export function tapesCommand(signal: AbortSignal): CommandModule<GlobalFlags, GlobalFlags> {
  return {
    command: 'tapes',
    describe: 'list the tapes of the data folder',
    handler: async (flags) => {
      const { showTapes } = await import('../show-tapes.ts');
      await showTapes(openSession(flags, signal));
    },
  };
}
