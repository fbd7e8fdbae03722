import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface FeaturesFlags extends GlobalFlags {
  readonly action: 'list' | 'export';
  readonly tape?: string;
  readonly out?: string;
  readonly hours: string;
  readonly 'every-day': boolean;
}

/** When to look at each event. */
export const HOURS_FLAG = {
  type: 'string',
  requiresArg: true,
  default: '-3,9',
  describe: 'when to look, in hours from the beginning of each climate day; -3 is 21:00 of the evening before',
} as const;

/** `tapedeck features`: what models of the high are asked with, and the rows that they are trained on. */
export function featuresCommand(signal: AbortSignal): CommandModule<GlobalFlags, FeaturesFlags> {
  return {
    command: 'features <action>',
    describe: 'list the features of the weather model, or export them from a tape',
    builder: (flags) =>
      flags
        .positional('action', {
          choices: ['list', 'export'] as const,
          demandOption: true,
          describe: 'list them, or replay a tape and write them to a Parquet file',
        })
        .option('tape', { type: 'string', requiresArg: true, describe: 'name or folder of the tape to replay' })
        .option('out', { type: 'string', requiresArg: true, describe: 'the Parquet file to write' })
        .option('hours', HOURS_FLAG)
        .option('every-day', {
          type: 'boolean',
          default: false,
          describe: 'rows also of days that are forecast but have no market: their event is empty',
        }),
    handler: async (flags) => {
      const { features } = await import('../export-features.ts');
      await features(flags, openSession(flags, signal));
    },
  };
}
