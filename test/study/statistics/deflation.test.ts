import { expect, test } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Interval } from '../../../src/study/statistics/bootstrap.ts';
import { deflate, deflatedSharpe, expectedBestSharpe } from '../../../src/study/statistics/deflation.ts';
import { summarise } from '../../../src/study/summary/summary.ts';
import { renderSummary } from '../../../src/study/summary/summary-text.ts';
import { armResult, daily, runResult } from '../run-fixtures.ts';

const interval: Interval = { estimate: 2, lower: 1, upper: 4, level: 0.95, days: 40, resamples: 2_000 };

test('one look leaves an interval as it is, and each further one widens it on both sides', () => {
  expect(deflate(interval, 1)).toEqual(interval);
  let before = interval;
  for (const trials of [2, 10, 100, 10_000]) {
    const wider = deflate(interval, trials);
    expect(wider.lower).toBeLessThan(before.lower);
    expect(wider.upper).toBeGreaterThan(before.upper);
    expect((wider.upper - 2) / (2 - wider.lower)).toBeCloseTo(2, 10);
    before = wider;
  }
});

test('fewer days ask for more widening', () => {
  expect(deflate({ ...interval, days: 10 }, 100).lower).toBeLessThan(deflate(interval, 100).lower);
});

test('of 20 worthless looks at once, hardly any set has one above zero after widening; without it most have', () => {
  const random = new Random('twenty looks');
  const days = 40;
  let alone = 0;
  let widened = 0;
  const sets = 2_000;
  for (let set = 0; set < sets; set++) {
    let [any, anyWidened] = [false, false];
    for (let look = 0; look < 20; look++) {
      const values = Array.from({ length: days }, () => random.normal());
      const mean = values.reduce((sum, value) => sum + value, 0) / days;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      // Student's interval: the quantile of 39 degrees at 95 % is 2.0227.
      const half = 2.0227 * Math.sqrt(squares / (days - 1) / days);
      const raw = { ...interval, estimate: mean, lower: mean - half, upper: mean + half, days };
      any ||= raw.lower > 0;
      anyWidened ||= deflate(raw, 20).lower > 0;
    }
    if (any) alone++;
    if (anyWidened) widened++;
  }
  // Alone: 1 − 0.975^20 = 40 %. Widened: 1 − 0.975 = 2.5 %, give or take three standard errors.
  expect(alone / sets).toBeGreaterThan(0.36);
  expect(widened / sets).toBeLessThan(0.025 + 3 * Math.sqrt((0.025 * 0.975) / sets));
  expect(widened).toBeGreaterThan(0);
});

test('the expected best Sharpe ratio of worthless trials is what a simulation of them shows', () => {
  const random = new Random('best of n');
  for (const trials of [10, 100]) {
    let sum = 0;
    const sets = 4_000;
    for (let set = 0; set < sets; set++) {
      let best = Number.NEGATIVE_INFINITY;
      for (let trial = 0; trial < trials; trial++) best = Math.max(best, 0.1 * random.normal());
      sum += best;
    }
    expect(sum / sets / expectedBestSharpe(trials, 0.1)).toBeCloseTo(1, 1);
  }
  expect(expectedBestSharpe(1, 0.1)).toBe(0);
});

test('a Sharpe ratio is worth less the more trials it was picked from', () => {
  const random = new Random('days');
  const daily = Array.from({ length: 120 }, () => 0.25 + random.normal());
  const one = deflatedSharpe(daily, 1, 0.1)!;
  const ten = deflatedSharpe(daily, 10, 0.1)!;
  const thousand = deflatedSharpe(daily, 1_000, 0.1)!;
  expect(one).toBeGreaterThan(0.9);
  expect(ten).toBeLessThan(one);
  expect(thousand).toBeLessThan(ten);
  expect(deflatedSharpe([1, 1, 1, 1], 5, 0.1)).toBeNull();
  expect(deflatedSharpe([1, 2], 5, 0.1)).toBeNull();
});

test('an edge that one look would pass is not passed when it is one of many, and the report says so', () => {
  // About a third of a deviation a day over 60 days, with losing days.
  const markets = daily(60, (index) => 0.07 + 0.35 + Math.sin(index * 2.4) * 1.2);
  const run = (count: number) =>
    summarise(
      runResult([armResult('follow', markets)], {
        trials: { count, sharpeDeviation: count === 1 ? null : 0.2 },
      }),
    );
  expect(run(1).verdict.survives).toBe('yes');
  const [one, many] = [run(1), run(500)];
  expect(many.verdict.survives).toBe('no');
  expect(many.verdict.sentence).toContain('It is one of 500 trials on this and overlapping tapes');
  expect(many.arms).toEqual(one.arms);
  expect(renderSummary(one)).not.toContain('Trials');
  const text = renderSummary(many).replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'Trials 500 different configurations tried on this and overlapping tapes so far, this one among them',
  );
  expect(text).toContain('the best of 500 trials shows by luck with probability');
  const made = runResult([armResult('follow', markets)]);
  const since = summarise(made, { count: 4, sharpeDeviation: 0.2 });
  expect(renderSummary(since).replaceAll(/\s+/g, ' ')).toContain('this one among them: 1 when the run was made, 4 now');
  expect(since.verdict.sentence).toContain('It is one of 4 trials');
  expect(summarise({ ...made, trials: { count: 4, sharpeDeviation: 0.2 } }, made.trials).facts.trials).toBe(4);
});
