import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderGroupId, OrderId } from '../../src/core/order.ts';
import { contracts } from '../../src/core/quantity.ts';
import { BID } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { type ApiTier, BASIC_TIER, WRITE_COSTS, WriteBudget } from '../../src/sim/api-budget.ts';
import { play } from './replay-of.ts';
import { order, scripted } from './scripted.ts';
import { delta, opens, snapshot } from './tape-of.ts';

describe('the write tokens of an account', () => {
  it('ten new orders go at once on the basic level, the eleventh is turned away, a tenth of a second later one more goes', () => {
    const played = play({
      rows: [...opens(), ...snapshot(1, [[40, 100]], [[60, 100]]), delta(10_000, BID, 1, 1)],
      tier: BASIC_TIER,
      strategy: scripted([
        { at: 100, do: (context) => Array.from({ length: 11 }, () => context.submit(order(BID, 10, 1))) },
        { at: 200, do: (context) => [1, 2].map(() => context.submit(order(BID, 10, 1))) },
      ]),
    });
    const states = Array.from({ length: 13 }, (_, at) => played.run.engine.orders.get((at + 1) as OrderId).state);
    const turnedAway = { status: 'rejected', reason: 'rate-limited' };
    expect(states.filter((state) => state.status === 'resting')).toHaveLength(11);
    expect(states[10]).toEqual(turnedAway);
    expect(states[11]).toEqual({ status: 'resting' });
    expect(states[12]).toEqual(turnedAway);
  });

  it('a cancel that finds no token leaves the order as it was, and the strategy hears it', () => {
    const heard: string[] = [];
    const strategy = scripted([
      {
        at: 100,
        do: (context) => {
          for (let sent = 0; sent < 10; sent++) context.submit(order(BID, 10, 1));
        },
      },
      { at: 101, do: (context) => context.cancel(1 as OrderId) },
    ]);
    strategy.onOrder = ({ order: own }) => heard.push(`${own.id} ${own.state.status}`);
    const played = play({
      rows: [...opens(), ...snapshot(1, [[40, 100]], [[60, 100]]), delta(10_000, BID, 1, 1)],
      tier: BASIC_TIER,
      strategy,
    });
    expect(played.journal.answers.at(-1)!.answer).toEqual({ type: 'cancel-rejected', reason: 'rate-limited' });
    expect(heard.at(-1)).toBe('1 resting');
    expect(played.run.venue.live).toBe(10);
  });

  it('the reset of an order group takes as many as a new order: it is not done where none are left, and leaves none for what follows', () => {
    const reset = (before: number, then: number) => {
      let group = 0 as OrderGroupId;
      const resetIt = { at: 101, do: (context: Context) => context.resetGroup(group) };
      const played = play({
        rows: [...opens(), ...snapshot(1, [[40, 100]], [[60, 100]]), delta(10_000, BID, 1, 1)],
        tier: BASIC_TIER,
        strategy: scripted([
          {
            at: 100,
            do: (context) => {
              group = context.openGroup(contracts(1));
              context.submit(order(BID, 60, 2, { group }));
              for (let sent = 1; sent < before; sent++) context.submit(order(BID, 10, 1));
            },
          },
          resetIt,
          { at: then, do: (context) => void context.submit(order(BID, 10, 1, { group })) },
        ]),
      });
      return played.run.engine.orders.get((before + 1) as OrderId).state;
    };
    expect(reset(8, 102)).toEqual({ status: 'resting' });
    expect(reset(9, 102)).toEqual({ status: 'rejected', reason: 'rate-limited' });
    expect(reset(10, 250)).toEqual({ status: 'rejected', reason: 'group-triggered' });
  });

  it('never lets more through in any stretch of time than was saved up and came in, and never refuses what they cover', () => {
    const tier: ApiTier = { name: 'test', writePerSecond: 100, writeCapacity: 100 };
    const requests = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.constantFrom('submit' as const, 'cancel' as const)),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(requests, (gaps) => {
        const budget = new WriteBudget(tier);
        let time = 1_900_000_000_000_000;
        let tokens = 100_000_000n;
        for (const [gap, request] of gaps) {
          time += gap;
          tokens += BigInt(gap) * 100n;
          if (tokens > 100_000_000n) tokens = 100_000_000n;
          const cost = BigInt(WRITE_COSTS[request]) * 1_000_000n;
          const paid = budget.pay(request, time as Time);
          expect(paid).toBe(tokens >= cost);
          if (paid) tokens -= cost;
        }
      }),
    );
  });
});
