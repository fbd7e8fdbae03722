import type { Interval } from '../statistics/bootstrap.ts';
import { deflate } from '../statistics/deflation.ts';
import { LEAST_DAYS } from '../statistics/interval.ts';
import { type PooledArm, pooledArms } from '../statistics/pool-draws.ts';
import { unseenLoss } from '../statistics/unseen-loss.ts';
import type { RunResult } from '../store/run-result.ts';
import { effectiveDaysText } from '../text/number-text.ts';
import type { DifferenceLine, LaneLine } from './arm-lines.ts';
import { lanesNotRun } from './lanes-not-run.ts';

/** Whether the result holds under every assumption about what the tape does not say, and the sentence that says so. */
export interface Verdict {
  readonly survives: 'yes' | 'no' | 'unknown';
  /** The arm asked for was told of the future: its "yes" says that the program finds a planted edge, and nothing of a strategy. */
  readonly lookedAhead: boolean;
  readonly sentence: string;
}

/** What of a run the verdict rests on, beside its intervals. */
export type Judged = Pick<RunResult, 'arms' | 'trials' | 'seed'> & {
  readonly tape: Pick<RunResult['tape'], 'synthetic'>;
};

/**
 * "yes" only if in every lane the interval of net cents a contract lies above zero and, where a placebo was run, that of the
 * difference to it too. One interval that does not is a "no"; a missing one, fewer than ten effective days, or losses that may not
 * have come yet (see {@link unseenLoss}) are "unknown". So is a run that
 * looked ahead on a recorded tape; on a SYNTHETIC one it is judged, because it proves the program, and the sentence says what it is.
 */
export function judge(
  run: Judged,
  lanes: readonly LaneLine[],
  differences: readonly DifferenceLine[],
  effectiveDays: number,
): Verdict {
  const placebos = pooledArms(run.arms)
    .slice(1)
    .filter(isPlacebo)
    .map((arm) => arm.name);
  const against = differences.filter((line) => placebos.includes(line.control));
  const { count } = run.trials;
  const claims = [
    ...lanes.map(({ lane, interval }) => ({ interval: forTrials(interval, count), what: `the ${lane} lane` })),
    ...against.map(({ lane, control, interval }) => ({
      interval: forTrials(interval, count),
      what: `the difference to ${control} in the ${lane} lane`,
    })),
  ];
  const failed = claims
    .filter(({ interval }) => typeof interval !== 'string' && !(interval.lower > 0))
    .map(({ what }) => what);
  const missing = claims.filter(({ interval }) => typeof interval === 'string').map(({ what }) => what);
  const answer = answerOf(lanes, failed, missing, effectiveDays, unprovenOf(run));
  const lookedAhead = run.arms[0]?.surveyed === true;
  return { ...answer, lookedAhead, sentence: answer.sentence + provisos(run, answer.survives, placebos) };
}

/** The interval that counts when it is one of several looks at the tape. */
function forTrials(interval: Interval | string, count: number): Interval | string {
  return typeof interval === 'string' ? interval : deflate(interval, count);
}

function answerOf(
  lanes: readonly LaneLine[],
  failed: readonly string[],
  missing: readonly string[],
  effectiveDays: number,
  unseen: string | null,
): Omit<Verdict, 'lookedAhead'> {
  const lost = lanes.filter((lane) => lane.netE6 <= 0).map((lane) => lane.lane);
  const direction = lost.length > 0 ? ` What there is made no money in: ${lost.join(', ')}.` : '';
  if (failed.length > 0) {
    return {
      survives: 'no',
      sentence: `Survives every lane: no. The 95 % interval is not above zero for ${listed(failed)}.${direction}`,
    };
  }
  if (lanes.some((lane) => lane.fills === 0)) {
    const idle = lanes.filter((lane) => lane.fills === 0).map((lane) => lane.lane);
    return { survives: 'unknown', sentence: `Survives every lane: nothing to judge, no fill in: ${idle.join(', ')}.` };
  }
  if (missing.length > 0) {
    return {
      survives: 'unknown',
      sentence: `Survives every lane: not enough days to say, for ${listed(missing)}.${direction}`,
    };
  }
  if (effectiveDays < LEAST_DAYS) {
    const days = `the capital lay on ${effectiveDaysText(effectiveDays)} effective independent days, fewer than ${LEAST_DAYS}`;
    return { survives: 'unknown', sentence: `Survives every lane: not enough days to say, ${days}.${direction}` };
  }
  const notRun = lanesNotRun(lanes);
  if (notRun.length > 0) {
    return { survives: 'unknown', sentence: `Survives every lane: cannot be said, not run: ${listed(notRun)}.` };
  }
  if (unseen !== null) return { survives: 'unknown', sentence: `Survives every lane: cannot be said. ${unseen}` };
  return { survives: 'yes', sentence: 'Survives every lane: yes. Each 95 % interval lies above zero.' };
}

/** Why an interval above zero would still prove nothing: the run looked ahead, or its losses may not have come yet. */
function unprovenOf(run: Judged): string | null {
  const [main] = run.arms;
  if (main === undefined) return null;
  if (main.surveyed && !run.tape.synthetic) return 'It looked at the whole tape before it traded: nobody can trade so.';
  for (const lane of main.lanes) {
    const why = unseenLoss(lane, run.trials.count, run.seed);
    if (why !== null) return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  }
  return null;
}

function isPlacebo(arm: PooledArm): boolean {
  return arm.name.includes('placebo') || Object.values(arm.params).includes('placebo');
}

function provisos(run: Judged, survives: Verdict['survives'], placebos: readonly string[]): string {
  const notes: string[] = [];
  const { count } = run.trials;
  if (run.arms[0]?.surveyed === true && run.tape.synthetic) {
    notes.push(
      'The arm LOOKED AHEAD: this shows whether the program finds an edge that was planted, and nobody can trade so.',
    );
  }
  if (count > 1) {
    notes.push(
      `It is one of ${count} trials on this and overlapping tapes: for that each interval was widened before it was judged, because the best of ${count} looks good by luck alone.`,
    );
  }
  if (placebos.length === 0 && survives !== 'no')
    notes.push('No placebo was run, so luck and drift are not told from skill.');
  if (run.tape.synthetic) notes.push('The tape is SYNTHETIC: this says nothing about any real market.');
  return notes.map((note) => ` ${note}`).join('');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
