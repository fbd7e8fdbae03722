import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/fault.ts';
import type { StrategyModule } from '../../../src/engine/strategy.ts';
import type { ReopenedRun, Setting } from '../../../src/study/attribution/reopened-run.ts';
import { type RerunOptions, rerunParts } from '../../../src/study/attribution/rerun-parts.ts';
import { variationsOf } from '../../../src/study/attribution/variations.ts';
import { backtest } from '../../../src/study/run/backtest.ts';
import { centsPerContract } from '../../../src/study/statistics/interval.ts';
import type { StoredRun } from '../../../src/study/store/run-store.ts';
import type { TapeSource } from '../../../src/study/store/tape-source.ts';
import { worstLane } from '../../../src/study/summary/summary.ts';
import type { Capacity, RerunParts, Sensitivity } from '../../../src/study/tearsheet/contents.ts';
import { RANDOM_TAPE, RANDOM_TRADER, randomRun, randomTapeIn, settingsOf } from './random-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-rerun-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SEED = 'b';
let tape: TapeSource;
let run: StoredRun;
let parts: RerunParts;
let progress: readonly [number, number][];
const module = RANDOM_TRADER as unknown as StrategyModule;

const reopened = (change: Partial<ReopenedRun> = {}): ReopenedRun => ({
  tape,
  strategy: { module },
  settings: settingsOf(SEED),
  ...change,
});
const kept = (): string => join(run.folder, 'rerun.json');
/** As if nobody had asked before. */
const afresh = (options: RerunOptions): Promise<RerunParts> => {
  rmSync(kept(), { force: true });
  return rerunParts(run, options);
};

beforeAll(async () => {
  tape = await randomTapeIn(folder, 'books');
  run = await randomRun(folder, tape, SEED);
  const told: [number, number][] = [];
  parts = await rerunParts(run, {
    reopen: async () => reopened(),
    onProgress: (rows, total) => told.push([rows, total]),
  });
  progress = told;
});

describe('what each assumption is worth', () => {
  it('starts from the result of the run itself', () => {
    const worst = worstLane(run.result.arms[0]!);
    expect(parts.sensitivity).toMatchObject({ lane: worst.lane, baseCents: centsPerContract(worst.markets) });
    expect(parts.capacity).toMatchObject({ lane: worst.lane });
  });

  it('is what a backtest with that one assumption changed gives', async () => {
    const { rows, baseCents } = parts.sensitivity as Sensitivity;
    const worst = worstLane(run.result.arms[0]!);
    const settings = settingsOf(SEED);
    const base: Setting = { ...settings, lane: settings.lanes.find(({ name }) => name === worst.lane)! };
    const variations = variationsOf(base, tape.facts);
    expect(rows.map(({ assumption, changedTo }) => `${assumption}: ${changedTo}`)).toEqual(
      variations.map(({ assumption, changedTo }) => `${assumption}: ${changedTo}`),
    );
    const tried = variations.filter(
      ({ assumption, changedTo }) =>
        changedTo.startsWith('× 4') ||
        changedTo === '102 ms' ||
        changedTo === 'none' ||
        changedTo === 'twice' ||
        assumption === 'cancels in our queue',
    );
    expect(tried).toHaveLength(7);
    for (const { assumption, changedTo, setting } of tried) {
      const { result, folder: made } = await backtest({
        ...setting,
        lanes: [setting.lane],
        tape,
        module,
        strategyHash: 'a test',
        names: { strategy: 'random-trader', tape: RANDOM_TAPE },
        dataFolder: folder,
      });
      rmSync(made, { recursive: true });
      const lane = result.arms[0]!.lanes[0]!;
      const row = rows.find((each) => each.assumption === assumption && each.changedTo === changedTo)!;
      expect(row.cents).toBe(centsPerContract(lane.markets));
      expect(row.changeCents).toBe(centsPerContract(lane.markets)! - baseCents!);
      expect(row.fills).toBe(lane.fills);
    }
  });

  it('is something for latency, queue, fees and limits on a book tape, and asks nothing of prints', () => {
    const { rows } = parts.sensitivity as Sensitivity;
    const names = new Set(rows.map(({ assumption }) => assumption));
    expect([...names].sort()).toEqual([
      ...['cancels in our queue', 'fee rounding', 'feed delay', 'fees', 'latency', 'limits'],
      ...['our share of the volume, at most', 'requests allowed'],
    ]);
    const worth = (assumption: string) =>
      rows.filter((row) => row.assumption === assumption).map((row) => Math.abs(row.changeCents!));
    for (const name of ['latency', 'fees', 'cancels in our queue']) expect(Math.max(...worth(name))).toBeGreaterThan(0);
  });

  it('counts the rows of all its passes', () => {
    // One pass for the feed of the run, and one for each other feed delay.
    expect(progress.at(-1)).toEqual([4 * tape.facts.rows, 4 * tape.facts.rows]);
    const done = progress.map(([rows]) => rows);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
  });
});

