import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { Misuse } from '../core/misuse.ts';
import type { Answer, Question } from '../core/prediction.ts';
import type { Bundle } from './bundle-format.ts';
import type { Graph } from './graph.ts';
import { joined, type Model, type RowAnswer } from './model.ts';
import { openBundle } from './open-bundle.ts';

/** Answers that are kept: a ladder of six rungs, each minute of a day in a few cities. */
const MOST_KEPT = 50_000;

/**
 * The models of every city that has a bundle. A question's answer depends on its content alone, so one that was asked before is not asked
 * again: lanes and arms of a pass share theirs, and live an unchanged market costs nothing.
 */
export class ModelSet {
  /** What can be asked: "chicago/high". */
  readonly names: ReadonlySet<string>;
  readonly bundles: readonly Bundle[];
  /** SHA-256 over the digests of all bundles. */
  readonly digest: string;
  readonly #models: ReadonlyMap<string, Model>;
  readonly #kept = new Map<string, RowAnswer>();

  private constructor(bundles: readonly Bundle[], models: ReadonlyMap<string, Model>) {
    this.bundles = bundles;
    this.#models = models;
    this.names = new Set(models.keys());
    const hash = createHash('sha256');
    for (const { digest } of bundles) hash.update(digest);
    this.digest = hash.digest('hex');
  }

  /** Opens every bundle of a folder, `models/`. Throws a Fault (`model-not-found`, `model-mismatch`). */
  static async open(folder: string): Promise<ModelSet> {
    const cities = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => existsSync(join(folder, name, 'bundle.json')))
          .sort()
      : [];
    if (cities.length === 0) {
      throw new Fault('model-not-found', `there is no model bundle in ${folder}`, {
        next: 'Make them from recorded days with `npm run train`, or restore the folder from the repository.',
      });
    }
    const graphs = new Map<string, Promise<Graph>>();
    const models = new Map<string, Model>();
    const bundles: Bundle[] = [];
    for (const name of cities) {
      const { bundle, models: opened } = await openBundle(join(folder, name), graphs);
      bundles.push(bundle);
      for (const [graph, model] of Object.entries(opened)) models.set(`${bundle.city}/${graph}`, model);
    }
    return new ModelSet(bundles, models);
  }

  /** What a result tells of them. */
  get facts(): { readonly digest: string; readonly cities: string[]; readonly learnt: readonly [string, string] } {
    const days = this.bundles.flatMap(({ train }) => train).sort();
    return { digest: this.digest, cities: this.bundles.map(({ city }) => city), learnt: [days[0]!, days.at(-1)!] };
  }

  /** Fills in the answers of questions: the graphs are asked for rows that were not asked before. */
  async answer(questions: readonly Question[]): Promise<void> {
    for (const [name, asked] of byModel(questions)) await this.#answerOne(name, asked);
  }

  async #answerOne(name: string, questions: readonly Question[]): Promise<void> {
    const model = this.#models.get(name);
    if (model === undefined) throw noModel(name, this.names);
    const rowsOf = questions.map(({ features }) => rowsIn(name, features, model.width));
    const fresh = new Map<string, ArrayLike<number>>();
    const keysOf = rowsOf.map((rows) =>
      rows.map((row) => {
        const key = keyOf(name, model, row);
        if (!this.#kept.has(key)) fresh.set(key, row);
        return key;
      }),
    );
    const answers = await model.ask([...fresh.values()]);
    const said = new Map([...fresh.keys()].map((key, at) => [key, answers[at]!]));
    for (const [at, question] of questions.entries()) {
      question.answer = joined(keysOf[at]!.map((key) => said.get(key) ?? this.#kept.get(key)!));
    }
    for (const [key, answer] of said) this.#keep(key, answer);
  }

  /** The answer to a question whose every row was asked before, or null. */
  recall({ model: name, features }: Question): Answer | null {
    const model = this.#models.get(name);
    if (model === undefined) return null;
    const answers: RowAnswer[] = [];
    for (const row of rowsIn(name, features, model.width)) {
      const answer = this.#kept.get(keyOf(name, model, row));
      if (answer === undefined) return null;
      answers.push(answer);
    }
    return joined(answers);
  }

  /** The oldest answers make room. */
  #keep(key: string, answer: RowAnswer): void {
    this.#kept.set(key, answer);
    if (this.#kept.size <= MOST_KEPT) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest!);
  }
}

function byModel(questions: readonly Question[]): Map<string, Question[]> {
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const group = groups.get(question.model);
    if (group === undefined) groups.set(question.model, [question]);
    else group.push(question);
  }
  return groups;
}

/** Throws a Misuse for features that are no whole rows: a question of another model's. */
function rowsIn(name: string, features: Float64Array, width: number): Float64Array[] {
  if (features.length === 0 || features.length % width !== 0)
    throw new Misuse(`${name} is asked with ${features.length} features: a row has ${width}`);
  return Array.from({ length: features.length / width }, (_, at) => features.subarray(at * width, (at + 1) * width));
}

/** Names what a graph would be asked: rows that it cannot tell apart have the same answer. */
function keyOf(name: string, model: Model, row: Float64Array): string {
  const inputs = model.inputsOf(row);
  if (typeof inputs === 'string') return `${name}: ${inputs}`;
  return `${name} ${Buffer.from(inputs.buffer).toString('latin1')}`;
}

/** There is no model of that name. */
export function noModel(name: string, known: Iterable<string>): Fault {
  const cities = [...new Set([...known].map((each) => each.slice(0, each.indexOf('/'))))];
  return new Fault('model-not-found', `there is no model ${name}`, {
    next: `Models are there for ${cities.join(', ')}: other cities had too few recorded days to learn from.`,
  });
}
