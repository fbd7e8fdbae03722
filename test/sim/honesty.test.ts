import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { LANES, PESSIMISTIC } from '../../src/sim/lane.ts';
import { randomTape } from './random-tape.ts';
import { L1, type Played, PRINTS, play, WIDE_LIMITS } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';
import { delta, index, opens, print, quote, type Row, settles, snapshot } from './tape-of.ts';

const sizes = (played: Played): number[] => played.journal.fills.map(({ fill }) => fill.quantity / 100);
const held = (played: Played): number => played.run.engine.account.position(index(0)).quantity / 100;
const state = (played: Played, id = 1) => played.run.engine.orders.get(id as never).state;
const book = (bids: [number, number][], asks: [number, number][], ...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(0, bids, asks),
  ...rest,
  delta(10_000, BID, 1, 1),
];

/** The same tape with each print told after the decrease that it caused. */
function deltaFirst(rows: readonly Row[]): Row[] {
  const swapped = [...rows];
  for (let at = 0; at + 1 < swapped.length; at++) {
    if (swapped[at]!.kind === 1 && swapped[at + 1]!.kind === 0) {
      [swapped[at], swapped[at + 1]] = [swapped[at + 1]!, swapped[at]!];
      at++;
    }
  }
  return swapped;
}

describe('nothing fills us that was not there for us', () => {
  it('a queue is the same whether a print or its decrease is told first', () => {
    const rows = book(
      [[40, 20]],
      [[50, 5]],
      print(100, ASK, 40, 10),
      delta(100, BID, 40, -10),
      print(200, ASK, 40, 5),
      delta(200, BID, 40, -5),
    );
    const rest = scripted([{ at: 50, do: send(order(BID, 40, 10)) }]);
    for (const lane of LANES) {
      expect(sizes(play({ rows, lane, strategy: rest }))).toEqual([]);
      expect(sizes(play({ rows: deltaFirst(rows), lane, strategy: rest }))).toEqual([]);
    }
  });

  it('over 300 random tapes, telling decreases first fills what telling prints first fills, but for cancels within 5 ms of a print', () => {
    let [first, later] = [0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(`order/${seed}`);
      const rows = randomTape(random, 120);
      const acts: Act[] = Array.from({ length: 4 }, () => {
        const side = random.below(2) as Side;
        return {
          at: 20 + random.below(400),
          do: send(order(side, side === BID ? 49 - random.below(3) : 51 + random.below(3), 6, { postOnly: true })),
        };
      });
      const filled = (tape: Row[]) =>
        sizes(play({ rows: tape, lane: PESSIMISTIC, strategy: scripted(acts) })).reduce((sum, size) => sum + size, 0);
      first += filled(rows);
      later += filled(deltaFirst(rows));
    }
    expect(first).toBeGreaterThan(500);
    expect(Math.abs(later - first) / first).toBeLessThan(0.01);
  });

  it('a print of contracts that we had already taken does not fill our resting rest', () => {
    const rows = book([[40, 5]], [[44, 20]], print(200, BID, 44, 20), delta(200, ASK, 44, -20));
    const played = play({ rows, strategy: scripted([{ at: 100, do: send(order(BID, 45, 50)) }]) });
    expect(sizes(played)).toEqual([20]);
  });

  it('an order sent into a book that is torn is refused, and one that rests through a tear stands behind all that is told next', () => {
    const rows = book(
      [[40, 500]],
      [[60, 5]],
      delta(100, ASK, 60, -9),
      ...snapshot(300, [[40, 500]], [[60, 5]]),
      print(400, ASK, 40, 7),
    );
    const torn = play({ rows, strategy: scripted([{ at: 200, do: send(order(BID, 40, 10)) }]) });
    expect(state(torn)).toEqual({ status: 'rejected', reason: 'not-covered' });
    for (const lane of LANES) {
      expect(sizes(play({ rows, lane, strategy: scripted([{ at: 50, do: send(order(BID, 40, 10)) }]) }))).toEqual([]);
    }
  });

  it('a market that the tape does not vouch for neither fills nor can be read, even after a snapshot', () => {
    const gap: Row = {
      at: 100,
      kind: 5,
      detail: { type: 'coverage', change: { market: index(0), covered: false, reason: 'gap' } },
    };
    const read: unknown[] = [];
    const strategy = scripted([
      { at: 50, do: send(order(BID, 45, 10)) },
      { at: 200, do: (context) => void read.push(context.book(index(0))) },
    ]);
    const played = play({ rows: book([[40, 5]], [[60, 5]], gap, ...snapshot(150, [[30, 5]], [[40, 50]])), strategy });
    expect(sizes(played)).toEqual([]);
    expect(read).toEqual([undefined]);
  });

  it('a quote that passes two orders of ours meets the better one first', () => {
    const rows = book([[40, 5]], [[60, 5]], delta(200, ASK, 43, 10));
    const played = play({
      rows,
      strategy: scripted([
        { at: 100, do: send(order(BID, 44, 10)) },
        { at: 110, do: send(order(BID, 45, 10)) },
      ]),
    });
    expect(played.journal.fills.map(({ fill }) => fill.price)).toEqual([4_500]);
  });

  it('a quote that flickers away and back gives nothing a second time', () => {
    const flicker = [200, 300, 400].flatMap((at) => [quote(at, ASK, 61, 5), quote(at + 20, ASK, 60, 5)]);
    const take = (at: number): Act => ({ at, do: send(order(BID, 60, 5, { timeInForce: 'immediate-or-cancel' })) });
    const rows: Row[] = [
      ...opens(),
      quote(0, BID, 40, 5, true),
      quote(0, ASK, 60, 5),
      ...flicker,
      quote(9_000, BID, 41, 5),
    ];
    const played = play({ rows, grade: L1, strategy: scripted([take(100), take(250), take(350), take(450)]) });
    expect(sizes(played)).toEqual([5]);
  });

  it('what may have happened before our order does not fill it in a queue or by a quote either', () => {
    const rest = scripted([{ at: 100, do: send(order(BID, 40, 5)) }]);
    const queue = book([], [[60, 5]], print(500, ASK, 40, 9));
    expect(sizes(play({ rows: queue, strategy: rest }))).toEqual([5]);
    expect(sizes(play({ rows: queue, strategy: rest, resolutionMs: 1_000 }))).toEqual([]);
    const passed = book([], [[60, 5]], delta(500, ASK, 39, 9), delta(600, ASK, 39, -9));
    expect(sizes(play({ rows: passed, strategy: rest }))).toEqual([5]);
    expect(sizes(play({ rows: passed, strategy: rest, resolutionMs: 1_000 }))).toEqual([]);
  });
});

