import { describe, expect, it } from 'vitest';
import { ASK, BID } from '../../src/core/side.ts';
import type { Context, Strategy } from '../../src/engine/strategy.ts';
import { play } from '../sim/replay-of.ts';
import { order, scripted, send } from '../sim/scripted.ts';
import { delta, index, opens, print, type Row, snapshot } from '../sim/tape-of.ts';

const rows = (...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(1, [[40, 50]], [[45, 50]]),
  ...rest,
  delta(9_000, BID, 1, 1),
];

describe('the engine', () => {
  it('requests leave after the callback returns, and their answers come back as events', () => {
    const log: string[] = [];
    const strategy: Strategy = {
      onTrade(_, context) {
        const id = context.submit(order(BID, 45, 1));
        log.push(`after submit: ${context.order(id).state.status}`);
      },
      onOrder(update) {
        log.push(update.order.state.status);
      },
      onFill(fill) {
        log.push(`filled ${fill.quantity}`);
      },
    };
    play({ rows: rows(print(100, BID, 45, 1)), strategy, request: 10, response: 10 });
    expect(log).toEqual(['after submit: in-flight', 'resting', 'executed', 'filled 100']);
  });

  it('a cancel asked for while the order is in flight leaves with its acknowledgement', () => {
    const played = play({
      rows: rows(),
      request: 50,
      response: 50,
      strategy: scripted([
        { at: 100, do: send(order(BID, 30, 1)) },
        { at: 110, do: (context, [id]) => context.cancel(id!) },
      ]),
    });
    const cancelled = played.journal.lines.find((line) => line.includes('cancel 1'));
    // 100 ms sent, 150 ms at the venue, 200 ms known here.
    expect(cancelled?.startsWith('1893456000200000')).toBe(true);
    expect(played.run.engine.orders.get(1 as never).state.status).toBe('cancelled');
  });

  it('a cancel that was not done is sent again while nothing may rest, when it is told to, and not once it may', () => {
    const played = play({ rows: rows(), strategy: scripted([{ at: 100, do: send(order(BID, 30, 1)) }]) });
    const { engine } = played.run;
    const cancels = () => played.journal.lines.filter((line) => line.includes('cancel 1')).length;
    const lose = (reason: 'never-arrived' | 'rate-limited') => {
      const time = engine.now;
      const answer = { type: 'cancel-rejected', reason } as const;
      engine.answer({ order: 1 as never, exchangeTime: time, localTime: time, answer });
    };
    const again = () => {
      engine.cancelAgain(engine.now);
      return [cancels(), engine.orders.undone().length];
    };
    engine.halt('enough', engine.now);
    expect([cancels(), engine.orders.undone().length]).toEqual([1, 0]);
    for (const [count, reason] of [
      [2, 'never-arrived'],
      [3, 'rate-limited'],
    ] as const) {
      lose(reason);
      // An exchange that turns away at once would be asked without end.
      expect([cancels(), engine.orders.undone().length]).toEqual([count - 1, 1]);
      expect(again()).toEqual([count, 0]);
      expect(again()).toEqual([count, 0]);
    }
    lose('never-arrived');
    engine.release('all is well', engine.now);
    expect(again()).toEqual([3, 0]);
    expect(engine.orders.get(1 as never).state.status).toBe('resting');
  });

  it('a cancel or amend of an order that has ended is nothing', () => {
    const played = play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: send(order(BID, 45, 1)) },
        {
          at: 200,
          do: (context, [id]) => {
            context.cancel(id!);
            context.amend(id!, 4_400 as never, 500 as never);
          },
        },
      ]),
    });
    expect(played.journal.answers.map(({ answer }) => answer.type)).toEqual(['accepted', 'filled']);
  });

  it('resting orders lock cash, a final order frees it', () => {
    const seen: number[] = [];
    const look = (context: Context) => void seen.push(context.available / 1e6);
    play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: send(order(BID, 30, 10)) },
        { at: 200, do: look },
        { at: 300, do: (context, [id]) => context.cancel(id!) },
        { at: 400, do: look },
      ]),
    });
    // 10 × 0.30 and the taker fee 0.07 × 10 × 0.3 × 0.7
    expect(seen).toEqual([10_000 - 3 - 0.147, 10_000]);
  });

  it('a book that cannot be trusted cannot be read', () => {
    const seen: (number | undefined)[] = [];
    play({
      rows: [
        ...opens(),
        delta(50, BID, 40, 5),
        ...snapshot(100, [[40, 5]], [[45, 5]]),
        delta(200, ASK, 40, 5),
        delta(300, ASK, 40, -5),
        delta(400, BID, 40, -9),
        delta(500, BID, 41, 9),
      ],
      strategy: { onBook: (market, context) => void seen.push(context.book(market)?.bestBid) },
    });
    // not covered yet, torn, whole, locked, whole again, torn by a level below zero, still torn
    expect(seen).toEqual([undefined, undefined, 4_000, undefined, 4_000, undefined, undefined]);
  });

  it('a strategy is told of a whole update once', () => {
    let told = 0;
    play({ rows: rows(), strategy: { onBook: () => void told++ } });
    // coverage, the snapshot of two levels, the last delta
    expect(told).toBe(3);
  });

  it('wake-ups come in order of time, then of asking, and never for the past', () => {
    const tags: string[] = [];
    const strategy: Strategy = {
      onStart(context) {
        for (const [delay, tag] of [
          [300, 'c'],
          [100, 'a'],
          [100, 'b'],
        ] as const) {
          context.wakeAt((context.now + delay * 1_000) as never, tag);
        }
      },
      onTimer: (timer, context) => {
        tags.push(timer.tag);
        if (timer.tag === 'c')
          expect(() => context.wakeAt((context.now - 1) as never, 'past')).toThrow(/lies in the past/);
      },
    };
    play({ rows: rows(), strategy });
    expect(tags).toEqual(['a', 'b', 'c']);
  });

  it('an order without quantity or off the grid is the strategy’s mistake', () => {
    const submit = (cents: number, count: number) =>
      play({ rows: rows(), strategy: scripted([{ at: 100, do: send(order(BID, cents, count)) }]) });
    expect(() => submit(40, 0)).toThrow(/quantity above zero/);
    expect(() => submit(40.5, 1)).toThrow(/not on the price grid of TEST/);
  });

  it('positions and cash answer to the fills', () => {
    const played = play({
      rows: rows(),
      strategy: scripted([
        { at: 100, do: send(order(BID, 45, 4)) },
        { at: 200, do: send(order(ASK, 40, 10)) },
      ]),
    });
    const { account } = played.run.engine;
    expect(account.position(index(0)).quantity).toBe(-600);
    expect(account.audit().realised).toBe(-4 * 50_000);
  });
});
