import type { CommandModule } from 'yargs';
import type { ImportFlags } from '../import-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;

/** `tapedeck import SOURCE`: a recorded source into a sealed tape. */
export function importCommand(signal: AbortSignal): CommandModule<GlobalFlags, ImportFlags> {
  return {
    command: 'import <source>',
    describe: 'turn recorded data into a tape; nothing is repaired silently',
    builder: (flags) =>
      flags
        .positional('source', { type: 'string', demandOption: true, describe: 'folder or file to read' })
        .option('name', { ...text, demandOption: true, describe: 'what the tape is to be called' })
        .option('mapping', { ...text, describe: 'mapping file, or the name of one that comes with tapedeck' })
        .option('format', {
          ...text,
          choices: ['kalshi-rest', 'kalshi-frames', 'kalshi-recording'] as const,
          describe: "Kalshi's own shapes, without a mapping",
        })
        .option('replace', { type: 'boolean', default: false, describe: 'take the place of a tape of that name' })
        .conflicts('mapping', 'format'),
    handler: async (flags) => {
      const { importTape } = await import('../import-tape.ts');
      await importTape(flags, openSession(flags, signal));
    },
  };
}
