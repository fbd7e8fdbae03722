import { describe, expect, it } from 'vitest';
import type { Fill } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { BASE, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import { L1, L2_ALONE, type Played, PRINTS, play } from './replay-of.ts';
import { order, scripted, send } from './scripted.ts';
import { delta, opens, print, quote, type Row, settles, snapshot, unsided } from './tape-of.ts';

const fillsOf = (played: Played): [number, number, string, number][] =>
  played.journal.fills.map(({ fill }: { fill: Fill }) => [
    fill.price / 100,
    fill.quantity / 100,
    fill.liquidity,
    fill.source,
  ]);

const endOf = (played: Played, id = 1) => played.run.engine.orders.get(id as never).state;

/** A book of 40/45 with 100 a side, kept alive by a far delta at the end. */
const book = (bids: [number, number][], asks: [number, number][], ...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(1, bids, asks),
  ...rest,
  delta(10_000, BID, 1, 1),
];

describe('taking on a book tape', () => {
  it('takes displayed levels best first, each at the resting price, and drops the rest of an immediate order', () => {
    const played = play({
      rows: book(
        [[40, 100]],
        [
          [45, 3],
          [46, 4],
          [48, 50],
        ],
      ),
      strategy: scripted([{ at: 100, do: send(order(BID, 47, 10, { timeInForce: 'immediate-or-cancel' })) }]),
    });
    expect(fillsOf(played)).toEqual([
      [45, 3, 'taker', 6],
      [46, 4, 'taker', 6],
    ]);
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'immediate-remainder' });
  });

  it('does not find again what it took before: our fills deplete the book for good', () => {
    const played = play({
      rows: book([[40, 100]], [[45, 10]], delta(500, ASK, 45, 5)),
      strategy: scripted([
        { at: 100, do: send(order(BID, 45, 8, { timeInForce: 'immediate-or-cancel' })) },
        { at: 200, do: send(order(BID, 45, 8, { timeInForce: 'immediate-or-cancel' })) },
        { at: 600, do: send(order(BID, 45, 8, { timeInForce: 'immediate-or-cancel' })) },
      ]),
    });
    expect(fillsOf(played).map(([, quantity]) => quantity)).toEqual([8, 2, 5]);
  });

  it('arrives after the request latency and meets the book of that moment, not the one it saw', () => {
    const played = play({
      rows: book([[40, 100]], [[45, 10]], delta(150, ASK, 45, -10), delta(150, ASK, 46, 10)),
      strategy: scripted([{ at: 100, do: send(order(BID, 46, 5)) }]),
      request: 100,
    });
    expect(fillsOf(played)).toEqual([[46, 5, 'taker', 6]]);
  });

  it('refuses a fill-or-kill that the depth cannot fill whole, and fills one that it can', () => {
    const rows = book(
      [[40, 100]],
      [
        [45, 3],
        [46, 4],
      ],
    );
    const kill = (count: number) =>
      play({
        rows,
        strategy: scripted([{ at: 100, do: send(order(BID, 46, count, { timeInForce: 'fill-or-kill' })) }]),
      });
    expect(endOf(kill(8))).toEqual({ status: 'rejected', reason: 'fill-or-kill-not-filled' });
    expect(fillsOf(kill(8))).toEqual([]);
    expect(endOf(kill(7))).toEqual({ status: 'executed' });
  });

  it('rejects a crossing post-only order and lets a resting one be', () => {
    const rows = book([[40, 100]], [[45, 3]]);
    const post = (cents: number) =>
      play({ rows, strategy: scripted([{ at: 100, do: send(order(BID, cents, 5, { postOnly: true })) }]) });
    expect(endOf(post(45))).toEqual({ status: 'rejected', reason: 'post-only-cross' });
    expect(endOf(post(44))).toEqual({ status: 'resting' });
  });

  it('cuts a reduce-only order to the position and never grows it', () => {
    const reduce = { timeInForce: 'immediate-or-cancel', reduceOnly: true } as const;
    const played = play({
      rows: book([[40, 100]], [[45, 100]]),
      strategy: scripted([
        { at: 100, do: send(order(ASK, 40, 5, reduce)) },
        { at: 200, do: send(order(BID, 45, 4)) },
        { at: 300, do: send(order(ASK, 40, 9, reduce)) },
      ]),
    });
    expect(endOf(played, 1)).toEqual({ status: 'cancelled', reason: 'reduce-only' });
    expect(endOf(played, 3)).toEqual({ status: 'cancelled', reason: 'reduce-only' });
    expect(played.run.engine.account.position(0 as never).quantity).toBe(0);
    expect(fillsOf(played).map(([, quantity]) => quantity)).toEqual([4, 4]);
  });

  it('takes nothing from a torn book', () => {
    const played = play({
      rows: [...opens(), ...snapshot(1, [[40, 5]], [[45, 5]]), delta(50, ASK, 45, -9), delta(9_000, BID, 1, 1)],
      strategy: scripted([{ at: 100, do: send(order(BID, 45, 5)) }]),
    });
    expect(fillsOf(played)).toEqual([]);
  });
});

