import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { localSources, PUBLIC_SOURCES, type WeatherSources } from '../forecasts/sources.ts';
import { watchWeather } from '../forecasts/weather-watch.ts';
import { WeatherWeb } from '../forecasts/weather-web.ts';
import { localEnvironment } from '../kalshi/environment.ts';
import { splitMarkets } from '../kalshi/feed-settings.ts';
import { FeedSocket } from '../kalshi/feed-socket.ts';
import { KalshiRest } from '../kalshi/rest.ts';
import { parseTicker } from '../kalshi/ticker.ts';
import { type WireObject, wireText } from '../kalshi/wire.ts';
import { Recorder } from '../tape/record/recorder.ts';
import { type Verification, verifyRecording } from '../tape/record/verify-recording.ts';
import { checkTapeName } from '../tape/tape-folder.ts';
import { cityOfSeries } from '../weather/cities.ts';
import type { City } from '../weather/city.ts';
import { seriesOfCities } from './cities.ts';
import type { RecordFlags } from './commands/record.ts';
import { FeedTally } from './feed-tally.ts';
import { kalshiSettings, signerFrom } from './kalshi-settings.ts';
import { type ListedMarkets, listMarkets } from './list-markets.ts';
import { openLog } from './log.ts';
import { RecordFacts } from './record-facts.ts';
import { environmentOf } from './recording-folder.ts';
import { RECORDER, recorderFrame } from './recording-frames.ts';
import { sealRecorded, type TapeMade } from './seal-recorded.ts';
import type { Session } from './session.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** Books and prints, and what becomes of the markets. */
const CHANNELS = ['orderbook_delta', 'trade', 'market_lifecycle_v2'];
const MOST_A_CONNECTION = 500;
/** How often the series are asked for markets that are new, ms. */
const LIST_EVERY = 60_000;
const STATUS_EVERY = 1_000;
/** The first comparison of books comes early: a mistake should not wait for minutes to be seen. */
const FIRST_BOOKS = 2_000;

/**
 * Runs `tapedeck record`: frames go to `<data>/recordings/<name>` before anything reads them, and the market records that say what they are
 * about beside them. Ends `--duration` after it began to listen, or at Ctrl-C, both in order, and verifies what it wrote. Throws a Fault for missing
 * credentials, no market to record, an exchange that cannot be reached, and a disk that is full.
 */
export async function record(flags: RecordFlags, session: Session): Promise<void> {
  const { series, markets, name, duration } = asked(flags);
  const weather = weatherOf(flags, series);
  const settings = kalshiSettings();
  const environment = flags.url === undefined ? settings.environment : localEnvironment(flags.url);
  const { signer } = signerFrom(settings);
  const rest = new KalshiRest({ environment, signer, clock: SYSTEM_CLOCK, random: Math.random });
  const folder = resolve(session.dataFolder, 'recordings', name);
  const begun = environmentOf(folder);
  if (begun !== null && begun !== environment.name) throw otherEnvironment(name, begun, environment.name);
  try {
    const listed = await listMarkets(rest, series, markets, session.signal);
    if (listed.tickers.length === 0) throw nothingOpen(series, markets);
    const log = openLog(settings.logLevel, session);
    const tally = new FeedTally(
      (gap) => {
        log.warn({ gap: gap.reason }, 'messages may be missing');
        recorder.gap(gap);
      },
      (what) => log.warn(what),
    );
    const own = (text: string): void => write(recorder, text, RECORDER);
    const facts = new RecordFacts(rest, own, session.signal);
    const recorder: Recorder = new Recorder({
      folder,
      now: () => SYSTEM_CLOCK.now(),
      onStop: (fault) => tally.stop(fault),
      onSynced: (n) => tally.synced(n),
    });
    const sockets: FeedSocket[] = [];
    const known = new Set<string>();
    const connect = ({ tickers, bodies }: ListedMarkets): void => {
      for (const ticker of tickers) known.add(ticker);
      for (const body of bodies) facts.market(body);
      for (const list of splitMarkets(tickers, MOST_A_CONNECTION)) {
        const connection = sockets.length + 1;
        sockets.push(
          new FeedSocket({
            url: environment.socket,
            headers: (method, path) => ({ ...signer.headers(method, path, Math.floor(SYSTEM_CLOCK.now() / 1_000)) }),
            clock: { now: () => SYSTEM_CLOCK.now(), monotonic: () => SYSTEM_CLOCK.elapsed() },
            channels: CHANNELS,
            tickers: list,
            random: Math.random,
            connection,
            onConnection: (open) => {
              own(recorderFrame(open ? 'tapedeck_connected' : 'tapedeck_closed', { connection }));
              log.info({ connection, markets: list.length }, open ? 'connected' : 'connection ended');
            },
            sink: tally.sinkOf(connection),
            tap: (text, wall, monotonic) => {
              if (recorder.write(text, wall, monotonic, connection) !== null) tally.frame();
            },
          }),
        );
      }
    };
    try {
      own(recorderFrame('tapedeck_recording', { environment: environment.name }));
      await facts.series([...new Set(listed.bodies.map(seriesOf))]);
      connect(listed);
      session.note(`recording ${listed.tickers.length} markets of ${environment.name} to ${folder}; Ctrl-C ends it`);
      const watching = { until: performance.now() + duration, session, tally, series, known, rest, connect, facts };
      await besideWeather(weather, session.signal, tally, own, () =>
        watch({ ...watching, checkpoint: flags.checkpoint * 1_000 }),
      );
    } finally {
      for (const socket of sockets) socket.stop();
      await recorder.close();
    }
    const found = verifyRecording(folder);
    const tape = flags.tape && tally.frames > 0 ? await sealRecorded(folder, name, session.dataFolder) : null;
    session.print(answer({ folder, found, tally, tape, json: session.json }));
    if (tally.stopped !== null) throw tally.stopped;
    if (tally.frames === 0) throw nothingHeard(tally, environment.socket);
  } finally {
    await rest.close();
  }
}

