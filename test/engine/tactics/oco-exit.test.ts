import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { MINUTE, SECOND, type Time } from '../../../src/core/time.ts';
import { OcoExit, type OcoExitPlan } from '../../../src/engine/tactics/oco-exit.ts';
import { index, testMarket } from '../../sim/tape-of.ts';
import { FakeContext } from '../fake-context.ts';
import { exposure, liveOrders, perform, steps } from './exposure.ts';

const MARKET = index(0);
/** A minute after the fake context's start. */
const IN_A_MINUTE = 1_060_000_000 as Time;

/** Closes 10 YES bought at 40 cents. */
const PLAN: OcoExitPlan = {
  market: MARKET,
  side: ASK,
  quantity: contracts(10),
  target: price(5_200),
  stop: 3_400,
  trail: null,
  watches: 'print',
  slack: 200,
  deadline: null,
  tag: 'exit',
};

function started(more: Partial<OcoExitPlan> = {}): { context: FakeContext; exit: OcoExit } {
  const context = new FakeContext([testMarket(0)]);
  const exit = new OcoExit({ ...PLAN, ...more });
  context.listener = exit;
  exit.start(context);
  if (exit.plan.target !== null) context.accept(context.last.id);
  return { context, exit };
}

describe('an oco exit', () => {
  it('the target rests as a limit order and ends it when filled', () => {
    const { context, exit } = started();
    expect(context.requests).toEqual([{ market: 0, side: ASK, price: 5_200, quantity: 1_000 }]);
    context.fill(context.last.id, 1_000);
    expect(exit.state).toEqual({ phase: 'done', cause: 'target' });
  });

  it('a print at the stop cancels the target, and only its answer lets the stop take', () => {
    const { context, exit } = started();
    const target = context.last.id;
    context.print(MARKET, ASK, 3_500, 100);
    expect(context.cancelsAsked).toEqual([]);
    context.print(MARKET, ASK, 3_400, 100);
    expect(context.cancelsAsked).toEqual([target]);
    expect(context.requests).toHaveLength(1);
    context.fill(target, 300);
    context.cancelled(target);
    // From the last print, two cents lower.
    expect(context.requests[1]).toEqual({
      market: 0,
      side: ASK,
      price: 3_200,
      quantity: 700,
      timeInForce: 'immediate-or-cancel',
      follows: target,
    });
    context.fill(context.last.id, 700);
    expect(exit.state).toEqual({ phase: 'done', cause: 'stop' });
  });

  it('a stop whose price comes back stays fired', () => {
    const { context } = started();
    context.print(MARKET, ASK, 3_400, 100);
    context.print(MARKET, BID, 4_000, 100);
    context.cancelled(context.last.id);
    expect(context.last.order.timeInForce).toBe('immediate-or-cancel');
  });

  it('takes again, after growing pauses, until flat', () => {
    const { context, exit } = started({ target: null });
    context.print(MARKET, ASK, 3_400, 100);
    context.cancelled(context.last.id, 'no-print-in-time');
    expect(context.requests).toHaveLength(1);
    context.wait(SECOND);
    expect(context.requests).toHaveLength(2);
    context.cancelled(context.last.id, 'no-print-in-time');
    context.wait(SECOND);
    expect(context.requests).toHaveLength(2);
    context.wait(SECOND);
    expect(context.requests).toHaveLength(3);
    context.fill(context.last.id, 1_000);
    expect(exit.state).toEqual({ phase: 'done', cause: 'stop' });
  });

  it('buys back NO: the stop is above, the target below', () => {
    const { context } = started({ side: BID, target: price(2_000), stop: 5_000 });
    context.print(MARKET, BID, 4_900, 100);
    expect(context.cancelsAsked).toEqual([]);
    context.print(MARKET, BID, 5_000, 100);
    context.cancelled(context.last.id);
    expect(context.last).toMatchObject({ side: BID, price: 5_200 });
  });

  it('on a book it watches the quote it would take, and takes a little beyond it', () => {
    const { context } = started({ watches: 'quote' });
    context.print(MARKET, ASK, 3_000, 100);
    context.show(MARKET, [[3_500, 500]], [[3_900, 500]]);
    expect(context.cancelsAsked).toEqual([]);
    context.show(MARKET, [[3_300, 500]], [[3_900, 500]]);
    context.cancelled(context.last.id);
    expect(context.last.price).toBe(3_100);
  });

  it('a book that cannot be read fires nothing', () => {
    const { context } = started({ watches: 'quote' });
    context.show(MARKET, [[3_500, 500]], [[3_900, 500]]);
    context.tear(MARKET);
    expect(context.cancelsAsked).toEqual([]);
  });

  it('a trailing stop follows the best price and never comes back', () => {
    const { context } = started({ target: null, trail: 600 });
    context.print(MARKET, BID, 4_500, 100);
    context.print(MARKET, ASK, 4_000, 100);
    expect(context.requests).toHaveLength(0);
    context.print(MARKET, ASK, 3_900, 100);
    expect(context.requests).toHaveLength(1);
  });

  it('leaves at its deadline whatever the price', () => {
    const { context, exit } = started({ deadline: IN_A_MINUTE });
    context.print(MARKET, BID, 4_500, 100);
    context.wait(60 * SECOND);
    context.cancelled(context.last.id);
    expect(context.last.price).toBe(4_300);
    context.fill(context.last.id, 1_000);
    expect(exit.state).toEqual({ phase: 'done', cause: 'timeout' });
  });

  it('a target that the venue ended is placed again, one that the close ended is not', () => {
    const { context, exit } = started();
    context.fill(context.last.id, 100);
    context.cancelled(context.last.id, 'coverage-lost');
    context.wait(SECOND);
    expect(context.last).toMatchObject({ price: 5_200, quantity: 900 });
    context.accept(context.last.id);
    context.setStatus(MARKET, 'closed');
    context.cancelled(context.last.id, 'market-closed');
    expect(exit.state).toEqual({ phase: 'done', cause: 'market-closed' });
  });

  it('waits out a pause of the market before it takes', () => {
    const { context } = started({ target: null });
    context.setStatus(MARKET, 'inactive');
    context.print(MARKET, ASK, 3_300, 100);
    expect(context.requests).toHaveLength(0);
    context.setStatus(MARKET, 'active');
    context.wait(5 * MINUTE);
    expect(context.requests).toHaveLength(1);
  });

  it('never has two orders live, nor can sell more than it holds, in any order of answers', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(null, price(5_200)), (script, target) => {
        const { context, exit } = started({
          target,
          trail: 1_500,
          deadline: IN_A_MINUTE,
        });
        for (const step of script) {
          perform(context, step);
          expect(liveOrders(context)).toBeLessThanOrEqual(exit.done ? 0 : 1);
          expect(exposure(context, ASK)).toBeLessThanOrEqual(PLAN.quantity);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gets flat in the end when the venue answers everything', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { context, exit } = started({ deadline: IN_A_MINUTE });
        for (const step of script) perform(context, step);
        context.setStatus(MARKET, 'active');
        for (let round = 0; round < 200 && !exit.done; round++) {
          for (const own of context.openOrders()) {
            if (own.order.timeInForce === 'immediate-or-cancel') context.fill(own.id, own.remaining);
            else if (own.state.status === 'in-flight') context.accept(own.id);
            else if (own.state.status === 'cancelling') context.cancelled(own.id);
            else if (own.state.status === 'in-doubt') context.cancelled(own.id, 'expired');
          }
          context.print(MARKET, BID, 4_000, 100);
          context.wait(MINUTE);
        }
        expect(exit.done).toBe(true);
        expect(exit.filled(context)).toBe(PLAN.quantity);
      }),
      { numRuns: 500 },
    );
  });
});