describe('resting in a queue', () => {
  const rest = [{ at: 100, do: send(order(BID, 40, 10)) }];

  it('waits for all that stood ahead, then fills, at our price', () => {
    const played = play({
      rows: book([[40, 30]], [[45, 9]], print(200, ASK, 40, 25), print(300, ASK, 40, 9), print(400, ASK, 40, 9)),
      strategy: scripted(rest),
    });
    expect(fillsOf(played)).toEqual([
      [40, 4, 'maker', 6],
      [40, 6, 'maker', 7],
    ]);
  });

  it('a decrease that a print explains is not a cancel as well', () => {
    const played = play({
      rows: book([[40, 30]], [[45, 9]], print(200, ASK, 40, 20), delta(200, BID, 40, -20), print(300, ASK, 40, 12)),
      strategy: scripted(rest),
      lane: OPTIMISTIC,
    });
    expect(fillsOf(played)).toEqual([[40, 2, 'maker', 7]]);
  });

  it('cancels shorten the queue ahead by the rule of the lane', () => {
    const rows = book(
      [[40, 30]],
      [[45, 9]],
      delta(150, BID, 40, 30),
      delta(200, BID, 40, -20),
      print(300, ASK, 40, 26),
    );
    const filled = (lane: typeof BASE) =>
      play({ rows, strategy: scripted(rest), lane }).run.engine.orders.get(1 as never).filled / 100;
    // 60 displayed, 30 of them ahead: 20 cancels are all behind, half ahead, all ahead.
    expect([filled(PESSIMISTIC), filled(BASE), filled(OPTIMISTIC)]).toEqual([0, 6, 10]);
  });

  it('nobody ahead can be more than what is displayed, in any lane', () => {
    const played = play({
      rows: book([[40, 30]], [[45, 9]], delta(200, BID, 40, -28), print(300, ASK, 40, 5)),
      strategy: scripted(rest),
      lane: PESSIMISTIC,
    });
    expect(fillsOf(played)).toEqual([[40, 3, 'maker', 6]]);
  });

  it('a print beyond our price fills us at ours, at most its size', () => {
    const played = play({
      rows: book([[40, 30]], [[45, 9]], print(200, ASK, 38, 4)),
      strategy: scripted(rest),
      lane: PESSIMISTIC,
    });
    expect(fillsOf(played)).toEqual([[40, 4, 'maker', 5]]);
  });

  it('an ask that appears below our bid would have met us; one at our bid, in the optimistic lane only', () => {
    const rows = (cents: number) => book([[40, 3]], [[45, 9]], delta(150, BID, 40, -3), delta(200, ASK, cents, 6));
    const filled = (cents: number, lane: typeof BASE) =>
      play({ rows: rows(cents), strategy: scripted(rest), lane }).run.engine.orders.get(1 as never).filled / 100;
    expect(filled(39, PESSIMISTIC)).toBe(6);
    expect(filled(40, PESSIMISTIC)).toBe(0);
    expect(filled(40, BASE)).toBe(0);
    expect(filled(40, OPTIMISTIC)).toBe(6);
  });

  it('an ask at our bid that fills us in one lane is not there for our next order in any', () => {
    const taken = (lane: typeof BASE) =>
      play({
        rows: book([[40, 3]], [[45, 9]], delta(150, BID, 40, -3), delta(200, ASK, 40, 6)),
        strategy: scripted([
          ...rest,
          { at: 300, do: send(order(BID, 40, 20, { timeInForce: 'immediate-or-cancel' })) },
        ]),
        lane,
      }).run.engine.orders.get(2 as never).filled / 100;
    expect([taken(PESSIMISTIC), taken(BASE), taken(OPTIMISTIC)]).toEqual([0, 0, 0]);
  });

  it('a cancel is a race that can be lost', () => {
    const played = play({
      rows: book([[40, 3]], [[45, 9]], print(250, ASK, 40, 13)),
      strategy: scripted([...rest, { at: 200, do: (context, [id]) => context.cancel(id!) }]),
      request: 100,
      response: 10,
    });
    expect(endOf(played)).toEqual({ status: 'executed' });
    expect(played.journal.answers.map(({ answer }) => answer.type)).toEqual(['accepted', 'filled', 'cancel-rejected']);
  });

  it('an order that an amend makes take the whole of its size is gone: a later cancel finds nothing', () => {
    const played = play({
      rows: book([[40, 3]], [[45, 20]], delta(400, BID, 40, 1)),
      strategy: scripted([
        ...rest,
        { at: 200, do: (context, [id]) => context.amend(id!, 4_500 as Price, contracts(10)) },
        { at: 230, do: (context, [id]) => context.cancel(id!) },
      ]),
      request: 20,
      response: 30,
    });
    expect(fillsOf(played).map(([price, count]) => [price, count])).toEqual([[45, 10]]);
    expect(played.journal.answers.at(-1)!.answer).toEqual({ type: 'cancel-rejected', reason: 'not-found' });
  });

  it('a print told after later rows shortens the queue once: it counts at the time that its row has', () => {
    // Ahead of us 30. A trade of 10 is told by its decrease at once, and by its print only after what came 8 ms later.
    const late = { ...print(200, ASK, 40, 10), heard: 215 };
    const told = [{ ...delta(200, BID, 40, -10), heard: 205 }, { ...delta(208, BID, 40, 50), heard: 214 }, late];
    const filled = (last: number) =>
      play({
        rows: book([[40, 30]], [[45, 9]], ...told, { ...print(300, ASK, 40, last), heard: 305 }),
        strategy: scripted(rest),
        lane: PESSIMISTIC,
      }).run.engine.orders.get(1 as never).filled / 100;
    expect([filled(20), filled(25)]).toEqual([0, 5]);
  });

  it('a cancel that loses to a partial fill ends what is left', () => {
    const played = play({
      rows: book([[40, 3]], [[45, 9]], print(250, ASK, 40, 8)),
      strategy: scripted([...rest, { at: 200, do: (context, [id]) => context.cancel(id!) }]),
      request: 100,
    });
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'requested' });
    expect(played.run.engine.orders.get(1 as never).filled).toBe(500);
  });

  it('without prints a book tape gives the pessimistic lane no maker fill at all', () => {
    const rows = book([[40, 3]], [[45, 9]], delta(200, BID, 40, -3), delta(250, ASK, 38, 20));
    const filled = (lane: typeof BASE) =>
      play({ rows, grade: L2_ALONE, strategy: scripted(rest), lane }).run.engine.orders.get(1 as never).filled / 100;
    expect([filled(PESSIMISTIC), filled(BASE)]).toEqual([0, 10]);
  });

  it('a smaller size keeps its place, a new price goes to the back', () => {
    const amended = (cents: number, count: number) =>
      play({
        rows: book(
          [
            [40, 5],
            [41, 7],
          ],
          [[45, 9]],
          delta(300, BID, 40, 50),
          print(400, ASK, 40, 9),
        ),
        strategy: scripted([
          ...rest,
          { at: 200, do: (context, [id]) => context.amend(id!, (cents * 100) as never, (count * 100) as never) },
        ]),
      });
    expect(fillsOf(amended(40, 6))).toEqual([[40, 4, 'maker', 7]]);
    expect(fillsOf(amended(41, 10))).toEqual([[41, 9, 'maker', 7]]);
  });
});