/** The cities whose weather is recorded, and who is asked. A local exchange has no weather of its own: the public services are not asked for it. */
function weatherOf(flags: RecordFlags, series: readonly string[]): { cities: City[]; sources: WeatherSources } {
  const local = flags['weather-url'];
  const wanted = local !== undefined || (flags.city !== undefined && flags.url === undefined);
  return {
    cities: flags.weather && wanted ? [...new Set(series.flatMap((each) => cityOfSeries(each) ?? []))] : [],
    sources: local === undefined ? PUBLIC_SOURCES : localSources(local),
  };
}

/** Does some work while the weather is recorded. */
async function besideWeather(
  { cities, sources }: ReturnType<typeof weatherOf>,
  session: AbortSignal,
  tally: FeedTally,
  own: (text: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  if (cities.length === 0) return work();
  const web = new WeatherWeb({ clock: SYSTEM_CLOCK, random: Math.random });
  const ended = new AbortController();
  const collecting = watchWeather({
    cities,
    web,
    sources,
    clock: SYSTEM_CLOCK,
    signal: AbortSignal.any([ended.signal, session]),
    tell: (signal) => own(recorderFrame('tapedeck_signal', signal)),
    trouble: (text) => tally.trouble(text),
  });
  try {
    await work();
  } finally {
    ended.abort();
    await collecting;
    await web.close();
  }
}

interface Watching {
  readonly until: number;
  readonly session: Session;
  readonly tally: FeedTally;
  readonly series: readonly string[];
  readonly known: Set<string>;
  readonly rest: KalshiRest;
  readonly connect: (listed: ListedMarkets) => void;
  readonly facts: RecordFacts;
  /** How often books are read over REST, ms. */
  readonly checkpoint: number;
}

/** Until the end: tells how it goes, lets markets join that the series have listed since, and reads what the feed does not tell. */
async function watch(watching: Watching): Promise<void> {
  const { until, session, tally, checkpoint } = watching;
  let listAt = performance.now() + LIST_EVERY;
  let booksAt = performance.now() + Math.min(FIRST_BOOKS, checkpoint);
  while (performance.now() < until && !session.signal.aborted && tally.stopped === null) {
    const pause = Math.min(STATUS_EVERY, Math.max(1, until - performance.now()));
    await wait(pause, undefined, { signal: session.signal }).catch(() => {});
    if (session.progress) process.stderr.write(`\r${tally.line()}\u001b[K`);
    if (performance.now() >= listAt) {
      listAt = performance.now() + LIST_EVERY;
      await trying(tally, 'markets could not be asked for', () => look(watching));
    }
    if (performance.now() >= booksAt) {
      booksAt = performance.now() + checkpoint;
      await trying(tally, 'books could not be asked for', () => watching.facts.books([...watching.known]));
    }
  }
  if (session.progress) process.stderr.write('\n');
}

/** Markets that are new, and the records of those that are known. */
async function look({ series, known, rest, connect, facts, session }: Watching): Promise<void> {
  await facts.markets([...known]);
  if (series.length === 0) return;
  const now = await listMarkets(rest, series, [], session.signal);
  const fresh = now.tickers.filter((ticker) => !known.has(ticker));
  const bodies = now.bodies.filter((body) => fresh.includes(String(body.ticker)));
  if (fresh.length > 0) connect({ tickers: fresh, bodies });
}

/** The recording goes on whatever REST says; the next look may do better. */
async function trying(tally: FeedTally, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code !== 'interrupted') tally.trouble(`${what}: ${error.message}`);
  }
}

