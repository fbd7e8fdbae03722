import { closeSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECORDER, recorderFrame } from '../../src/cli/recording-frames.ts';
import { sealRecorded } from '../../src/cli/seal-recorded.ts';
import { tapeOfRecording } from '../../src/cli/tape-of-recording.ts';
import { DELTA, DETAIL, type Detail, SNAPSHOT, TRADE } from '../../src/core/market-event.ts';
import { dollars } from '../../src/core/money.ts';
import { SECOND, type Time } from '../../src/core/time.ts';
import { drawnFaults, type FaultShares } from '../../src/exchange/drawn-faults.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { type FaultPlan, NO_FAULTS } from '../../src/exchange/fault-plan.ts';
import { bookFacts, marketFacts } from '../../src/exchange/market-facts.ts';
import { SocketSession } from '../../src/exchange/socket-session.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { Recorder } from '../../src/tape/record/recorder.ts';
import { compactSegments } from '../../src/tape/record/segment-files.ts';
import { verifyRecording } from '../../src/tape/record/verify-recording.ts';
import { MORNING, QUIET } from '../exchange/scene.ts';
import { temporaryFolder } from './compiled.ts';

interface Row {
  readonly kind: number;
  readonly market: number;
  readonly side: number;
  readonly price: number;
  readonly quantity: number;
  readonly local: number;
  readonly detail: Detail | undefined;
}

/** An exchange that is recorded by hand, so that what the recorder saw and what was true can be compared. */
class Recorded {
  readonly exchange: Exchange;
  readonly folder: string;
  readonly data: string;
  /** Every change of a book and every print, as the exchange made them. */
  readonly source: { kind: number; ticker: string; side: number; price: number; quantity: number; time: number }[] = [];
  readonly #recorder: Recorder;
  readonly #faults: FaultPlan;
  #session: SocketSession | null = null;

  constructor(data: string, shares: Partial<FaultShares> = {}, segmentBytes = 67_108_864, beside?: Recorded) {
    this.data = data;
    this.exchange = beside?.exchange ?? new Exchange({ ...QUIET, activity: 60 });
    this.folder = join(data, 'recordings', beside === undefined ? 'hand' : 'other');
    this.#faults = Object.keys(shares).length === 0 ? NO_FAULTS : drawnFaults(shares, 'recorded');
    this.exchange.advance(MORNING);
    this.#recorder = new Recorder({ folder: this.folder, now: () => this.now, syncMs: 0, segmentBytes });
    this.exchange.feed.listen((news) => {
      if (news.type === 'delta') {
        const { market, side, price, change, time } = news;
        this.source.push({ kind: DELTA, ticker: market.ticker, side, price, quantity: change, time });
      } else if (news.type === 'trade') {
        const { market, side, price, quantity, time } = news.trade;
        this.source.push({ kind: TRADE, ticker: market.ticker, side, price, quantity, time });
      }
    });
    this.own('tapedeck_recording', { environment: 'local' });
    this.own('tapedeck_series', { ticker: 'SYNHIGHVIL', fee_type: 'quadratic', fee_multiplier: 1 });
    for (const market of this.exchange.world.markets) this.own('tapedeck_market', marketFacts(market, this.now));
  }

  get now(): Time {
    return this.exchange.now;
  }

  own(type: Parameters<typeof recorderFrame>[0], msg: unknown): void {
    this.#recorder.write(recorderFrame(type, msg), this.now, this.now, RECORDER);
  }

  connect(): void {
    this.own('tapedeck_connected', { connection: 1 });
    const account = this.exchange.openAccount(dollars(1));
    let open = true;
    const line = {
      send: (text: string) => {
        if (open) this.#recorder.write(text, this.now + 5_000, this.now + 5_000, 1);
        return 0;
      },
      drop: () => {
        open = false;
        this.own('tapedeck_closed', { connection: 1 });
      },
      hush: () => {},
    };
    this.#session?.end();
    this.#session = new SocketSession(this.exchange, account, line, this.#faults);
    const market_tickers = this.exchange.world.markets.map(({ ticker }) => ticker);
    const params = { channels: ['orderbook_delta', 'trade'], market_tickers, use_yes_price: true };
    this.#session.receive(JSON.stringify({ id: 1, cmd: 'subscribe', params }));
  }

  /** The connection breaks, and the recorder hears so. */
  drop(): void {
    this.own('tapedeck_closed', { connection: 1 });
    this.#session?.end();
  }