describe('our own orders among themselves', () => {
  it('taker-at-cross ends the new order and leaves the resting one', () => {
    const played = play({
      rows: book([[30, 5]], [[60, 5]]),
      strategy: scripted([
        { at: 100, do: send(order(ASK, 50, 5)) },
        { at: 200, do: send(order(BID, 55, 5)) },
      ]),
    });
    expect(endOf(played, 2)).toEqual({ status: 'cancelled', reason: 'self-trade' });
    expect(endOf(played, 1)).toEqual({ status: 'resting' });
    expect(fillsOf(played)).toEqual([]);
  });

  it('maker ends the resting order and lets the new one go on', () => {
    const played = play({
      rows: book([[30, 5]], [[54, 5]]),
      strategy: scripted([
        { at: 100, do: send(order(ASK, 50, 5)) },
        { at: 200, do: send(order(BID, 55, 5, { selfTradePrevention: 'maker' })) },
      ]),
    });
    expect(endOf(played, 1)).toEqual({ status: 'cancelled', reason: 'self-trade' });
    expect(fillsOf(played)).toEqual([[54, 5, 'taker', 4]]);
  });
});

describe('a top-of-book tape', () => {
  const rows: Row[] = [
    ...opens(),
    quote(1, BID, 40, 10, true),
    quote(1, ASK, 45, 10),
    quote(200, BID, 38, 10, true),
    quote(200, ASK, 39, 4),
    print(300, ASK, 38, 3),
    quote(9_000, ASK, 60, 1),
  ];

  it('a taker gets the quote up to its size', () => {
    const played = play({
      rows,
      grade: L1,
      strategy: scripted([{ at: 100, do: send(order(BID, 50, 25, { timeInForce: 'immediate-or-cancel' })) }]),
    });
    expect(fillsOf(played)).toEqual([[45, 10, 'taker', 4]]);
  });

  it('a maker fills when quotes or prints go through its price, never before', () => {
    const played = play({ rows, grade: L1, strategy: scripted([{ at: 100, do: send(order(BID, 40, 25)) }]) });
    expect(fillsOf(played)).toEqual([
      [40, 4, 'maker', 6],
      [40, 3, 'maker', 7],
    ]);
  });
});

