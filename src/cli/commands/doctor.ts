import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

export interface DoctorFlags extends GlobalFlags {
  readonly url?: string;
  readonly series?: string;
  readonly market?: string;
}

/** `tapedeck doctor`: whether machine, credentials and exchange are in order. */
export function doctorCommand(signal: AbortSignal): CommandModule<GlobalFlags, DoctorFlags> {
  return {
    command: 'doctor',
    describe: 'check machine, credentials, clock and exchange, and say what to do',
    builder: (flags) =>
      flags
        .option('series', { type: 'string', requiresArg: true, describe: 'series that are to be there, with commas' })
        .option('market', { type: 'string', requiresArg: true, describe: 'markets that are to be there, with commas' })
        .option('url', {
          type: 'string',
          requiresArg: true,
          describe: 'a local exchange to ask instead, http://127.0.0.1:PORT',
        }),
    handler: async (flags) => {
      const { doctor } = await import('../doctor.ts');
      await doctor(flags, openSession(flags, signal));
    },
  };
}
