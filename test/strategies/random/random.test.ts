import { beforeAll, describe, expect, it } from 'vitest';
import { type MemoryTape, memoryTape } from '../../../scripts/proof/memory-tape.ts';
import random from '../../../strategies/random/strategy.ts';
import { type Ran, runOn, SMALL_CONFIG } from '../../proof/run-on.ts';

let tape: MemoryTape;
beforeAll(() => {
  tape = memoryTape(SMALL_CONFIG);
});

describe('random', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await runOn(tape, random, { every: 120 });
  });
  const orders = (lane: string) => ran.rows('orders').filter((row) => row.lane === lane);

  it('trades at times, on sides and in sizes that know nothing, within its band', () => {
    const sent = orders('base');
    expect(sent.length).toBeGreaterThan(500);
    const share = (holds: (row: Readonly<Record<string, unknown>>) => boolean) =>
      sent.filter(holds).length / sent.length;
    // Three standard errors of a fair coin over five hundred orders.
    expect(Math.abs(share(({ side }) => side === 'bid') - 0.5)).toBeLessThan(0.07);
    expect(Math.abs(share(({ post_only: rests }) => rests === true) - 0.5)).toBeLessThan(0.07);
    expect([...new Set(sent.map(({ quantity_e2: quantity }) => quantity))].sort()).toEqual([100, 200, 300, 400, 500]);
    for (const { price_e4: price } of sent) expect(Number(price) >= 500 && Number(price) <= 9_500).toBe(true);
    expect(new Set(sent.map(({ ticker }) => ticker)).size).toBeGreaterThan(12);
  });

  it('does the same in every lane where its orders do not depend on its fills', () => {
    const asked = (lane: string) =>
      orders(lane)
        .map(({ submit_time_us: time }) => time)
        .sort();
    expect(asked('optimistic').length).toBe(asked('pessimistic').length);
    expect(asked('optimistic')).toEqual(asked('pessimistic'));
  });

  it('only takes with rests=0, and only rests with rests=100', async () => {
    const makers = async (rests: number) => {
      const { arms } = await runOn(tape, random, { every: 600, rests });
      return arms[0]!.lanes.map(({ fills, makerFills }) => [fills > 0, makerFills === fills, makerFills === 0]);
    };
    expect(await makers(0)).toEqual(Array(3).fill([true, false, true]));
    expect(await makers(100)).toEqual(Array(3).fill([true, true, false]));
  });

  it('does nothing on a tape without a book', async () => {
    const grade = { depth: 'none', trades: true, sampling: 'continuous' } as const;
    const { arms } = await runOn(
      { ...tape, source: { ...tape.source, facts: { ...tape.source.facts, grade } } },
      random,
      {},
    );
    expect(arms[0]!.lanes.map(({ orders: sent }) => sent)).toEqual([0, 0, 0]);
  });
});
