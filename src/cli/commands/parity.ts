import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

/** `tapedeck parity`: replays a session and compares. */
export function parityCommand(signal: AbortSignal): CommandModule<GlobalFlags, GlobalFlags & { readonly id: string }> {
  return {
    command: 'parity <id>',
    describe: 'replay a live session from its log, and compare every decision and order byte for byte',
    builder: (flags) =>
      flags.positional('id', { type: 'string', demandOption: true, describe: 'a session, or "latest"' }),
    handler: async (flags) => {
      const { showParity } = await import('../live/show-parity.ts');
      await showParity(flags.id, openSession(flags, signal));
    },
  };
}
