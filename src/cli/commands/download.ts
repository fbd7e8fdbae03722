import type { CommandModule } from 'yargs';
import type { DownloadFlags } from '../download/download-flags.ts';
import { type GlobalFlags, openSession } from '../session.ts';

const text = { type: 'string', requiresArg: true } as const;

/** `tapedeck download`: Kalshi's public history as a tape, without an account. */
export function downloadCommand(signal: AbortSignal): CommandModule<GlobalFlags, DownloadFlags> {
  return {
    command: 'download [what]',
    describe: "Kalshi's public trades as a tape, and what public archives know of the weather: no account is needed",
    builder: (flags) =>
      flags
        .positional('what', {
          choices: ['weather'] as const,
          describe: 'weather: forecasts, official highs and readings too, each at its issue time',
        })
        .option('city', { ...text, describe: 'daily highs of cities, with commas: chicago,new-york' })
        .option('series', { ...text, describe: 'series, with commas: KXHIGHCHI,KXHIGHNY' })
        .option('from', { ...text, describe: 'first day of the events, 2026-09-01; left out: the beginning' })
        .option('to', { ...text, describe: 'last day of the events; left out: now' })
        .option('name', { ...text, describe: 'what the tape is to be called; left out: the first series' })
        .option('candles', {
          type: 'boolean',
          default: false,
          describe: 'keep hourly candlesticks too, beside the tape',
        })
        .option('environment', {
          ...text,
          choices: ['production', 'demo'] as const,
          default: 'production' as const,
          describe: 'whose history; it only reads, and cannot trade',
        })
        .option('url', { ...text, describe: 'a local exchange to ask instead, http://127.0.0.1:PORT' })
        .option('weather-url', { ...text, describe: 'a server on this machine that stands for the weather services' })
        .option('replace', {
          type: 'boolean',
          default: false,
          describe: 'take the place of another tape of that name',
        }),
    handler: async (flags) => {
      const { download } = await import('../download/download.ts');
      await download(flags, openSession(flags, signal));
    },
  };
}
