import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface CertifyFlags extends GlobalFlags {
  readonly recording: string;
}

/** `tapedeck certify RECORDING`: everything that a recording and its tape claim, derived again from the raw frames. */
export function certifyCommand(signal: AbortSignal): CommandModule<GlobalFlags, CertifyFlags> {
  return {
    command: 'certify <recording>',
    describe: 'read a recording again: chain, gaps, books over REST, and whether its tape is what it gives',
    builder: (flags) =>
      flags.positional('recording', { type: 'string', demandOption: true, describe: 'name or folder' }),
    handler: async (flags) => {
      const { certify } = await import('../certify.ts');
      await certify(flags.recording, openSession(flags, signal));
    },
  };
}
