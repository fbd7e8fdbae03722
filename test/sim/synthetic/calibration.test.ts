import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Moments, measure } from '../../../scripts/calibrate/moments.ts';
import { loadSynthetic } from '../../../scripts/calibrate/synthetic.ts';
import { HOUR, type Time } from '../../../src/core/time.ts';
import { MEASURED } from '../../../src/sim/synthetic/calibration.ts';
import { MEASURED_CONFIG } from '../../../src/sim/synthetic/config.ts';
import {
  activityAt,
  depthShape,
  ORDER_SIZE,
  SWEEP_TAIL,
  sweepActivityAt,
} from '../../../src/sim/synthetic/flow-shape.ts';
import { type Database, openDatabase } from '../../../src/tape/duckdb.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

test('moments of a market written by hand are those of pencil and paper', async () => {
  const { connection } = database;
  const load = (name: string, columns: string, ...rows: string[]) =>
    connection.run(`CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM (VALUES ${rows.join(', ')}) t(${columns})`);
  await load(
    'prints',
    'event, market, second, hour, cents, contracts, buys',
    // One order of two prints at two prices, then one that hits the bid, then a sweep of NO at 95 cents: 2,000 for $1,900.
    "('E', 'A', 100, 9.5, 40, 10, 1)",
    "('E', 'A', 100, 9.5, 41, 30, 1)",
    "('E', 'A', 101, 9.6, 38, 20, 0)",
    "('E', 'B', 200, 12.1, 5, 2000, 0)",
  );
  await load('highs', 'event, high', "('E', 60)");
  await load('middles', 'market, degrees', "('A', 60.5)", "('B', 62.5)");
  await load('quotes', 'market, us, bid, ask', "('A', 0, 40, 41)", "('A', 3000000, 40, 42)", "('A', 4000000, 0, 42)");
  await load('depth', 'leg, best, within5, levels', '(5, 10, 100, 3)', '(50, 20, 200, 5)');
  const { orders, sweeps, quotes, depth, printsByPrice, prints, cityDays } = await measure(connection);
  expect({ prints, cityDays }).toEqual({ prints: 4, cityDays: 1 });
  expect(orders).toMatchObject({ count: 3, perCityDay: 3, printsAnOrder: 1.33, walkedShare: 0.333, yesShare: 0.333 });
  expect(orders.contracts).toMatchObject({ p50: 40 });
  expect(orders.byHour[9 + 16]).toBe(2);
  expect(sweeps).toMatchObject({ count: 1, certainShare: 1, walkedShare: 0, meanReachCents: 0 });
  expect(sweeps.dollars.p50).toBe(1_900);
  expect(printsByPrice).toEqual([0.25, 0, 0, 0.25, 0.5, 0, 0, 0, 0, 0]);
  expect(quotes).toEqual({ markets: 1, changesAMarketHour: 1_800, spreads: [0.75, 0.25, 0, 0, 0] });
  expect(depth).toMatchObject({ sides: 2, within5: [100, 200], medianLevels: 4 });
});

describe('a tape at the measured pace', () => {
  let made: Moments;
  beforeAll(async () => {
    await loadSynthetic(database.connection, { ...MEASURED_CONFIG, days: 8 });
    made = await measure(database.connection);
  });

  const within = (found: number, wanted: number, share: number) => {
    expect(found).toBeGreaterThan(wanted * (1 - share));
    expect(found).toBeLessThan(wanted * (1 + share));
  };

  test('has as many orders and sweeps, of about the recorded sizes', () => {
    within(made.orders.perCityDay, MEASURED.orders.perCityDay, 0.25);
    within(made.orders.contracts.p50, MEASURED.orders.contracts.p50, 0.25);
    within(made.orders.contracts.p75, MEASURED.orders.contracts.p75, 0.35);
    within(made.orders.printsAnOrder, MEASURED.orders.printsAnOrder, 0.2);
    within(made.sweeps.perCityDay, MEASURED.sweeps.perCityDay, 0.35);
    within(made.sweeps.dollars.p50, MEASURED.sweeps.dollars.p50, 0.25);
    expect(Math.abs(made.orders.walkedShare - MEASURED.orders.walkedShare)).toBeLessThan(0.06);
    expect(Math.abs(made.sweeps.certainShare - MEASURED.sweeps.certainShare)).toBeLessThan(0.12);
  });

  test('spends about as much time at each spread, and prints about as often at each price', () => {
    made.quotes.spreads.forEach((share, at) => {
      expect(Math.abs(share - MEASURED.quotes.spreads[at]!)).toBeLessThan(0.12);
    });
    made.printsByPrice.forEach((share, at) => {
      expect(Math.abs(share - MEASURED.printsByPrice[at]!)).toBeLessThan(0.09);
    });
  });

  test('is busiest when the recorded markets were', () => {
    const busiest = (counts: readonly number[]) => counts.indexOf(Math.max(...counts));
    expect(Math.abs(busiest(made.orders.byHour) - busiest(MEASURED.orders.byHour))).toBeLessThanOrEqual(2);
  });
});

test('the shapes of flow are those of the measured figures', () => {
  const at = (hour: number) => [(hour * HOUR) as Time, 0 as Time] as const;
  expect(activityAt(...at(13.5))).toBe(1);
  expect(activityAt(...at(8.5))).toBeCloseTo(MEASURED.orders.byHour[24]! / MEASURED.orders.byHour[29]!, 9);
  expect(activityAt(...at(4))).toBe(0.06);
  expect([activityAt(...at(-40)), activityAt(...at(60))]).toEqual([activityAt(...at(-16)), activityAt(...at(23))]);
  expect(sweepActivityAt(...at(16.5))).toBe(1);
  expect(ORDER_SIZE.median).toBe(MEASURED.orders.contracts.p50);
  // A Pareto tail of this exponent has its 90th percentile within a fifth of the recorded one.
  expect(Math.abs(1_000 * 10 ** (1 / SWEEP_TAIL) - MEASURED.sweeps.dollars.p90)).toBeLessThan(
    0.2 * MEASURED.sweeps.dollars.p90,
  );
  expect([depthShape(4_000), depthShape(900) > depthShape(2_000)]).toEqual([1, true]);
});
