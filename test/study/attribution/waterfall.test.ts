import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunDatabase, type RunDatabase } from '../../../src/study/attribution/run-database.ts';
import { readWaterfalls } from '../../../src/study/attribution/waterfall.ts';
import type { StoredRun } from '../../../src/study/store/run-store.ts';
import type { Waterfall } from '../../../src/study/tearsheet/contents.ts';
import { randomRun, randomTapeIn } from './random-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-waterfall-'));
const SEEDS = ['one', 'two', 'three', 'four', 'five'];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a fair price changes no order and no fill, and stands in the row of its order', async () => {
  const tape = await randomTapeIn(join(folder, 'claims'), 'books');
  const [silent, claiming] = [
    await randomRun(join(folder, 'claims'), tape, 'one', false),
    await randomRun(join(folder, 'claims'), tape, 'one'),
  ];
  expect(claiming.result.digest).toBe(silent.result.digest);
  for (const [run, claims] of [
    [silent, false],
    [claiming, true],
  ] as const) {
    const database = await openRunDatabase(run, join(folder, 'claims'));
    const [row] = await database.rows(
      'SELECT count(fair_price_e4) > 100 AS some, count(*) > 200 AS orders FROM orders',
    );
    expect(row).toEqual({ some: claims, orders: true });
    for (const { claimedE6, claimedShare } of await readWaterfalls(database, run.result)) {
      expect([claimedE6 !== null, claimedShare > 0]).toEqual([claims, claims]);
    }
    database.close();
  }
});

describe('where the money went, over random orders on random books', () => {
  const read: { run: StoredRun; database: RunDatabase; waterfalls: Waterfall[] }[] = [];
  beforeAll(async () => {
    const tape = await randomTapeIn(folder, 'books');
    for (const seed of SEEDS) {
      const run = await randomRun(folder, tape, seed);
      const database = await openRunDatabase(run, folder);
      read.push({ run, database, waterfalls: await readWaterfalls(database, run.result) });
    }
  });
  afterAll(() => {
    for (const { database } of read) database.close();
  });

  it('trades in markets that settle yes, no, between and not at all, bought, sold and closed early', () => {
    for (const { run } of read) {
      for (const { fills, makerFills, openCostE6 } of run.result.arms[0]!.lanes) {
        expect(fills - makerFills).toBeGreaterThan(20);
        expect(makerFills).toBeGreaterThan(5);
        expect(openCostE6).toBeGreaterThan(0);
      }
    }
  });

  it('sums to the cash that the ledger counts, to the last half millionth of a dollar', () => {
    for (const { run, waterfalls } of read) {
      const lanes = run.result.arms.flatMap((arm) => arm.lanes);
      expect(waterfalls.map(({ lane }) => lane)).toEqual(lanes.map(({ lane }) => lane));
      for (const [at, { startingCashE6, endingCashE6 }] of lanes.entries()) {
        const { steps, netE6 } = waterfalls[at]!;
        expect(steps.reduce((sum, { amountE6 }) => sum + amountE6, 0)).toBe(endingCashE6 - startingCashE6);
        expect(netE6).toBe(endingCashE6 - startingCashE6);
        expect(steps.map(({ name }) => name)).toEqual([
          ...['spread', 'markout 1 s', 'markout 10 s', 'markout 60 s', 'markout 10 min'],
          ...['close', 'settlement', 'unsettled', 'fees'],
        ]);
        // No step is empty by construction: each was at work somewhere.
        for (const { name, amountE6 } of steps) expect(amountE6, name).not.toBe(0);
      }
    }
  });

  it('loses what is still held without a settlement, and nothing where the position was closed', async () => {
    for (const { database, waterfalls } of read) {
      const [row] = await database.rows(`WITH held AS (
          SELECT lane, ticker, sum(CASE side WHEN 'bid' THEN quantity_e2 ELSE -quantity_e2 END) AS held_e2 FROM fills GROUP BY ALL
        ), last AS (SELECT DISTINCT lane, ticker, close_e5 FROM markouts)
        SELECT sum(CASE WHEN held_e2 > 0 THEN -held_e2 * close_e5 ELSE held_e2 * (100000 - close_e5) END) AS lost_e7
        FROM held JOIN last USING (lane, ticker) WHERE lane = 'base' AND ticker NOT IN (SELECT ticker FROM settlements WHERE lane = 'base')`);
      const base = waterfalls.find(({ lane }) => lane === 'base')!;
      expect(base.steps.find(({ name }) => name === 'unsettled')!.amountE6).toBe(Number(row!.lost_e7) / 10);
    }
  });

  it('adds up what was claimed over the fills of orders that claimed, and says how many those were', async () => {
    for (const { database, waterfalls } of read) {
      for (const { lane, claimedE6, claimedShare } of waterfalls) {
        const rows = await database.rows(`SELECT o.fair_price_e4, f.side, f.price_e4, f.quantity_e2
          FROM fills f JOIN orders o ON o.lane = f.lane AND o.order_id = f.order_id WHERE f.lane = '${lane}'`);
        let [claimed, contracts, all] = [0, 0, 0];
        for (const { fair_price_e4: fair, side, price_e4: price, quantity_e2: quantity } of rows) {
          all += Number(quantity);
          if (fair === null) continue;
          contracts += Number(quantity);
          claimed += (side === 'bid' ? 1 : -1) * (Number(fair) - Number(price)) * Number(quantity);
        }
        expect(claimedE6).toBe(claimed);
        expect(claimedShare).toBe(contracts / all);
        expect(claimedShare).toBeGreaterThan(0.2);
        expect(claimedShare).toBeLessThan(0.8);
      }
    }
  });
});
