import { Fault } from '../../core/fault.ts';
import { parseTime, type Time } from '../../core/time.ts';
import { checkTapeName } from '../../tape/tape-folder.ts';
import { cityOfSeries } from '../../weather/cities.ts';
import { seriesOfCities } from '../cities.ts';
import type { DownloadFlags } from './download-flags.ts';

/** What is to be downloaded. It stands in the download's folder: a folder holds one request, whole or on its way. */
export interface DownloadRequest extends Asked {
  /** The venue's time when it was first asked: nothing younger is on the tape, however long it takes. */
  readonly asOf: Time;
}

/** What a person asks for. */
export interface Asked {
  readonly environment: string;
  readonly series: readonly string[];
  /** First and last calendar day of the events, "2026-09-15", or null. */
  readonly from: string | null;
  readonly to: string | null;
  readonly candles: boolean;
  /** Set where the public weather archives are brought too. */
  readonly weather?: true;
}

/** The series, and the name that the tape gets where none is given. Throws a Fault (`usage`). */
export function askedFor(flags: DownloadFlags, environment: string): { request: Asked; name: string } {
  const series = [
    ...(flags.series ?? '').split(',').filter((part) => part !== ''),
    ...(flags.city === undefined ? [] : seriesOfCities(flags.city)),
  ];
  const foreign = flags.what === 'weather' ? series.find((one) => cityOfSeries(one) === undefined) : undefined;
  if (foreign !== undefined) {
    throw new Fault('usage', `no weather is known of series ${foreign}`, {
      next: '`npx tapedeck cities` lists the series of daily highs.',
    });
  }
  if (series.length === 0) {
    throw new Fault('usage', 'nothing to download is named', { next: 'Say --city chicago, or --series KXHIGHCHI.' });
  }
  for (const one of series) {
    if (/^[A-Z0-9]+$/.test(one)) continue;
    throw new Fault('usage', `--series ${one} is no series ticker`, { next: 'It is in capital letters: KXHIGHCHI.' });
  }
  const name = flags.name ?? series[0]!;
  checkTapeName(name);
  const [from, to] = [day(flags.from, 'from'), day(flags.to, 'to')];
  if (from !== null && to !== null && from > to) {
    throw new Fault('usage', `--from ${from} is after --to ${to}`, { next: 'Give the earlier day first.' });
  }
  const request = {
    environment,
    series: [...new Set(series)].sort(),
    from,
    to,
    candles: flags.candles,
    ...(flags.what === 'weather' ? { weather: true as const } : {}),
  };
  return { request, name };
}

function day(text: string | undefined, flag: string): string | null {
  if (text === undefined) return null;
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) {
      parseTime(`${text}T00:00:00Z`);
      return text;
    }
  } catch {
    // Falls through to the refusal.
  }
  throw new Fault('usage', `--${flag} ${text} is no day`, { next: 'Write it as 2026-09-15.' });
}
