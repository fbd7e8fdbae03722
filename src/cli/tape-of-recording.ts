import { basename } from 'node:path';
import { Fault } from '../core/fault.ts';
import { HOUR, type Time } from '../core/time.ts';
import { decodeFrame } from '../kalshi/frame.ts';
import type { SessionCounts } from '../kalshi/frame-session.ts';
import { fitsPricing } from '../kalshi/leg-pricing.ts';
import { MarketLife } from '../kalshi/market-life.ts';
import { wireObject } from '../kalshi/wire.ts';
import { collectGarbage } from '../tape/collect-garbage.ts';
import { Findings } from '../tape/import/findings.ts';
import type { TapeFacts } from '../tape/manifest.ts';
import { readRecordings } from '../tape/record/read-recording.ts';
import type { SealedTape } from '../tape/seal-tape.ts';
import { TapeBuilder } from '../tape/tape-builder.ts';
import { type ImportedMarket, type NumberedMarket, numberMarkets } from './imported-tape.ts';
import { RECORDER, readRecorderFrame } from './recording-frames.ts';
import { RecordingRows, type RowSink } from './recording-rows.ts';

/** What DuckDB may take while a tape is made: recorders run on small machines. What does not fit goes to disk. */
const SMALL = { memoryLimit: '100MB', threads: 1 };
/** Entries between looks at whether rows should go to disk. */
const STRETCH = 16_384;
/** Entries between collections: left to itself the collector takes its time, and the memory. */
const COLLECT_EVERY = 32 * STRETCH;

/** What is known of a recording before its rows are made. */
interface Survey {
  readonly environment: string;
  readonly markets: readonly NumberedMarket[];
  /** The venue's time at the beginning, where it is off the wall's by more than an hour: an exchange in a time of its own. Else null. */
  readonly venueTime: Time | null;
  /** Whether a snapshot showed that `use_yes_price` worked; one that refutes it is a Fault. */
  readonly proven: boolean;
  readonly frames: number;
}

export interface RecordingTapeOptions {
  /** One recording, or several of the same markets. */
  readonly folders: readonly string[];
  readonly name: string;
  /** The tape becomes `<dataFolder>/tapes/<name>`. */
  readonly dataFolder: string;
  readonly replace: boolean;
  readonly createdBy: string;
  readonly signal?: AbortSignal;
}

/** What became of a recording's frames. */
export interface RecordingReport {
  readonly environment: string;
  readonly frames: number;
  readonly rows: RecordingRows;
  readonly findings: Findings;
}

/**
 * Makes the tape of a recording, and gives it with what was met. Throws a Fault: `malformed-input` where no frame tells of a market,
 * `crossed-book` where the books are not in YES prices, `mixed-environments` where frames come from more than one exchange, and those of the tape builder; then no tape is left behind.
 */
export async function tapeOfRecording(
  options: RecordingTapeOptions,
): Promise<{ tape: SealedTape; report: RecordingReport }> {
  const { folders, dataFolder, name, replace, createdBy, signal } = options;
  const builder = await TapeBuilder.create({ folder: dataFolder, name, replace, ...SMALL });
  try {
    const survey = surveyRecordings(folders);
    for (const { market } of survey.markets) {
      const { index: _, ...facts } = market;
      builder.addMarket(facts);
    }
    collectGarbage('major');
    const report = await rowsOfRecordings(folders, survey, builder, signal);
    collectGarbage('major');
    const tape = await builder.seal(factsOf(report, folders, createdBy));
    return { tape, report };
  } finally {
    builder.discard();
  }
}

async function rowsOfRecordings(
  folders: readonly string[],
  survey: Survey,
  builder: TapeBuilder,
  signal?: AbortSignal,
): Promise<RecordingReport> {
  const lives = new Map(survey.markets.map(({ market }) => [market.ticker, new MarketLife(market)]));
  const rows = new RecordingRows(lives, withResults(builder), survey.venueTime, folders.length);
  let taken = 0;
  for (const { entry, source } of readRecordings(folders)) {
    if (++taken % STRETCH === 0) await builder.relieve();
    if (taken % COLLECT_EVERY === 0) collectGarbage('major');
    if (signal?.aborted) throw new Fault('interrupted', 'stopped; no tape was made', { next: 'Start it again.' });
    rows.take(entry, source);
  }
  rows.finish();
  const findings = new Findings();
  tellOf(rows, survey, findings);
  return { environment: survey.environment, frames: survey.frames, rows, findings };
}

