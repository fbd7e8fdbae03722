import type { SweepPlan } from '../../../src/study/sweep/sweep-plan.ts';
import { runResult } from '../run-fixtures.ts';

/** The plan of a sweep over three configurations. */
export function sweepPlanOf(change: Partial<SweepPlan> = {}): SweepPlan {
  const { tape, invocation } = runResult([]);
  return {
    format: 'tapedeck-sweep',
    version: 1,
    id: 'whale-0123456789ab',
    key: '0123456789ab',
    question: 'q',
    strategy: 'whale',
    tape,
    hashes: { code: 'c', strategy: 's', tape: 't' },
    invocation,
    configurations: [{ threshold: 1 }, { threshold: 2 }, { threshold: 3 }],
    ...change,
  };
}
