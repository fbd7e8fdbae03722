import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TRADE } from '../../src/core/market-event.ts';
import { price } from '../../src/core/price.ts';
import { gridOf } from '../../src/core/price-grid.ts';
import { contracts } from '../../src/core/quantity.ts';
import { BID } from '../../src/core/side.ts';
import { parseTime, type Time } from '../../src/core/time.ts';
import { RunFolder } from '../../src/study/store/run-folder.ts';
import type { RunResult } from '../../src/study/store/run-result.ts';
import { TapeBuilder } from '../../src/tape/tape-builder.ts';
import { atEnd } from '../at-end.ts';
import { armResult, daily, runResult } from './run-fixtures.ts';

const NOON = parseTime('2024-10-01T12:00:00Z');
/** More than 2^53: a double would lose the last digit. */
export const HUGE_COST = 9_007_199_254_740_993n;

/** An empty folder of our own. The name has what a path may have. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tapedeck [it's] "));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder with a tape of three trades and two runs on it, made by the code that makes real ones. */
export async function dataFolder(): Promise<{ folder: string; first: RunResult; second: RunResult }> {
  const folder = emptyFolder();
  await makeTape(folder);
  const first = runResult(
    [
      armResult(
        'follow',
        daily(3, () => 1),
      ),
      armResult(
        'placebo',
        daily(3, () => 0),
        { control: true },
      ),
    ],
    { id: 'whale-20241101-120000-aaaaaa' },
  );
  const second = { ...first, id: 'whale-20241102-120000-bbbbbb', startedAt: '2024-11-02T12:00:00.000000Z' };
  await makeRun(folder, first);
  await makeRun(folder, second);
  return { folder, first, second };
}

async function makeTape(folder: string): Promise<void> {
  const tape = await TapeBuilder.create({ folder, name: 'weather' });
  const market = tape.addMarket({
    ticker: 'KXHIGHNY-24OCT01-B70.5',
    event: 'KXHIGHNY-24OCT01',
    series: 'KXHIGHNY',
    title: 'High in New York',
    strike: { type: 'between', floor: 70, cap: 71 },
    grid: gridOf([{ start: price(0), end: price(10_000), step: 100 }] as never),
    openTime: NOON,
    closeTime: (NOON + 3_600_000_000) as Time,
    day: '2024-10-01',
    mutuallyExclusive: true,
  });
  for (const [index, cents] of [40, 41, 43].entries()) {
    const time = (NOON + index * 1_000_000) as Time;
    tape.event(time, time, TRADE, market, BID, price(cents * 100), contracts(10), false, `trade-${index}`);
  }
  await tape.seal({
    synthetic: true,
    origin: 'a test',
    licence: null,
    grade: { depth: 'none', trades: true, sampling: 'continuous' },
    timeResolutionUs: 0,
    sizesRecorded: true,
    importReport: { notes: [] },
    createdBy: 'test',
  });
}

async function makeRun(folder: string, result: RunResult): Promise<void> {
  const run = new RunFolder(folder);
  const where = { arm: 'follow', lane: 'base' };
  const order = {
    order_id: 1,
    ticker: 'KXHIGHNY-24OCT01-B70.5',
    side: 'bid',
    leg: 'yes',
    price_e4: 4_100,
    quantity_e2: 500,
  };
  run.write('decisions', {
    ...where,
    number: 1,
    time_us: NOON,
    action: 'buy',
    ticker: order.ticker,
    reasons: { whale: 'a "big" one, 5 %' },
    tape_sequence: 1,
  });
  run.write('decisions', {
    ...where,
    number: 2,
    time_us: NOON + 1,
    action: 'skip',
    ticker: order.ticker,
    reasons: null,
    tape_sequence: 2,
  });
  // As text: JSON.stringify would lose the last digit that the column holds.
  run.write('orders', { ...where, ...order, status: 'executed', filled_e2: 500, filled_cost_e6: String(HUGE_COST) });
  const times = { exchange_time_us: NOON + 1_000_000, local_time_us: NOON + 1_000_000 };
  for (const quantity of [300, 200]) {
    const part = {
      quantity_e2: quantity,
      liquidity: 'taker',
      fee_e6: 20_000,
      tape_sequence: 2,
      position_after_e2: quantity === 300 ? 300 : 500,
    };
    run.write('fills', { ...where, ...order, ...times, ...part });
  }
  await run.seal(result);
}
