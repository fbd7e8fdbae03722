import { cents, percent } from '../text/number-text.ts';
import { sweptText } from './grid.ts';
import type { Luck } from './luck.ts';
import type { SweepRow } from './sweep-row.ts';

/** Whether anything in a sweep holds once luck is paid for, and the sentence that says so. */
export interface SweepVerdict {
  readonly survives: 'yes' | 'no' | 'unknown';
  readonly sentence: string;
}

/** "yes" only where a configuration's deflated interval lies above zero in every lane and it has the days to mean it. */
export function judgeSweep(
  rows: readonly SweepRow[],
  luck: Luck | null,
  trials: number,
  synthetic: boolean,
): SweepVerdict {
  const verdict = answerOf(rows, luck, trials);
  const proviso = synthetic ? ' The tape is SYNTHETIC: this says nothing about any real market.' : '';
  return { ...verdict, sentence: verdict.sentence + proviso };
}

function answerOf(rows: readonly SweepRow[], luck: Luck | null, trials: number): SweepVerdict {
  const asked = `Survives deflation by ${trials} ${trials === 1 ? 'trial' : 'trials'}:`;
  if (luck === null)
    return { survives: 'unknown', sentence: `${asked} not enough days to say, for any configuration.` };
  const survivors = rows.filter(({ survives }) => survives);
  if (survivors.length > 0) {
    const which = survivors.map(({ number }) => number).join(', ');
    const count = survivors.length === 1 ? 'one configuration' : `${survivors.length} configurations`;
    return {
      survives: 'yes',
      sentence: `${asked} yes, ${count} (${which}). No controls ran beside them: run one alone with its placebo before believing it, and then on days that no trial has seen.`,
    };
  }
  const held = rows.find(({ but }) => but !== '');
  if (held !== undefined) {
    const sentence = `${asked} cannot be said. Configuration ${held.number} lies above zero, but: ${held.but}.`;
    return { survives: 'unknown', sentence };
  }
  const best = rows.find(({ luckProbability }) => luckProbability !== null)!;
  const shown = `The best that could be judged, ${best.number} (${sweptText(best.swept)}), shows ${cents(best.centsPerContract)} a contract in its worst lane`;
  const chance = `luck alone makes the best of so many as strong with probability ${percent(best.luckProbability!)}, and 2.5 % or less is asked for`;
  return { survives: 'no', sentence: `${asked} no. ${shown}; ${chance}.` };
}
