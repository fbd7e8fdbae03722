import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { parseTime, type Time } from '../../core/time.ts';
import { localSources, PUBLIC_SOURCES, type WeatherSources } from '../../forecasts/sources.ts';
import { WeatherWeb } from '../../forecasts/weather-web.ts';
import { environmentNamed, localEnvironment } from '../../kalshi/environment.ts';
import { KalshiRest } from '../../kalshi/rest.ts';
import { wireObject, wireText } from '../../kalshi/wire.ts';
import { openTape } from '../../tape/open-tape.ts';
import { claimFolder, releaseFolder } from '../../tape/record/writer-lock.ts';
import { tapesFolder } from '../../tape/tape-folder.ts';
import { sealRows } from '../import-run.ts';
import { programVersion } from '../package-root.ts';
import { openProgress } from '../progress.ts';
import type { Session } from '../session.ts';
import { tapeText } from '../show-tape.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';
import { tapeReport } from '../tape-report.ts';
import type { DownloadFlags } from './download-flags.ts';
import { askedFor } from './download-request.ts';
import { fetchHistory } from './fetch-history.ts';
import { PageStore } from './page-store.ts';
import { tapeOfDownload } from './tape-of-download.ts';
import { fetchWeather } from './weather-archives.ts';

/** A long job is patient: the last waits are ten seconds each. */
const ATTEMPTS = 7;

/**
 * Runs `tapedeck download`: public history over REST, unsigned, to `<data>/downloads/<name>`, then the tape of it. Ended at any moment it goes
 * on where it was, and gives the same tape. Throws a Fault for a request that cannot be, an exchange that cannot be reached, a full disk.
 */
export async function download(flags: DownloadFlags, session: Session): Promise<void> {
  const environment = flags.url === undefined ? environmentNamed(flags.environment) : localEnvironment(flags.url);
  const { signal } = session;
  const { request, name } = askedFor(flags, environment.name);
  refuseOtherTape(session.dataFolder, name, flags.replace);
  const folder = resolve(session.dataFolder, 'downloads', name);
  const local = flags['weather-url'];
  const sources = local === undefined ? PUBLIC_SOURCES : localSources(local);
  const rest = new KalshiRest({
    environment,
    signer: null,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    attempts: ATTEMPTS,
  });
  const progress = await openProgress(session, 'download', 1);
  let store: PageStore;
  try {
    store = await PageStore.open(folder, request, () => presentOf(environment.name, rest, signal));
    claimFolder(folder);
    await fetchHistory({ rest, store, signal, onProgress: (done, total) => progress.update(done, total) });
    if (request.weather) await fetchArchives(store, sources, session, (done, total) => progress.update(done, total));
  } catch (error) {
    throw goesOn(error, name);
  } finally {
    progress.stop();
    await rest.close();
    releaseFolder(folder);
  }
  const tape = tapeOfDownload(store, sources);
  if (tape.markets.length === 0) throw nothingThere(store);
  const sealed = await sealRows(
    { dataFolder: session.dataFolder, name, replace: true, createdBy: programVersion() },
    tape,
  );
  const summary = await tapeReport(await openTape(session.dataFolder, sealed.folder));
  if (session.json) session.print(JSON.stringify({ folder: sealed.folder, download: folder, ...summary }, null, 2));
  else session.print(tapeText(summary, sealed.folder));
}

async function fetchArchives(
  store: PageStore,
  sources: WeatherSources,
  { signal }: Session,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const web = new WeatherWeb({ clock: SYSTEM_CLOCK, random: Math.random, attempts: ATTEMPTS });
  try {
    await fetchWeather({ web, sources, store, signal, onProgress });
  } finally {
    await web.close();
  }
}

/** The venue's present: the wall's, but for a local exchange, which may live in a time of its own. */
async function presentOf(environment: string, rest: KalshiRest, signal: AbortSignal): Promise<Time> {
  if (environment !== 'local') return SYSTEM_CLOCK.now();
  const path = '/exchange/user_data_timestamp';
  return parseTime(wireText(wireObject(await rest.read(path, {}, signal), path), 'as_of_time'));
}

/** A tape of the name that is not of this download's folder stays, unless it may go. */
function refuseOtherTape(dataFolder: string, name: string, replace: boolean): void {
  const tape = join(tapesFolder(dataFolder), name);
  if (replace || !existsSync(tape) || existsSync(join(dataFolder, 'downloads', name))) return;
  throw new Fault('tape-exists', `there is a tape at ${tape} already, and it is of no download`, {
    next: 'Choose another --name, or say --replace.',
  });
}

function goesOn(error: unknown, name: string): unknown {
  if (
    !(error instanceof Fault) ||
    !['exchange-unreachable', 'weather-unreachable', 'interrupted', 'disk-full'].includes(error.code)
  )
    return error;
  const next = `Run the same command again: download ${basename(name)} goes on where it is.`;
  return new Fault(error.code, error.message, {
    next: error.code === 'disk-full' ? `Free some space. ${next}` : next,
    cause: error,
  });
}

function nothingThere({ request, folder }: PageStore): Fault {
  const { series, from, to } = request;
  const when = from === null && to === null ? '' : ` between ${from ?? 'the beginning'} and ${to ?? 'now'}`;
  return new Fault('usage', `there is no market of ${series.join(', ')}${when}`, {
    next: `Check the series and the days; remove ${folder} before you ask for others under this name.`,
  });
}
