import type { City } from './city.ts';
import { type Day, dayOfYear } from './climate-day.ts';
import { CLIMATOLOGY } from './climatology-table.ts';

/** Harmonics of the year: mean = a₀ + Σ (aₖ cos kθ + bₖ sin kθ), θ = 2π × day of year / 365.25; the deviation likewise, with one harmonic. */
export interface Harmonics {
  readonly city: string;
  /** First and last year of the record that they were fitted to. */
  readonly years: readonly [number, number];
  /** a₀, a₁, b₁, a₂, b₂, °F. */
  readonly mean: readonly number[];
  /** a₀, a₁, b₁, °F. */
  readonly deviation: readonly number[];
}

/** What a high usually is at that time of the year, °F. */
export interface UsualHigh {
  readonly mean: number;
  readonly deviation: number;
}

/** The terms of harmonics at a day: 1, cos θ, sin θ, cos 2θ, sin 2θ, … */
export function harmonicTerms(day: Day, harmonics: number): number[] {
  const angle = (2 * Math.PI * dayOfYear(day)) / 365.25;
  const terms = [1];
  for (let k = 1; k <= harmonics; k++) terms.push(Math.cos(k * angle), Math.sin(k * angle));
  return terms;
}

/** The usual high of a city on a day, from its record; null for a city whose record is not at hand. */
export function usualHigh(city: City, day: Day): UsualHigh | null {
  const fitted = CLIMATOLOGY.find((each) => each.city === city.name);
  if (fitted === undefined) return null;
  const sum = (of: readonly number[]) =>
    harmonicTerms(day, (of.length - 1) / 2).reduce((total, term, at) => total + term * of[at]!, 0);
  return { mean: sum(fitted.mean), deviation: sum(fitted.deviation) };
}
