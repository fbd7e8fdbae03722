import { describe, expect, it } from 'vitest';
import { ASK, BID } from '../../../src/core/side.ts';
import type { Strategy } from '../../../src/engine/strategy.ts';
import { LaneJournal } from '../../../src/study/run/lane-journal.ts';
import { play } from '../../sim/replay-of.ts';
import { order, scripted, send } from '../../sim/scripted.ts';
import { delta, index, opens, snapshot, testMarket } from '../../sim/tape-of.ts';

const rows = [...opens(), ...snapshot(1, [[40, 50]], [[45, 50]]), delta(9_000, BID, 1, 1)];

function reasonsOf(strategy: Strategy): Record<string, number> {
  const journal = new LaneJournal(
    'arm',
    'base',
    () => [testMarket(0)],
    () => {},
    () => 0,
  );
  const { run } = play({ rows, strategy, told: journal });
  for (const own of run.engine.orders.open()) journal.leftOpen(own);
  return Object.fromEntries(journal.reasons);
}

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
