import { describe, expect, it } from 'vitest';
import { firstDraws, pooledArms } from '../../../src/study/statistics/pool-draws.ts';
import { summarise } from '../../../src/study/summary/summary.ts';
import { armResult, daily, runResult } from '../run-fixtures.ts';

const gains = (shift: number) => daily(40, (index) => 0.2 + shift + Math.sin(index));
const draw = (number: number) =>
  armResult(`placebo ${number}`, gains(number / 10), { control: true, draw: { of: 'placebo', number } });
const arms = [
  armResult('follow', gains(0)),
  armResult('fade', gains(-1), { control: true }),
  draw(1),
  draw(2),
  draw(3),
];

describe('the draws of a control', () => {
  it('are one arm: what they traded, earned and paid is summed, the rest stay as they are', () => {
    const pooled = pooledArms(arms);
    expect(pooled.map(({ name, draws }) => [name, draws])).toEqual([
      ['follow', 1],
      ['fade', 1],
      ['placebo', 3],
    ]);
    const [lane] = pooled[2]!.lanes;
    const parts = arms.slice(2).map(({ lanes }) => lanes[0]!);
    const sum = (value: (part: (typeof parts)[number]) => number) =>
      parts.reduce((total, part) => total + value(part), 0);
    expect(lane).toMatchObject({
      lane: 'pessimistic',
      fills: sum(({ fills }) => fills),
      contractsE2: sum(({ contractsE2 }) => contractsE2),
      netE6: sum(({ netE6 }) => netE6),
      feesE6: sum(({ feesE6 }) => feesE6),
    });
    expect(lane!.markets).toHaveLength(120);
    expect(pooled[0]!.lanes).toBe(arms[0]!.lanes);
  });

  it('show the first of them where arms are shown one by one', () => {
    expect(firstDraws(arms).map(({ name }) => name)).toEqual(['follow', 'fade', 'placebo 1']);
  });

  it('are judged together, and their difference is surer than that to one of them', () => {
    const width = (of: typeof arms) => {
      const line = summarise(runResult(of)).differences.find(({ control }) => control === 'placebo')!;
      if (typeof line.interval === 'string') throw new Error(line.interval);
      return line.interval.upper - line.interval.lower;
    };
    const noisy = (number: number) =>
      armResult(
        `placebo ${number}`,
        daily(40, (index) => 3 * Math.sin(index * 7.7 + number * 2.3)),
        {
          control: true,
          draw: { of: 'placebo', number },
        },
      );
    const many = [arms[0]!, ...Array.from({ length: 5 }, (_, at) => noisy(at + 1))];
    expect(width(many)).toBeLessThan(0.7 * width(many.slice(0, 2)));
    expect(summarise(runResult(many)).differences.map(({ control }) => control)).toEqual(Array(3).fill('placebo'));
  });
});
