import type { Answer } from '../core/prediction.ts';
import type { Calibration } from './bundle-format.ts';
import type { Graph } from './graph.ts';

export interface ModelParts {
  readonly graph: Graph;
  /** Every feature of a question, in its order. */
  readonly names: readonly string[];
  /** Which of them the graph takes, in the order in which it takes them. */
  readonly places: readonly number[];
  /** This model's city among those of the graph. */
  readonly city: number;
  readonly cities: number;
  readonly outputs: number;
  readonly calibration: Calibration;
  /** The looks that it has learnt, in hours from the beginning of the climate day. */
  readonly hours: readonly [first: number, last: number];
}

/** Probabilities nearer to certainty than this are not calibrated further. */
const CERTAIN = 1e-6;
/** A question may be so late, in hours: it takes a moment to ask. */
const LATENESS = 1 / 60;
/** Answers are rounded to this, so that machines which add up in another order say the same. */
const STEPS = 1e6;

/** One graph, asked for one city and calibrated. */
export class Model {
  readonly #parts: ModelParts;
  readonly #hoursToEnd: number;

  constructor(parts: ModelParts) {
    this.#parts = parts;
    this.#hoursToEnd = parts.names.indexOf('hours_to_end');
  }

  /** Features of a question for one row. */
  get width(): number {
    return this.#parts.names.length;
  }

  /** What the graph is asked with of one row, so that equal questions can be known: its inputs in 32 bits; or why it has no answer. */
  inputsOf(features: ArrayLike<number>): Float32Array | string {
    const { places, names, city, cities, hours } = this.#parts;
    const hour = 24 - features[this.#hoursToEnd]!;
    if (hour < hours[0] - LATENESS || hour > hours[1] + LATENESS)
      return `it is asked at hour ${hour.toFixed(1)}: it has learnt looks from ${hours[0]} to ${hours[1]}`;
    const inputs = new Float32Array(places.length + cities);
    for (const [at, place] of places.entries()) {
      const value = features[place]!;
      if (!Number.isFinite(value)) return `${names[place]!} is not known`;
      inputs[at] = value;
    }
    inputs[places.length + city] = 1;
    return inputs;
  }

  /**
   * Answers rows, each by a call of the graph of its own: in one call a row's last digits depend on how many others are in it, because the runtime takes
   * whole vectors and what is left over by different code. A row with an input that is not known has no answer.
   */
  async ask(rows: readonly ArrayLike<number>[]): Promise<RowAnswer[]> {
    const answers: RowAnswer[] = [];
    for (const row of rows) answers.push(await this.#askOne(row));
    return answers;
  }

  async #askOne(row: ArrayLike<number>): Promise<RowAnswer> {
    const inputs = this.inputsOf(row);
    if (typeof inputs === 'string') return { outputs: null, missing: inputs };
    const said = await this.#parts.graph.run(inputs);
    // Kept, and told to every lane that asks the same: nobody may change it.
    return { outputs: Object.freeze(Array.from(said, (value) => this.#calibrated(value))), missing: null };
  }

  #calibrated(probability: number): number {
    const { slope, intercept } = this.#parts.calibration;
    const kept = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability));
    const raised = 1 / (1 + Math.exp(-(slope * Math.log(kept / (1 - kept)) + intercept)));
    return Math.round(raised * STEPS) / STEPS;
  }
}

export type RowAnswer =
  | { readonly outputs: readonly number[]; readonly missing: null }
  | { readonly outputs: null; readonly missing: string };

/** The answers of several rows as one: with the reason of the first that has none. */
export function joined(answers: readonly RowAnswer[]): Answer {
  const without = answers.find((each) => each.outputs === null);
  if (without !== undefined) return { outputs: null, missing: without.missing! };
  return { outputs: Object.freeze(answers.map((each) => each.outputs!)), missing: null };
}
