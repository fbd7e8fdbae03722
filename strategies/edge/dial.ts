/** The mapping below: results name it, and a change to it is a new one. */
export const DIAL_VERSION = 'dial/1';

/** What one turn of the dial means, all at once. */
export interface Dial {
  /** The classifier must give the side at least this probability. */
  readonly confidence: number;
  /** Share of the full Kelly stake. */
  readonly kelly: number;
  /** Times the patience of a resting order. */
  readonly patience: number;
  /** Share of the displayed depth, or of what was printed lately where none is displayed. */
  readonly depth: number;
}

const between = (from: number, to: number, share: number): number => from + (to - from) * share;

/** `dial/1`: from 0, which trades little, to 1; linear between. Throws nothing: the parameter has checked its range. */
export function dialOf(aggressiveness: number): Dial {
  return {
    confidence: between(0.7, 0.3, aggressiveness),
    kelly: between(0.1, 0.5, aggressiveness),
    patience: between(1.5, 0.5, aggressiveness),
    depth: between(0.1, 0.5, aggressiveness),
  };
}