describe('a prints tape', () => {
  const taker = (cents: number, count: number, more = {}) =>
    scripted([{ at: 1_000, do: send(order(BID, cents, count, { timeInForce: 'immediate-or-cancel', ...more })) }]);
  const tape = (...rows: Row[]): Row[] => [...opens(), print(0, BID, 50, 1), ...rows, print(200_000, BID, 99, 1)];

  it('a taker is filled by the next print on its side after its arrival, at most its size, and pays its limit', () => {
    const rows = tape(
      print(1_000, BID, 50, 9),
      print(1_500, ASK, 53, 9),
      print(2_000, BID, 51, 4),
      print(2_100, BID, 50, 9),
    );
    const played = play({ rows, grade: PRINTS, strategy: taker(52, 6), request: 100 });
    expect(fillsOf(played)).toEqual([[52, 4, 'taker', 6]]);
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'immediate-remainder' });
    const lucky = play({ rows, grade: PRINTS, lane: OPTIMISTIC, strategy: taker(52, 6), request: 100 });
    expect(fillsOf(lucky)).toEqual([[51, 4, 'taker', 6]]);
  });

  it('a print of the other side that goes through a waiting order shows that it rests: it fills as maker', () => {
    const waits = scripted([{ at: 1_000, do: send(order(BID, 52, 6)) }]);
    const played = play({
      rows: tape(print(1_500, ASK, 50, 4), print(2_000, BID, 51, 1), unsided(3_000, 53, 9)),
      grade: PRINTS,
      strategy: waits,
    });
    expect(fillsOf(played)).toEqual([
      [52, 4, 'maker', 4],
      [52, 1, 'maker', 5],
    ]);
    const unknown = play({ rows: tape(unsided(1_500, 50, 4)), grade: PRINTS, strategy: waits });
    expect(fillsOf(unknown)).toEqual([[52, 4, 'maker', 4]]);
  });

  it('the next print decides even when it is beyond the limit', () => {
    const played = play({
      rows: tape(print(2_000, BID, 53, 4), print(2_100, BID, 50, 9)),
      grade: PRINTS,
      strategy: taker(52, 6),
    });
    expect(fillsOf(played)).toEqual([]);
  });

  it('no print within 60 s is no fill', () => {
    const played = play({ rows: tape(print(62_000, BID, 50, 9)), grade: PRINTS, strategy: taker(52, 6) });
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'no-print-in-time' });
  });

  it('a print that may have happened before our arrival does not count: times are rounded up', () => {
    const played = play({
      rows: tape(print(2_000, BID, 50, 3), print(3_000, BID, 51, 4)),
      grade: PRINTS,
      strategy: taker(52, 4),
      request: 100,
      resolutionMs: 1_000,
    });
    expect(fillsOf(played)).toEqual([[52, 4, 'taker', 5]]);
  });

  it('each print is used once', () => {
    const played = play({
      rows: tape(print(2_000, BID, 50, 5)),
      grade: PRINTS,
      strategy: scripted([
        { at: 1_000, do: send(order(BID, 52, 4, { timeInForce: 'immediate-or-cancel' })) },
        { at: 1_001, do: send(order(BID, 52, 4, { timeInForce: 'immediate-or-cancel' })) },
      ]),
    });
    expect(fillsOf(played).map(([, quantity]) => quantity)).toEqual([4, 1]);
  });

  it('a maker fills only on a print beyond its price, of either side, except in the optimistic lane', () => {
    const rows = tape(print(2_000, ASK, 40, 5), unsided(3_000, 39, 2), print(4_000, BID, 38, 1));
    const filled = (lane: typeof BASE) =>
      fillsOf(
        play({
          rows,
          grade: PRINTS,
          lane,
          strategy: scripted([{ at: 1_000, do: send(order(BID, 40, 20, { postOnly: true })) }]),
        }),
      ).map(([, quantity]) => quantity);
    expect(filled(PESSIMISTIC)).toEqual([2, 1]);
    expect(filled(BASE)).toEqual([2, 1]);
    expect(filled(OPTIMISTIC)).toEqual([5, 2, 1]);
  });
});

