import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface CompactFlags extends GlobalFlags {
  readonly recording: string;
}

/** `tapedeck compact RECORDING`: closed segments packed; they give back the identical frames. */
export function compactCommand(signal: AbortSignal): CommandModule<GlobalFlags, CompactFlags> {
  return {
    command: 'compact <recording>',
    describe: 'pack the closed segments of a recording; nothing of it changes',
    builder: (flags) =>
      flags.positional('recording', { type: 'string', demandOption: true, describe: 'name or folder' }),
    handler: async (flags) => {
      const { compact } = await import('../compact.ts');
      compact(flags.recording, openSession(flags, signal));
    },
  };
}
