import { describe, expect, it } from 'vitest';
import type { OrderGroupId, OrderId } from '../../src/core/order.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { type Played, PRINTS, play } from './replay-of.ts';
import { order, scripted } from './scripted.ts';
import { delta, opens, print, type Row, snapshot } from './tape-of.ts';

const rows = (...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(1, [[40, 100]], [[45, 1_000]]),
  ...rest,
  delta(60_000, BID, 1, 1),
];

const statesOf = (played: Played): unknown[] =>
  Array.from(
    { length: played.run.engine.orders.count },
    (_, at) => played.run.engine.orders.get((at + 1) as OrderId).state,
  );

const EXECUTED = { status: 'executed' };
const TRIGGERED = { status: 'cancelled', reason: 'group-triggered' };
const TURNED_AWAY = { status: 'rejected', reason: 'group-triggered' };

/** Takes `count` contracts at 45 cents in a group. */
const take =
  (group: () => OrderGroupId, count: number) =>
  (context: Context): void => {
    context.submit(order(BID, 45, count, { timeInForce: 'immediate-or-cancel', group: group() }));
  };

describe('an order group', () => {
  let group = 0 as OrderGroupId;
  const open = (limit: number) => (context: Context) => {
    group = context.openGroup(contracts(limit));
    context.submit(order(BID, 10, 1, { group }));
  };

  it('trades up to its limit within 15 seconds, and more than that cancels its orders and turns new ones away', () => {
    const played = play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: open(20) },
        { at: 200, do: take(() => group, 20) },
        { at: 300, do: take(() => group, 1) },
        { at: 400, do: take(() => group, 1) },
      ]),
    });
    expect(statesOf(played)).toEqual([TRIGGERED, EXECUTED, EXECUTED, TURNED_AWAY]);
  });

  it('forgets what traded 15 seconds ago', () => {
    const played = play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: open(20) },
        { at: 200, do: take(() => group, 20) },
        { at: 15_200, do: take(() => group, 20) },
        { at: 30_199, do: take(() => group, 1) },
      ]),
    });
    expect(statesOf(played)).toEqual([TRIGGERED, EXECUTED, EXECUTED, EXECUTED]);
  });

  it('ends the order that carried it over the limit with what was left of it, after what the match gave', () => {
    const played = play({
      rows: [
        ...opens(),
        ...snapshot(
          1,
          [[40, 100]],
          [
            [43, 8],
            [44, 8],
            [45, 8],
          ],
        ),
        delta(60_000, BID, 1, 1),
      ],
      strategy: scripted([
        { at: 100, do: open(10) },
        { at: 200, do: take(() => group, 24) },
      ]),
    });
    expect(played.journal.fills.map(({ fill }) => [fill.price, fill.quantity])).toEqual([
      [4_300, 800],
      [4_400, 800],
    ]);
    expect(statesOf(played)).toEqual([TRIGGERED, TRIGGERED]);
  });

  it('leaves orders outside it alone, and its own once it is reset', () => {
    const played = play({
      rows: rows(),
      request: 10,
      strategy: scripted([
        { at: 100, do: open(20) },
        { at: 110, do: (context) => void context.submit(order(ASK, 60, 1)) },
        { at: 200, do: take(() => group, 21) },
        { at: 300, do: (context) => context.resetGroup(group) },
        { at: 305, do: take(() => group, 20) },
      ]),
    });
    expect(statesOf(played)).toEqual([TRIGGERED, { status: 'resting' }, EXECUTED, EXECUTED]);
  });

  it('fills no order of the group that the same print would have reached next', () => {
    const played = play({
      rows: [...opens(), print(5_000, ASK, 30, 100), delta(60_000, BID, 1, 1)],
      grade: PRINTS,
      strategy: scripted([
        {
          at: 100,
          do: (context) => {
            group = context.openGroup(contracts(5));
            for (const cents of [36, 35, 34]) context.submit(order(BID, cents, 6, { postOnly: true, group }));
          },
        },
      ]),
    });
    expect(statesOf(played)).toEqual([EXECUTED, TRIGGERED, TRIGGERED]);
    expect(played.journal.fills).toHaveLength(1);
  });

  it('must be opened before it is named, with a whole limit above zero', () => {
    const wrong = (act: (context: Context) => void) => () =>
      play({ rows: rows(), strategy: scripted([{ at: 1, do: act }]) });
    expect(wrong((context) => context.submit(order(BID, 10, 1, { group: 1 as OrderGroupId })))).toThrow(
      /no order group 1/,
    );
    expect(wrong((context) => context.openGroup(contracts(0)))).toThrow(/above zero/);
    expect(wrong((context) => context.resetGroup(2 as OrderGroupId))).toThrow(/no order group 2/);
  });
});
