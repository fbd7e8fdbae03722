import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../../src/study/store/run-folder.ts';
import { openRun } from '../../../src/study/store/run-store.ts';
import type { Tearsheet } from '../../../src/study/tearsheet/contents.ts';
import { readTearsheet } from '../../../src/study/tearsheet/read-tearsheet.ts';
import { armResult, laneResult, outcome, runResult } from '../run-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-by-hand-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WHERE = { arm: 'follow', lane: 'base' };

/** 3 YES bought at 40¢ before any mark, 1 of them sold at 44¢; a NO bought at 40¢, paid between. */
function write(run: RunFolder): void {
  const fill = (number: number, ticker: string, side: 'bid' | 'ask', cents: number, e2: number, rest: object): void =>
    run.write('fills', {
      ...WHERE,
      number,
      order_id: number,
      ticker,
      side,
      leg: side === 'bid' ? 'yes' : 'no',
      price_e4: cents * 100,
      quantity_e2: e2,
      exchange_time_us: number * 1_000_000,
      ...rest,
    });
  fill(1, 'A', 'bid', 40, 300, { liquidity: 'taker', fee_e6: 5_000 });
  fill(2, 'A', 'ask', 44, 100, { liquidity: 'maker', fee_e6: 0 });
  fill(3, 'B', 'ask', 60, 100, { liquidity: 'maker', fee_e6: 100 });
  for (const number of [1, 2, 3]) {
    run.write('orders', { ...WHERE, order_id: number, fair_price_e4: number === 1 ? 4_500 : null });
  }
  const marks = (number: number, ticker: string, of: (number | null)[]): void => {
    const [before, s1, s10, s60, min10, close] = of;
    run.write('markouts', {
      ...WHERE,
      ...{ number, ticker, before_e5: before, after_1s_e5: s1, after_10s_e5: s10, after_60s_e5: s60 },
      ...{ after_10min_e5: min10, close_e5: close },
    });
  };
  marks(1, 'A', [null, null, 41_500, 42_000, 42_000, 45_000]);
  marks(2, 'A', [44_500, 44_000, 44_000, 43_000, 46_000, 45_000]);
  marks(3, 'B', [60_005, 60_005, 60_005, 60_005, 60_005, 60_005]);
  const paid = { ...WHERE, time_us: 9_000_000 };
  run.write('settlements', {
    ...paid,
    ticker: 'A',
    outcome: 'yes',
    value_e4: 10_000,
    quantity_e2: 200,
    payout_e6: 2_000_000,
  });
  // A NO at 66.63 cents, of which the venue pays 66.
  run.write('settlements', {
    ...paid,
    ticker: 'B',
    outcome: 'scalar',
    value_e4: 3_337,
    quantity_e2: -100,
    payout_e6: 666_300,
  });
}

describe('a run small enough to be counted by hand', () => {
  let sheet: Tearsheet;
  beforeAll(async () => {
    const run = new RunFolder(folder);
    write(run);
    const markets = [
      outcome({ ticker: 'A', day: '2024-10-01', volumeE2: 400, realisedE6: 1_240_000, feesE6: 5_000 }),
      outcome({ ticker: 'B', day: '2024-10-02', volumeE2: 100, realisedE6: 266_300, feesE6: 6_400 }),
    ];
    const arm = armResult('follow', markets, { lanes: [laneResult('base', markets)] });
    const { result } = await run.seal(runResult([arm]));
    const nothing = { unavailable: 'not asked' };
    sheet = await readTearsheet(openRun(folder, result.id), folder, { sensitivity: nothing, capacity: nothing });
  });

  it('carries a price until there is a mark', () => {
    const [waterfall] = sheet.waterfalls;
    expect(Object.fromEntries(waterfall!.steps.map(({ name, amountE6 }) => [name, amountE6]))).toEqual({
      spread: -5_000 - 50,
      'markout 1 s': 5_000,
      'markout 10 s': 45_000,
      'markout 60 s': 15_000 + 10_000,
      'markout 10 min': -30_000,
      close: 90_000 + 10_000,
      settlement: 1_650_000 - 550_000 + 266_300 + 50,
      unsettled: 0,
      // The last cent of a payout is a fee.
      fees: -5_000 - 100 - 6_300,
    });
    expect(waterfall!.netE6).toBe(1_494_900);
  });

  it('counts a claim for the fills of the orders that made one', () => {
    expect(sheet.waterfalls[0]).toMatchObject({ claimedE6: 300 * 500, claimedShare: 300 / 500 });
  });

  it('leaves a fill without a mark before it out of the curves', () => {
    const curves = sheet.markouts.map(({ liquidity, points }) => [
      liquidity,
      ...points.map(({ cents, contractsE2 }) => [cents, contractsE2]),
    ]);
    const points = [0.25, 0.25, 0.75, -0.75, -0.25].map((cents) => [cents, 200]);
    expect(curves).toEqual([
      ['all', ...points],
      ['maker', ...points],
    ]);
    expect(sheet.markouts[0]!.points[0]).toMatchObject({ horizon: '1 s', lower: null, upper: null });
  });

  it('says what the lost tape takes away, and shows the rest', () => {
    expect(sheet.notes).toEqual([expect.stringMatching(/^The tape weather cannot be read: no tape at .*left out\.$/)]);
    expect(sheet.reliability).toEqual([]);
    expect(sheet.markets.map(({ ticker, outcome: paid, netE6 }) => [ticker, paid, netE6])).toEqual([
      ['A', 'yes', 1_235_000],
      ['B', 'scalar at 33.37¢', 259_900],
    ]);
    expect(sheet.days.map(({ day, cumulativeE6 }) => [day, cumulativeE6])).toEqual([
      ['2024-10-01', 1_235_000],
      ['2024-10-02', 1_494_900],
    ]);
  });
});
