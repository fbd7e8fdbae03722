import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claims } from '../../scripts/proof/claims.ts';
import { splitTruth } from '../../scripts/proof/decreases.ts';
import { fairBets } from '../../scripts/proof/fair-bets.ts';
import { TELLINGS } from '../../scripts/proof/generated-tape.ts';
import { proofPage } from '../../scripts/proof/page.ts';
import { queueTruth } from '../../scripts/proof/queue.ts';
import { recordFile, study } from '../../scripts/proof/study.ts';
import { studyRun } from '../../scripts/proof/study-run.ts';
import { type StudyPoint, smallestFound, studyPoints } from '../../scripts/proof/study-sums.ts';
import { ORACLE_KNOWN, STATED_SHARE, type StudyTask } from '../../scripts/proof/study-task.ts';
import { MINUTE } from '../../src/core/time.ts';
import { DEMO_CONFIG, LIFECYCLE_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';

/** The short form of `npm run proof`: pinned seeds, the same bounds but for the rates that so few seeds cannot show. */
const CONFIG: SyntheticConfig = { ...DEMO_CONFIG, days: 1, activity: 1 };
const HARD: readonly (readonly [string, SyntheticConfig])[] = [
  ['bursts of two thousand rows a second', { ...CONFIG, bursts: { perEvent: 4, peak: 2_000, seconds: 1 } }],
  ['markets that pause, close early, open again and change their grid', { ...LIFECYCLE_CONFIG, days: 1, activity: 1 }],
];

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-proof-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failing = (list: ReturnType<typeof claims>) =>
  list.filter(({ holds }) => !holds).map(({ text, measured }) => `${text}: ${measured}`);
const nothing = { queues: [], splits: [], fair: [], points: [] };

describe('the queue, the fills and the lanes against the generator’s truth', () => {
  const queues = TELLINGS.map((telling) => queueTruth(CONFIG, ['gauntlet'], telling, 5 * MINUTE));

  it('hold their bounds, however prints and decreases are told', () => {
    for (const queue of queues) {
      expect(queue.orders).toBeGreaterThan(2_000);
      expect(queue.touched).toBeGreaterThan(300);
    }
    expect(
      failing(
        claims(
          { ...nothing, queues, splits: TELLINGS.map((telling) => splitTruth(CONFIG, ['gauntlet'], telling)) },
          true,
        ),
      ),
    ).toEqual([]);
  });

  it.each(HARD)('hold them in %s', (_, config) => {
    const hard = queueTruth(config, ['gauntlet'], 'two channels', 5 * MINUTE);
    expect(hard.touched).toBeGreaterThan(300);
    expect(failing(claims({ ...nothing, queues: [hard] }, true))).toEqual([]);
  });

  it('differ where they must: the lanes are not one and the same', () => {
    const [low, , high] = queues[0]!.lanes;
    expect(low!.less).toBeGreaterThan(high!.less);
    expect(high!.looks[3]!.bias).toBeLessThan(0);
    expect(low!.looks[3]!.bias).toBeGreaterThan(0);
  });
});

describe('the statistics against what is planted', () => {
  it('call no fair bet an edge, at even odds or as a favourite', () => {
    const fair = [fairBets(50, 15, 5, 150), fairBets(95, 15, 5, 150), fairBets(95, 30, 1, 150)];
    expect(fair.map(({ yes }) => yes / 150 <= 0.06)).toEqual([true, true, true]);
    // The interval alone would have called the last one an edge in one run of ten at least.
    expect(fair[2]!.above / 150).toBeGreaterThan(0.1);
  });

  const task = (strategy: StudyTask['strategy'], effect: number, seed: number): StudyTask => ({
    strategy,
    effect,
    seed,
  });

  it('find a planted edge, and none where none is, in the whole pipeline', async () => {
    const tasks = [
      task('whale', 0, 0),
      task('whale', STATED_SHARE, 0),
      task('whale', STATED_SHARE, 1),
      task('oracle', ORACLE_KNOWN, 0),
      task('random', 0, 0),
    ];
    const records = [];
    for (const each of tasks) records.push(await studyRun(each));
    expect(records.map(({ survives }) => survives)).toEqual(['no', 'yes', 'yes', 'yes', 'no']);
    const points = studyPoints(records);
    expect(failing(claims({ ...nothing, points }, true))).toEqual([]);
    // What a followed whale's trade is worth to the public is its costs; what the informed earn comes on top.
    expect(points.find(({ effect }) => effect === STATED_SHARE)!.net).toBeGreaterThan(5);
    for (const { fair } of points) expect(fair).toBeLessThan(-1);
    expect(
      proofPage(
        {
          ...nothing,
          queues: [queueTruth(CONFIG, ['page'], 'prints first', 60 * MINUTE)],
          fair: [fairBets(50, 15, 1, 20)],
          points,
        },
        [],
      ),
    ).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('takes up the records of a study that was stopped, and drops one cut short', async () => {
    const [first, second] = [task('random', 0, 0), task('random', 0, 1)];
    const record = { task: first, survives: 'no' };
    writeFileSync(recordFile(folder), `${JSON.stringify(record)}\n${JSON.stringify({ task: second }).slice(0, 20)}`);
    const told: number[] = [];
    const records = await study({ tasks: [first], workers: 1, folder, onProgress: (done) => told.push(done) });
    expect([records, told]).toEqual([[record], [1]]);
  });

  it('reads the smallest edge found eight times in ten between two points', () => {
    const point = (effect: number, yes: number, net: number) => ({ effect, yes, runs: 100, net }) as StudyPoint;
    expect(smallestFound([point(0, 0, -2), point(0.2, 60, 4), point(0.4, 100, 12)])).toEqual({
      effect: expect.closeTo(0.3, 9),
      cents: expect.closeTo(8, 9),
    });
    expect(smallestFound([point(0, 0, -2), point(0.2, 60, 4)])).toBe(null);
  });
});
