import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketStatus } from '../../../src/core/market.ts';
import { DETAIL } from '../../../src/core/market-event.ts';
import { type Price, price } from '../../../src/core/price.ts';
import { contracts } from '../../../src/core/quantity.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID, direction, opposite, type Side } from '../../../src/core/side.ts';
import { after, milliseconds, seconds, type Time } from '../../../src/core/time.ts';
import type { Context, Strategy } from '../../../src/engine/strategy.ts';
import { Entry, type EntryPlan } from '../../../src/engine/tactics/entry.ts';
import { MakerThenTaker } from '../../../src/engine/tactics/maker-then-taker.ts';
import { OcoExit, type OcoExitPlan } from '../../../src/engine/tactics/oco-exit.ts';
import type { Tactic } from '../../../src/engine/tactics/tactic.ts';
import { LANES, OPTIMISTIC } from '../../../src/sim/lane.ts';
import { randomTape } from '../../sim/random-tape.ts';
import { type Played, play, type Scene } from '../../sim/replay-of.ts';
import { order } from '../../sim/scripted.ts';
import { delta, index, opens, print, type Row, START, snapshot } from '../../sim/tape-of.ts';

type Startable = Tactic & { start(context: Context): void };

/** Starts a tactic, made with what is known by then, and hands it every callback; looks at every moment that it must be one order. */
class Runs implements Strategy {
  tactic: Startable | null = null;
  mostLive = 0;
  readonly #startAt: number;
  readonly #make: (context: Context) => Startable;
  readonly #before: ((context: Context) => void) | undefined;

  constructor(startAt: number, make: (context: Context) => Startable, before?: (context: Context) => void) {
    this.#startAt = startAt;
    this.#make = make;
    this.#before = before;
  }

