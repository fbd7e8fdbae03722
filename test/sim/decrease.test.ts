import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../src/core/order.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { type Played, play } from './replay-of.ts';
import { order, scripted } from './scripted.ts';
import { delta, opens, print, type Row, snapshot } from './tape-of.ts';

const ID = 1 as OrderId;

/** We rest 10 at 40 behind 5; later a print of 8 with its delta. */
const rows = (...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(1, [[40, 5]], [[60, 100]]),
  ...rest,
  delta(10_000, BID, 1, 1),
];

const resting = (act: (context: Context) => void, request = 0): Played =>
  play({
    rows: rows(delta(600, BID, 40, 20), print(1_000, ASK, 40, 8), delta(1_000, BID, 40, -8)),
    request,
    strategy: scripted([
      { at: 100, do: (context) => void context.submit(order(BID, 40, 10)) },
      { at: 700, do: act },
    ]),
  });

const filled = (played: Played): number => played.journal.fills.reduce((sum, { fill }) => sum + fill.quantity, 0) / 100;

describe('decreasing a resting order', () => {
  it('keeps its place in the queue and trades no more than what is left', () => {
    const played = resting((context) => context.decrease(ID, contracts(8)));
    const own = played.run.engine.orders.get(ID);
    expect([filled(played), own.state, own.quantity]).toEqual([2, { status: 'executed' }, contracts(2)]);
  });

  it('frees what it locked', () => {
    let before = 0;
    let after = 0;
    play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: (context) => void context.submit(order(BID, 40, 10)) },
        {
          at: 200,
          do: (context) => {
            before = context.available;
            context.decrease(ID, contracts(5));
          },
        },
        {
          at: 300,
          do: (context) => {
            after = context.available;
          },
        },
      ]),
    });
    // Five contracts at 40 cents are 2 dollars; the fee held for them comes back too.
    expect(after - before).toBeGreaterThanOrEqual(2_000_000);
    expect(after - before).toBeLessThan(2_100_000);
  });

  it('by all that rests, or more, cancels it', () => {
    for (const by of [10, 25]) {
      const played = resting((context) => context.decrease(ID, contracts(by)));
      expect(played.run.engine.orders.get(ID).state).toEqual({ status: 'cancelled', reason: 'requested' });
      expect(filled(played)).toBe(0);
      expect(played.run.engine.account.reserved).toBe(0);
    }
  });

  it('by as much as was left cancels the rest when fills came first', () => {
    const played = resting((context) => context.decrease(ID, contracts(7)), 400);
    expect(filled(played)).toBe(3);
    expect(played.run.engine.orders.get(ID).state).toEqual({ status: 'cancelled', reason: 'requested' });
  });

  it('is refused while the market is paused, and leaves the order whole', () => {
    const played = play({
      rows: [
        ...opens(),
        ...snapshot(1, [[40, 5]], [[60, 100]]),
        {
          ...opens()[0]!,
          at: 500,
          detail: { type: 'lifecycle', change: { market: 0 as never, status: 'inactive' } },
        } as Row,
        delta(10_000, BID, 1, 1),
      ],
      strategy: scripted([
        { at: 100, do: (context) => void context.submit(order(BID, 40, 10)) },
        { at: 700, do: (context) => context.decrease(ID, contracts(5)) },
      ]),
    });
    expect(played.journal.answers.at(-1)!.answer).toEqual({ type: 'amend-rejected', reason: 'trading-paused' });
    expect(played.run.engine.orders.get(ID).quantity).toBe(contracts(10));
  });

  it('needs a whole quantity above zero', () => {
    expect(() => resting((context) => context.decrease(ID, contracts(0)))).toThrow(/above zero/);
  });
});
