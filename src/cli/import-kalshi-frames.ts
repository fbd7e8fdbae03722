import { basename } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import { CENT_GRID, type PriceGrid } from '../core/price-grid.ts';
import type { Quantity } from '../core/quantity.ts';
import { formatDate, type Time } from '../core/time.ts';
import { parseFrame, type WireFrame } from '../kalshi/frame.ts';
import { type BookLevel, FrameSession, type SessionCounts, type SessionSink } from '../kalshi/frame-session.ts';
import { detectPricing, type LegPricing } from '../kalshi/leg-pricing.ts';
import { parseTicker } from '../kalshi/ticker.ts';
import { Findings } from '../tape/import/findings.ts';
import type { ImportProgress } from '../tape/import/prepare-mapped.ts';
import { naming, readSource, sourceFiles } from './import-source.ts';
import { detailRow, type ImportedMarket, type ImportedRow, type ImportedTape, numberMarkets } from './imported-tape.ts';

export interface FrameOptions {
  /** How the session was subscribed; left out, it is told from the snapshots. */
  readonly legPricing?: LegPricing;
  /** The markets' price grid, which frames do not state. Default whole cents; a price off it is refused. */
  readonly grid?: PriceGrid;
}

/**
 * Reads one recorded WebSocket session: a file of raw frames, one a line, or a folder of such files in order of name. A torn last
 * line is left out and counted; anything else malformed throws a Fault with its line.
 */
