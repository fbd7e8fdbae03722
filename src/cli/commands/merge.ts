import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface MergeFlags extends GlobalFlags {
  readonly recordings: readonly string[];
  readonly name: string;
  readonly replace: boolean;
}

/** `tapedeck merge A B --name C`: one tape of several recordings of the same markets. */
export function mergeCommand(signal: AbortSignal): CommandModule<GlobalFlags, MergeFlags> {
  return {
    command: 'merge <recordings..>',
    describe: 'one tape of several recordings of the same markets: what either heard, once',
    builder: (flags) =>
      flags
        .positional('recordings', { type: 'string', array: true, demandOption: true, describe: 'names or folders' })
        .option('name', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'what the tape is to be called',
        })
        .option('replace', { type: 'boolean', default: false, describe: 'take the place of a tape of that name' }),
    handler: async (flags) => {
      const { merge } = await import('../merge.ts');
      await merge(flags, openSession(flags, signal));
    },
  };
}
