import { assert } from '../core/assert.ts';

/** Scores of one forecast of ordered classes against the class that came. Lower is better. */
export interface ClassScores {
  /** Sum over classes of (probability − outcome)², 0 to 2 (Brier 1950). */
  readonly brier: number;
  /** Ranked probability score: sum over thresholds of (cumulative probability − outcome)², not divided by their number (Epstein 1969). */
  readonly rps: number;
  /** −ln of the probability given to what came, capped where it was given (almost) none. */
  readonly logLoss: number;
}

/** A forecast that gave less than this to what came is scored as if it had given this: one wild certainty must not decide an average. */
export const LEAST_PROBABILITY = 1e-4;

/** Scores the probabilities of ordered classes against the one that came, by its place. */
export function scoreClasses(probabilities: readonly number[], came: number): ClassScores {
  assert(came >= 0 && came < probabilities.length, 'the class that came is one of those forecast');
  let brier = 0;
  let rps = 0;
  let cumulative = 0;
  probabilities.forEach((probability, at) => {
    brier += (probability - (at === came ? 1 : 0)) ** 2;
    cumulative += probability;
    if (at < probabilities.length - 1) rps += (cumulative - (at >= came ? 1 : 0)) ** 2;
  });
  return { brier, rps, logLoss: -Math.log(Math.max(probabilities[came]!, LEAST_PROBABILITY)) };
}