export function importKalshiFrames(source: string, options: FrameOptions, onProgress: ImportProgress): ImportedTape {
  const findings = new Findings();
  const files = sourceFiles(source, /\.jsonl(\.gz)?$/);
  const frames: WireFrame[] = [];
  files.forEach((path, index) => {
    for (const frame of naming(path, () => readFrames(path, findings))) frames.push(frame);
    onProgress(index + 1, files.length + 1, path);
  });
  const pricing = options.legPricing ?? detectPricing(frames);
  findings.add(
    `snapshots read with their NO leg in ${pricing === 'no-prices' ? 'NO' : 'YES'} prices`,
    frames.filter(({ type }) => type === 'snapshot').length,
    options.legPricing === undefined ? 'told from the snapshots: the other reading crosses a book' : 'as stated',
  );
  const grid = options.grid ?? CENT_GRID;
  const collector = new RowCollector(grid);
  const session = new FrameSession(collector, pricing);
  for (const frame of frames) session.accept(frame, null);
  findings.add('snapshots without any later message to take a time from', session.finish(), 'left out');
  collector.end();
  tellOfSession(findings, session.counts, collector);
  const { markets, rows } = collector.numbered(findings);
  onProgress(files.length + 1, files.length + 1, 'ready to seal');
  return {
    markets,
    rows,
    origin: 'Kalshi WebSocket: raw frames of a recorded session',
    licence: null,
    grade: { depth: 'L2', trades: collector.trades > 0, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    notes: findings.notes,
  };
}

function readFrames(path: string, findings: Findings): WireFrame[] {
  const lines = readSource(path).split('\n');
  const unfinished = lines.pop() ?? '';
  const frames: WireFrame[] = [];
  const read = (line: string, number: number) => {
    if (line.trim() === '') return;
    try {
      frames.push(parseFrame(line));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.code, `line ${number}: ${error.message}`, { next: error.next, cause: error });
    }
  };
  lines.forEach((line, index) => {
    read(line, index + 1);
  });
  if (isJson(unfinished)) read(unfinished, lines.length + 1);
  else findings.add(`torn last line in ${basename(path)}`, unfinished === '' ? 0 : 1, 'left out');
  return frames;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tellOfSession(findings: Findings, counts: SessionCounts, { offDay }: RowCollector): void {
  findings.add(
    'gaps in the sequence of a subscription',
    counts.gaps,
    'its books are untrusted until their next snapshot',
  );
  findings.add(
    'gaps in the sequence of a subscription without books',
    counts.gapsWithoutBook,
    'kept: trades are missing there',
  );
  findings.add('messages that the gaps say are missing', counts.missingMessages, 'not recorded');
  findings.add('messages whose sequence number was there before', counts.duplicates, 'left out');
  findings.add('deltas of a market without a trusted book', counts.deltasWithoutBook, 'left out');
  findings.add(
    'levels that would have fallen below zero',
    counts.negativeLevels,
    'their book is untrusted until its next snapshot',
  );
  findings.add(
    'snapshots without a time of their own',
    counts.untimedSnapshots,
    'given the time of the next message of their subscription',
  );
  findings.add(
    'rows without a time of receipt',
    counts.withoutLocalTime,
    'known at the time that the venue gives: no latency is recorded',
  );
  findings.add(
    'rows received before the venue says that it sent them',
    counts.receivedBeforeSent,
    'known at the time that the venue gives',
  );
  findings.add('rows earlier than the row before them', counts.timesMovedUp, 'known when the row before them was');
  findings.add(
    'acknowledgements',
    counts.acknowledgements,
    'not rows; those with a sequence number count in the sequence',
  );
  findings.add('messages of other channels', counts.otherFrames, 'left out');
  findings.add('markets whose ticker names no day', offDay, 'their day is that of the recording');
}

/** Turns what a session says into rows, markets by ticker until all are known. */
class RowCollector implements SessionSink {
  trades = 0;
  offDay = 0;
  readonly #grid: PriceGrid;
  readonly #rows: { ticker: string; row: ImportedRow }[] = [];
  readonly #covered = new Map<string, boolean>();
  #last = 0 as Time;

  constructor(grid: PriceGrid) {
    this.#grid = grid;
  }

  snapshot(ticker: string, levels: readonly BookLevel[], exchangeTime: Time, localTime: Time): void {
    levels.forEach((level, index) => {
      this.#push(ticker, SNAPSHOT, level, exchangeTime, localTime, index < levels.length - 1);
    });
    if (levels.length > 0) return;
    const nothing = { side: 0 as const, price: 0 as Price, quantity: 0 as Quantity };
    this.#push(ticker, SNAPSHOT, nothing, exchangeTime, localTime, false);
  }

  delta(ticker: string, level: BookLevel, exchangeTime: Time, localTime: Time): void {
    this.#push(ticker, DELTA, level, exchangeTime, localTime, false);
  }

  trade(trade: Parameters<SessionSink['trade']>[0], localTime: Time): void {
    this.trades++;
    if (!this.#covered.has(trade.ticker)) this.coverage(trade.ticker, true, 'trade channel', localTime);
    const kind = trade.side === null ? UNSIDED_TRADE : TRADE;
    const level = { side: trade.side ?? 0, price: trade.price, quantity: trade.quantity };
    this.#push(trade.ticker, kind, level, trade.time, localTime, false, trade.id);
  }

  coverage(ticker: string, covered: boolean, reason: string, time: Time): void {
    if (!this.#covered.has(ticker)) {
      this.#detail(ticker, time, { type: 'lifecycle', change: { market: 0 as MarketIndex, status: 'active' } });
    }
    this.#covered.set(ticker, covered);
    this.#last = time;
    const said = covered ? `sequence: ${reason}` : reason;
    this.#detail(ticker, time, { type: 'coverage', change: { market: 0 as MarketIndex, covered, reason: said } });
  }

  /** Nothing is known after the last message: coverage of every market ends there. */
  end(): void {
    for (const [ticker, covered] of this.#covered)
      if (covered) this.coverage(ticker, false, 'recording ended', this.#last);
  }

  numbered(findings: Findings): Pick<ImportedTape, 'markets' | 'rows'> {
    const tickers = [...new Set(this.#rows.map(({ ticker }) => ticker))];
    const day = formatDate(this.#rows[0]?.row.exchangeTime ?? (0 as Time));
    const markets = numberMarkets(tickers.map((ticker) => marketOfTicker(ticker, this.#grid, day)));
    findings.add(
      'markets known by their ticker only',
      tickers.length,
      'strikes, times and results are unknown, the price grid is the one stated',
    );
    const index = new Map(markets.map(({ market }) => [market.ticker, market.index]));
    return { markets, rows: this.#rows.map(({ ticker, row }) => withMarket(row, index.get(ticker) as MarketIndex)) };
  }

  #push(
    ticker: string,
    kind: ImportedRow['kind'],
    level: BookLevel,
    exchangeTime: Time,
    localTime: Time,
    more: boolean,
    tradeId: string | null = null,
  ): void {
    if (level.price > 0) this.#grid.levelOf(level.price);
    this.#last = localTime;
    const { side, price, quantity } = level;
    this.#rows.push({
      ticker,
      row: {
        exchangeTime,
        localTime,
        kind,
        market: 0 as MarketIndex,
        side,
        price,
        quantity,
        more,
        tradeId,
        detail: null,
      },
    });
  }

  #detail(ticker: string, time: Time, detail: NonNullable<ImportedRow['detail']>): void {
    this.#rows.push({ ticker, row: detailRow(0 as MarketIndex, time, detail) });
  }
}

function withMarket(row: ImportedRow, market: MarketIndex): ImportedRow {
  const { detail } = row;
  if (detail === null) return { ...row, market };
  if (detail.type === 'lifecycle')
    return { ...row, market, detail: { ...detail, change: { ...detail.change, market } } };
  if (detail.type === 'coverage')
    return { ...row, market, detail: { ...detail, change: { ...detail.change, market } } };
  return { ...row, market };
}

function marketOfTicker(ticker: string, grid: PriceGrid, recordingDay: string): ImportedMarket {
  const { series, event, day } = parseTicker(ticker);
  return {
    facts: {
      ticker,
      event,
      series,
      title: '',
      strike: { type: 'other', floor: null, cap: null },
      grid,
      openTime: null,
      closeTime: null,
      day: day ?? recordingDay,
      mutuallyExclusive: false,
    },
    result: null,
  };
}
