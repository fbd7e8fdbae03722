import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

type Flags = GlobalFlags & { readonly what: 'queue'; readonly sessions: readonly string[] };

/** `tapedeck calibrate queue`: holds the queue rules of the lanes against what live sessions have seen. */
export function calibrateCommand(signal: AbortSignal): CommandModule<GlobalFlags, Flags> {
  return {
    command: 'calibrate <what> <sessions..>',
    describe: 'fit what the lanes assume of a queue to the queue positions that live sessions were told',
    builder: (flags) =>
      flags
        .positional('what', { choices: ['queue'] as const, demandOption: true, describe: 'what to fit' })
        .positional('sessions', { type: 'string', array: true, demandOption: true, describe: 'sessions, or "latest"' }),
    handler: async (flags) => {
      const { calibrateQueue } = await import('../live/calibrate-queue.ts');
      calibrateQueue(flags.sessions, openSession(flags, signal));
    },
  };
}