describe('capacity', () => {
  it('scales sizes, limits and cash, and leaves out what a parameter does not allow', () => {
    const { points, scaled } = parts.capacity as Capacity;
    expect(scaled[0]).toBe('size');
    // 10 × 3 contracts are more than the 20 that the parameter allows.
    expect(points.map(({ scale }) => scale)).toEqual([0.25, 0.5, 1, 2, 4]);
    const worst = worstLane(run.result.arms[0]!);
    expect(points[2]).toMatchObject({ contractsE2: worst.contractsE2, netE6: worst.netE6 });
    expect(points[2]!.participation).toBe(worst.participation);
    expect(points[4]!.contractsE2).toBeGreaterThan(2 * points[2]!.contractsE2);
  });

  it('cannot be told of a strategy that does not say which parameter is its size', async () => {
    const { role: _, ...size } = RANDOM_TRADER.params.size;
    const nameless = { ...RANDOM_TRADER, params: { size } } as unknown as StrategyModule;
    const { capacity } = await afresh({ reopen: async () => reopened({ strategy: { module: nameless } }) });
    expect(capacity).toEqual({
      unavailable: "Strategy random-trader declares no parameter as its size (role: 'size').",
    });
  });
});

describe('a run that cannot be made again', () => {
  it('says why: what it was made of has changed', async () => {
    const why = 'strategy x has changed since then';
    const changed = await afresh({ reopen: () => Promise.reject(new Fault('run-changed', why)) });
    const unavailable = `The run cannot be made again: ${why}.`;
    expect(changed).toEqual({ sensitivity: { unavailable }, capacity: { unavailable } });
    expect(existsSync(kept())).toBe(false);
  });

  it('says so when it does something else, although nothing seems to have changed', async () => {
    const settings = { ...settingsOf(SEED), seed: 'another' };
    const { sensitivity, capacity } = await afresh({ reopen: async () => reopened({ settings }) });
    expect(sensitivity).toEqual({ unavailable: expect.stringMatching(/^Made again, the run did other things/) });
    expect(capacity).toEqual(sensitivity);
    expect(existsSync(kept())).toBe(false);
  });

  it('lets an interrupt and a mistake of ours through', async () => {
    const signal = AbortSignal.abort();
    await expect(afresh({ reopen: async () => reopened(), signal })).rejects.toMatchObject({ code: 'interrupted' });
    await expect(afresh({ reopen: () => Promise.reject(new TypeError('ours')) })).rejects.toThrow('ours');
  });
});

describe('the answer', () => {
  const never = (): Promise<ReopenedRun> => Promise.reject(new Error('asked again'));

  it('is kept beside the run and not made twice', async () => {
    const first = await afresh({ reopen: async () => reopened() });
    expect(first).toEqual(parts);
    expect(await rerunParts(run, { reopen: never })).toEqual(first);
  });

  it('is made anew where what was kept is torn, or of another run', async () => {
    const whole = readFileSync(kept(), 'utf8');
    const other = { ...run, result: { ...run.result, digest: 'another' } };
    await expect(rerunParts(other, { reopen: never })).rejects.toThrow('asked again');
    writeFileSync(kept(), whole.slice(0, whole.length / 2));
    await expect(rerunParts(run, { reopen: never })).rejects.toThrow('asked again');
    writeFileSync(kept(), whole);
    expect(await rerunParts(run, { reopen: never })).toEqual(parts);
  });
});
