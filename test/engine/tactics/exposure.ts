import fc from 'fast-check';
import type { OrderId } from '../../../src/core/order.ts';
import type { Side } from '../../../src/core/side.ts';
import type { FakeContext } from '../fake-context.ts';

/** One thing the venue or the market does next; each number picks one of what is possible. */
export interface Step {
  readonly kind:
    | 'accept'
    | 'fill'
    | 'answer-cancel'
    | 'refuse-cancel'
    | 'end'
    | 'reject'
    | 'doubt'
    | 'wait'
    | 'print'
    | 'pause';
  readonly pick: number;
  readonly size: number;
}

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>(
      'accept',
      'accept',
      'fill',
      'fill',
      'fill',
      'answer-cancel',
      'answer-cancel',
      'refuse-cancel',
      'end',
      'reject',
      'doubt',
      'wait',
      'wait',
      'print',
      'print',
      'pause',
    ),
    pick: fc.nat(1_000),
    size: fc.integer({ min: 1, max: 1_000 }),
  }),
  { maxLength: 120 },
);

/** What our orders of a side hold and may still fill, in 0.01 contract. */
export function exposure(context: FakeContext, side: Side): number {
  let total = 0;
  for (let id = 1; id <= context.orders.count; id++) {
    const own = context.orders.get(id as OrderId);
    if (own.side !== side) continue;
    total += own.filled + (own.final ? 0 : own.remaining);
  }
  return total;
}

/** How many orders may trade at this moment. */
export function liveOrders(context: FakeContext): number {
  return context.openOrders().length;
}

/** Lets the venue do one thing to one of the orders that may still trade, if it can be done to it. */
export function perform(context: FakeContext, step: Step): void {
  const market = context.markets[0]!.index;
  if (step.kind === 'wait') context.wait(step.size * 10_000);
  else if (step.kind === 'print')
    context.print(market, (step.size % 2) as Side, 100 + (step.pick % 98) * 100, step.size);
  else if (step.kind === 'pause') context.setStatus(market, step.pick % 4 === 0 ? 'inactive' : 'active');
  else {
    const open = context.openOrders();
    const own = open[step.pick % Math.max(1, open.length)];
    if (own === undefined) return;
    const { status } = own.state;
    if (step.kind === 'accept' && status === 'in-flight') context.accept(own.id);
    else if (step.kind === 'fill') context.fill(own.id, Math.min(step.size, own.remaining));
    else if (step.kind === 'answer-cancel' && status === 'cancelling') context.cancelled(own.id);
    else if (step.kind === 'refuse-cancel' && status === 'cancelling') {
      context.answer(own.id, { type: 'cancel-rejected', reason: step.pick % 2 ? 'not-found' : 'rate-limited' });
    } else if (step.kind === 'end' && status === 'resting') context.cancelled(own.id, 'reactivated');
    else if (step.kind === 'end' && own.order.timeInForce !== 'good-till-cancelled') {
      context.cancelled(own.id, 'immediate-remainder');
    } else if (step.kind === 'reject' && status === 'in-flight' && own.filled === 0) {
      context.answer(own.id, { type: 'rejected', reason: step.pick % 2 ? 'post-only-cross' : 'trading-paused' });
    } else if (step.kind === 'doubt' && status === 'in-flight') context.answer(own.id, { type: 'in-doubt' });
    else if (status === 'in-doubt' && step.kind === 'answer-cancel') context.cancelled(own.id, 'expired');
  }
}
