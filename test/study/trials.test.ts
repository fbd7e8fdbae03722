import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WrittenParams } from '../../src/engine/params.ts';
import { appendTrials, countTrials, distinctTrials, readTrials, type Trial, trialOf } from '../../src/study/trials.ts';
import { daily, laneResult, runResult } from './run-fixtures.ts';

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
const folder = (): string => mkdtempSync(join(tmpdir(), 'trials-'));

describe('the registry of trials', () => {
  test('counts different configurations of all strategies on a tape, not repetitions', () => {
    const data = folder();
    appendTrials(data, [trial({ a: 1 }), trial({ a: 2 })]);
    appendTrials(data, [trial({ a: 1 }), trial({ a: 1 }, { strategy: 'maker' })]);
    const trials = readTrials(data, tell);
    expect(trials).toHaveLength(4);
    expect(distinctTrials(trials, run.tape.digest)).toHaveLength(3);
    expect(countTrials(trials, run.tape.digest).count).toBe(3);
    expect(countTrials(trials, 'another tape')).toEqual({ count: 1, sharpeDeviation: null });
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

  test('lists one that never traded and does not count it', () => {
    const trials = [trial({ a: 1 }), trial({ a: 2 }, { fills: 0 })];
    expect(distinctTrials(trials, run.tape.digest)).toHaveLength(2);
    expect(countTrials(trials, run.tape.digest).count).toBe(1);
  });

  test('tells how much their daily Sharpe ratios scatter', () => {
    const trials = [trial({ a: 1 }, { dollars: 1 }), trial({ a: 2 }, { dollars: -1 })];
    const ratios = trials.map(({ lanes }) => lanes[0]!.daily_sharpe!);
    expect(countTrials(trials, run.tape.digest).sharpeDeviation).toBeCloseTo(
      Math.abs(ratios[0]! - ratios[1]!) / Math.SQRT2,
      10,
    );
  });

  test('loses a torn line and nothing after it', () => {
    const data = folder();
    appendTrials(data, [trial({ a: 1 })]);
    appendFileSync(join(data, 'trials.ndjson'), '{"key":"torn');
    appendTrials(data, [trial({ a: 2 })]);
    expect(readTrials(data, tell).map(({ params }) => params)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(told.at(-1)).toBe(`1 line of ${join(data, 'trials.ndjson')} cannot be read as trials and are not counted`);
  });

  test.each(['null', '17', '{}', '[]', '{"key":"z"}', '{"key":"z","tape":{"digest":"d"},"lanes":[null]}'])(
    'leaves out a line that says %s, and tells of it',
    (line) => {
      const data = folder();
      appendTrials(data, [trial({ a: 1 })]);
      appendFileSync(join(data, 'trials.ndjson'), `${line}\n${line}\n`);
      appendTrials(data, [trial({ a: 2 })]);
      expect(countTrials(readTrials(data, tell), run.tape.digest).count).toBe(2);
      expect(told.at(-1)).toContain(`2 lines of ${join(data, 'trials.ndjson')} cannot be read`);
    },
  );

  test('takes lines of several processes at once, each whole', async () => {
    const data = folder();
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
