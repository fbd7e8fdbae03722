import type { Strike } from '../../core/market.ts';

/** One bracket of a ladder: whole °F from `lower` to `upper`, both inclusive; a tail is open to one side (±Infinity). */
export interface Bracket {
  readonly lower: number;
  readonly upper: number;
  /** End of the ticker: `T59` for a tail, `B60.5` for 60 to 61. */
  readonly suffix: string;
  readonly strike: Strike;
  /** "60° to 61°" */
  readonly label: string;
}

const MIDDLES = 4;
const WIDTH = 2;

/** The six brackets of an event: two strict tails around four of two degrees that begin at `first`. They share no degree and leave none out. */
export function ladder(first: number): Bracket[] {
  const last = first + MIDDLES * WIDTH - 1;
  const brackets: Bracket[] = [
    {
      lower: Number.NEGATIVE_INFINITY,
      upper: first - 1,
      suffix: `T${first}`,
      strike: { type: 'less', floor: null, cap: first },
      label: `${first - 1}° or below`,
    },
  ];
  for (let lower = first; lower < last; lower += WIDTH) {
    const upper = lower + WIDTH - 1;
    brackets.push({
      lower,
      upper,
      suffix: `B${lower + 0.5}`,
      strike: { type: 'between', floor: lower, cap: upper },
      label: `${lower}° to ${upper}°`,
    });
  }
  brackets.push({
    lower: last + 1,
    upper: Number.POSITIVE_INFINITY,
    suffix: `T${last}`,
    strike: { type: 'greater', floor: last, cap: null },
    label: `${last + 1}° or above`,
  });
  return brackets;
}

/** The first degree of the middle brackets of a ladder that is centred on `mean`, or one degree beside it. */
export function firstDegree(mean: number, shift: number): number {
  return Math.round(mean) - (MIDDLES * WIDTH) / 2 + shift;
}

/** Probability that a high which is normal around `mean`, rounded to whole degrees, falls into the bracket. */
export function bracketProbability(bracket: Bracket, mean: number, deviation: number): number {
  const above = normalBelow((bracket.upper + 0.5 - mean) / deviation);
  return Math.max(0, above - normalBelow((bracket.lower - 0.5 - mean) / deviation));
}

/** Standard normal distribution function to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalBelow(z: number): number {
  if (z === Number.POSITIVE_INFINITY || z > 9) return 1;
  if (z === Number.NEGATIVE_INFINITY || z < -9) return 0;
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804014327 * Math.exp(-0.5 * z * z) * poly;
  return z > 0 ? 1 - tail : tail;
}
