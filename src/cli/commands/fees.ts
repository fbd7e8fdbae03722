import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface FeesFlags extends GlobalFlags {
  readonly fees?: string;
}

/** `tapedeck fees`: the fee schedules that a run would use. */
export function feesCommand(signal: AbortSignal): CommandModule<GlobalFlags, FeesFlags> {
  return {
    command: 'fees',
    describe: 'list the built-in fee schedules, and since when each is documented',
    builder: (flags) =>
      flags.option('fees', {
        type: 'string',
        requiresArg: true,
        describe: 'JSON file of your own, to check and list too',
      }),
    handler: async (flags) => {
      const { showFees } = await import('../show-fees.ts');
      showFees(flags.fees, openSession(flags, signal));
    },
  };
}
