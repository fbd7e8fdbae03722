import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/random.ts';
import { LEAST_DAYS } from '../../../../src/study/statistics/interval.ts';
import { openRun } from '../../../../src/study/store/run-store.ts';
import { RUN_TABLE_NAMES } from '../../../../src/study/store/run-tables.ts';
import type { Tearsheet } from '../../../../src/study/tearsheet/contents.ts';
import { readTearsheet } from '../../../../src/study/tearsheet/read-tearsheet.ts';
import { type Database, openDatabase, readRows, type SqlValue } from '../../../../src/tape/duckdb.ts';
import type { Tape } from '../../../../src/tape/open-tape.ts';
import {
  asked,
  DECISIVE_BOOKS,
  DECISIVE_PRINTS,
  MARKS_THAT_DIFFER,
  tapeRows,
  WORTH_OF_BOOKS,
  WRITTEN,
} from './mark-sql.ts';
import { AFTER_CLOSE, CURVES, EQUITY, FEES, MARKETS, RELIABILITY, STEPS } from './page-sql.ts';

/** A finished run and the tape it was made on. */
export interface AuditedRun {
  readonly dataFolder: string;
  readonly id: string;
  readonly tape: Tape;
}

type Row = Record<string, SqlValue>;

interface Opened {
  readonly sheet: Tearsheet;
  readonly database: Database;
  readonly book: boolean;
  rows(sql: string): Promise<Row[]>;
}

const NOT_ASKED = { unavailable: 'not asked' };

/** Finds every number of a run's tearsheet again in SQL, from the run's tables and the rows of its tape. */
export function auditTearsheet(run: () => AuditedRun): void {
  describe('the tearsheet', () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(run());
    });
    afterAll(() => opened?.database.close());
    markTests(() => opened);
    moneyTests(() => opened);
    curveTests(() => opened);
    tableTests(() => opened);
    pathTests(() => opened);
  });
}

async function open({ dataFolder, id, tape }: AuditedRun): Promise<Opened> {
  const run = openRun(dataFolder, id);
  const sheet = await readTearsheet(run, dataFolder, { sensitivity: NOT_ASKED, capacity: NOT_ASKED });
  const database = await openDatabase();
  const book = tape.manifest.grade.depth !== 'none';
  const tables = RUN_TABLE_NAMES.map(
    (name) => `CREATE TABLE ${name} AS FROM '${join(run.folder, `${name}.parquet`).replaceAll("'", "''")}';`,
  );
  for (const sql of [
    ...tables,
    tapeRows(tape.files('events'), tape.files('markets')),
    book ? DECISIVE_BOOKS : DECISIVE_PRINTS,
    asked(book),
    book ? WORTH_OF_BOOKS : '',
    `CREATE TABLE written AS ${WRITTEN}`,
  ])
    if (sql !== '') await database.connection.run(sql);
  return { sheet, database, book, rows: (sql) => readRows(database.connection, sql) };
}

function markTests(at: () => Opened): void {
  it('rests on marks that the tape gives: before every fill, after it, and at the close', async () => {
    const { rows, book } = at();
    expect(await rows('SELECT * FROM ended WHERE reopened')).toEqual([]);
    expect(await rows(`${MARKS_THAT_DIFFER} LIMIT 5`)).toEqual([]);
    const [counts] = await rows(
      'SELECT (SELECT count(*) FROM fills) AS fills, (SELECT count(*) FROM written) AS marks',
    );
    expect(counts!.marks).toBe(6 * Number(counts!.fills));
    expect(counts!.fills).toBeGreaterThan(100);
    if (book) expect(await rows('SELECT * FROM worth WHERE crossed')).toEqual([]);
  });
}

