import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { ASK } from '../../../src/core/side.ts';
import { SECOND, seconds } from '../../../src/core/time.ts';
import { Entry, type EntryPlan } from '../../../src/engine/tactics/entry.ts';
import { index, testMarket } from '../../sim/tape-of.ts';
import { FakeContext } from '../fake-context.ts';
import { exposure, liveOrders, perform, steps } from './exposure.ts';

const PLAN: EntryPlan = {
  market: index(0),
  side: ASK,
  quantity: contracts(10),
  price: price(4_000),
  wait: seconds(30),
  acceptShare: 0.8,
  requotes: 1,
  requotePrice: () => price(3_900),
  tag: 'entry',
};

function started(more: Partial<EntryPlan> = {}): { context: FakeContext; entry: Entry } {
  const context = new FakeContext([testMarket(0)]);
  const entry = new Entry({ ...PLAN, ...more });
  context.listener = entry;
  entry.start(context);
  context.accept(context.last.id);
  return { context, entry };
}

/** Fills part of the resting order, lets its wait run out and answers the cancel. */
function fillThenWithdraw(context: FakeContext, quantity: number): void {
  if (quantity > 0) context.fill(context.last.id, quantity);
  context.wait(30 * SECOND);
  context.cancelled(context.last.id);
}

describe('an entry', () => {
  it('rests until its wait is over, then is cancelled', () => {
    const { context, entry } = started();
    context.wait(30 * SECOND - 1);
    expect(context.cancelsAsked).toEqual([]);
    context.wait(1);
    expect(context.cancelsAsked).toEqual([1]);
    expect(entry.state.phase).toBe('withdrawing');
    context.cancelled(context.last.id);
    expect(entry.state).toEqual({ phase: 'done', outcome: 'missed', reason: 'requested' });
  });

  it('an unfilled entry is not quoted again', () => {
    const { context } = started();
    fillThenWithdraw(context, 0);
    expect(context.requests).toHaveLength(1);
  });

  it('a partial of 80 % is accepted', () => {
    const { context, entry } = started();
    fillThenWithdraw(context, 800);
    expect(entry.state).toMatchObject({ phase: 'done', outcome: 'accepted' });
    expect(context.requests).toHaveLength(1);
  });

  it('less is quoted once more, for what is left, at the new price', () => {
    const { context, entry } = started();
    fillThenWithdraw(context, 799);
    expect(context.requests[1]).toEqual({
      market: 0,
      side: ASK,
      price: 3_900,
      quantity: 201,
      patience: seconds(30),
      follows: 1,
    });
    context.accept(context.last.id);
    fillThenWithdraw(context, 1);
    // 800 of 1,000 by now: enough.
    expect(entry.state).toMatchObject({ outcome: 'accepted' });
  });

  it('the second partial is kept as it is', () => {
    const { context, entry } = started();
    fillThenWithdraw(context, 100);
    context.accept(context.last.id);
    fillThenWithdraw(context, 100);
    expect(entry.state).toMatchObject({ outcome: 'partial' });
    expect(context.requests).toHaveLength(2);
    expect(entry.filled(context)).toBe(200);
    expect(entry.filledCost(context)).toBe(100 * 4_000 + 100 * 3_900);
  });

  it('a small partial stays as it is when there is no price to quote', () => {
    const { context, entry } = started({ requotePrice: () => undefined });
    fillThenWithdraw(context, 100);
    expect(entry.state).toMatchObject({ outcome: 'partial' });
  });

  it('an order the venue ended is not quoted again', () => {
    const { context, entry } = started();
    context.fill(context.last.id, 100);
    context.cancelled(context.last.id, 'coverage-lost');
    expect(entry.state).toEqual({ phase: 'done', outcome: 'partial', reason: 'coverage-lost' });
    expect(context.requests).toHaveLength(1);
  });

  it('a cancel race lost whole is a filled entry', () => {
    const { context, entry } = started();
    context.wait(30 * SECOND);
    context.fill(context.last.id, 1_000);
    expect(entry.state).toEqual({ phase: 'done', outcome: 'filled', reason: 'executed' });
  });

  it('what a limit left of it is the whole entry', () => {
    const context = new FakeContext([testMarket(0)]);
    const entry = new Entry(PLAN);
    context.listener = entry;
    entry.start(context);
    context.last.shrink(contracts(5));
    context.accept(context.last.id);
    fillThenWithdraw(context, 400);
    expect(entry.state).toMatchObject({ outcome: 'accepted' });
  });

  it('never has two orders live, nor can hold more than its quantity, in any order of answers', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const context = new FakeContext([testMarket(0)]);
        const entry = new Entry({ ...PLAN, wait: seconds(5) });
        context.listener = entry;
        entry.start(context);
        for (const step of script) {
          perform(context, step);
          expect(liveOrders(context)).toBeLessThanOrEqual(entry.done ? 0 : 1);
          expect(exposure(context, ASK)).toBeLessThanOrEqual(PLAN.quantity);
          expect(context.orders.count).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