  onStart(context: Context): void {
    if (this.#before !== undefined) context.wakeAt((START + 50_000) as Time, 'before');
    context.wakeAt((START + this.#startAt * 1_000) as Time, 'begin');
  }

  onTimer: NonNullable<Strategy['onTimer']> = (timer, context) => {
    if (timer.tag === 'before') this.#before?.(context);
    else if (timer.tag === 'begin') {
      this.tactic = this.#make(context);
      this.tactic.start(context);
    } else this.tactic?.onTimer(timer, context);
    this.#look(context);
  };

  onOrder: NonNullable<Strategy['onOrder']> = (update, context) => {
    this.tactic?.onOrder(update, context);
    this.#look(context);
  };

  onTrade: NonNullable<Strategy['onTrade']> = (trade, context) => {
    this.tactic?.onTrade?.(trade, context);
    this.#look(context);
  };

  onBook: NonNullable<Strategy['onBook']> = (market, context) => {
    this.tactic?.onBook?.(market, context);
    this.#look(context);
  };

  #look(context: Context): void {
    this.mostLive = Math.max(this.mostLive, context.openOrders().length);
  }
}

const book = (...rest: Row[]): Row[] => [
  ...opens(),
  ...snapshot(
    1,
    [
      [40, 10],
      [38, 50],
    ],
    [
      [45, 10],
      [47, 50],
    ],
  ),
  ...rest,
  delta(100_000, BID, 1, 1),
];

const becomes = (at: number, status: MarketStatus): Row => ({
  at,
  kind: DETAIL,
  detail: { type: 'lifecycle', change: { market: index(0), status } },
});

/** Fills as [cents, contracts, maker or taker, ms after the start at the venue]. */
const fillsOf = (played: Played) =>
  played.journal.fills.map(({ fill, event }) => [
    fill.price / 100,
    fill.quantity / 100,
    fill.liquidity,
    (event.exchangeTime - START) / 1_000,
  ]);

describe('an entry at the simulated venue', () => {
  const enter = (rows: Row[], more: Partial<EntryPlan> = {}, scene: Partial<Scene> = {}) => {
    const runs = new Runs(
      100,
      () =>
        new Entry({
          market: index(0),
          side: BID,
          quantity: contracts(10),
          price: price(4_100),
          wait: seconds(30),
          acceptShare: 0.8,
          requotes: 1,
          requotePrice: () => price(4_200),
          tag: 'entry',
          ...more,
        }),
    );
    const played = play({ rows, strategy: runs, ...scene });
    return { played, entry: runs.tactic as Entry, mostLive: runs.mostLive };
  };

  it('rests 30 s from its decision, then leaves the venue', () => {
    const { played, entry } = enter(book(), {}, { request: 20, response: 30 });
    expect(played.journal.answers.map(({ answer, exchangeTime }) => [answer.type, exchangeTime - START])).toEqual([
      ['accepted', 120_000],
      ['cancelled', 30_120_000],
    ]);
    expect(entry.state).toEqual({ phase: 'done', outcome: 'missed', reason: 'requested' });
  });

  it('is content with 8 of 10', () => {
    const { played, entry } = enter(book(print(5_000, ASK, 41, 8)));
    expect(fillsOf(played)).toEqual([[41, 8, 'maker', 5_000]]);
    expect(entry.state).toMatchObject({ outcome: 'accepted' });
    expect(played.run.engine.orders.count).toBe(1);
  });

  it('quotes 7 of 10 once more, for 3, after the first order is gone', () => {
    const { played, entry, mostLive } = enter(
      book(print(5_000, ASK, 41, 7), print(40_000, ASK, 42, 1)),
      {},
      { request: 20, response: 20 },
    );
    expect(fillsOf(played)).toEqual([
      [41, 7, 'maker', 5_000],
      [42, 1, 'maker', 40_000],
    ]);
    expect(played.journal.lines.filter((line) => line.startsWith('submit'))).toEqual([
      'submit 1 1000/1000',
      'submit 2 300/300',
    ]);
    expect(entry.state).toMatchObject({ outcome: 'accepted' });
    expect(mostLive).toBe(1);
  });

  it('counts what fills while its cancel travels, and quotes again for no more than is left', () => {
    // Decided at 100 ms, cancelled at 30.1 s; at the venue at 30.15 s.
    const { played, entry } = enter(book(print(30_120, ASK, 41, 4)), {}, { request: 50, response: 50 });
    expect(fillsOf(played)).toEqual([[41, 4, 'maker', 30_120]]);
    expect(played.journal.lines).toContain('submit 2 600/600');
    expect(entry.state).toMatchObject({ outcome: 'partial' });
  });

  it('is filled when it loses the race whole', () => {
    const { played, entry } = enter(book(print(30_120, ASK, 41, 40)), {}, { request: 50, response: 50 });
    expect(entry.state).toEqual({ phase: 'done', outcome: 'filled', reason: 'executed' });
    expect(played.journal.answers.map(({ answer }) => answer.type)).toContain('cancel-rejected');
    expect(played.run.engine.orders.count).toBe(1);
  });
});

describe('an oco exit at the simulated venue', () => {
  /** Buys 10 at 45, then leaves. */
  const leave = (rows: Row[], more: Partial<OcoExitPlan> = {}, scene: Partial<Scene> = {}) => {
    const runs = new Runs(
      1_000,
      (context) =>
        new OcoExit({
          market: index(0),
          side: ASK,
          quantity: context.position(index(0)).quantity,
          target: price(5_000),
          stop: 3_900,
          trail: null,
          watches: 'quote',
          slack: 200,
          deadline: null,
          tag: 'exit',
          ...more,
        }),
      (context) => context.submit(order(BID, 45, 10, { timeInForce: 'immediate-or-cancel' })),
    );
    const played = play({ rows, strategy: runs, ...scene });
    return { played, exit: runs.tactic as OcoExit, sold: fillsOf(played).slice(1) };
  };
  const held = ({ run }: Played) => run.engine.account.position(index(0)).quantity;

  it('the target fills as a maker', () => {
    const { played, exit, sold } = leave(book(print(3_000, BID, 50, 30)));
    expect(sold).toEqual([[50, 10, 'maker', 3_000]]);
    expect(exit.state).toEqual({ phase: 'done', cause: 'target' });
    expect(held(played)).toBe(0);
  });

  it('a falling bid cancels the target, waits for the answer, then takes what the bids below give', () => {
    const { played, exit, sold } = leave(book(delta(3_000, BID, 40, -10)), {}, { request: 50, response: 50, feed: 10 });
    // Heard at 3,010: cancel at the venue at 3,060, known at 3,110, and the take arrives at 3,160.
    expect(sold).toEqual([[38, 10, 'taker', 3_160]]);
    expect(exit.state).toEqual({ phase: 'done', cause: 'stop' });
    expect(held(played)).toBe(0);
  });

  it('what the target fills while its cancel travels is not sold again', () => {
    const { played, sold } = leave(
      book(delta(3_000, BID, 40, -10), print(3_040, BID, 50, 4)),
      {},
      { request: 50, response: 50 },
    );
    expect(sold).toEqual([
      [50, 4, 'maker', 3_040],
      [38, 6, 'taker', 3_150],
    ]);
    expect(held(played)).toBe(0);
  });

  it('takes again until flat where the bids are thin, and no lower than its slack', () => {
    const { played, exit, sold } = leave(
      book(delta(3_000, BID, 40, -10), delta(3_000, BID, 38, -47), delta(5_500, BID, 37, 2), delta(9_000, BID, 36, 20)),
    );
    expect(sold).toEqual([
      [38, 3, 'taker', 3_000],
      [37, 2, 'taker', expect.any(Number)],
      [36, 5, 'taker', expect.any(Number)],
    ]);
    expect(exit.state).toEqual({ phase: 'done', cause: 'stop' });
    expect(held(played)).toBe(0);
  });

  it('leaves at its deadline at the price there is', () => {
    const { exit, sold } = leave(book(), { deadline: (START + 20_000_000) as Time });
    expect(sold).toEqual([[40, 10, 'taker', 20_000]]);
    expect(exit.state).toEqual({ phase: 'done', cause: 'timeout' });
  });

  it('a trailing stop follows the bid up and fires on the way down, above where it began', () => {
    const rises = [delta(2_000, ASK, 45, -10), delta(2_000, BID, 43, 20), delta(2_000, BID, 46, 20)];
    const { sold } = leave(book(...rises, delta(4_000, BID, 46, -20)), { trail: 300 });
    expect(sold).toEqual([[43, 10, 'taker', 4_000]]);
  });

  it('ends when the market closes, and keeps what it could not sell', () => {
    const { played, exit, sold } = leave(book(becomes(5_000, 'closed')));
    expect(sold).toEqual([]);
    expect(exit.state).toEqual({ phase: 'done', cause: 'market-closed' });
    expect(held(played)).toBe(contracts(10));
  });

  it('closes NO by buying YES back, at the ask', () => {
    const runs = new Runs(
      1_000,
      () =>
        new OcoExit({
          market: index(0),
          side: BID,
          quantity: contracts(10),
          target: price(3_000),
          stop: 4_700,
          trail: null,
          watches: 'quote',
          slack: 200,
          deadline: null,
          tag: 'exit',
        }),
      (context) => context.submit(order(ASK, 40, 10, { timeInForce: 'immediate-or-cancel' })),
    );
    const played = play({ rows: book(delta(3_000, ASK, 45, -10)), strategy: runs });
    expect(fillsOf(played)).toEqual([
      [40, 10, 'taker', 50],
      [47, 10, 'taker', 3_000],
    ]);
    expect(held(played)).toBe(0);
  });
});

const setting = fc.record({
  seed: fc.nat(),
  lane: fc.constantFrom(...LANES),
  request: fc.integer({ min: 0, max: 80 }),
  response: fc.integer({ min: 0, max: 80 }),
  feed: fc.integer({ min: 0, max: 40 }),
  side: fc.constantFrom<Side>(BID, ASK),
  size: fc.integer({ min: 1, max: 15 }),
});

/** The signed position after each fill, in 0.01 contract. */
function positions(played: Played): number[] {
  let held = 0;
  return played.journal.fills.map(({ fill }) => (held += direction(fill.side) * fill.quantity));
}

const touch = (context: Context, side: Side): Price | undefined => {
  const seen = context.book(index(0));
  return side === BID ? seen?.bestBid : seen?.bestAsk;
};

describe('tactics on random tapes with random delays', () => {
  it('an oco exit never sells more than it holds, and has at most one order at the venue', () => {
    let stopped = 0;
    let raced = 0;
    fc.assert(
      fc.property(
        setting,
        fc.record({
          target: fc.constantFrom(null, 100, 300),
          stop: fc.constantFrom(null, 100, 200, 400),
          trail: fc.constantFrom(null, 100, 300),
          patience: fc.constantFrom(null, 100, 1_000),
          watches: fc.constantFrom('quote' as const, 'print' as const),
          closes: fc.constantFrom(null, 300, 900),
        }),
        ({ seed, side, size, ...scene }, { target, stop, trail, patience, watches, closes }) => {
          const rows = randomTape(new Random(seed), 120);
          const end = rows.findIndex((row) => closes !== null && row.at > closes);
          if (end >= 0) rows.splice(end, 0, becomes(rows[end]!.at, 'closed'));
          const out = opposite(side);
          const runs = new Runs(
            200,
            (context) => {
              const quantity = Math.abs(context.position(index(0)).quantity);
              if (quantity === 0) return IDLE;
              const gain = direction(side);
              return new OcoExit({
                market: index(0),
                side: out,
                quantity: contracts(quantity / 100),
                target: target === null ? null : price(5_000 + gain * target),
                stop: stop === null ? null : 5_000 - gain * stop,
                trail,
                watches,
                slack: 100,
                deadline: patience === null ? null : after(context.now, milliseconds(patience)),
                tag: 'exit',
              });
            },
            (context) =>
              context.submit(order(side, side === BID ? 70 : 30, size, { timeInForce: 'immediate-or-cancel' })),
          );
          const played = play({ rows, strategy: runs, ...scene });
          for (const held of positions(played)) expect(held * direction(side)).toBeGreaterThanOrEqual(0);
          expect(runs.mostLive).toBeLessThanOrEqual(1);
          const { tactic } = runs;
          if (tactic instanceof OcoExit && tactic.state.phase === 'done') {
            expect(played.run.venue.live).toBe(0);
            if (tactic.state.cause !== 'market-closed') expect(positions(played).at(-1)).toBe(0);
            if (tactic.state.cause === 'stop') stopped++;
          }
          if (played.journal.answers.some(({ answer }) => answer.type === 'cancel-rejected')) raced++;
        },
      ),
      { numRuns: 1_500 },
    );
    // The property must have met what it is about.
    expect(stopped).toBeGreaterThan(100);
    expect(raced).toBeGreaterThan(10);
  });

  it('maker then taker never holds more than it wants, and never rests and takes at once', () => {
    let took = 0;
    fc.assert(
      fc.property(setting, fc.integer({ min: 0, max: 400 }), ({ seed, side, size, ...scene }, patience) => {
        const runs = new Runs(50, (context) => {
          const restPrice = touch(context, side);
          if (restPrice === undefined) return IDLE;
          return new MakerThenTaker({
            market: index(0),
            side,
            quantity: contracts(size),
            restPrice,
            patience: milliseconds(patience),
            takeLimit: (now) => touch(now, opposite(side)),
            tag: 'enter',
          });
        });
        const played = play({ rows: randomTape(new Random(seed), 120), strategy: runs, ...scene });
        expect(Math.abs(positions(played).at(-1) ?? 0)).toBeLessThanOrEqual(contracts(size));
        expect(runs.mostLive).toBeLessThanOrEqual(1);
        if (played.journal.fills.some(({ fill }) => fill.liquidity === 'taker')) took++;
        if (runs.tactic?.done) expect(played.run.venue.live).toBe(0);
      }),
      { numRuns: 1_000 },
    );
    expect(took).toBeGreaterThan(100);
  });

  it('maker then taker takes only what its rest left, also when the race for the cancel is lost in part', () => {
    const runs = new Runs(
      100,
      () =>
        new MakerThenTaker({
          market: index(0),
          side: BID,
          quantity: contracts(10),
          restPrice: price(4_100),
          patience: seconds(5),
          takeLimit: () => price(4_500),
          tag: 'enter',
        }),
    );
    const rows = book(print(2_000, ASK, 41, 2), print(5_120, ASK, 41, 3));
    const played = play({ rows, strategy: runs, request: 50, response: 50, lane: OPTIMISTIC });
    expect(fillsOf(played)).toEqual([
      [41, 2, 'maker', 2_000],
      [41, 3, 'maker', 5_120],
      [45, 5, 'taker', 5_250],
    ]);
    expect(runs.mostLive).toBe(1);
  });
});

const IDLE: Startable = { done: true, start: () => {}, onOrder: () => {}, onTimer: () => {} };