function moneyTests(at: () => Opened): void {
  it('splits the money of every arm and lane as fills, marks, payouts and fees do, and leaves nothing over', async () => {
    const { sheet, rows } = at();
    const [steps, after, fees] = [await rows(STEPS), await rows(AFTER_CLOSE), await rows(FEES)];
    const cash = await rows(
      `SELECT arm, lane, arg_max(cash_e6, time_us) - 10000000000 AS net_e6 FROM equity GROUP BY ALL`,
    );
    expect(sheet.waterfalls).toHaveLength(cash.filter(isShown).length);
    for (const { arm, lane, steps: shown, netE6, claimedE6, claimedShare } of sheet.waterfalls) {
      const own = (list: readonly Row[]) => list.filter((row) => row.arm === arm && row.lane === lane);
      const [end] = own(after);
      const found = [
        ...own(steps).map((row) => Number(row.gain_e7) / 10),
        Number(end!.settlement_e7) / 10,
        Number(end!.unsettled_e7) / 10,
        0 - Number(own(fees)[0]!.fees_e6),
      ];
      expect(shown.map(({ amountE6 }) => amountE6)).toEqual(found);
      expect(netE6).toBe(found.reduce((sum, step) => sum + step, 0));
      expect(netE6).toBe(own(cash)[0]!.net_e6);
      const [claim] =
        await rows(`SELECT sum((o.fair_price_e4 - f.price_e4) * f.quantity_e2 * if(f.side = 'bid', 1, -1)) AS claimed_e6,
          coalesce(sum(f.quantity_e2) FILTER (o.fair_price_e4 IS NOT NULL), 0) / sum(f.quantity_e2) AS share
        FROM fills f, orders o WHERE f.arm = '${arm}' AND o.arm = f.arm AND f.lane = '${lane}' AND o.lane = f.lane AND o.order_id = f.order_id`);
      expect(claimedE6).toBe(claim!.claimed_e6);
      expect(claimedShare).toBe(claim!.share);
    }
  });

  it('draws worth and falls that were sampled, with every extreme', async () => {
    const { sheet, rows } = at();
    const samples = await rows(EQUITY);
    for (const { arm, lane, points } of sheet.equity) {
      let peak = 10_000_000_000;
      const own = samples
        .filter((row) => row.arm === arm && row.lane === lane)
        .map((row): Row & { worth: number; fall: number } => {
          peak = Math.max(peak, Number(row.worth_e6));
          return { ...row, worth: Number(row.worth_e6), fall: peak - Number(row.worth_e6) };
        });
      const byTime = new Map(own.map((row) => [row.time_us, row]));
      expect(points.length).toBeLessThanOrEqual(500);
      for (const { timeUs, equityE6, drawdownE6 } of points) {
        const row = byTime.get(timeUs)!;
        expect([equityE6, drawdownE6]).toEqual([row.equity_e6, row.fall]);
      }
      const worths = own.map((row) => row.worth);
      const shown = points.map(({ timeUs }) => byTime.get(timeUs)!.worth);
      expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...worths), Math.max(...worths)]);
      const deepest = Math.max(...points.map(({ drawdownE6 }) => drawdownE6));
      expect(deepest).toBe(Math.max(...own.map((row) => row.fall)));
      const pooled = arm.replace(/ 1$/, '');
      const { draws, lanes } = sheet.summary.arms.find((each) => each.arm === pooled)!;
      const line = lanes.find((each) => each.lane === lane)!;
      // Of several draws the first is drawn, and the summary has the deepest fall of all.
      if (draws === 1) expect(deepest).toBe(line.maxDrawdownE6);
      else expect(deepest).toBeLessThanOrEqual(line.maxDrawdownE6);
      expect([points[0]!.timeUs, points.at(-1)!.timeUs]).toEqual([own[0]!.time_us, own.at(-1)!.time_us]);
    }
  });
}

function curveTests(at: () => Opened): void {
  it('shows the markouts of makers, takers and both, with intervals over days drawn anew', async () => {
    const { sheet, rows } = at();
    const days = await rows(CURVES);
    const groups = new Set(days.filter(isShown).map((row) => `${row.arm} ${row.lane} ${row.liquidity}`));
    expect(new Set(sheet.markouts.map(({ arm, lane, liquidity }) => `${arm} ${lane} ${liquidity}`))).toEqual(groups);
    for (const { arm, lane, liquidity, points } of sheet.markouts) {
      for (const [place, { cents, lower, upper, contractsE2 }] of points.entries()) {
        const own = days.filter(
          (row) => row.arm === arm && row.lane === lane && row.liquidity === liquidity && row.place === place + 2,
        );
        const total = (column: string) => own.reduce((sum, row) => sum + Number(row[column]), 0);
        expect(contractsE2).toBe(total('contracts_e2'));
        expect(cents).toBeCloseTo(total('moved_e7') / total('contracts_e2') / 1_000, 9);
        const drawn = drawnAnew(own, `${sheet.summary.run.seed}/interval`);
        if (drawn === null) expect([lower, upper]).toEqual([null, null]);
        else {
          expect(lower).toBeCloseTo(drawn[0], 9);
          expect(upper).toBeCloseTo(drawn[1], 9);
        }
      }
    }
  });
}

