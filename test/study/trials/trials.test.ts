import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WrittenParams } from '../../../src/engine/params.ts';
import type { TapeFacts } from '../../../src/study/store/run-result.ts';
import { spansOf } from '../../../src/study/trials/tape-kin.ts';
import type { Trial } from '../../../src/study/trials/trial-line.ts';
import { appendTrials, countTrials, distinctTrials, readTrials, trialOf } from '../../../src/study/trials/trials.ts';
import { dataFolder } from '../../tape/tape-fixture.ts';
import { daily, laneResult, runResult } from '../run-fixtures.ts';

const run = runResult([]);

function trial(params: WrittenParams, options: { dollars?: number; fills?: number; strategy?: string } = {}): Trial {
  const { dollars = 1, fills = 20, strategy = 'whale' } = options;
  const markets = fills === 0 ? [] : daily(20, (day) => dollars + (day % 3));
  const lanes = ['pessimistic', 'base'].map((lane) => laneResult(lane, markets, { fills }));
  const parts = { tape: run.tape, strategy: { name: strategy, hash: strategy }, invocation: run.invocation, params };
  return trialOf(parts, lanes, 'backtest');
}

const told: string[] = [];
const tell = (text: string): void => void told.push(text);

describe('the registry of trials', () => {
  test('counts different configurations of all strategies on a tape, not repetitions', () => {
    const data = dataFolder();
    appendTrials(data, [trial({ a: 1 }), trial({ a: 2 })]);
    appendTrials(data, [trial({ a: 1 }), trial({ a: 1 }, { strategy: 'maker' })]);
    const trials = readTrials(data, tell);
    expect(trials).toHaveLength(4);
    expect(distinctTrials(trials, run.tape)).toHaveLength(3);
    expect(countTrials(trials, run.tape).count).toBe(3);
    expect(countTrials(trials, { ...run.tape, name: 'another', digest: 'another' })).toEqual({
      count: 1,
      sharpeDeviation: null,
    });
  });

  test('takes the order of parameters for nothing, and terms, seed and strategy code for something', () => {
    const key = (change: object, hash = 'h'): string =>
      trialOf(
        {
          tape: run.tape,
          strategy: { name: 'w', hash },
          invocation: { ...run.invocation, ...change },
          params: { a: 1, b: 2 },
        },
        [],
        'backtest',
      ).key;
    expect(trial({ a: 1, b: 2 }).key).toBe(trial({ b: 2, a: 1 }).key);
    const keys = [
      key({}),
      key({ seed: 'other' }),
      key({ startingCashE6: 1 }),
      key({ membership: 'non-direct' }),
      key({}, 'changed'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(key({ controls: false, tape: 'a renamed tape', lanes: [] })).toBe(key({}));
  });

  describe('on a tape that is recorded further every day', () => {
    const spans = (to: string, series = ['KXHIGHNY', 'KXHIGHCHI']) => [{ from: '2024-10-01', to, series }];
    const tapeOf = (digest: string, change: object = {}) => ({ ...run.tape, digest, name: digest, ...change });
    const on = (tape: TapeFacts, params: WrittenParams): Trial => {
      const lanes = [
        laneResult(
          'base',
          daily(20, (day) => 1 + (day % 3)),
        ),
      ];
      const strategy = { name: 'whale', hash: 'whale' };
      return trialOf({ tape, strategy, invocation: run.invocation, params }, lanes, 'backtest');
    };
    const today = tapeOf('today', { spans: spans('2024-10-20') });
    const tomorrow = tapeOf('tomorrow', { spans: spans('2024-10-21') });

    test('the trials of every earlier day count, the same configuration once', () => {
      const trials = [on(today, { a: 1 }), on(today, { a: 2 }), on(tomorrow, { a: 2 }), on(tomorrow, { a: 3 })];
      expect(countTrials(trials, tomorrow).count).toBe(3);
      expect(countTrials(trials, today).count).toBe(3);
    });

    test('those on other days, other series, or a SYNTHETIC tape do not', () => {
      const later = tapeOf('later', { spans: [{ from: '2024-11-01', to: '2024-11-30', series: ['KXHIGHNY'] }] });
      const elsewhere = tapeOf('elsewhere', { spans: spans('2024-10-21', ['KXHIGHMIA']) });
      const generated = tapeOf('generated', { spans: spans('2024-10-20'), synthetic: true });
      const another = tapeOf('generated again', { spans: spans('2024-10-21'), synthetic: true });
      const trials = [later, elsewhere, generated, another].map((tape, a) => on(tape, { a }));
      expect(distinctTrials(trials, today)).toEqual([]);
      expect(distinctTrials(trials, generated)).toHaveLength(1);
    });

    test('a row that does not say its days counts where its tape had the same name', () => {
      const { spans: _, ...silent } = today;
      const trials = [on({ ...silent, digest: 'before' }, { a: 1 }), on(tapeOf('unlike'), { a: 2 })];
      expect(distinctTrials(trials, today).map(({ params }) => params)).toEqual([{ a: 1 }]);
    });

    test('days and series come from the markets that a tape holds', () => {
      const market = (series: string, day: string) => ({ series, day });
      expect(
        spansOf([
          market('B', '2024-10-02'),
          market('A', '2024-10-01'),
          market('C', '2024-10-05'),
          market('B', '2024-10-01'),
          market('A', '2024-10-02'),
        ]),
      ).toEqual([
        { from: '2024-10-01', to: '2024-10-02', series: ['A', 'B'] },
        { from: '2024-10-05', to: '2024-10-05', series: ['C'] },
      ]);
    });
  });

  test('lists one that never traded and does not count it', () => {
    const trials = [trial({ a: 1 }), trial({ a: 2 }, { fills: 0 })];
    expect(distinctTrials(trials, run.tape)).toHaveLength(2);
    expect(countTrials(trials, run.tape).count).toBe(1);
  });

  test('tells how much their daily Sharpe ratios scatter', () => {
    const trials = [trial({ a: 1 }, { dollars: 1 }), trial({ a: 2 }, { dollars: -1 })];
    const ratios = trials.map(({ lanes }) => lanes[0]!.daily_sharpe!);
    expect(countTrials(trials, run.tape).sharpeDeviation).toBeCloseTo(
      Math.abs(ratios[0]! - ratios[1]!) / Math.SQRT2,
      10,
    );
  });

  test('tells the same scatter to the last digit, whichever thread or process added its trials first', () => {
    const trials = Array.from({ length: 24 }, (_, a) => trial({ a }, { dollars: Math.sin(a * a) + a / 7 }));
    const scatters = Array.from({ length: 24 }, (_, by) => {
      const moved = [...trials.slice(by), ...trials.slice(0, by)];
      return countTrials(moved, run.tape).sharpeDeviation;
    });
    expect(scatters[0]).toBeGreaterThan(0);
    expect(new Set(scatters).size).toBe(1);
  });

  test('loses a torn line and nothing after it', () => {
    const data = dataFolder();
    appendTrials(data, [trial({ a: 1 })]);
    appendFileSync(join(data, 'trials.ndjson'), '{"key":"torn');
    appendTrials(data, [trial({ a: 2 })]);
    expect(readTrials(data, tell).map(({ params }) => params)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(told.at(-1)).toBe(`1 line of ${join(data, 'trials.ndjson')} cannot be read as trials and are not counted`);
  });

  test.each(['null', '17', '{}', '[]', '{"key":"z"}', '{"key":"z","tape":{"digest":"d"},"lanes":[null]}'])(
    'leaves out a line that says %s, and tells of it',
    (line) => {
      const data = dataFolder();
      appendTrials(data, [trial({ a: 1 })]);
      appendFileSync(join(data, 'trials.ndjson'), `${line}\n${line}\n`);
      appendTrials(data, [trial({ a: 2 })]);
      expect(countTrials(readTrials(data, tell), run.tape).count).toBe(2);
      expect(told.at(-1)).toContain(`2 lines of ${join(data, 'trials.ndjson')} cannot be read`);
    },
  );

  test('takes lines of several processes at once, each whole', async () => {
    const data = dataFolder();
    // The system call that `appendTrials` makes, from processes of their own: one write to a file opened for appending.
    const program = `
      const { openSync, writeSync } = require('node:fs');
      const [, path, line] = process.argv;
      const file = openSync(path, 'a+');
      for (let count = 0; count < 300; count++) writeSync(file, line + '\\n');`;
    const line = JSON.stringify({ ...trial({ a: 1 }), pad: 'x'.repeat(2_000) });
    const processes = ['a', 'b', 'c'].map(
      () =>
        new Promise((done) => {
          const child = spawn(process.execPath, ['-e', program, join(data, 'trials.ndjson'), line]);
          child.on('close', done);
        }),
    );
    const mine = Promise.all(processes);
    let appended = 0;
    while ((await Promise.race([mine, new Promise((next) => setTimeout(next, 1, 'on'))])) === 'on') {
      appendTrials(data, [trial({ a: appended++ })]);
    }
    const lines = readFileSync(join(data, 'trials.ndjson'), 'utf8')
      .split('\n')
      .filter((text) => text !== '');
    expect(readTrials(data, tell)).toHaveLength(lines.length);
    expect(lines).toHaveLength(900 + appended);
  });
});