describe('orders at their edges', () => {
  it('two reduce-only orders sent at once close a position once', () => {
    const reduce = order(ASK, 40, 5, { timeInForce: 'immediate-or-cancel', reduceOnly: true });
    const played = play({
      rows: book([[40, 50]], [[45, 50]]),
      response: 50,
      strategy: scripted([
        { at: 100, do: send(order(BID, 45, 5)) },
        { at: 300, do: send(reduce) },
        { at: 300, do: send(reduce) },
      ]),
    });
    expect(held(played)).toBe(0);
  });

  it('a fill that is told after the settlement belongs to what settles', () => {
    const rows = [...opens(), ...snapshot(0, [[40, 5]], [[45, 5]]), settles(100, 'yes'), print(5_000, BID, 50, 1)];
    const played = play({ rows, response: 200, strategy: scripted([{ at: 10, do: send(order(BID, 45, 5)) }]) });
    const { account } = played.run.engine;
    expect(account.audit().settled).toBe(5 * 550_000);
    expect(account.position(index(0)).quantity).toBe(0);
  });

  it('a settlement ends what still rests, and nothing can be sent there afterwards', () => {
    const rows = [
      ...opens(),
      ...snapshot(0, [[40, 5]], [[45, 5]]),
      settles(100, 'no'),
      print(200, ASK, 30, 9),
      print(900, BID, 50, 1),
    ];
    const played = play({
      rows,
      strategy: scripted([
        { at: 10, do: send(order(BID, 40, 5)) },
        { at: 150, do: send(order(BID, 40, 5)) },
      ]),
    });
    expect(state(played, 1)).toEqual({ status: 'cancelled', reason: 'market-closed' });
    expect(state(played, 2)).toEqual({ status: 'rejected', reason: 'market-not-open' });
    expect(played.run.engine.account.reserved).toBe(0);
  });

  it('a fill of the tape’s last moment is heard, however late its answer', () => {
    const rows = [...opens(), print(0, BID, 50, 1), print(950, ASK, 30, 9), print(1_000, BID, 50, 1)];
    const played = play({
      rows,
      grade: PRINTS,
      response: 200,
      strategy: scripted([{ at: 10, do: send(order(BID, 40, 5, { postOnly: true })) }]),
    });
    expect(held(played)).toBe(5);
  });

  it('an amend that meets our own resting order ends itself', () => {
    const played = play({
      rows: book([[30, 5]], [[60, 5]]),
      strategy: scripted([
        { at: 100, do: send(order(ASK, 50, 5)) },
        { at: 110, do: send(order(BID, 40, 5)) },
        { at: 200, do: (context, orders) => context.amend(orders[1]!, 5_500 as never, 500 as never) },
      ]),
    });
    expect(state(played, 1)).toEqual({ status: 'resting' });
    expect(state(played, 2)).toEqual({ status: 'cancelled', reason: 'self-trade' });
  });

  it('an amend must pass the limits whole, and what it asks for is locked at once', () => {
    const limits = { ...WIDE_LIMITS, positionContracts: 1_000 as never };
    const grow = (to: number): Act => ({
      at: 200,
      do: (context, [id]) => {
        for (let times = 0; times < 4; times++) context.amend(id!, 4_000 as never, (to * 100) as never);
      },
    });
    const tried = (to: number) =>
      play({
        rows: book([[30, 5]], [[60, 5]]),
        limits,
        request: 20,
        strategy: scripted([{ at: 100, do: send(order(BID, 40, 5)) }, grow(to)]),
      });
    expect(tried(11).journal.lines.filter((line) => line.includes('refused amend')).length).toBe(4);
    expect(tried(11).run.engine.orders.get(1 as never).quantity).toBe(500);
    expect(tried(10).run.engine.orders.get(1 as never).quantity).toBe(1_000);
    expect(tried(10).run.engine.account.reserved).toBeGreaterThanOrEqual(4_000_000);
  });

  it('cash never goes below zero, fees included', () => {
    const rows = book([[40, 5]], [[50, 60_000]]);
    const played = play({ rows, strategy: scripted([{ at: 100, do: send(order(BID, 50, 50_000)) }]) });
    expect(sizes(played)[0]).toBeGreaterThan(19_000);
    expect(played.run.engine.account.cash).toBeGreaterThanOrEqual(0);
  });

  it('orders that wait for their own check do not count against the first', () => {
    const rows = book([[30, 5]], [[60, 5]]);
    const both: Act = {
      at: 100,
      do: (context) => {
        context.submit(order(BID, 40, 1));
        context.submit(order(BID, 41, 1));
      },
    };
    const played = play({ rows, limits: { ...WIDE_LIMITS, openOrders: 1 }, strategy: scripted([both]) });
    expect(state(played, 1).status).toBe('resting');
    expect(state(played, 2).status).toBe('refused');
  });

  it('an order that only closes a position leaves even when the number of orders is used up', () => {
    const played = play({
      rows: book([[40, 50]], [[45, 50]]),
      limits: { ...WIDE_LIMITS, openOrders: 1 },
      strategy: scripted([
        { at: 100, do: send(order(BID, 45, 5)) },
        { at: 200, do: send(order(BID, 20, 1)) },
        { at: 300, do: send(order(ASK, 40, 5)) },
      ]),
    });
    expect(held(played)).toBe(0);
  });

  it('a strategy that wakes itself for ever is stopped', () => {
    const strategy = { onStart: (c: never) => wake(c), onTimer: (_: unknown, c: never) => wake(c) };
    const wake = (context: { wakeAt(time: never, tag: string): void; now: never }): void =>
      context.wakeAt(context.now, 'again');
    expect(() => play({ rows: book([[40, 5]], [[45, 5]]), strategy: strategy as never })).toThrow(
      /wake-ups at one time/,
    );
  });
});
