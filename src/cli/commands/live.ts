import type { CommandModule } from 'yargs';
import { STANDARD_FLAGS } from '../backtest-flags.ts';
import type { LiveFlags } from '../live/live-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;
const number = { type: 'number', requiresArg: true } as const;
const yes = { type: 'boolean', default: false } as const;

/** `tapedeck live`: a strategy in real time; without a place named, on a SYNTHETIC exchange of its own. */
export function liveCommand(signal: AbortSignal): CommandModule<GlobalFlags, LiveFlags> {
  return {
    command: 'live',
    describe: 'run a strategy in real time; where no place is named, on a SYNTHETIC exchange on this machine',
    builder: (flags) =>
      flags
        .option('city', { ...text, describe: 'the daily highs of cities, with commas: chicago,new-york' })
        .option('series', { ...text, describe: 'series, with commas: KXHIGHCHI' })
        .option('strategy', { ...text, default: 'edge', describe: 'its name, or a file of your own: ./my.ts' })
        .option('param', { ...text, array: true, default: [], describe: 'name=value, may be repeated' })
        .option('params', { ...text, describe: 'JSON file of parameters; --param wins' })
        .option('aggressiveness', { ...text, describe: 'the dial, 0 to 1: short for --param aggressiveness=N' })
        .option('limits', { ...text, describe: 'JSON file of limits; what it leaves out stays standard' })
        .option('config', {
          ...text,
          describe: 'JSON file of params, limits, risk and alerts, read again while it runs',
        })
        .option('paper', {
          ...yes,
          describe: "Kalshi's books, simulated fills: no order leaves; with --demo or --url, the books there",
        })
        .option('demo', { ...yes, describe: "Kalshi's demo environment: play money" })
        .option('production', { ...yes, describe: 'REAL MONEY; needs --loss-cap, and a typed confirmation or --yes' })
        .option('url', { ...text, describe: 'a local exchange that runs already: http://127.0.0.1:8090' })
        .option('weather-url', {
          ...text,
          describe: 'who stands for the weather services; left out: those of the place',
        })
        .option('loss-cap', { ...text, describe: 'dollars that a day may lose before everything stops' })
        .option('yes', { ...yes, describe: 'confirms --production, where a service starts it' })
        .option('hours', { ...number, describe: 'ends after so many hours of market time; left out: on Ctrl-C' })
        .option('speed', {
          ...number,
          describe: 'of a local exchange: seconds of market time in a second (60 of its own)',
        })
        .option('start', { ...text, describe: 'of its own exchange: market time at which it begins' })
        .option('cash', {
          ...text,
          default: STANDARD_FLAGS.cash,
          describe: 'of its own exchange, or on paper: dollars to begin with',
        })
        .option('activity', { ...number, default: 1, describe: 'of its own exchange: pace of traders and news' })
        .option('lifecycle', { ...yes, describe: 'of its own exchange: pauses, early closes, disputes, often' })
        .option('seed', { ...text, default: STANDARD_FLAGS.seed, describe: 'of everything drawn' })
        .option('membership', {
          ...text,
          choices: ['direct', 'non-direct'] as const,
          default: STANDARD_FLAGS.membership,
          describe: 'decides how fees are rounded',
        })
        .option('cancel-leftovers', { ...yes, describe: 'cancels orders that rest before it begins' })
        .option('monitor', { ...number, default: 0, describe: 'port of the monitor page; 0 for any free one' }),
    handler: async (flags) => {
      const { runLive } = await import('../live/run-live.ts');
      await runLive(flags as LiveFlags, openSession(flags, signal));
    },
  };
}