/** Of a control that is drawn several times, the first draw stands on the page. */
function isShown({ arm }: Row): boolean {
  return !/^placebo [2-9]/.test(String(arm));
}

/** Σ moved over Σ contracts in cents, and its standard error as that of a ratio over days. */
function ratioOf(days: readonly Row[]): { ratio: number; error: number } {
  const pairs = days.map((row) => [Number(row.moved_e7), Number(row.contracts_e2)] as const);
  const [moved, contracts] = [0, 1].map((at) => pairs.reduce((sum, pair) => sum + pair[at]!, 0)) as [number, number];
  const squares = pairs.reduce((sum, [gain, size]) => sum + (gain - (moved / contracts) * size) ** 2, 0);
  const error = Math.sqrt((squares * pairs.length) / (pairs.length - 1)) / contracts / 1_000;
  return { ratio: moved / contracts / 1_000, error };
}

/** The 50th score from either end of 2,000 draws of as many days, each by the run's own seed and in its own error. */
function drawnAnew(days: readonly Row[], seed: string): [number, number] | null {
  if (days.length < LEAST_DAYS) return null;
  const random = new Random(seed);
  const whole = ratioOf(days);
  const scores = Array.from({ length: 2_000 }, () => {
    const { ratio, error } = ratioOf(days.map(() => days[random.below(days.length)]!));
    const unit = error > 1e-9 * whole.error ? error : whole.error;
    return unit === 0 ? 0 : (ratio - whole.ratio) / unit;
  }).sort((a, b) => a - b);
  return [whole.ratio - scores[1_950]! * whole.error, whole.ratio - scores[49]! * whole.error];
}

function tableTests(at: () => Opened): void {
  it('lists the markets and days of the headline as fills and payouts make them', async () => {
    const { sheet, rows } = at();
    const { arm } = sheet.summary.run;
    const { lane } = sheet.summary.headline;
    const found = await rows(
      `SELECT * FROM (${MARKETS}) WHERE arm = '${arm}' AND lane = '${lane}' ORDER BY day, ticker`,
    );
    const markets = found.map((row) => ({
      ticker: row.ticker,
      event: row.event,
      day: row.day,
      fills: row.fills,
      contractsE2: row.contracts_e2,
      grossE6: row.gross_e6,
      feesE6: row.fees_e6,
      netE6: Number(row.gross_e6) - Number(row.fees_e6),
      outcome: row.outcome,
    }));
    expect(sheet.markets).toEqual(markets);
    const days =
      await rows(`SELECT day, count(*) AS markets, sum(fills) AS fills, sum(contracts_e2) AS contracts_e2, sum(gross_e6 - fees_e6) AS net_e6,
        sum(sum(gross_e6 - fees_e6)) OVER (ORDER BY day) AS cumulative_e6
      FROM (${MARKETS}) WHERE arm = '${arm}' AND lane = '${lane}' GROUP BY day ORDER BY day`);
    expect(sheet.days.map((day) => Object.values(day))).toEqual(days.map((day) => Object.values(day)));
    expect(sheet.days.at(-1)!.cumulativeE6).toBe(sheet.summary.headline.netE6);
  });

  it('tells how prices came true, of all prints and of the fills of the headline', async () => {
    const { sheet, rows } = at();
    const bins = await rows(RELIABILITY);
    const whose = { prints: ['', ''], fills: [sheet.summary.run.arm, sheet.summary.headline.lane] };
    expect(sheet.reliability.map((each) => each.of)).toEqual(['prints', 'fills']);
    for (const { of, bins: shown } of sheet.reliability) {
      const own = bins.filter((row) => row.arm === whose[of][0] && row.lane === whose[of][1]);
      expect(shown).toHaveLength(own.length);
      for (const [place, row] of own.entries()) {
        const bin = shown[place]!;
        expect([bin.fromCents * 100, bin.toCents * 100, bin.contractsE2, bin.markets]).toEqual([
          row.from_e4,
          row.to_e4,
          row.contracts_e2,
          row.markets,
        ]);
        expect(bin.meanCents).toBeCloseTo(Number(row.cost_e4) / 100, 9);
        expect(bin.paidPercent).toBeCloseTo(Number(row.paid_e4) / 100, 9);
      }
    }
  });
}

