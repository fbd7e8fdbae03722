import { describe, expect, it } from 'vitest';
import { ASK, BID } from '../../../src/core/side.ts';
import { SECOND } from '../../../src/core/time.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Strategy } from '../../../src/engine/strategy.ts';
import { LaneJournal } from '../../../src/study/run/lane-journal.ts';
import { play } from '../../sim/replay-of.ts';
import { order, scripted, send } from '../../sim/scripted.ts';
import { delta, index, opens, print, type Row, snapshot } from '../../sim/tape-of.ts';

const rows = [...opens(), ...snapshot(1, [[40, 50]], [[45, 50]]), delta(9_000, BID, 1, 1)];

function journaled(strategy: Strategy, tape: readonly Row[] = rows) {
  const written: { readonly table: string; readonly row: Readonly<Record<string, unknown>> }[] = [];
  let engine: Engine | null = null;
  const journal = new LaneJournal(
    'arm',
    'base',
    () => engine!.state,
    (table, row) => void written.push({ table, row }),
  );
  const created = (run: { readonly engine: Engine }): void => {
    engine = run.engine;
  };
  const { run } = play({ rows: tape, strategy, told: journal, created, response: 10 });
  for (const own of run.engine.orders.open()) journal.leftOpen(own);
  return { journal, rowsOf: (table: string) => written.filter((each) => each.table === table).map(({ row }) => row) };
}

const reasonsOf = (strategy: Strategy): Record<string, number> =>
  Object.fromEntries(journaled(strategy).journal.reasons);

describe('why a lane did not trade', () => {
  it('counts what the strategy explains with skip, pause and missed, and nothing that it explains of a trade', () => {
    const actions = [
      'skip: spread',
      'skip: spread',
      'pause: stale',
      'entry: missed',
      'missed: no print',
      'entry: filled',
      'skipper',
    ];
    const strategy = scripted([
      { at: 10, do: (context) => actions.forEach((action) => void context.explain(action, index(0), {})) },
    ]);
    expect(reasonsOf(strategy)).toEqual({
      'skip: spread': 2,
      'pause: stale': 1,
      'entry: missed': 1,
      'missed: no print': 1,
    });
  });

  it('counts orders that ended, or were left, without a fill, by how', () => {
    const strategy = scripted([
      { at: 10, do: send(order(BID, 30, 1)) },
      { at: 20, do: send(order(BID, 31, 1)) },
      { at: 30, do: (context, [first]) => context.cancel(first!) },
      { at: 40, do: send(order(BID, 41, 1, { timeInForce: 'immediate-or-cancel' })) },
      { at: 50, do: send(order(ASK, 40, 1)) },
    ]);
    expect(reasonsOf(strategy)).toEqual({
      'unfilled order: requested': 1,
      'unfilled order: immediate-remainder': 1,
      'unfilled order: open at the end': 1,
    });
  });
});

describe('what was known when it was decided', () => {
  const known = { bid_e4: 4_000, bid_e2: 5_000, ask_e4: 4_500, ask_e2: 5_000, last_e4: 4_400, volume_e2: 300 };
  const tape = [...rows.slice(0, -1), print(5, BID, 44, 3), ...rows.slice(-1)];

  it('stands beside each decision and each order: quotes, last print, volume', () => {
    const { rowsOf } = journaled(
      scripted([
        { at: 10, do: (context) => context.explain('enter', index(0), {}) },
        { at: 20, do: send(order(BID, 41, 1, { patience: SECOND, follows: 9 as never })) },
      ]),
      tape,
    );
    expect(rowsOf('decisions')).toEqual([expect.objectContaining({ action: 'enter', ...known })]);
    expect(rowsOf('orders')).toEqual([
      expect.objectContaining({ ...known, patience_us: 1_000_000, follows: 9, expected_e5: null, latency_us: 10_000 }),
    ]);
  });

  it('an order that crosses has the price that the book it saw would have given it, over what that covers', () => {
    const { rowsOf } = journaled(
      scripted([
        { at: 10, do: send(order(BID, 46, 80, { timeInForce: 'immediate-or-cancel' })) },
        { at: 20, do: send(order(ASK, 39, 10, { timeInForce: 'immediate-or-cancel' })) },
        { at: 30, do: send(order(ASK, 39, 10, { postOnly: true })) },
      ]),
      [
        ...opens(),
        ...snapshot(
          1,
          [[40, 50]],
          [
            [45, 50],
            [46, 20],
          ],
        ),
        delta(9_000, BID, 1, 1),
      ],
    );
    // 50 at 45 ¢ and 20 at 46 ¢.
    expect(rowsOf('orders').map(({ expected_e5 }) => expected_e5)).toEqual([45_286, 40_000, null]);
  });
});
