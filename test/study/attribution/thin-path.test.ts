import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { NO_MARK } from '../../../src/study/attribution/mark-board.ts';
import { ThinPath } from '../../../src/study/attribution/thin-path.ts';

const SECOND = 1_000_000;

describe('a thinned path of prices', () => {
  it('keeps every change of a short one, and no row without a change', () => {
    const path = new ThinPath();
    for (const [at, mark] of [NO_MARK, 40, 40, 41, 41, 40].entries()) path.add(at * SECOND, mark);
    expect(path.points()).toEqual([
      { number: 1, time: SECOND, mark: 40 },
      { number: 2, time: 3 * SECOND, mark: 41 },
      { number: 3, time: 5 * SECOND, mark: 40 },
    ]);
  });

  it('keeps marks of one time as they came', () => {
    const path = new ThinPath();
    for (const mark of [50, 90, 10, 40]) path.add(SECOND, mark);
    expect(path.points().map(({ mark }) => mark)).toEqual([50, 90, 10, 40]);
  });

  it('has no point where there was no mark', () => {
    expect(new ThinPath().points()).toEqual([]);
  });

  it('keeps its ends and its extremes, in order, with few points, however long it is', () => {
    for (let seed = 0; seed < 30; seed++) {
      const random = new Random(`path ${seed}`);
      const path = new ThinPath();
      const told: { time: number; mark: number }[] = [];
      let [time, mark] = [1_000 * SECOND, 50_000];
      for (let step = 0; step < 5_000; step++) {
        time += random.below(10 ** (1 + random.below(8)));
        mark = Math.min(99_000, Math.max(1_000, mark + 500 * (random.below(3) - 1)));
        if (told.at(-1)?.mark !== mark) told.push({ time, mark });
        path.add(time, mark);
      }
      const points = path.points();
      expect(points.length).toBeLessThanOrEqual(400);
      expect(points.length).toBeGreaterThan(100);
      expect(points[0]).toMatchObject(told[0]!);
      expect(points.at(-1)).toMatchObject(told.at(-1)!);
      const marks = (list: readonly { mark: number }[]) => list.map((point) => point.mark);
      expect(Math.max(...marks(points))).toBe(Math.max(...marks(told)));
      expect(Math.min(...marks(points))).toBe(Math.min(...marks(told)));
      expect([...points].sort((a, b) => a.time - b.time || a.number - b.number)).toEqual(points);
      const all = new Set(told.map((point) => `${point.time} ${point.mark}`));
      expect(points.filter((point) => !all.has(`${point.time} ${point.mark}`))).toEqual([]);
    }
  });
});
