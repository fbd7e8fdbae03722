import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { BID } from '../../../src/core/side.ts';
import { SECOND, seconds } from '../../../src/core/time.ts';
import { MakerThenTaker, type MakerThenTakerPlan } from '../../../src/engine/tactics/maker-then-taker.ts';
import { index, testMarket } from '../../sim/tape-of.ts';
import { FakeContext } from '../fake-context.ts';
import { exposure, liveOrders, perform, steps } from './exposure.ts';

const PLAN: MakerThenTakerPlan = {
  market: index(0),
  side: BID,
  quantity: contracts(10),
  restPrice: price(4_000),
  patience: seconds(30),
  takeLimit: () => price(4_500),
  tag: 'mtt',
};

function started(more: Partial<MakerThenTakerPlan> = {}): { context: FakeContext; tactic: MakerThenTaker } {
  const context = new FakeContext([testMarket(0)]);
  const tactic = new MakerThenTaker({ ...PLAN, ...more });
  context.listener = tactic;
  tactic.start(context);
  return { context, tactic };
}

describe('maker then taker', () => {
  it('rests post-only first', () => {
    const { context, tactic } = started();
    expect(context.requests).toEqual([
      { market: 0, side: BID, price: 4_000, quantity: 1_000, postOnly: true, patience: seconds(30) },
    ]);
    expect(tactic.state.phase).toBe('resting');
  });

  it('is done without taking when the resting order fills whole', () => {
    const { context, tactic } = started();
    context.accept(context.last.id);
    context.fill(context.last.id, 1_000);
    expect(tactic.state).toEqual({ phase: 'done', reason: 'executed' });
    context.wait(60 * SECOND);
    expect(context.requests).toHaveLength(1);
  });

  it('takes what is left only after the cancel is answered', () => {
    const { context, tactic } = started();
    const rest = context.last.id;
    context.accept(rest);
    context.fill(rest, 300);
    context.wait(30 * SECOND);
    expect(context.cancelsAsked).toEqual([rest]);
    expect(context.requests).toHaveLength(1);
    context.cancelled(rest);
    expect(context.requests[1]).toEqual({
      market: 0,
      side: BID,
      price: 4_500,
      quantity: 700,
      timeInForce: 'immediate-or-cancel',
      follows: 1,
    });
    context.fill(context.last.id, 700);
    expect(tactic.done).toBe(true);
    expect(tactic.filled(context)).toBe(1_000);
  });

  it('does not buy again what filled while the cancel was in flight', () => {
    const { context, tactic } = started();
    const rest = context.last.id;
    context.accept(rest);
    context.wait(30 * SECOND);
    context.fill(rest, 400);
    context.cancelled(rest);
    expect(context.requests[1]!.quantity).toBe(600);
    context.cancelled(context.last.id, 'immediate-remainder');
    expect(tactic.state).toEqual({ phase: 'done', reason: 'immediate-remainder' });
    expect(tactic.filled(context)).toBe(400);
  });

  it('a cancel race lost whole ends it', () => {
    const { context, tactic } = started();
    const rest = context.last.id;
    context.accept(rest);
    context.wait(30 * SECOND);
    context.fill(rest, 1_000);
    expect(tactic.done).toBe(true);
    expect(context.requests).toHaveLength(1);
  });

  it('a price that would have crossed is taken at once', () => {
    const { context } = started();
    context.answer(context.last.id, { type: 'rejected', reason: 'post-only-cross' });
    expect(context.requests[1]!.timeInForce).toBe('immediate-or-cancel');
  });

  it('an order our limits refused, or the venue ended for its own reasons, is not taken either', () => {
    const refused = started();
    refused.context.refuse(refused.context.last.id, 'limit positions');
    expect(refused.tactic.state).toEqual({ phase: 'done', reason: 'refused' });
    const closed = started();
    closed.context.accept(closed.context.last.id);
    closed.context.cancelled(closed.context.last.id, 'market-closed');
    expect(closed.tactic.state).toEqual({ phase: 'done', reason: 'market-closed' });
    expect(closed.context.requests).toHaveLength(1);
  });

  it('a limit that cut the resting order cuts the take too', () => {
    const { context } = started();
    context.last.shrink(contracts(4));
    context.accept(context.last.id);
    context.fill(context.last.id, 100);
    context.wait(30 * SECOND);
    context.cancelled(context.last.id);
    expect(context.last.quantity).toBe(300);
  });

  it('asks again, after a pause, for a cancel that the venue turned away', () => {
    const { context } = started();
    const rest = context.last.id;
    context.accept(rest);
    context.wait(30 * SECOND);
    context.answer(rest, { type: 'cancel-rejected', reason: 'rate-limited' });
    expect(context.cancelsAsked).toHaveLength(1);
    context.wait(SECOND);
    expect(context.cancelsAsked).toHaveLength(2);
  });

  it('waits for ever on an order in doubt rather than own both', () => {
    const { context, tactic } = started();
    context.answer(context.last.id, { type: 'in-doubt' });
    context.wait(3_600 * SECOND);
    expect(context.requests).toHaveLength(1);
    expect(tactic.done).toBe(false);
  });

  it('does not take when no price may be paid', () => {
    const { context, tactic } = started({ takeLimit: () => undefined });
    context.accept(context.last.id);
    context.wait(30 * SECOND);
    context.cancelled(context.last.id);
    expect(tactic.state).toEqual({ phase: 'done', reason: 'not-taken' });
  });

  it('never has two orders live, nor can buy more than its quantity, in any order of answers', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { context, tactic } = started({ patience: seconds(5) });
        for (const step of script) {
          perform(context, step);
          expect(liveOrders(context)).toBeLessThanOrEqual(tactic.done ? 0 : 1);
          expect(exposure(context, BID)).toBeLessThanOrEqual(PLAN.quantity);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