  /** Books as REST has them; `wrong` changes one. */
  checkpoint(wrong = false): void {
    this.own('tapedeck_asking', {});
    const orderbooks = this.exchange.world.markets.map((market, at) => {
      const { yes_dollars: yes, no_dollars: no } = bookFacts(market, 0) as {
        yes_dollars: unknown[];
        no_dollars: unknown[];
      };
      return {
        ticker: market.ticker,
        orderbook_fp: { yes_dollars: wrong && at === 0 ? yes.slice(1) : yes, no_dollars: no },
      };
    });
    this.own('tapedeck_books', { orderbooks });
  }

  pass(minutes: number): void {
    for (let second = 0; second < minutes * 60; second++) this.exchange.advance((this.now + SECOND) as Time);
  }

  close(): Promise<void> {
    return this.#recorder.close();
  }

  async tape(name = 'hand', folders = [this.folder]) {
    await this.close();
    const options = { folders, name, dataFolder: this.data, replace: true, createdBy: 'test' };
    const { tape, report } = await tapeOfRecording(options);
    const opened = await openTape(this.data, name);
    const rows: Row[] = [];
    for await (const { length, key, price, quantity, baseTime, localOffset, details } of opened.blocks()) {
      for (let at = 0; at < length; at++) {
        rows.push({
          kind: (key[at]! >> 1) & 7,
          market: key[at]! >>> 5,
          side: key[at]! & 1,
          price: price[at]!,
          quantity: quantity[at]!,
          local: baseTime + localOffset[at]!,
          detail: details.get(at),
        });
      }
    }
    return { tape, report, rows, tickers: opened.markets.map(({ ticker }) => ticker) };
  }
}

/** A stretch over which a tape vouches for a book: from one snapshot to the end of its coverage, or to the next. */
interface Stretch {
  readonly market: number;
  readonly since: number;
  readonly begun: Map<string, number>;
  readonly changes: string[];
  readonly book: Map<string, number>;
  /** Why the coverage ended. */
  end: string;
}

function stretchesOf(rows: readonly Row[]): Stretch[] {
  const stretches: Stretch[] = [];
  const open = new Map<number, Stretch>();
  let filling = -1;
  for (const { kind, market, side, price, quantity, local, detail } of rows) {
    const level = `${side} ${price}`;
    if (kind === SNAPSHOT) {
      if (filling !== market) {
        const stretch = { market, since: local, begun: new Map(), changes: [], book: new Map(), end: '' };
        open.set(market, stretch);
        stretches.push(stretch);
      }
      filling = market;
      const { begun, book } = open.get(market)!;
      if (price > 0) for (const levels of [begun, book]) levels.set(level, quantity);
      continue;
    }
    filling = -1;
    if (kind === DELTA) {
      const { book, changes } = open.get(market)!;
      changes.push(`${level} ${quantity}`);
      const left = (book.get(level) ?? 0) + quantity;
      if (left === 0) book.delete(level);
      else book.set(level, left);
    }
    if (kind === DETAIL && detail?.type === 'coverage' && !detail.change.covered) {
      open.get(detail.change.market)!.end = detail.change.reason;
      open.delete(detail.change.market);
    }
  }
  return stretches;
}

/** Each market's book by the rows, where it is covered at the end. */
function booksOf(rows: readonly Row[]): Map<number, ReadonlyMap<string, number>> {
  const last = stretchesOf(rows).filter(({ end }) => end === 'recording ended');
  return new Map(last.map(({ market, book }) => [market, book]));
}

function booksThere(recorded: Recorded, tickers: readonly string[]): Map<number, Map<string, number>> {
  return new Map(
    tickers.map((ticker, index) => {
      const { book } = recorded.exchange.world.byTicker.get(ticker)!;
      const levels = new Map<string, number>();
      for (const side of [0, 1] as const) {
        for (let level = 0; level < book.grid.size; level++) {
          const size = book.total(side, level);
          if (size > 0) levels.set(`${side} ${book.grid.priceAt(level)}`, size);
        }
      }
      return [index, levels];
    }),
  );
}

