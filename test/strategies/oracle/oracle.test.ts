import { beforeAll, describe, expect, it } from 'vitest';
import { type MemoryTape, memoryTape } from '../../../scripts/proof/memory-tape.ts';
import { Fault } from '../../../src/core/fault.ts';
import oracle from '../../../strategies/oracle/strategy.ts';
import { runOn, SMALL_CONFIG } from '../../proof/run-on.ts';

let tape: MemoryTape;
beforeAll(() => {
  tape = memoryTape(SMALL_CONFIG);
});

const value = (ticker: unknown) =>
  tape.truth.events.flatMap(({ markets }) => markets).find((market) => market.ticker === ticker)!.settledYes
    ? 10_000
    : 0;

describe('oracle', () => {
  it('takes the side that the market will pay in the trades for which it is told, and tosses a coin in the others', async () => {
    const { rows } = await runOn(tape, oracle, { known: 40, every: 120 });
    const decided = rows('decisions').filter(({ arm, lane }) => arm === 'oracle' && lane === 'base');
    const won = ({ ticker, reasons }: Readonly<Record<string, unknown>>) =>
      value(ticker) > 0 === ((reasons as { side: string }).side === 'bid');
    const told = decided.filter(({ reasons }) => (reasons as { told: boolean }).told);
    const blind = decided.filter(({ reasons }) => !(reasons as { told: boolean }).told);
    expect(told.length / decided.length).toBeGreaterThan(0.3);
    expect(told.length / decided.length).toBeLessThan(0.5);
    expect(told.every(won)).toBe(true);
    const right = blind.filter(won).length / blind.length;
    expect(right).toBeGreaterThan(0.4);
    expect(right).toBeLessThan(0.6);
  });

  it('is marked as looking ahead, and its placebo, which is told nothing, is not', async () => {
    const { arms } = await runOn(tape, oracle, { known: 100, every: 1_200 });
    expect(arms.map(({ name, control, surveyed }) => [name, control, surveyed])).toEqual([
      ['oracle', false, true],
      ['placebo', true, false],
    ]);
    for (const lane of arms[0]!.lanes) expect(lane.realisedE6).toBeGreaterThan(0);
  });

  it('runs on no recorded tape', async () => {
    const recorded = { ...tape, source: { ...tape.source, facts: { ...tape.source.facts, synthetic: false } } };
    const refused = runOn(recorded, oracle, {});
    await expect(refused).rejects.toThrow(Fault);
    await expect(refused).rejects.toMatchObject({ code: 'usage', next: expect.stringContaining('demo tape') });
  });
});
