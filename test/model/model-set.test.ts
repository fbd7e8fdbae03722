import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../src/core/prediction.ts';
import { ModelSet } from '../../src/model/model-set.ts';
import { EDGE_FEATURES } from '../../src/weather/edge.ts';
import { FEATURES } from '../../src/weather/features.ts';
import { HIGH_CLASSES, highOfClasses } from '../../src/weather/high-classes.ts';
import { meanHigh } from '../../src/weather/high-distribution.ts';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

const row = (names: readonly { readonly name: string }[], values: Readonly<Record<string, number>>) =>
  names.map(({ name }) => values[name] ?? Number.NaN);
const high = (forecast: number, bias = 0, spread = 3) => row(FEATURES, { forecast, bias_90: bias, spread_30: spread });
const edge = (market: number, advantage: number) =>
  row(EDGE_FEATURES, {
    side_yes: 1,
    market_probability: market,
    advantage,
    gap: 2,
    price_age: 30,
    contracts: 3,
  });
const ask = (model: string, ...rows: number[][]): Question => ({
  model,
  features: Float64Array.from(rows.flat()),
  answer: null,
});

describe('a set of models', () => {
  let models: ModelSet;
  beforeAll(async () => {
    models = await ModelSet.open(MODELS);
  });

  const answers = async (question: Question) => {
    await models.answer([question]);
    return question.answer!.outputs!;
  };

  it('says how likely each class of the high is, never less for a warmer one, and follows forecast and bias', async () => {
    const said = await answers(ask('chicago/high', high(71.4), high(71.4, 2), high(51.4)));
    for (const classes of said) {
      expect(classes.length).toBe(HIGH_CLASSES.length);
      for (const [at, each] of classes.entries()) expect(each).toBeGreaterThanOrEqual(classes[at - 1] ?? 0);
    }
    const [plain, warmer, cooler] = said as [number[], number[], number[]];
    const mean = meanHigh(highOfClasses(71.4, plain));
    expect(Math.abs(mean - 71.4)).toBeLessThan(2.5);
    expect(meanHigh(highOfClasses(71.4, warmer))).toBeGreaterThan(mean + 1);
    expect(meanHigh(highOfClasses(51.4, cooler))).toBeCloseTo(mean - 20, 1);
  });

  it('starts an edge from the market: without any advantage it says about what prices say', async () => {
    for (const market of [0.1, 0.5, 0.9]) {
      const [said] = await answers(ask('miami/edge', edge(market, 0)));
      expect(Math.abs(said![0]! - market)).toBeLessThan(0.05);
    }
    const [small, large] = await answers(ask('miami/edge', edge(0.4, -1), edge(0.4, 1.5)));
    expect(large![0]).toBeGreaterThanOrEqual(small![0]!);
  });

  it('answers one by one as it does all at once, to the last digit', async () => {
    const rows = Array.from({ length: 200 }, (_, at) => high(20 + at * 0.41, (at % 9) / 3 - 1.3, 1 + (at % 7) / 2));
    const together = await answers(ask('new-york/high', ...rows));
    const fresh = await ModelSet.open(MODELS);
    for (const [at, each] of rows.entries()) {
      const alone = ask('new-york/high', each);
      await fresh.answer([alone]);
      expect(alone.answer!.outputs![0]).toEqual(together[at]);
    }
  });

  it('answers a candidate alike, whatever it is asked together with: a session and its replay ask in other company', async () => {
    const rows = Array.from({ length: 600 }, (_, at) => edge(((at * 37) % 97) / 98, ((at * 13) % 41) / 10 - 2));
    const together = await answers(ask('chicago/edge', ...rows));
    for (const company of [1, 2, 3, 5, 6, 7, 13]) {
      const fresh = await ModelSet.open(MODELS);
      for (let at = 0; at < rows.length; at += company) {
        const part = ask('chicago/edge', ...rows.slice(at, at + company));
        await fresh.answer([part]);
        expect(part.answer!.outputs).toEqual(together.slice(at, at + company));
      }
    }
  });

  it('gives the same answer to the same question, asked together, again or by way of features that the model does not use', async () => {
    const questions = [ask('denver/high', high(60)), ask('denver/high', high(60)), ask('austin/high', high(60))];
    await models.answer(questions);
    const later = ask('denver/high', high(60));
    later.features[FEATURES.findIndex(({ name }) => name === 'last_error')] = 7;
    await models.answer([later]);
    expect(questions[1]!.answer).toEqual(questions[0]!.answer);
    expect(later.answer).toEqual(questions[0]!.answer);
  });

  it('says what is missing instead of guessing, and of all rows where one lacks it', async () => {
    const question = ask('chicago/high', high(70), high(70, Number.NaN));
    await models.answer([question]);
    expect(question.answer).toEqual({ outputs: null, missing: 'bias_90 is not known' });
  });

  it('refuses a city without a bundle, and names those that have one', async () => {
    await expect(models.answer([ask('boston/high', high(50))])).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'there is no model boston/high',
      next: expect.stringContaining('austin, chicago'),
    });
  });

  it('gives what nobody can change: lanes are told of the same answer', async () => {
    const [said] = await answers(ask('chicago/high', high(60)));
    expect(() => {
      (said as number[])[0] = 1;
    }).toThrow(TypeError);
  });

  it('refuses features that are no whole rows, at the line that asks', async () => {
    const short = ask('chicago/high', high(60).slice(1));
    expect(() => models.recall(short)).toThrow(/chicago\/high is asked with 19 features: a row has 20/);
    await expect(models.answer([ask('miami/edge', high(60))])).rejects.toThrow(/miami\/edge is asked with 20 features/);
  });
});
