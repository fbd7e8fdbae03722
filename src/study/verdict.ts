import type { DifferenceLine, LaneLine } from './arm-lines.ts';
import { LEAST_DAYS } from './interval.ts';
import type { RunResult } from './run-result.ts';

/** Whether the result holds under every assumption about what the tape does not say, and the sentence that says so. */
export interface Verdict {
  readonly survives: 'yes' | 'no' | 'unknown';
  readonly sentence: string;
}

/**
 * "yes" only if in every lane the interval of net cents a contract lies above zero and, where a placebo was run, that of the
 * difference to it too. One interval that does not is a "no"; a missing one, or fewer than ten effective days, is "unknown".
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
  const claims = [
    ...lanes.map(({ lane, interval }) => ({ interval, what: `the ${lane} lane` })),
    ...against.map(({ lane, control, interval }) => ({
      interval,
      what: `the difference to ${control} in the ${lane} lane`,
    })),
  ];
  const failed = claims
    .filter(({ interval }) => typeof interval !== 'string' && !(interval.lower > 0))
    .map(({ what }) => what);
  const missing = claims.filter(({ interval }) => typeof interval === 'string').map(({ what }) => what);
  const answer = answerOf(lanes, failed, missing, effectiveDays);
  return { ...answer, sentence: answer.sentence + provisos(run, answer.survives, placebos) };
}

function answerOf(
  lanes: readonly LaneLine[],
  failed: readonly string[],
  missing: readonly string[],
  effectiveDays: number,
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
    const days = `the capital lay on ${effectiveDays.toFixed(1)} effective independent days, fewer than ${LEAST_DAYS}`;
    return { survives: 'unknown', sentence: `Survives every lane: not enough days to say, ${days}.${direction}` };
  }
  return { survives: 'yes', sentence: 'Survives every lane: yes. Each 95 % interval lies above zero.' };
}

function isPlacebo(arm: RunResult['arms'][number]): boolean {
  return arm.name.includes('placebo') || Object.values(arm.params).includes('placebo');
}

function provisos(run: RunResult, survives: Verdict['survives'], placebos: readonly string[]): string {
  const notes: string[] = [];
  if (placebos.length === 0 && survives !== 'no')
    notes.push('No placebo was run, so luck and drift are not told from skill.');
  if (run.tape.synthetic) notes.push('The tape is SYNTHETIC: this says nothing about any real market.');
  return notes.map((note) => ` ${note}`).join('');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
