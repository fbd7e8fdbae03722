import type { ArmLines } from '../summary/arm-lines.ts';

/** Which arm of the summary a curve belongs to, by its place; −1 for none. The draws of a control are one arm there, and its first is drawn. */
export function armAt(arms: readonly ArmLines[], curve: string): number {
  const own = arms.findIndex(({ arm }) => arm === curve);
  return own >= 0 ? own : arms.findIndex(({ arm, draws }) => draws > 1 && curve.startsWith(`${arm} `));
}

/** What a page calls the curve of an arm: "placebo, first draw". */
export function curveName({ arm, draws }: ArmLines): string {
  return draws > 1 ? `${arm}, first draw` : arm;
}
