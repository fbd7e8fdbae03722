import { describe, expect, test } from 'vitest';
import { choice, integer, number } from '../../../src/engine/params.ts';
import { configurationsOf, gridOf, parseSwept } from '../../../src/study/sweep/grid.ts';

const schema = {
  threshold: integer({ standard: 1_000, min: 1, help: '' }),
  bump: number({ standard: 2, min: 0, max: 50, help: '' }),
  mode: choice(['follow', 'fade'], { standard: 'follow', help: '' }),
};

describe('what a person writes after --sweep', () => {
  test('is a list, a range in exact decimals, or both', () => {
    expect(parseSwept('mode=follow,fade')).toEqual({ name: 'mode', values: ['follow', 'fade'] });
    expect(parseSwept('bump=0..0.5/0.1').values).toEqual(['0', '0.1', '0.2', '0.3', '0.4', '0.5']);
    expect(parseSwept('bump=-1..1/0.5').values).toEqual(['-1', '-0.5', '0', '0.5', '1']);
    expect(parseSwept('bump=7,0..3/2').values).toEqual(['7', '0', '2']);
  });

  test.each(['bump', '=1', 'bump=', 'bump=1,,2', 'bump=3..1/1', 'bump=1..3/0', 'bump=0..1/0.000001'])(
    'is refused as %s',
    (text) => expect(() => parseSwept(text)).toThrow(expect.objectContaining({ code: 'invalid-parameter' })),
  );
});

describe('the grid', () => {
  test('numbers every combination, the first named parameter slowest, each with all its parameters', () => {
    const grid = gridOf(schema, { bump: '3' }, [parseSwept('threshold=500,2500'), parseSwept('mode=follow,fade')]);
    expect(grid.map(({ number, swept }) => [number, swept.threshold, swept.mode])).toEqual([
      [1, '500', 'follow'],
      [2, '500', 'fade'],
      [3, '2500', 'follow'],
      [4, '2500', 'fade'],
    ]);
    expect(grid[2]!.given).toEqual({ bump: '3', threshold: '2500', mode: 'follow' });
    expect(grid[2]!.written).toEqual({ threshold: 2_500, bump: 3, mode: 'follow' });
  });

  test.each([
    ['a value out of range', ['bump=1,60'], {}, 'bump=60'],
    ['an unknown parameter', ['treshold=1,2'], {}, 'treshold'],
    ['one value twice', ['bump=1,2,1.0'], {}, 'configurations 1 and 3 are the same'],
    ['one parameter twice', ['bump=1', 'bump=2'], {}, 'given twice'],
    ['a parameter that --param gives too', ['bump=1,2'], { bump: '3' }, 'given twice'],
    ['more than a sweep takes', ['threshold=1..200/1', 'bump=0..50/0.5'], {}, '20,200 configurations'],
  ])('refuses %s before any work', (_, swept, given, message) => {
    expect(() => gridOf(schema, given, swept.map(parseSwept))).toThrow(message);
  });

  test('may be a list of points instead', () => {
    const points = configurationsOf(schema, {}, [{ threshold: 500 }, { mode: 'fade', bump: 1 }]);
    expect(points.map(({ written }) => written)).toEqual([
      { threshold: 500, bump: 2, mode: 'follow' },
      { threshold: 1_000, bump: 1, mode: 'fade' },
    ]);
  });
});
