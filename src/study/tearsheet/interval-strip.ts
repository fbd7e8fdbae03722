import type { Interval } from '../statistics/bootstrap.ts';
import { html, type Markup, trusted } from './markup.ts';

const WIDTH = 240;
const HEIGHT = 22;
const EDGE = 8;

/** Cents at the left and the right end of a strip. */
export type StripScale = readonly [number, number];

/** One scale for all strips that are to be compared: every interval and zero are on it. */
export function stripScale(intervals: readonly (Interval | string)[]): StripScale {
  const bounds = intervals.flatMap((interval) =>
    typeof interval === 'string' ? [] : [interval.lower, interval.upper],
  );
  const [low, high] = [Math.min(0, ...bounds), Math.max(0, ...bounds)];
  return low === high ? [-1, 1] : [low, high];
}

/** An interval as a line with its estimate, against zero, which is named where `labelled`. The numbers stand beside it, so it is no image to a screen reader. */
export function intervalStrip(interval: Interval | string, scale: StripScale, lane: string, labelled = false): Markup {
  const x = (cents: number): string =>
    (EDGE + ((cents - scale[0]) / (scale[1] - scale[0])) * (WIDTH - 2 * EDGE)).toFixed(1);
  const zero = `<line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${HEIGHT}"/>`;
  const drawn =
    typeof interval === 'string'
      ? ''
      : `<path class="whisker" d="M${x(interval.lower)},6V16M${x(interval.lower)},11H${x(interval.upper)}M${x(interval.upper)},6V16"/><circle cx="${x(interval.estimate)}" cy="11" r="4.5"/>`;
  const name = labelled ? `<text x="${x(0)}" y="${HEIGHT + 11}">0¢</text>` : '';
  return html`<svg class="interval ${lane}${labelled ? ' tall' : null}" viewBox="0 0 ${WIDTH} ${labelled ? HEIGHT + 14 : HEIGHT}" aria-hidden="true" focusable="false">${trusted(zero + drawn + name)}</svg>`;
}
