import type { CommandModule } from 'yargs';
import type { ExchangeFlags } from '../exchange-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;
const number = { type: 'number', requiresArg: true } as const;

/** `tapedeck exchange`: a SYNTHETIC exchange on this machine that speaks Kalshi's protocol; `keygen` makes a key for it. */
export function exchangeCommand(signal: AbortSignal): CommandModule<GlobalFlags, ExchangeFlags> {
  return {
    command: 'exchange [action]',
    describe: "run a SYNTHETIC exchange on this machine that speaks Kalshi's protocol",
    builder: (flags) =>
      flags
        .positional('action', { choices: ['keygen'] as const, describe: 'make a key for it instead of running it' })
        .option('port', { ...number, default: 8090, describe: 'where it listens on 127.0.0.1; 0 for any free port' })
        .option('speed', { ...number, default: 1, describe: 'seconds of market time in a second' })
        .option('tape', { type: 'string', requiresArg: true, describe: 'play this tape instead of making a world up' })
        .option('start', {
          ...text,
          default: 'now',
          describe: 'market time at which it begins, "2030-01-05T15:00:00Z"',
        })
        .option('seed', { ...text, default: 'tapedeck exchange', describe: 'another seed gives another world' })
        .option('days', { ...number, default: 4, describe: 'days of events, from the day before the start on' })
        .option('cities', { ...number, describe: 'how many invented cities, 1 to 6 (2 where no --city is named)' })
        .option('city', {
          ...text,
          describe: 'made-up weather and markets under the names of these cities instead: chicago,new-york',
        })
        .conflicts('city', 'cities')
        .option('activity', { ...number, default: 1, describe: 'pace of traders and news; 1 is the measured one' })
        .option('lifecycle', {
          type: 'boolean',
          default: false,
          describe: 'pauses, early closes, disputes, voids, often',
        })
        .option('cash', { ...number, default: 10_000, describe: 'dollars that each account begins with' })
        .option('tier', { ...text, default: 'basic', describe: 'usage tier: how many requests it takes' })
        .option('faults', {
          ...text,
          describe: 'what goes wrong on its wire, in shares: lostAnswers=0.05,droppedFrames=0.001',
        })
        .option('faults-file', { ...text, describe: 'what goes wrong, by a script (docs/exchange.md)' })
        .option('read-lag', { ...number, default: 0, describe: 'milliseconds that reads of orders lag behind' })
        .option('name', { ...text, default: 'default', describe: 'keygen: what the key, and its account, is called' })
        .option('type', {
          ...text,
          choices: ['rsa', 'ed25519'] as const,
          default: 'rsa' as const,
          describe: 'keygen: the kind of key',
        })
        .conflicts('faults', 'faults-file'),
    handler: async (flags) => {
      const session = openSession(flags, signal);
      if (flags.action === 'keygen') {
        const { makeKey } = await import('../exchange-keys.ts');
        makeKey(flags, session);
        return;
      }
      const { runExchange } = await import('../run-exchange.ts');
      await runExchange(flags, session);
    },
  };
}
