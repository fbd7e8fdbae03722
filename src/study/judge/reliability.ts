/** Where bins of probability begin; the last ends with 1. Narrow at the end where most brackets are. */
export const BINS: readonly number[] = [0, 0.05, 0.2, 0.4, 0.6];

/** What was said of brackets in one bin, and what came. */
export interface Bin {
  readonly from: number;
  /** Brackets that were given a probability of this bin. */
  readonly count: number;
  /** Mean of what was said, and share that came; 0 to 1. Null for an empty bin. */
  readonly said: number | null;
  readonly came: number | null;
}

/** The Brier score in parts (Murphy 1973): reliability − resolution + uncertainty, but for what varies within a bin. Per event, as the score. */
export interface Reliability {
  readonly bins: readonly Bin[];
  /** How far what was said lies from what came: 0 is calibrated. */
  readonly reliability: number;
  /** How far what came differs from bin to bin: more is better. */
  readonly resolution: number;
  readonly uncertainty: number;
}

/** Sorts every bracket of every event by the probability that it was given. `outcomes[i]` is the place of the one that came. */
export function reliabilityOf(said: readonly (readonly number[])[], outcomes: readonly number[]): Reliability {
  const sums = BINS.map(() => ({ count: 0, said: 0, came: 0 }));
  let [all, came] = [0, 0];
  for (const [event, probabilities] of said.entries()) {
    for (const [rung, probability] of probabilities.entries()) {
      const bin = sums[BINS.findLastIndex((from) => probability >= from)]!;
      bin.count++;
      bin.said += probability;
      all++;
      if (rung !== outcomes[event]) continue;
      bin.came++;
      came++;
    }
  }
  const rate = came / all;
  const events = said.length;
  const over = (part: (bin: (typeof sums)[number]) => number) =>
    sums.reduce((sum, bin) => sum + (bin.count === 0 ? 0 : bin.count * part(bin)), 0) / events;
  return {
    bins: sums.map((bin, at) => ({
      from: BINS[at]!,
      count: bin.count,
      said: bin.count === 0 ? null : bin.said / bin.count,
      came: bin.count === 0 ? null : bin.came / bin.count,
    })),
    reliability: over((bin) => ((bin.said - bin.came) / bin.count) ** 2),
    resolution: over((bin) => (bin.came / bin.count - rate) ** 2),
    uncertainty: (all / events) * rate * (1 - rate),
  };
}
