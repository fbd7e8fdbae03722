import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { dollars } from '../../../src/core/money.ts';
import { Random } from '../../../src/core/random.ts';
import { STANDARD_LIMITS } from '../../../src/engine/limits.ts';
import { readParams } from '../../../src/engine/params.ts';
import { FeeBook } from '../../../src/ledger/fee-book.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { ModelSet } from '../../../src/model/model-set.ts';
import { BASIC_TIER } from '../../../src/sim/api-budget.ts';
import { LANES } from '../../../src/sim/lane.ts';
import { ASSUMED_LATENCY } from '../../../src/sim/latency.ts';
import { simulate } from '../../../src/study/run/simulate.ts';
import type { LaneResult } from '../../../src/study/store/run-result.ts';
import type { TapeSource } from '../../../src/study/store/tape-source.ts';
import { EDGE_PARAMS } from '../../../strategies/edge/params.ts';
import edge from '../../../strategies/edge/strategy.ts';
import { type DailyPrint, weatherTape } from '../../study/weather-world.ts';

const MODELS = fileURLToPath(new URL('../../../models', import.meta.url));
const fees = new FeeBook(KNOWN_FEES);

type Written = Readonly<Record<string, unknown>>;
interface Told {
  readonly results: readonly LaneResult[];
  readonly rows: (table: string, lane?: string) => Written[];
}

describe('the edge strategy, replayed', () => {
  let models: ModelSet;
  beforeAll(async () => {
    models = await ModelSet.open(MODELS);
  });

  async function run(tape: TapeSource, params: Readonly<Record<string, unknown>> = {}): Promise<Told> {
    const written: [string, Written][] = [];
    const terms = {
      fees,
      membership: 'direct',
      limits: STANDARD_LIMITS,
      latency: ASSUMED_LATENCY,
      tier: BASIC_TIER,
      startingCash: dollars(10_000),
    } as const;
    const cases = LANES.map((lane) => ({
      arm: 'edge',
      lane,
      terms,
      create: () => ({
        strategy: edge.create(readParams(EDGE_PARAMS, params), {
          grade: tape.facts.grade,
          random: new Random('setup'),
          survey: undefined,
        }),
        random: new Random('edge'),
      }),
      sink: (table: string, row: Written) => void written.push([table, row]),
    }));
    const results = await simulate(tape, cases, {
      feed: ASSUMED_LATENCY.feed,
      models,
      strategy: 'edge',
      check: () => {},
    });
    const rows = (table: string, lane = 'pessimistic') =>
      written.flatMap(([of, row]) => (of === table && row.lane === lane ? [row] : []));
    return { results, rows };
  }

  /** The market holds 50 or 51 for likely, the forecast says 55, and somebody sells the upper tail in the evening: to us, who rest there. */
  const PRINTS: readonly DailyPrint[] = [
    { hour: -2.9, rung: 2, price: 0.3, side: 1, contracts: 40 },
    { hour: -2.7, rung: 2, price: 0.2, side: 1, contracts: 40 },
    { hour: -2, rung: 2, price: 0.3, side: 0, contracts: 10 },
  ];
  const world = (days: number, prints = PRINTS) =>
    weatherTape({ days, high: (at) => 54 + (at % 3), forecast: (at) => 54 + ((at + 1) % 3), prints: () => prints });

  it('asks for the high, and where the gap is wide for each bracket; each score is a row', async () => {
    const { rows } = await run(await world(12), { gap: 1, aggressiveness: 1 });
    const scores = rows('predictions');
    expect(scores.length).toBeGreaterThan(4);
    const high = scores.filter(({ model }) => model === 'chicago/high');
    const edges = scores.filter(({ model }) => model === 'chicago/edge');
    expect(high.length).toBeGreaterThan(0);
    expect(edges.length).toBeGreaterThan(0);
    for (const { outputs, asked_time_us: asked, local_time_us: told } of edges) {
      expect((outputs as number[][]).length).toBe(3);
      expect(Number(told) - Number(asked)).toBe(20_000);
    }
    // Five errors of past days are needed before the model says anything: until then it is said why.
    const missing = high.filter(({ outputs }) => outputs === null);
    expect(missing[0]!.missing).toBe('bias_90 is not known');
    expect(rows('decisions').map(({ action }) => action)).toContain('skip: no opinion');
  });

  it('buys what is sure enough and worth enough, rests first, and holds to settlement', async () => {
    const { rows, results } = await run(await world(20), { gap: 1, aggressiveness: 1 });
    const orders = rows('orders');
    expect(orders.length).toBeGreaterThan(0);
    const [first] = orders;
    expect(first).toMatchObject({ post_only: true, time_in_force: 'good-till-cancelled' });
    for (const { fair_price_e4: fair, price_e4: price, side } of orders) {
      // Never dearer than it is held to be worth.
      if (side === 'bid') expect(Number(price)).toBeLessThan(Number(fair));
      else expect(Number(price)).toBeGreaterThan(Number(fair));
    }
    const entered = rows('decisions').filter(({ action }) => action === 'enter');
    expect(entered.length).toBeGreaterThan(0);
    for (const { reasons } of entered) {
      const { chance, confidence, value_e4: value, dial } = reasons as Record<string, number>;
      expect(chance).toBeGreaterThanOrEqual(confidence!);
      expect(value).toBeGreaterThanOrEqual(200);
      expect(dial).toBe('dial/1');
    }
    expect(results.map(({ openCostE6 }) => openCostE6)).toEqual([0, 0, 0]);
  });

  it('says the same of the same tape again, and decides alike in every lane until fills differ', async () => {
    const tape = await world(14);
    const [one, two] = [await run(tape), await run(tape)];
    expect(two.results.map(({ digest }) => digest)).toEqual(one.results.map(({ digest }) => digest));
    const scores = (lane: string) => one.rows('predictions', lane).map(({ outputs }) => JSON.stringify(outputs));
    expect(scores('optimistic').slice(0, 5)).toEqual(scores('pessimistic').slice(0, 5));
  });

  it('trades nothing where model and market agree, or outside of its hours', async () => {
    const agreeing = await run(
      await weatherTape({ days: 14, high: () => 51, forecast: () => 50.6, prints: () => PRINTS }),
    );
    expect(agreeing.rows('orders')).toEqual([]);
    expect(agreeing.rows('decisions').map(({ action }) => action)).toContain('skip: gap');
    const late = await run(await world(14), { gap: 1, fromHour: 10, untilHour: 12 });
    expect(late.rows('orders')).toEqual([]);
    expect(late.rows('predictions')[0]!.missing).toBe('it is asked at hour 10.0: it has learnt looks from -3 to 9');
  });

  it('is asked nothing of cities that it was not told to trade', async () => {
    const { rows } = await run(await world(8), { city: 'miami' });
    expect(rows('predictions')).toEqual([]);
  });
});
