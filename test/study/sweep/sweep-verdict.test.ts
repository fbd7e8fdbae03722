import { describe, expect, test } from 'vitest';
import { summariseSweep } from '../../../src/study/sweep/sweep-summary.ts';
import { daily, LANES, laneResult, runResult } from '../run-fixtures.ts';
import { sweepPlanOf } from './sweep-fixtures.ts';

const STEADY = daily(40, (day) => (day % 6 === 0 ? -0.5 : 1 + day / 100));

function verdictOf(lanes: readonly string[]) {
  const result = { number: 1, arm: 'follow', digest: 'd', surveyed: false };
  const outcome = { ...result, lanes: lanes.map((lane) => laneResult(lane, STEADY)) };
  const { trials } = runResult([]);
  return summariseSweep(sweepPlanOf({ configurations: [{ threshold: 1 }] }), [outcome], trials, null);
}

describe('the verdict on a sweep', () => {
  test('is yes for a steady edge in every lane', () => {
    expect(verdictOf(LANES).verdict.survives).toBe('yes');
  });

  test('never is yes where a lane was not run', () => {
    const { rows, verdict } = verdictOf(['optimistic']);
    expect(rows[0]!.survives).toBe(false);
    expect(verdict).toEqual({
      survives: 'unknown',
      sentence:
        'Survives deflation by 1 trial: cannot be said. Configuration 1 lies above zero, but: not run in the lanes pessimistic, base.',
    });
  });
});
