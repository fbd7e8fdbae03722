import { describe, expect, it } from 'vitest';
import { FeeBook } from '../../../src/ledger/fee-book.ts';
import { KNOWN_FEES } from '../../../src/ledger/known-fees.ts';
import { candidateRows } from '../../../src/study/features/candidate-rows.ts';
import { EDGE_FEATURES } from '../../../src/weather/edge.ts';
import { normalHigh } from '../../../src/weather/high-distribution.ts';
import { weatherTape } from '../weather-world.ts';

const fees = new FeeBook(KNOWN_FEES);
/** Somebody buys the upper tail at 35 cents and sells the middle at 48 an hour after the look, and again later at worse prices. */
const PRINTS = [
  { hour: -4.5, rung: 2, price: 0.31, side: 0, contracts: 1 },
  { hour: -2, rung: 2, price: 0.35, side: 0, contracts: 1 },
  { hour: -2, rung: 1, price: 0.48, side: 1, contracts: 1 },
  { hour: 0, rung: 2, price: 0.6, side: 0, contracts: 1 },
] as const;

describe('candidates of an edge', () => {
  const rows = async (mean: number) => {
    const tape = await weatherTape({ days: 3, high: () => 53, forecast: () => 53, prints: () => PRINTS });
    return candidateRows(tape, { hours: [-3], check: () => {}, highOf: () => normalHigh(mean, 1), fees });
  };

  it('are every bracket of every event, on the side that the model holds too cheap, and say who won', async () => {
    const warm = await rows(54);
    expect(warm.length).toBe(9);
    expect(warm.slice(0, 3).map(({ rung, side, won }) => [rung, side, won])).toEqual([
      [0, 1, true],
      [1, 1, true],
      [2, 0, true],
    ]);
    const cold = await rows(46);
    expect(cold.slice(0, 3).map(({ rung, side, won }) => [rung, side, won])).toEqual([
      [0, 0, false],
      [1, 1, true],
      [2, 1, false],
    ]);
    for (const { features, gap, nearer } of [...warm, ...cold]) {
      expect(features.length).toBe(EDGE_FEATURES.length);
      expect(nearer).toBe(gap > 0);
    }
  });

  it('cost what the first print of their side after the look paid, never one before it or of the other side', async () => {
    const [lower, middle, upper] = await rows(54);
    // Buying NO of the middle at a YES price of 48 costs 52 cents; of the lower tail nothing was sold afterwards.
    expect(lower).toMatchObject({ cost: null, fee: null, wait: null });
    expect(middle!.cost).toBeCloseTo(0.52, 9);
    expect(upper!.cost).toBeCloseTo(0.35, 9);
    expect(upper!.wait).toBeCloseTo(60, 0);
    // 7 % × p × (1 − p), rounded up over a hundred contracts.
    expect(upper!.fee).toBeCloseTo(0.07 * 0.35 * 0.65, 4);
  });

  it('are none where the model says nothing', async () => {
    const tape = await weatherTape({ days: 1, high: () => 53, forecast: () => 53 });
    expect(await candidateRows(tape, { hours: [-3], check: () => {}, highOf: () => null, fees })).toEqual([]);
  });
});
