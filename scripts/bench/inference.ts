import { createHash } from 'node:crypto';
import { modelsFolder } from '../../src/cli/models-folder.ts';
import type { Question } from '../../src/core/prediction.ts';
import { Random } from '../../src/core/random.ts';
import { ModelSet } from '../../src/model/model-set.ts';
import { EDGE_FEATURES } from '../../src/weather/edge.ts';
import { FEATURES } from '../../src/weather/features.ts';

const SINGLE = 2_000;
const BATCH = 500;
const BATCHES = 40;

export interface InferenceBench {
  readonly model: string;
  /** One question at a time, none asked before: µs. */
  readonly single: { readonly p50: number; readonly p99: number };
  /** The same by five hundred at once, µs a row. */
  readonly batched: { readonly p50: number; readonly p99: number };
  readonly hash: string;
}

/** Asks both graphs invented questions: one by one, then by the batch. */
export async function benchInference(): Promise<InferenceBench[]> {
  const models = await ModelSet.open(modelsFolder());
  const random = new Random('inference');
  const question = (model: string): Question => {
    const asked: Record<string, number> = model.endsWith('high')
      ? { forecast: 20 + 80 * random.uniform(), bias_90: 4 * random.uniform() - 2, spread_30: 1 + 4 * random.uniform() }
      : {
          side_yes: random.uniform() < 0.5 ? 0 : 1,
          market_probability: random.uniform(),
          advantage: 4 * random.uniform() - 2,
          gap: 8 * random.uniform(),
          price_age: 600 * random.uniform(),
          contracts: 5 * random.uniform(),
        };
    const names = (model.endsWith('high') ? FEATURES : EDGE_FEATURES).map(({ name }) => name);
    return { model, features: Float64Array.from(names, (name) => asked[name] ?? Number.NaN), answer: null };
  };
  const results: InferenceBench[] = [];
  for (const model of ['chicago/high', 'chicago/edge']) {
    const hash = createHash('sha256');
    const ask = async (count: number): Promise<number> => {
      const questions = Array.from({ length: count }, () => question(model));
      const started = performance.now();
      await models.answer(questions);
      const elapsed = performance.now() - started;
      for (const { answer } of questions) hash.update(JSON.stringify(answer));
      return (elapsed * 1_000) / count;
    };
    for (let warm = 0; warm < 200; warm++) await ask(1);
    const single: number[] = [];
    for (let count = 0; count < SINGLE; count++) single.push(await ask(1));
    const batched: number[] = [];
    for (let count = 0; count < BATCHES; count++) batched.push(await ask(BATCH));
    results.push({
      model,
      single: quantiles(single),
      batched: quantiles(batched),
      hash: hash.digest('hex').slice(0, 8),
    });
  }
  return results;
}

function quantiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50: at(0.5), p99: at(0.99) };
}
