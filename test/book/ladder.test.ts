import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ladder } from '../../src/book/ladder.ts';
import { newMarks } from '../../src/book/marks.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { GRIDS } from './grids.ts';

function ladderOf(side: Side, size: number): Ladder {
  return new Ladder(side, new Float64Array(size));
}

/** The same ladder as a Map from level to size, read by sorting. */
class Model {
  readonly levels = new Map<number, number>();
  readonly side: Side;

  constructor(side: Side) {
    this.side = side;
  }

  set(level: number, size: number): void {
    if (size === 0) this.levels.delete(level);
    else this.levels.set(level, size);
  }

  get bestFirst(): number[] {
    return [...this.levels.keys()].sort((a, b) => (this.side === BID ? b - a : a - b));
  }
}

function walkDown(ladder: Ladder): number[] {
  const found: number[] = [];
  for (let level = ladder.best; level >= 0; level = ladder.next(level)) found.push(level);
  return found;
}

type Step =
  | { readonly type: 'add' | 'set' | 'replace'; readonly level: number; readonly amount: number }
  | { readonly type: 'clear' };

/** Steps whose levels crowd together as often as they scatter, so that levels empty and bests move. */
function stepsOn(size: number): fc.Arbitrary<Step[]> {
  const level = fc.oneof(fc.nat(size - 1), fc.nat(Math.min(size - 1, 7)), fc.integer({ min: size - 8, max: size - 1 }));
  const amount = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -5_000_000_000, max: 5_000_000_000 }));
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('add' as const), level, amount }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('set' as const), level, amount: amount.map(Math.abs) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('replace' as const), level, amount: amount.map(Math.abs) }) },
    { weight: 1, arbitrary: fc.constant({ type: 'clear' as const }) },
  );
  return fc.array(step, { maxLength: 60 });
}

function take(step: Step, ladder: Ladder, model: Model): void {
  if (step.type === 'clear') {
    ladder.clear();
    model.levels.clear();
  } else if (step.type === 'add') {
    const changed = (model.levels.get(step.level) ?? 0) + step.amount;
    if (changed < 0) return;
    ladder.set(step.level, ladder.sizeAt(step.level) + step.amount);
    model.set(step.level, changed);
  } else {
    if (step.type === 'replace') model.levels.clear();
    ladder[step.type](step.level, step.amount);
    model.set(step.level, step.amount);
  }
}

describe('a ladder', () => {
  for (const [name, grid] of GRIDS) {
    it(`holds what a sorted map holds after any changes (${name}, ${grid.size} levels)`, () => {
      const side = fc.constantFrom<Side>(BID, ASK);
      fc.assert(
        fc.property(side, stepsOn(grid.size), (side, steps) => {
          const ladder = ladderOf(side, grid.size);
          const model = new Model(side);
          for (const step of steps) {
            take(step, ladder, model);
            expect(ladder.best).toBe(model.bestFirst[0] ?? -1);
          }
          expect(walkDown(ladder)).toEqual(model.bestFirst);
          expect(ladder.count).toBe(model.levels.size);
          expect(ladder.empty).toBe(model.levels.size === 0);
          for (const [level, size] of model.levels) expect(ladder.sizeAt(level)).toBe(size);
          expect(ladder.sizes.reduce((sum, size) => sum + (size === 0 ? 0 : 1), 0)).toBe(model.levels.size);
        }),
        { numRuns: 1000 },
      );
    });
  }

  it('finds the next worse level from a level that is itself empty', () => {
    const bids = ladderOf(BID, 99);
    const asks = ladderOf(ASK, 99);
    for (const level of [0, 31, 32, 98]) {
      bids.set(level, 100);
      asks.set(level, 100);
    }
    expect([bids.next(98), bids.next(50), bids.next(32), bids.next(31), bids.next(0)]).toEqual([32, 32, 31, 0, -1]);
    expect([asks.next(0), asks.next(31), asks.next(32), asks.next(50), asks.next(98)]).toEqual([31, 32, 98, 98, -1]);
  });

  it('keeps sizes past 2^31 exact', () => {
    const ladder = ladderOf(BID, 99);
    ladder.set(4, 140_647_486_00);
    ladder.set(4, ladder.sizeAt(4) + 14);
    expect(ladder.sizeAt(4)).toBe(14_064_748_614);
  });

  it('takes no size below zero', () => {
    const ladder = ladderOf(ASK, 99);
    ladder.set(10, 500);
    expect(() => ladder.set(10, -1)).toThrow('cannot stand');
    expect(ladder.sizeAt(10)).toBe(500);
    expect(ladder.best).toBe(10);
  });

  it('leaves the other side alone when two ladders share their marks', () => {
    const marks = newMarks(99);
    const bids = new Ladder(BID, new Float64Array(99), marks);
    const asks = new Ladder(ASK, new Float64Array(99), marks);
    bids.set(40, 1);
    asks.set(40, 1);
    asks.set(41, 1);
    bids.clear();
    expect(bids.best).toBe(-1);
    expect(walkDown(asks)).toEqual([40, 41]);
  });
});
