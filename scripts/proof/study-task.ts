import { DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';

/** One run of the power study: a strategy on a tape of its own, with a planted edge or none. */
export interface StudyTask {
  readonly strategy: 'whale' | 'oracle' | 'random';
  /** What is planted: the share of sweeps whose trader knows the outcome, or of the oracle's trades for which it is told it. */
  readonly effect: number;
  readonly seed: number;
}

/** What the study's tapes have in common: two cities, sixty days, few rows, so that a run takes about a second. */
export const STUDY_CONFIG: SyntheticConfig = {
  ...DEMO_CONFIG,
  cities: DEMO_CONFIG.cities.slice(0, 2),
  days: 60,
  activity: 0.05,
  sweepsPerEvent: 8,
  lifecycle: PLAIN_LIFE,
  informedSweepShare: 0,
};

/** Strategy parameters that differ from the standard ones: no whale is left alone because others are held. */
export const STUDY_PARAMS = { whale: { maxPositions: 1_000 }, oracle: {}, random: {} } as const;

/** The planted share at which `whale` is expected to report the edge. */
export const STATED_SHARE = 0.4;
/** The oracle's standard. */
export const ORACLE_KNOWN = 0.2;

/** All runs of the study: the seeds of every point, those of the two points that are bounded first. */
export function studyTasks(seeds: number, curveSeeds: number): StudyTask[] {
  const tasks: StudyTask[] = [];
  const add = (strategy: StudyTask['strategy'], effect: number, count: number): void => {
    for (let seed = 0; seed < count; seed++) tasks.push({ strategy, effect, seed });
  };
  add('whale', 0, seeds);
  add('whale', STATED_SHARE, seeds);
  add('random', 0, seeds);
  add('oracle', ORACLE_KNOWN, seeds);
  for (const share of [0.1, 0.2, 0.3, 0.6]) add('whale', share, curveSeeds);
  return tasks;
}

export function taskName({ strategy, effect, seed }: StudyTask): string {
  return `${strategy}/${effect}/${seed}`;
}