function pathTests(at: () => Opened): void {
  it('draws the paths of the markets that tell most, with every fill of the headline there', async () => {
    const { sheet, rows } = at();
    const byNet = [...sheet.markets].sort((a, b) => a.netE6 - b.netE6);
    const shown = sheet.fillPaths.map(({ ticker }) => ticker);
    expect(shown).toContain(byNet[0]!.ticker);
    expect(shown).toContain(byNet.at(-1)!.ticker);
    expect(
      sheet.markets
        .filter((each) => each.fills === Math.max(...sheet.markets.map(({ fills }) => fills)))
        .map(({ ticker }) => ticker),
    ).toEqual(expect.arrayContaining([expect.toSatisfy((ticker: string) => shown.includes(ticker))]));
    for (const { ticker, title, arm, lane, netE6, fills, settledCents } of sheet.fillPaths) {
      expect([arm, lane]).toEqual([sheet.summary.run.arm, sheet.summary.headline.lane]);
      expect(netE6).toBe(sheet.markets.find((market) => market.ticker === ticker)!.netE6);
      const own = await rows(`SELECT exchange_time_us, price_e4 / 100 AS cents, side, liquidity, quantity_e2
        FROM fills WHERE arm = '${arm}' AND lane = '${lane}' AND ticker = '${ticker}' ORDER BY number`);
      expect(fills.map((fill) => Object.values(fill))).toEqual(own.map((row) => Object.values(row)));
      const [facts] = await rows(
        `SELECT k.title, s.value_e4 / 100 AS cents FROM listed k LEFT JOIN settled s USING (ticker) WHERE k.ticker = '${ticker}'`,
      );
      expect([title, settledCents]).toEqual([facts!.title, facts!.cents]);
    }
  });

  it('draws paths through marks of the tape, with their ends and extremes', async () => {
    const { sheet, rows, book, database } = at();
    for (const { ticker, path } of sheet.fillPaths) {
      expect(path.length).toBeLessThanOrEqual(400);
      // The same two questions as for fills: which row decides at that time, and what it makes the mark.
      const marks = await pathMarks(database, rows, book, ticker);
      const byTime = new Map(marks.map((row) => [row.clock, row.marks as unknown as string]));
      for (const { timeUs, cents } of path) expect(byTime.get(timeUs)?.split(' ').map(Number)).toContain(cents * 1_000);
      const all = marks.flatMap((row) => String(row.marks).split(' ').map(Number));
      const drawn = path.map(({ cents }) => cents * 1_000);
      expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...all), Math.max(...all)]);
      expect([drawn[0], drawn.at(-1)]).toEqual([all[0], all.at(-1)]);
    }
  });
}

/** All marks of one market by time, in order: those after each row of a microsecond joined by blanks. */
async function pathMarks(
  database: Database,
  rows: (sql: string) => Promise<Row[]>,
  book: boolean,
  ticker: string,
): Promise<Row[]> {
  const own = `ticker = '${ticker}'`;
  const after = book
    ? `WITH points AS (SELECT * FROM sided WHERE ${own} AND (both_sides OR kind IN ('trade', 'unsided-trade'))),
      best AS (SELECT p.sequence, max(l.price_e4) FILTER (l.side = 'bid') AS bid_e4, min(l.price_e4) FILTER (l.side = 'ask') AS ask_e4
        FROM points p JOIN levels l ON l.market = p.market AND l.epoch = p.epoch AND l.sequence <= p.sequence AND l.until > p.sequence
        WHERE l.size_e2 > 0 AND p.both_sides GROUP BY p.sequence)
      SELECT p.clock, p.sequence, CASE WHEN p.both_sides THEN (b.bid_e4 + b.ask_e4) * 5 ELSE p.price_e4 * 10 END AS mark_e5
      FROM points p LEFT JOIN best b USING (sequence)`
    : `SELECT l.clock, w.sequence, w.mark_e5 FROM worth w JOIN live l USING (sequence) WHERE w.${own}`;
  await database.connection.run(`CREATE OR REPLACE TEMP TABLE path AS ${after}`);
  return rows(
    "SELECT clock, string_agg(mark_e5::VARCHAR, ' ' ORDER BY sequence) AS marks FROM path GROUP BY clock ORDER BY clock",
  );
}
