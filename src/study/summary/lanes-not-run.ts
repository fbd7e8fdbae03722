import { LANES } from '../../sim/lane.ts';

/** The lanes that a result was not made in, by name: a verdict that says "every lane" needs them all. */
export function lanesNotRun(lanes: readonly { readonly lane: string }[]): string[] {
  return LANES.map(({ name }) => name).filter((name) => !lanes.some(({ lane }) => lane === name));
}

/** The same in words that end a sentence; empty where every lane was run. */
export function notRunText(lanes: readonly { readonly lane: string }[]): string {
  const missing = lanesNotRun(lanes);
  return missing.length === 0
    ? ''
    : `not run in ${missing.length === 1 ? 'the lane' : 'the lanes'} ${missing.join(', ')}`;
}
