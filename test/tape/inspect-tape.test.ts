import { expect, test } from 'vitest';
import { TRADE, UNSIDED_TRADE } from '../../src/core/market-event.ts';
import { HOUR, type Time } from '../../src/core/time.ts';
import { openDatabase } from '../../src/tape/duckdb.ts';
import { inspectTape } from '../../src/tape/inspect-tape.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { registerViews, schemaName } from '../../src/tape/query-views.ts';
import { sparkline } from '../../src/tape/sparkline.ts';
import { coverageRow, dataFolder, FACTS, marketFacts, row, START, sealRows } from './tape-fixture.ts';

const ROWS = [
  coverageRow(START, 0, true),
  row({ localTime: START, kind: TRADE, quantity: 250 }),
  row({ localTime: START + 10, kind: UNSIDED_TRADE, quantity: 50 }),
  row({ localTime: START + HOUR, market: 1 }),
  coverageRow(START + 2 * HOUR, 0, false, 'gap'),
  row({ localTime: START + 4 * HOUR, market: 1 }),
];

async function sealedTape() {
  const folder = dataFolder();
  const markets = [marketFacts('A', { closeTime: (START + 4 * HOUR) as Time }), marketFacts('B'), marketFacts('C')];
  await sealRows(folder, ROWS, { name: 'Chicago-2025.1', markets });
  return openTape(folder, 'Chicago-2025.1');
}

test('the summary tells what is on the tape, what is covered, and where the gaps are', async () => {
  const tape = await sealedTape();
  const summary = await inspectTape(tape);
  expect(summary.grade).toBe('L2 with trades, continuous');
  expect(summary.manifest.importReport).toEqual(FACTS.importReport);
  expect(summary.coverage).toEqual({
    coveredUs: 2 * HOUR,
    lengthUs: 7 * HOUR,
    share: 2 / 7,
    byBasis: { sequence: 0, observed: 0, declared: 2 * HOUR },
  });
  expect(summary.gaps.map(({ market, from, to, reason }) => [market, from - START, to - START, reason])).toEqual([
    [1, HOUR, 4 * HOUR, 'no row says that it is covered'],
    [0, 2 * HOUR, 4 * HOUR, 'gap'],
  ]);
  expect(
    summary.markets.map(({ ticker, rows, trades, tradedE2, coverage }) => [ticker, rows, trades, tradedE2, coverage]),
  ).toEqual([
    ['A', 2, 2, 300, 0.5],
    ['B', 2, 0, 0, 0],
    ['C', 0, 0, 0, null],
  ]);
  expect([summary.hoursFrom, summary.rowsPerHour]).toEqual([START, [3, 1, 1, 0, 1]]);
  expect(summary.bytesPerRow).toBe(tape.manifest.files[0]!.bytes / 6);
});

test('an empty tape has a summary too', async () => {
  const folder = dataFolder();
  await sealRows(folder, []);
  const summary = await inspectTape(await openTape(folder, 'test'));
  expect([summary.bytesPerRow, summary.coverage.share, summary.rowsPerHour]).toEqual([null, null, []]);
});

test('queries see a tape as views with readable times', async () => {
  const tape = await sealedTape();
  const database = await openDatabase();
  try {
    expect(await registerViews(database.connection, tape)).toBe('chicago_2025_1');
    await registerViews(database.connection, tape);
    const read = await database.connection.runAndReadAll(
      `SELECT ticker, local_time::VARCHAR AS at, quantity_e2 FROM chicago_2025_1.events JOIN chicago_2025_1.markets USING (market)
       WHERE kind = 'trade'`,
    );
    expect(read.getRowsJson()).toEqual([['A', '2025-10-01 00:00:00', '250']]);
    const gaps = await database.connection.runAndReadAll(
      "SELECT from_time::VARCHAR FROM chicago_2025_1.coverage WHERE state = 'uncovered' AND market = 0",
    );
    expect(gaps.getRowsJson()).toEqual([['2025-10-01 02:00:00']]);
  } finally {
    database.close();
  }
  expect(schemaName('2025 Chicago')).toBe('_2025_chicago');
});

test('a sparkline shows zero as a blank, the greatest as a full bar, and adds up what does not fit', () => {
  expect(sparkline([0, 1, 4, 8])).toBe(' ▂▅█');
  expect(sparkline([1, 1, 0, 0, 5, 5], 3)).toBe('▂ █');
  expect([sparkline([]), sparkline([0, 0]), sparkline([3])]).toEqual(['', '  ', '█']);
});
