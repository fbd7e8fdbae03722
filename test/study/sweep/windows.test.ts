import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWalkForward, windowsOf } from '../../../src/study/sweep/windows.ts';

describe('walk-forward windows', () => {
  test('follow each other day by day, the last test as long as the days last', () => {
    const windows = windowsOf({ from: '2024-12-25', to: '2025-01-09' }, { trainDays: 7, testDays: 4, stepDays: 4 });
    expect(windows).toEqual([
      {
        number: 1,
        train: { from: '2024-12-25', to: '2024-12-31' },
        test: { from: '2025-01-01', to: '2025-01-04' },
      },
      {
        number: 2,
        train: { from: '2024-12-29', to: '2025-01-04' },
        test: { from: '2025-01-05', to: '2025-01-08' },
      },
      {
        number: 3,
        train: { from: '2025-01-02', to: '2025-01-08' },
        test: { from: '2025-01-09', to: '2025-01-09' },
      },
    ]);
    expect(windowsOf({ from: '2025-01-01', to: '2025-01-07' }, { trainDays: 7, testDays: 1, stepDays: 1 })).toEqual([]);
  });

  test('never test a day twice, nor on a day of their own training, whatever their lengths', () => {
    const lengths = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(lengths, lengths, fc.nat(20), fc.integer({ min: 1, max: 400 }), (trainDays, testDays, more, span) => {
        const to = new Date(Date.UTC(2024, 0, span)).toISOString().slice(0, 10);
        const spec = { trainDays, testDays, stepDays: testDays + more };
        const tested = new Set<string>();
        for (const { train, test } of windowsOf({ from: '2024-01-01', to }, spec)) {
          expect(train.to < test.from).toBe(true);
          for (let at = Date.parse(test.from); at <= Date.parse(test.to); at += 86_400_000) {
            const day = new Date(at).toISOString().slice(0, 10);
            expect(tested.has(day)).toBe(false);
            tested.add(day);
          }
        }
      }),
    );
  });

  test('cannot be made with a step that would overlap them', () => {
    expect(() =>
      windowsOf({ from: '2024-01-01', to: '2024-06-01' }, { trainDays: 20, testDays: 5, stepDays: 4 }),
    ).toThrow('would overlap');
    expect(() => parseWalkForward('train=20d,test=5d,step=4d')).toThrow('overlap');
  });

  test('are written as days', () => {
    expect(parseWalkForward('train=20d,test=5d')).toEqual({ trainDays: 20, testDays: 5, stepDays: 5 });
    expect(parseWalkForward('test=5d, train=20d, step=10d')).toEqual({ trainDays: 20, testDays: 5, stepDays: 10 });
  });

  test.each(['train=20d', 'train=20,test=5', 'train=0d,test=5d', 'train=20d,train=20d,test=5d', 'embargo=1d'])(
    'are refused as %s',
    (text) => expect(() => parseWalkForward(text)).toThrow(expect.objectContaining({ code: 'usage' })),
  );
});
