import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../../src/cli/run-backtest.ts';
import type { Session } from '../../src/cli/session.ts';
import { Random } from '../../src/core/random.ts';
import { compareRuns } from '../../src/study/compare/compare-runs.ts';
import { renderComparison } from '../../src/study/compare/comparison-text.ts';
import { recorded } from '../../src/study/explain/recorded.ts';
import { centsPerContract, differenceInterval } from '../../src/study/statistics/interval.ts';
import { openRun, type StoredRun } from '../../src/study/store/run-store.ts';
import { openDatabase } from '../../src/tape/duckdb.ts';
import { ECHO, tapedeck, temporaryFolder, write } from './compiled.ts';

const folder = temporaryFolder();
const dataFolder = join(folder, 'data');
const strategy = write(folder, 'echo.ts', ECHO);
const signal = new AbortController().signal;
const session: Session = { dataFolder, json: true, colour: false, progress: false, signal, print() {}, note() {} };

async function makeRun(lanes: string, latency: string, ...param: string[]): Promise<StoredRun> {
  const flags = { data: dataFolder, json: true, quiet: true, color: false, strategy, param, controls: false };
  const more = { lanes, seed: 's', cash: '10000', latency, membership: 'direct', tier: 'basic' } as const;
  await runBacktest({ ...flags, ...more }, session);
  return openRun(dataFolder, 'last');
}

let first: StoredRun;
let again: StoredRun;
let fewer: StoredRun;
let fast: StoredRun;
beforeAll(async () => {
  first = await makeRun('pessimistic,base', 'assumed', 'size=2');
  again = await makeRun('pessimistic,base', 'assumed', 'size=2');
  fewer = await makeRun('pessimistic,base', 'assumed', 'size=2', 'least=600');
  fast = await makeRun('base', 'fixed:5ms', 'size=2');
});

/** Rows of a table as text, without what a row's number is. */
async function rowsOf(run: StoredRun, lane: string): Promise<string[]> {
  const database = await openDatabase();
  try {
    const place = { run, arm: 'echo', lane };
    const rows = await recorded<Record<string, unknown>>(database.connection, place, 'orders', 'ORDER BY order_id');
    return rows.map((row) =>
      JSON.stringify([
        row.tape_sequence,
        row.ticker,
        row.side,
        row.price_e4,
        row.quantity_e2,
        row.asked_e2,
        row.status === 'refused',
      ]),
    );
  } finally {
    database.close();
  }
}

describe('two runs', () => {
  it('that were asked the same are the same in everything', async () => {
    const comparison = await compareRuns(first, again);
    expect([comparison.same, comparison.unpaired, comparison.config]).toEqual([true, null, []]);
    for (const { a, b, difference, orders, fills } of comparison.lanes) {
      expect(a!.netE6).toBe(b!.netE6);
      expect(difference).toMatchObject({ estimate: 0, lower: 0, upper: 0 });
      expect([orders!.both, orders!.onlyA, orders!.onlyB, orders!.first]).toEqual([expect.any(Number), 0, 0, null]);
      expect(fills!.both).toBe(a!.fills);
    }
    expect(renderComparison(comparison)).toContain('The same run: both did exactly the same in every arm and lane.');
  });

  it('differ in what was asked otherwise, and in nothing else', async () => {
    expect((await compareRuns(first, fewer)).config).toEqual([{ name: 'param least', a: '500', b: '600' }]);
    expect((await compareRuns(fewer, fast)).config.map(({ name }) => name)).toEqual([
      'param least',
      'lanes',
      'latency, request',
      'latency, response',
      'latency, feed',
      'latency, from',
    ]);
  });

  it('have their results beside each other, and the difference drawn over the same event days', async () => {
    const { lanes } = await compareRuns(first, fewer);
    expect(lanes.map(({ lane }) => lane)).toEqual(['pessimistic', 'base']);
    for (const { lane, a, b, difference } of lanes) {
      const [left, right] = [first, fewer].map((run) => run.result.arms[0]!.lanes.find((one) => one.lane === lane)!);
      expect([a!.netE6, b!.netE6]).toEqual([left!.netE6, right!.netE6]);
      expect(a!.centsPerContract).toBe(centsPerContract(left!.markets));
      const random = new Random(`compare/${first.result.digest}/${fewer.result.digest}`);
      expect(difference).toEqual(differenceInterval(right!.markets, left!.markets, random));
      // The same quotients, subtracted before or after they become cents.
      const { estimate } = difference as { estimate: number };
      expect(estimate).toBeCloseTo(b!.centsPerContract! - a!.centsPerContract!, 9);
    }
  });

  it('part at the first order that only one of them sent, counted one to one', async () => {
    const { lanes } = await compareRuns(first, fewer);
    for (const { lane, orders } of lanes) {
      const [left, right] = [await rowsOf(first, lane), await rowsOf(fewer, lane)];
      const unmatched = [...right];
      const onlyLeft = left.filter((row) => {
        const at = unmatched.indexOf(row);
        if (at >= 0) unmatched.splice(at, 1);
        return at < 0;
      });
      expect(onlyLeft.length).toBeGreaterThan(0);
      expect([orders!.both, orders!.onlyA, orders!.onlyB]).toEqual([
        left.length - onlyLeft.length,
        onlyLeft.length,
        unmatched.length,
      ]);
      // The first to take the smaller prints, which the other let pass.
      expect([orders!.first!.run, orders!.first!.order_id]).toEqual(['a', left.indexOf(onlyLeft[0]!) + 1]);
    }
  });

  it('that only waited otherwise sent the same orders: what counts is the row they were decided on', async () => {
    const { lanes } = await compareRuns(first, fast);
    const [pessimistic, base] = lanes;
    expect(pessimistic).toMatchObject({ b: null, orders: null, difference: 'not paired' });
    expect(base!.orders!.both).toBeGreaterThan(0);
    expect(base!.orders!.both + base!.orders!.onlyA).toBe(base!.a!.orders + first.result.arms[0]!.lanes[1]!.refused);
  });

  it('on different tapes are set side by side and not paired', async () => {
    const { result } = fewer;
    const elsewhere = { ...fewer, result: { ...result, hashes: { ...result.hashes, tape: 'f00d'.repeat(16) } } };
    const comparison = await compareRuns(first, elsewhere);
    expect(comparison.unpaired).toMatch(/different tapes/);
    for (const { a, b, difference, orders, fills } of comparison.lanes) {
      expect([a, b]).not.toContain(null);
      expect([difference, orders, fills]).toEqual(['not paired', null, null]);
    }
    const text = renderComparison(comparison);
    expect(text).toMatch(/^Not comparable: they ran on different tapes/m);
    expect(text).not.toMatch(/b less a|only a/);
  });

  it('are compared by the command, in words and in JSON; a run that is not there is refused', async () => {
    const [words, json, gone] = await Promise.all([
      tapedeck(['compare', first.id, 'last', '--data', dataFolder]),
      tapedeck(['compare', first.id, 'last', '--data', dataFolder, '--json']),
      tapedeck(['compare', first.id, 'nothing', '--data', dataFolder]),
    ]);
    expect(words.status, words.stderr).toBe(0);
    expect(words.stdout).toBe(renderComparison(await compareRuns(first, fast)));
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: 'tapedeck-comparison',
      a: { id: first.id },
      b: { id: fast.id },
    });
    expect([gone.status, gone.stderr]).toEqual([7, expect.stringContaining('[run-not-found]')]);
  });
});