/** Markets, clocks and prices of a recording, before its rows can be made. */
function surveyRecordings(folders: readonly string[]): Survey {
  const markets = new Map<string, ImportedMarket>();
  let environment: string | null = null;
  let venueTime: Time | null | undefined;
  let proven = false;
  let frames = 0;
  for (const { entry } of readRecordings(folders)) {
    if (entry.type !== 'frame') continue;
    const { text, connection, wall } = entry.frame;
    const own = connection === RECORDER;
    if (!own && ++frames % COLLECT_EVERY === 0) collectGarbage('major');
    if (!own && venueTime !== undefined && !text.includes('orderbook_snapshot')) continue;
    try {
      if (own) {
        const told = readRecorderFrame(JSON.parse(text), wall as Time);
        if (told?.type === 'tapedeck_recording') {
          if (environment !== null && environment !== told.environment)
            throw mixedEnvironments(folders, environment, told.environment);
          environment = told.environment;
        }
        if (told?.type !== 'tapedeck_market' || markets.has(told.market.facts.ticker)) continue;
        markets.set(told.market.facts.ticker, { facts: told.market.facts, result: null });
        continue;
      }
      const frame = decodeFrame(wireObject(JSON.parse(text), 'frame'));
      const time = frame.type === 'trade' ? frame.trade.time : frame.type === 'delta' ? frame.time : null;
      // The first that has a time decides.
      if (time !== null && venueTime === undefined) venueTime = Math.abs(time - wall) > HOUR ? time : null;
      if (frame.type !== 'snapshot') continue;
      if (!fitsPricing(frame.yes, frame.no, 'yes-prices')) throw notInYesPrices(frame.ticker, entry.frame.n);
      proven ||= !fitsPricing(frame.yes, frame.no, 'no-prices');
    } catch (error) {
      if (error instanceof Fault && (error.code === 'crossed-book' || error.code === 'mixed-environments')) throw error;
      // What cannot be read is told where the rows are made.
      if (!(error instanceof Fault || error instanceof SyntaxError)) throw error;
    }
  }
  if (markets.size === 0) {
    throw new Fault('malformed-input', `${folders.join(' and ')}: no record of any market`, {
      next: 'Record again: the market records are written at the start.',
    });
  }
  return {
    environment: environment ?? 'unknown',
    markets: numberMarkets([...markets.values()]),
    venueTime: venueTime ?? null,
    proven,
    frames,
  };
}

function mixedEnvironments(folders: readonly string[], one: string, other: string): Fault {
  return new Fault('mixed-environments', `${folders.join(' and ')}: frames of ${one} and of ${other} stand together`, {
    next: 'They are of different markets with the same names: no tape can hold both. Record each under a name of its own.',
  });
}

function notInYesPrices(ticker: string, n: number): Fault {
  return new Fault('crossed-book', `frame ${n} of a recording: a snapshot of ${ticker} is crossed in YES prices`, {
    next: 'The venue did not honour use_yes_price: nothing of this recording can be trusted as it is.',
  });
}

/** Settlements are rows, and stand in the list of markets too. */
function withResults(builder: TapeBuilder): RowSink {
  return {
    event: (...row) => builder.event(...row),
    detail: (exchangeTime, localTime, detail) => {
      builder.detail(exchangeTime, localTime, detail);
      if (detail.type !== 'settlement') return;
      const { market, outcome, value } = detail.settlement;
      builder.setResult(market, { outcome, value, time: exchangeTime });
    },
  };
}

function factsOf({ environment, findings }: RecordingReport, folders: readonly string[], createdBy: string): TapeFacts {
  const synthetic = environment === 'local';
  const venue = synthetic ? 'a local exchange, SYNTHETIC' : `Kalshi (${environment})`;
  return {
    synthetic,
    origin: `${RECORDING_OF}${folders.map((folder) => basename(folder)).join(' and ')}: the WebSocket of ${venue}`,
    licence: null,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    importReport: { notes: findings.notes },
    createdBy,
  };
}

/** Begins the origin of a tape that was made of a recording. */
export const RECORDING_OF = 'recording ';

function tellOf(rows: RecordingRows, survey: Survey, findings: Findings): void {
  const { counts } = rows;
  const books = (name: 'agreed' | 'differed' | 'untrusted'): number =>
    rows.checks.reduce((total, checks) => total + checks.counts[name], 0);
  const sum = (name: keyof SessionCounts): number =>
    rows.sessions.reduce((total, { counts }) => total + counts[name], 0);
  findings.add('connections recorded', counts.connections, 'books of each are trusted from their snapshot on');
  findings.add('books that another recording went on with', counts.handovers, 'from a snapshot of its own on');
  findings.add('restarts of the recorder', counts.restarts, 'every book is uncovered until its next snapshot');
  findings.add(
    'stretches that are damaged or missing',
    counts.damage,
    'every book is uncovered until its next snapshot',
  );
  findings.add(
    'frames that cannot be read',
    counts.unreadable,
    'the books of their connection are uncovered until their next snapshot',
  );
  findings.add(
    'gaps in the sequence of a subscription',
    sum('gaps'),
    'its books are uncovered until their next snapshot',
  );
  findings.add(
    'gaps in the sequence of a subscription without books',
    sum('gapsWithoutBook'),
    'kept: messages are missing there',
  );
  findings.add('messages that the gaps say are missing', sum('missingMessages'), 'not recorded');
  findings.add('messages whose sequence number was there before', sum('duplicates'), 'left out');
  findings.add('deltas of a market without a trusted book', sum('deltasWithoutBook'), 'left out');
  findings.add(
    'levels that would have fallen below zero',
    sum('negativeLevels'),
    'their book is uncovered until its next snapshot',
  );
  findings.add('prints that were told before', counts.repeatedTrades, 'left out');
  findings.add('rows of markets without a record', counts.unknownMarkets, 'left out');
  findings.add(
    'rows received before the venue says that it sent them',
    sum('receivedBeforeSent'),
    'known at the time that the venue gives',
  );
  findings.add(
    'the clock of the exchange is not that of the wall',
    survey.venueTime === null ? 0 : 1,
    'rows are known at the time that the venue gives: no latency is recorded',
  );
  findings.add(
    'no snapshot shows that the books are in YES prices',
    survey.proven ? 0 : 1,
    'taken so, as it was asked for',
  );
  findings.add('books read over REST that agree with the frames', books('agreed'), 'compared');
  findings.add('books read over REST that differ from the frames', books('differed'), 'the frames stand');
  findings.add('books read over REST while theirs was not trusted', books('untrusted'), 'not compared');
}
