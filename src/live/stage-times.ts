/** How long one stage took, µs: quantiles over the last few thousand times, the count over all. */
export interface StageSummary {
  readonly stage: string;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const KEPT = 4_096;

interface Stage {
  readonly last: Float64Array;
  count: number;
  sum: number;
  most: number;
}

/** Times by stage: "submit to answer", "frame to decision". The last of each are kept, so that memory does not grow. */
export class StageTimes {
  readonly #stages = new Map<string, Stage>();

  /** One more time of a stage, µs. */
  add(stage: string, took: number): void {
    let known = this.#stages.get(stage);
    if (known === undefined) {
      known = { last: new Float64Array(KEPT), count: 0, sum: 0, most: 0 };
      this.#stages.set(stage, known);
    }
    known.last[known.count % KEPT] = took;
    known.count++;
    known.sum += took;
    known.most = Math.max(known.most, took);
  }

  /** The last times of a stage, sorted. */
  sorted(stage: string): Float64Array {
    const known = this.#stages.get(stage);
    return known === undefined ? new Float64Array(0) : known.last.slice(0, Math.min(known.count, KEPT)).sort();
  }

  summaries(): StageSummary[] {
    return [...this.#stages].map(([stage, { count, most }]) => {
      const sorted = this.sorted(stage);
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
      return { stage, count, p50: at(0.5), p99: at(0.99), most };
    });
  }
}