describe('the tape of a recording', () => {
  it('equals its source, change by change and print by print, where nothing was lost', async () => {
    const recorded = new Recorded(temporaryFolder());
    recorded.connect();
    recorded.source.length = 0;
    recorded.pass(30);
    recorded.checkpoint();
    const { rows, tickers, report, tape } = await recorded.tape();
    const there = recorded.source.map(({ kind, ticker, side, price, quantity }) =>
      [kind, ticker, side, price, quantity].join(' '),
    );
    const here = rows
      .filter(({ kind }) => kind === DELTA || kind === TRADE)
      .map(({ kind, market, side, price, quantity }) => [kind, tickers[market], side, price, quantity].join(' '));
    expect(here.length).toBeGreaterThan(500);
    expect(here).toEqual(there);
    expect(booksOf(rows)).toEqual(booksThere(recorded, tickers));
    expect(report.rows.checks[0]!.counts).toEqual({ agreed: 6, differed: 0, untrusted: 0 });
    expect(tape.manifest).toMatchObject({ synthetic: true, grade: { depth: 'L2', trades: true } });
    expect(rows.every(({ local }, at) => at === 0 || local >= rows[at - 1]!.local)).toBe(true);
  });

  it('covers no book that may be wrong: lost, late and changed frames, ended subscriptions, new connections', async () => {
    const recorded = new Recorded(temporaryFolder(), {
      droppedFrames: 0.003,
      doubledFrames: 0.01,
      lateFrames: 0.003,
      retypedFrameFields: 0.002,
      newFrameFields: 0.01,
    });
    const known = recorded.exchange.world.markets.map(({ ticker }) => ticker);
    const begins = Array.from({ length: 4 }, () => {
      const begin = { time: recorded.now, at: recorded.source.length, books: booksThere(recorded, known) };
      recorded.connect();
      recorded.pass(15);
      return begin;
    });
    const { rows, tickers, report } = await recorded.tape();
    const stretches = stretchesOf(rows);
    for (const { market, since, begun, changes } of stretches) {
      const { at, books } = begins.findLast(({ time }) => time <= since)!;
      expect(begun).toEqual(books.get(known.indexOf(tickers[market]!)));
      const there = recorded.source
        .slice(at)
        .filter(({ kind, ticker }) => kind === DELTA && ticker === tickers[market])
        .map(({ side, price, quantity }) => `${side} ${price} ${quantity}`);
      expect(changes).toEqual(there.slice(0, changes.length));
    }
    // Each connection vouched for each book for a while, until something of it was lost.
    expect(stretches).toHaveLength(begins.length * known.length);
    expect(stretches.reduce((sum, { changes }) => sum + changes.length, 0)).toBeGreaterThan(100);
    expect(stretches.every(({ end }) => /^(sequence gap|a message could not be read)/.test(end))).toBe(true);
    expect(report.rows.counts.connections).toBe(4);
    expect(report.rows.counts.unreadable).toBeGreaterThan(0);
    const prints = recorded.source.filter(({ kind }) => kind === TRADE);
    const told = rows.filter(({ kind }) => kind === TRADE);
    expect(told.length).toBeGreaterThan(prints.length / 2);
    expect(told.length).toBeLessThanOrEqual(prints.length);
  });

  it('names a book that differs from the one over REST', async () => {
    const recorded = new Recorded(temporaryFolder());
    recorded.connect();
    recorded.pass(1);
    recorded.checkpoint(true);
    recorded.pass(1);
    const { report } = await recorded.tape();
    const { counts, differences } = report.rows.checks[0]!;
    expect(counts).toEqual({ agreed: 5, differed: 1, untrusted: 0 });
    expect(differences[0]).toMatch(/^SYNHIGHVIL-\S+: (bid|ask) 0\.\d{4} is [\d.]+ by the frames and 0\.00 over REST$/);
  });

  it('is refused where frames of another exchange stand in the recording: no tape may mix the two', async () => {
    const recorded = new Recorded(temporaryFolder());
    recorded.connect();
    recorded.pass(1);
    recorded.own('tapedeck_recording', { environment: 'demo' });
    await expect(recorded.tape()).rejects.toMatchObject({
      code: 'mixed-environments',
      message: expect.stringContaining('frames of local and of demo'),
    });
    expect(readdirSync(join(recorded.data, 'tapes'))).toEqual([]);
  });

  it('is the same after its segments were packed, and byte for byte the same frames come back', async () => {
    const recorded = new Recorded(temporaryFolder(), {}, 100_000);
    recorded.connect();
    recorded.pass(20);
    const { tape } = await recorded.tape();
    const plain = readdirSync(recorded.folder).filter((name) => /^segment-\d+.ndjson$/.test(name));
    expect(plain.length).toBeGreaterThan(3);
    expect(compactSegments(recorded.folder, { last: true })).toBe(plain.length);
    expect(verifyRecording(recorded.folder).findings).toEqual([]);
    const options = {
      folders: [recorded.folder],
      name: 'packed',
      dataFolder: recorded.data,
      replace: false,
      createdBy: 'test',
    };
    expect((await tapeOfRecording(options)).tape.manifest.digest).toBe(tape.manifest.digest);
  });

  it('has a hole where a byte was flipped, a segment is missing or its end was cut, and goes on behind it', async () => {
    for (const harm of ['flip', 'remove', 'cut'] as const) {
      const recorded = new Recorded(temporaryFolder(), {}, 100_000);
      recorded.connect();
      recorded.pass(10);
      recorded.connect();
      recorded.pass(10);
      const whole = await recorded.tape('whole');
      const [, second] = readdirSync(recorded.folder).filter((name) => /^segment-\d+.ndjson$/.test(name));
      damage(join(recorded.folder, second!), harm);
      const findings = verifyRecording(recorded.folder).findings;
      expect(findings.length, harm).toBeGreaterThan(0);
      if (harm !== 'remove') expect(findings[0]).toMatchObject({ file: second });
      const options = {
        folders: [recorded.folder],
        name: harm,
        dataFolder: recorded.data,
        replace: false,
        createdBy: 'test',
      };
      const { tape, report } = await tapeOfRecording(options);
      expect(report.rows.counts.damage, harm).toBeGreaterThan(0);
      expect(tape.manifest.rows).toBeLessThan(whole.tape.manifest.rows);
    }
  });

  it('of two recorders has what either heard, once, and is whole where one of them was cut', async () => {
    const first = new Recorded(temporaryFolder());
    const second = new Recorded(temporaryFolder(), {}, 67_108_864, first);
    first.connect();
    second.connect();
    first.source.length = 0;
    first.pass(5);
    first.drop();
    first.pass(5);
    first.connect();
    first.pass(5);
    second.drop();
    first.pass(5);
    second.connect();
    first.pass(5);
    first.drop();
    first.pass(5);
    await second.close();
    const { rows, tickers, report } = await first.tape('merged', [first.folder, second.folder]);
    expect(report.rows.counts.handovers).toBeGreaterThanOrEqual(12);
    const flow = (kind: number) => rows.filter((row) => row.kind === kind);
    const text = ({ kind, market, side, price, quantity }: Row) =>
      [kind, tickers[market], side, price, quantity].join(' ');
    const there = first.source.map(({ kind, ticker, side, price, quantity }) =>
      [kind, ticker, side, price, quantity].join(' '),
    );
    expect(flow(TRADE).map(text)).toEqual(there.filter((line) => line.startsWith(`${TRADE} `)));
    expect(flow(DELTA).map(text)).toEqual(there.filter((line) => line.startsWith(`${DELTA} `)));
    expect(booksOf(rows)).toEqual(booksThere(first, tickers));
    const alone = await first.tape('alone');
    expect(alone.rows.filter(({ kind }) => kind === TRADE).length).toBeLessThan(flow(TRADE).length);
  });

  it('leaves another tape of its name alone, and replaces its own', async () => {
    const recorded = new Recorded(temporaryFolder());
    recorded.connect();
    recorded.pass(1);
    const { tape } = await recorded.tape('hand');
    const again = await sealRecorded(recorded.folder, 'hand', recorded.data);
    expect(again).toMatchObject({ digest: tape.manifest.digest, why: null });
    const file = join(recorded.data, 'tapes', 'hand', 'tape.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('recording hand:', 'somebody else:'));
    const kept = await sealRecorded(recorded.folder, 'hand', recorded.data);
    expect(kept).toMatchObject({ digest: null, why: expect.stringContaining('there is another tape called hand') });
  });
});

function damage(file: string, harm: 'flip' | 'remove' | 'cut'): void {
  const bytes = readFileSync(file);
  if (harm === 'remove') truncateSync(file, 0);
  else if (harm === 'cut') truncateSync(file, Math.floor(bytes.length / 2));
  else {
    const descriptor = openSync(file, 'r+');
    const at = Math.floor(bytes.length / 2);
    writeSync(descriptor, Buffer.from([bytes[at]! ^ 1]), 0, 1, at);
    closeSync(descriptor);
  }
}
