import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface TapesFlags extends GlobalFlags {
  readonly verify: boolean;
}

/** `tapedeck tapes`: what there is to run on. */
export function tapesCommand(signal: AbortSignal): CommandModule<GlobalFlags, TapesFlags> {
  return {
    command: 'tapes',
    describe: 'list the tapes of the data folder',
    builder: (flags) =>
      flags.option('verify', {
        type: 'boolean',
        default: false,
        describe: 'read every byte and compare it with its seal',
      }),
    handler: async (flags) => {
      const { showTapes } = await import('../show-tapes.ts');
      await showTapes(flags.verify, openSession(flags, signal));
    },
  };
}
