import type { CommandModule } from 'yargs';
import type { ExplainFlags } from '../explain-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;

/** `tapedeck explain RUN ORDER`: the chain of causes of one order; or which orders there are to ask about. */
export function explainCommand(signal: AbortSignal): CommandModule<GlobalFlags, ExplainFlags> {
  return {
    command: 'explain <run> [order]',
    describe: 'trace an order from what the strategy had heard to what it made',
    builder: (flags) =>
      flags
        .positional('run', { type: 'string', demandOption: true, describe: 'an id, the beginning of one, or "last"' })
        .positional('order', { type: 'number', describe: 'its number in that arm and lane' })
        .option('arm', { ...text, describe: 'default: the arm asked for, not a control' })
        .option('lane', { ...text, describe: "default: the arm's worst" })
        .option('market', { ...text, describe: 'instead of an order: list the decisions and orders of a market' })
        .option('refused', {
          type: 'boolean',
          default: false,
          describe: 'instead of an order: list what limits refused',
        }),
    handler: async (flags) => {
      const { explainRun } = await import('../explain-run.ts');
      await explainRun(flags, openSession(flags, signal));
    },
  };
}
