import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

interface NewFlags extends GlobalFlags {
  readonly what: string;
  readonly name: string;
}

/** `tapedeck new strategy NAME`: a strategy to begin with, and its test. */
export function newCommand(signal: AbortSignal): CommandModule<GlobalFlags, NewFlags> {
  return {
    command: 'new <what> <name>',
    describe: 'write a strategy to begin with, and its test, into this folder',
    builder: (flags) =>
      flags
        .positional('what', { type: 'string', choices: ['strategy'], demandOption: true, describe: 'strategy' })
        .positional('name', { type: 'string', demandOption: true, describe: 'what it is to be called' }),
    handler: async (flags) => {
      const { newStrategy } = await import('../new-strategy.ts');
      newStrategy(flags.name, process.cwd(), openSession(flags, signal));
    },
  };
}