function seriesOf(body: WireObject): string {
  return parseTicker(wireText(body, 'ticker')).series;
}

function write(recorder: Recorder, text: string, connection: number): void {
  recorder.write(text, SYSTEM_CLOCK.now(), SYSTEM_CLOCK.elapsed(), connection);
}

function asked(flags: RecordFlags): { series: string[]; markets: string[]; name: string; duration: number } {
  const names = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '');
  const cities = flags.city === undefined ? [] : seriesOfCities(flags.city);
  const [series, markets] = [[...names(flags.series), ...cities], names(flags.market)];
  const name = flags.name ?? series[0] ?? markets[0];
  if (name === undefined) {
    throw new Fault('usage', 'nothing to record is named', {
      next: 'Say --city chicago, --series KXHIGHCHI, or --market TICKER.',
    });
  }
  checkTapeName(name);
  const { duration = Number.POSITIVE_INFINITY } = flags;
  if (!(duration > 0)) {
    throw new Fault('usage', `--duration ${duration} is no time`, { next: 'Give seconds: --duration 3600.' });
  }
  if (!(flags.checkpoint >= 1)) {
    throw new Fault('usage', `--checkpoint ${flags.checkpoint} is no interval`, { next: 'Give seconds, 1 or more.' });
  }
  return { series, markets, name, duration: duration * 1_000 };
}

function nothingHeard(tally: FeedTally, address: string): Fault {
  const why = tally.troubles().join('; ') || 'the connection stayed silent';
  return new Fault('exchange-unreachable', `no frame came from ${address}: ${why}`, {
    next: 'Ask "npx tapedeck doctor", with --url where you record a local exchange.',
  });
}

function nothingOpen(series: readonly string[], markets: readonly string[]): Fault {
  const what = [...series, ...markets].join(', ');
  return new Fault('usage', `no market of ${what} is open`, {
    next: 'Check the ticker, and the environment that KALSHI_ENVIRONMENT or --url names.',
  });
}

interface Ended {
  readonly folder: string;
  readonly found: Verification;
  readonly tally: FeedTally;
  /** The tape that was made, or why none was. */
  readonly tape: TapeMade | null;
  readonly json: boolean;
}

function answer({ folder, found, tally, tape, json }: Ended): string {
  const { frames, segments, findings, gaps } = found;
  if (json) return JSON.stringify({ folder, frames, segments, findings, gaps, ...tally.summary(), tape }, null, 2);
  const lines = [
    `${folder}: ${frames} frames in ${segments} ${segments === 1 ? 'segment' : 'segments'}, read again and ${findings.length === 0 ? 'whole' : 'NOT whole'}`,
    ...findings.map(({ file, line, what }) => `  ${join(folder, file)}:${line}: ${what}`),
    `gaps: ${gaps.length === 0 ? 'none' : gaps.map((gap) => `${gap.kind} (${gap.reason})`).join('; ')}`,
    ...tally.troubles(),
    ...(tape === null ? [] : [tapeLine(tape)]),
  ];
  return lines.join('\n');
}

function tapeLine(tape: TapeMade): string {
  if (tape.why !== null) return `no tape: ${tape.why}`;
  return `tape ${tape.name}: ${tape.rows} rows, digest ${tape.digest!.slice(0, 12)}; try npx tapedeck backtest --strategy maker --tape ${tape.name}`;
}

function otherEnvironment(name: string, begun: string, asked: string): Fault {
  return new Fault('mixed-environments', `the recording ${name} is of ${begun}, and ${asked} is asked for`, {
    next: 'Record under another --name: markets of two exchanges share their names, and nothing else.',
  });
}
