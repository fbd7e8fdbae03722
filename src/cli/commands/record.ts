import type { CommandModule } from 'yargs';
import { type GlobalFlags, openSession } from '../session.ts';

/** The flags of `tapedeck record`. */
export interface RecordFlags extends GlobalFlags {
  readonly name?: string;
  readonly series?: string;
  readonly city?: string;
  readonly market?: string;
  readonly duration?: number;
  readonly url?: string;
  readonly checkpoint: number;
  readonly tape: boolean;
  readonly weather: boolean;
  readonly 'weather-url'?: string;
}

/** `tapedeck record`: every frame of the markets asked for, as it came, into a recording that can be verified. */
export function recordCommand(signal: AbortSignal): CommandModule<GlobalFlags, RecordFlags> {
  return {
    command: 'record',
    describe: "record Kalshi's feed: raw frames, as they came",
    builder: (flags) =>
      flags
        .option('series', { type: 'string', requiresArg: true, describe: 'series, with commas: KXHIGHCHI,KXHIGHNY' })
        .option('city', {
          type: 'string',
          requiresArg: true,
          describe: 'daily highs of cities, with commas: chicago,miami',
        })
        .option('market', { type: 'string', requiresArg: true, describe: 'markets by ticker, with commas' })
        .option('name', {
          type: 'string',
          requiresArg: true,
          describe: 'folder below recordings/; left out: the first series or market',
        })
        .option('duration', { type: 'number', requiresArg: true, describe: 'seconds; left out: until Ctrl-C' })
        .option('checkpoint', {
          type: 'number',
          requiresArg: true,
          default: 300,
          describe: 'seconds between two readings of the books over REST, to compare',
        })
        .option('tape', { type: 'boolean', default: true, describe: 'make the tape at the end; --no-tape leaves it' })
        .option('weather', {
          type: 'boolean',
          default: true,
          describe:
            'with --city: forecasts, readings and climate reports too, as they are issued; --no-weather for none',
        })
        .option('weather-url', {
          type: 'string',
          requiresArg: true,
          describe: 'a server on this machine that stands for the weather services',
        })
        .option('url', {
          type: 'string',
          requiresArg: true,
          describe: 'a local exchange to record instead, http://127.0.0.1:PORT',
        }),
    handler: async (flags) => {
      const { record } = await import('../record-feed.ts');
      await record(flags, openSession(flags, signal));
    },
  };
}