describe('market life at the venue', () => {
  const status = (at: number, word: string): Row => ({
    at,
    kind: 5,
    detail: { type: 'lifecycle', change: { market: 0 as never, status: word as never } },
  });
  const coverage = (at: number, covered: boolean): Row => ({
    at,
    kind: 5,
    detail: { type: 'coverage', change: { market: 0 as never, covered, reason: 'gap' } },
  });
  const rest = { at: 100, do: send(order(BID, 40, 10)) };

  it('nothing is accepted before the market opens', () => {
    const played = play({
      rows: [print(0, BID, 50, 1), print(9_000, BID, 50, 1)],
      grade: PRINTS,
      strategy: scripted([rest]),
    });
    expect(endOf(played)).toEqual({ status: 'rejected', reason: 'market-not-open' });
  });

  it('the close cancels what rests', () => {
    const played = play({ rows: book([[40, 5]], [[45, 9]], status(500, 'closed')), strategy: scripted([rest]) });
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'market-closed' });
  });

  it('a pause refuses new orders, keeps resting ones unless asked otherwise, and reactivation cancels all', () => {
    const played = play({
      rows: book([[40, 5]], [[45, 9]], status(500, 'inactive'), status(800, 'active')),
      strategy: scripted([
        rest,
        { at: 101, do: send(order(BID, 39, 1, { cancelOnPause: true })) },
        { at: 600, do: send(order(BID, 38, 1)) },
      ]),
    });
    expect(endOf(played, 1)).toEqual({ status: 'cancelled', reason: 'reactivated' });
    expect(endOf(played, 2)).toEqual({ status: 'cancelled', reason: 'paused' });
    expect(endOf(played, 3)).toEqual({ status: 'rejected', reason: 'trading-paused' });
  });

  it('lost coverage refuses new orders and loses resting ones in the pessimistic lane only', () => {
    const rows = book([[40, 5]], [[45, 9]], coverage(500, false), print(600, ASK, 30, 50), coverage(700, true));
    const lane = (which: typeof BASE) =>
      play({ rows, lane: which, strategy: scripted([rest, { at: 550, do: send(order(BID, 39, 1)) }]) });
    expect(endOf(lane(PESSIMISTIC))).toEqual({ status: 'cancelled', reason: 'coverage-lost' });
    expect(endOf(lane(BASE))).toEqual({ status: 'resting' });
    expect(endOf(lane(BASE), 2)).toEqual({ status: 'rejected', reason: 'not-covered' });
  });

  it('an order expires at its time', () => {
    const expireTime = (1_893_456_000_000_000 + 400_000) as never;
    const played = play({
      rows: book([[40, 5]], [[45, 9]], print(500, ASK, 30, 50)),
      strategy: scripted([{ at: 100, do: send(order(BID, 40, 10, { expireTime })) }]),
    });
    expect(endOf(played)).toEqual({ status: 'cancelled', reason: 'expired' });
    expect(fillsOf(played)).toEqual([]);
  });

  it('a settlement pays the position', () => {
    const played = play({
      rows: [...opens(), ...snapshot(1, [[40, 9]], [[45, 9]]), settles(5_000, 'yes'), print(6_000, BID, 50, 1)],
      strategy: scripted([{ at: 100, do: send(order(BID, 45, 2)) }]),
    });
    const { account } = played.run.engine;
    // 2 × (1.00 − 0.45) − 0.07 × 2 × 0.45 × 0.55
    expect(account.cash - account.startingCash).toBe(1_100_000 - 34_700);
  });
});

describe('the replay', () => {
  it('gives the same journal whatever the block size', () => {
    const rows = book([[40, 30]], [[45, 9]], print(200, ASK, 40, 25), print(300, ASK, 40, 9), print(400, ASK, 40, 9));
    const lines = (blockRows: number) =>
      play({
        rows,
        blockRows,
        request: 20,
        response: 30,
        feed: 50,
        strategy: scripted([{ at: 160, do: send(order(BID, 40, 10)) }]),
      }).journal.lines;
    const whole = lines(1_000);
    expect(whole.length).toBeGreaterThan(3);
    for (const size of [1, 2, 3, 5]) expect(lines(size)).toEqual(whole);
  });

  it('shows the strategy only what has reached it: the feed delay counts', () => {
    const seen: [number, number][] = [];
    play({
      rows: book([[40, 30]], [[45, 9]], print(200, ASK, 40, 25)),
      feed: 50,
      strategy: { onTrade: (trade, context) => void seen.push([trade.exchangeTime / 1_000, context.now / 1_000]) },
    });
    expect(seen.map(([exchange, local]) => local - exchange)).toEqual([50]);
  });
});
