import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { localEnvironment } from '../kalshi/environment.ts';
import { splitMarkets } from '../kalshi/feed-settings.ts';
import { FeedSocket } from '../kalshi/feed-socket.ts';
import { KalshiRest } from '../kalshi/rest.ts';
import { Recorder } from '../tape/record/recorder.ts';
import { type Verification, verifyRecording } from '../tape/record/verify-recording.ts';
import { checkTapeName } from '../tape/tape-folder.ts';
import type { RecordFlags } from './commands/record.ts';
import { FeedTally } from './feed-tally.ts';
import { kalshiSettings, signerFrom } from './kalshi-settings.ts';
import { type ListedMarkets, listMarkets } from './list-markets.ts';
import type { Session } from './session.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** Books and prints, and what becomes of the markets. */
const CHANNELS = ['orderbook_delta', 'trade', 'market_lifecycle_v2'];
const MOST_A_CONNECTION = 500;
/** How often the series are asked for markets that are new, ms. */
const LIST_EVERY = 60_000;
const STATUS_EVERY = 1_000;

/**
 * Runs `tapedeck record`: frames go to `<data>/recordings/<name>` before anything reads them, and the market records that say what they are
 * about beside them. Ends after `--duration` or at Ctrl-C, both in order, and verifies what it wrote. Throws a Fault for missing
 * credentials, no market to record, an exchange that cannot be reached, and a disk that is full.
 */
export async function record(flags: RecordFlags, session: Session): Promise<void> {
  const { series, markets, name, until } = asked(flags);
  const settings = kalshiSettings();
  const environment = flags.url === undefined ? settings.environment : localEnvironment(flags.url);
  const { signer } = signerFrom(settings);
  const rest = new KalshiRest({ environment, signer, clock: SYSTEM_CLOCK, random: Math.random });
  const folder = resolve(session.dataFolder, 'recordings', name);
  try {
    const listed = await listMarkets(rest, series, markets, session.signal);
    if (listed.tickers.length === 0) throw nothingOpen(series, markets);
    const tally = new FeedTally((gap) => recorder.gap(gap));
    const recorder: Recorder = new Recorder({
      folder,
      now: () => SYSTEM_CLOCK.now(),
      onStop: (fault) => tally.stop(fault),
      onSynced: (n) => tally.synced(n),
    });
    const sockets: FeedSocket[] = [];
    const connect = ({ tickers, bodies }: ListedMarkets): void => {
      // The records go into the recording as frames of connection 0, so that one file tells the whole story in order.
      for (const body of bodies) write(recorder, JSON.stringify({ type: 'tapedeck_market', msg: body }), 0);
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
            sink: tally.sinkOf(connection),
            tap: (text, wall, monotonic) => {
              if (recorder.write(text, wall, monotonic, connection) !== null) tally.frame();
            },
          }),
        );
      }
    };
    connect(listed);
    session.note(`recording ${listed.tickers.length} markets of ${environment.name} to ${folder}; Ctrl-C ends it`);
    try {
      await watch({ until, session, tally, series, known: new Set(listed.tickers), rest, connect });
    } finally {
      for (const socket of sockets) socket.stop();
      await recorder.close();
    }
    session.print(answer(folder, verifyRecording(folder), tally, session.json));
    if (tally.stopped !== null) throw tally.stopped;
    if (tally.frames === 0) throw nothingHeard(tally, environment.socket);
  } finally {
    await rest.close();
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
}

/** Until the end: tells how it goes, and lets markets join that the series have listed since. */
async function watch({ until, session, tally, series, known, rest, connect }: Watching): Promise<void> {
  let listAt = performance.now() + LIST_EVERY;
  while (performance.now() < until && !session.signal.aborted && tally.stopped === null) {
    const pause = Math.min(STATUS_EVERY, Math.max(1, until - performance.now()));
    await wait(pause, undefined, { signal: session.signal }).catch(() => {});
    if (session.progress) process.stderr.write(`\r${tally.line()}\u001b[K`);
    if (series.length === 0 || performance.now() < listAt) continue;
    listAt = performance.now() + LIST_EVERY;
    try {
      const now = await listMarkets(rest, series, [], session.signal);
      const fresh = now.tickers.filter((ticker) => !known.has(ticker));
      for (const ticker of fresh) known.add(ticker);
      const bodies = now.bodies.filter((body) => fresh.includes(String((body as { ticker?: unknown }).ticker)));
      if (fresh.length > 0) connect({ tickers: fresh, bodies });
    } catch (error) {
      // The recording goes on; the next listing may find them.
      if (!(error instanceof Fault)) throw error;
      tally.trouble(`new markets could not be asked for: ${error.message}`);
    }
  }
  if (session.progress) process.stderr.write('\n');
}

function write(recorder: Recorder, text: string, connection: number): void {
  recorder.write(text, SYSTEM_CLOCK.now(), SYSTEM_CLOCK.elapsed(), connection);
}

function asked(flags: RecordFlags): { series: string[]; markets: string[]; name: string; until: number } {
  const names = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '');
  const [series, markets] = [names(flags.series), names(flags.market)];
  const name = flags.name ?? series[0] ?? markets[0];
  if (name === undefined) {
    throw new Fault('usage', 'nothing to record is named', { next: 'Say --series KXHIGHCHI, or --market TICKER.' });
  }
  checkTapeName(name);
  const { duration = Number.POSITIVE_INFINITY } = flags;
  if (!(duration > 0)) {
    throw new Fault('usage', `--duration ${duration} is no time`, { next: 'Give seconds: --duration 3600.' });
  }
  return { series, markets, name, until: performance.now() + duration * 1_000 };
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

function answer(folder: string, found: Verification, tally: FeedTally, json: boolean): string {
  const { frames, segments, findings, gaps } = found;
  if (json) return JSON.stringify({ folder, frames, segments, findings, gaps, ...tally.summary() }, null, 2);
  const lines = [
    `${folder}: ${frames} frames in ${segments} ${segments === 1 ? 'segment' : 'segments'}, read again and ${findings.length === 0 ? 'whole' : 'NOT whole'}`,
    ...findings.map(({ file, line, what }) => `  ${join(folder, file)}:${line}: ${what}`),
    `gaps: ${gaps.length === 0 ? 'none' : gaps.map((gap) => `${gap.kind} (${gap.reason})`).join('; ')}`,
    ...tally.troubles(),
  ];
  return lines.join('\n');
}
