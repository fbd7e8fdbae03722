import type { Argv, CommandModule } from 'yargs';
import type { EndFlags } from '../live/end-orders.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;
const no = { type: 'boolean', default: false } as const;

/** `tapedeck sessions`: every live session. */
export function sessionsCommand(signal: AbortSignal): CommandModule<GlobalFlags, GlobalFlags> {
  return {
    command: 'sessions',
    describe: 'list live sessions and how they stand',
    handler: async (flags) => {
      const { showSessions } = await import('../live/show-sessions.ts');
      showSessions(openSession(flags, signal));
    },
  };
}

/** `tapedeck kill`: from a process of its own, whatever the session's does. */
export function killCommand(signal: AbortSignal): CommandModule<GlobalFlags, EndFlags> {
  return {
    command: 'kill',
    describe: 'stop all sessions at once and cancel everything, from a process of its own',
    builder: (flags) =>
      account(flags).option('reason', { ...text, default: 'killed by a person', describe: 'is kept with the session' }),
    handler: async (flags) => {
      const { killSessions } = await import('../live/end-orders.ts');
      await killSessions(flags, openSession(flags, signal));
    },
  };
}

/** `tapedeck cleanup`: a fresh start. */
export function cleanupCommand(signal: AbortSignal): CommandModule<GlobalFlags, EndFlags> {
  return {
    command: 'cleanup',
    describe: 'cancel all open orders of an account, and close what a killed session left: for a fresh start',
    builder: (flags) => account(flags).option('reason', { ...text, default: 'cleanup', hidden: true }),
    handler: async (flags) => {
      const { cleanUp } = await import('../live/end-orders.ts');
      await cleanUp(flags, openSession(flags, signal));
    },
  };
}

/** `tapedeck resume`: ends a halt. */
export function resumeCommand(
  signal: AbortSignal,
): CommandModule<GlobalFlags, GlobalFlags & { readonly id?: string; readonly reason: string }> {
  return {
    command: 'resume [id]',
    describe: 'let a halted session enter again',
    builder: (flags) =>
      flags
        .positional('id', { type: 'string', describe: 'a session; left out: the newest that runs' })
        .option('reason', { ...text, demandOption: true, describe: 'why: it is kept in the log of the session' }),
    handler: async (flags) => {
      const { resumeSession } = await import('../live/end-orders.ts');
      resumeSession(flags.id, flags.reason, openSession(flags, signal));
    },
  };
}

function account(flags: Argv<GlobalFlags>) {
  return flags
    .option('demo', { ...no, describe: "the account in Kalshi's demo environment" })
    .option('production', { ...no, describe: 'the account with real money' })
    .option('url', { ...text, describe: 'the account at a local exchange: http://127.0.0.1:8090' });
}
