import type { DifferenceLine, LaneLine } from './arm-lines.ts';
import { deflate } from './deflation.ts';
import { type Interval, LEAST_DAYS, totalsByDay } from './interval.ts';
import { effectiveDaysText } from './number-text.ts';
import type { RunResult } from './run-result.ts';

/**
 * Days with a loss that a "yes" needs. Resampling days that never lost gives an interval above zero for a fair bet at 95 cents in six of ten
 * ten-day runs.
 */
export const LEAST_LOSING_DAYS = 5;

/** Whether the result holds under every assumption about what the tape does not say, and the sentence that says so. */
export interface Verdict {
  readonly survives: 'yes' | 'no' | 'unknown';
  readonly sentence: string;
}

/**
 * "yes" only if in every lane the interval of net cents a contract lies above zero and, where a placebo was run, that of the
 * difference to it too. One interval that does not is a "no"; a missing one, fewer than ten effective days, or fewer than five days of loss
 * (where a rare large loss may not have been seen yet, and resampled days cannot show it) is "unknown". So is a run that looked ahead.
 */
export function judge(
  run: RunResult,
  lanes: readonly LaneLine[],
  differences: readonly DifferenceLine[],
  effectiveDays: number,
): Verdict {
  const placebos = run.arms
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
  const answer = answerOf(lanes, failed, missing, effectiveDays, unseenLoss(run));
  return { ...answer, sentence: answer.sentence + provisos(run, answer.survives, placebos) };
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
): Verdict {
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
  if (unseen !== null) return { survives: 'unknown', sentence: `Survives every lane: cannot be said. ${unseen}` };
  return { survives: 'yes', sentence: 'Survives every lane: yes. Each 95 % interval lies above zero.' };
}

/** Why an interval above zero would still prove nothing: the run looked ahead, or too few of its days lost. */
function unseenLoss(run: RunResult): string | null {
  const [main] = run.arms;
  if (main === undefined) return null;
  if (main.surveyed) return 'It looked at the whole tape before it traded: nobody can trade so.';
  for (const { lane, markets } of main.lanes) {
    const losing = totalsByDay(markets).filter((day) => day.netE6 < 0).length;
    if (losing < LEAST_LOSING_DAYS) {
      return `Only ${losing} days lost money in the ${lane} lane, and ${LEAST_LOSING_DAYS} are needed: a strategy that wins often and loses much at once looks like this until it does.`;
    }
  }
  return null;
}

function isPlacebo(arm: RunResult['arms'][number]): boolean {
  return arm.name.includes('placebo') || Object.values(arm.params).includes('placebo');
}

function provisos(run: RunResult, survives: Verdict['survives'], placebos: readonly string[]): string {
  const notes: string[] = [];
  const { count } = run.trials;
  if (count > 1) {
    notes.push(
      `It is one of ${count} trials on this tape: for that each interval was widened before it was judged, because the best of ${count} looks good by luck alone.`,
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
