import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/core/assert.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID } from '../../../src/core/side.ts';
import { HOUR, MINUTE, SECOND, type Time } from '../../../src/core/time.ts';
import type { Reasons, Strategy, Trade } from '../../../src/engine/strategy.ts';
import whale from '../../../strategies/whale/strategy.ts';
import { FakeContext } from '../../engine/fake-context.ts';
import { index, testMarket } from '../../sim/tape-of.ts';
import { whaleParams } from './tapes.ts';

const START = 1_000_000_000;
const MARKET = index(0);
const L2 = { depth: 'L2', trades: true, sampling: 'continuous' } as const;

/** $1,000 of YES at 50 cents, or of NO. */
const WHALE = 200_000;

interface Stage {
  readonly context: FakeContext;
  readonly strategy: Strategy;
}

/** A market with a day to go in which 20 small prints have happened, and nothing else in the way of a whale. */
function stage(
  given: Record<string, string | number | boolean> = {},
  markets = 1,
  closeTime = START + 24 * HOUR,
): Stage {
  const context = new FakeContext(
    Array.from({ length: markets }, (_, at) => testMarket(at, { closeTime: closeTime as Time })),
  );
  const params = whaleParams(given);
  const strategy = whale.create(params, {
    grade: context.grade,
    random: new Random('test'),
    survey: undefined,
  });
  context.listener = strategy;
  for (let at = 0; at < markets; at++) prints(context, 20, at);
  return { context, strategy };
}

function prints(context: FakeContext, count: number, market = 0): void {
  for (let at = 0; at < count; at++) {
    context.wait(SECOND);
    context.print(index(market), at % 2 === 0 ? BID : ASK, 5_000, 1_000);
  }
  context.wait(SECOND);
}

const actions = (context: FakeContext): string[] => context.rows.map((row) => row.action);
const lastReasons = (context: FakeContext): Reasons => context.rows.at(-1)!.reasons;

describe('whale', () => {
  it('follows at the price of the crossing print where there is no book, whatever the reference', () => {
    for (const reference of ['bid', 'ask', 'whale']) {
      const { context } = stage({ reference });
      context.print(MARKET, BID, 5_000, WHALE);
      expect(context.requests).toEqual([{ market: 0, side: BID, price: 5_000, quantity: 500, patience: 30 * SECOND }]);
      expect(actions(context)).toEqual(['enter']);
    }
  });

  it('fades on the other side at the same YES price', () => {
    const { context } = stage({ mode: 'fade' });
    context.print(MARKET, BID, 5_000, WHALE);
    expect(context.requests).toEqual([{ market: 0, side: ASK, price: 5_000, quantity: 500, patience: 30 * SECOND }]);
  });

  it('explains the decision with its figures', () => {
    const { context } = stage();
    context.print(MARKET, ASK, 4_000, WHALE);
    expect(lastReasons(context)).toEqual({
      mode: 'follow',
      whale_side: 'ask',
      whale_cost_e6: 6_000 * WHALE,
      whale_quantity_e2: WHALE,
      whale_price_e4: 4_000,
      whale_sequence: 21,
      class: 'medium',
      age_us: 0,
      side: 'ask',
      reference: 'whale',
      prints_before: 20,
      volume_before_e2: 20_000,
      hours_to_close: 23.99,
      spread_e4: null,
      price_e4: 4_000,
      quantity_e2: 500,
      slippage_e4: null,
      slippage_percent: null,
    });
  });

  it('a sweep is acted on once, at its crossing print', () => {
    const { context } = stage({ threshold: 1_500 });
    context.print(MARKET, BID, 5_000, WHALE);
    expect(actions(context)).toEqual([]);
    context.print(MARKET, BID, 5_100, WHALE);
    context.print(MARKET, BID, 5_200, WHALE);
    expect(actions(context)).toEqual(['enter']);
    expect(lastReasons(context)).toMatchObject({ whale_price_e4: 5_100, price_e4: 5_100 });
  });

  it('a sweep of $10,000 by its crossing print is of class high', () => {
    const { context } = stage({ class: 'high' });
    context.print(MARKET, BID, 5_000, 10 * WHALE);
    expect(lastReasons(context)).toMatchObject({ class: 'high' });
    expect(actions(context)).toEqual(['enter']);
  });

  it('a placebo without its survey, or a survey without a placebo, is an error of the code', () => {
    expect(() => stage({ mode: 'placebo' })).toThrow(AssertionError);
  });

  it('a placebo acts on the drawn print alone, at its price, and on no whale', () => {
    const { context } = stage();
    const params = whaleParams({ mode: 'placebo' });
    const sweep = {
      market: MARKET,
      side: ASK,
      price: 9_000,
      quantity: WHALE,
      cost: 2_000_000_000,
      anchor: 1,
      time: 1,
      sequence: 99,
    } as never;
    const survey = { signals: new Map([[42, sweep]]), undrawn: 0 };
    const setup = { grade: context.grade, random: new Random('test'), survey };
    context.listener = whale.create(params, setup);
    prints(context, 20);
    context.print(MARKET, BID, 5_000, WHALE);
    expect(context.requests).toEqual([]);
    context.print(MARKET, null, 5_000, 100);
    expect(context.requests).toEqual([{ market: 0, side: ASK, price: 5_000, quantity: 500, patience: 30 * SECOND }]);
    expect(lastReasons(context)).toMatchObject({ mode: 'placebo', whale_cost_e6: 2_000_000_000, age_us: 0 });
  });
});

describe('whale lets go', () => {
  /** The reason of the last whale, after `before` has happened to a stage with these parameters. */
  function reasonAfter(given: Record<string, string | number>, before: (stage: Stage) => void, markets = 1): string {
    const set = stage(given, markets);
    before(set);
    set.context.print(index(markets - 1), BID, 5_000, WHALE);
    return actions(set.context).at(-1)!;
  }
  const book = (context: FakeContext, bid: number, ask: number, size = 10_000): void => {
    context.grade = L2;
    context.show(MARKET, [[bid, size]], [[ask, size]]);
  };

  it('what is not of its class', () => {
    expect(reasonAfter({ class: 'high' }, () => {})).toBe('skip: class');
  });

  it('a market that is not active', () => {
    expect(reasonAfter({}, ({ context }) => context.setStatus(MARKET, 'inactive'))).toBe('skip: market not active');
  });

  it('a market with too few prints, or too little volume, before the whale', () => {
    expect(reasonAfter({ minPrints: 21 }, () => {})).toBe('skip: too few prints');
    expect(reasonAfter({ minPrints: 20 }, () => {})).toBe('enter');
    expect(reasonAfter({ minVolume: 201 }, () => {})).toBe('skip: too little volume');
  });

  it('a market that has been quiet', () => {
    expect(reasonAfter({ maxQuiet: 60 }, ({ context }) => context.wait(MINUTE))).toBe('skip: quiet market');
  });

  it('a book that is not there, wide, or thinner than our size', () => {
    const unread = ({ context }: Stage): void => {
      context.grade = L2;
    };
    expect(reasonAfter({}, unread)).toBe('skip: no book');
    expect(reasonAfter({ maxSpread: 10 }, ({ context }) => book(context, 4_400, 5_500))).toBe('skip: wide spread');
    expect(reasonAfter({}, ({ context }) => book(context, 4_900, 5_000, 499))).toBe('skip: thin book');
  });

  it('a whale too near the close, or too far from it', () => {
    expect(reasonAfter({ minHoursToClose: 24 }, () => {})).toBe('skip: too near the close');
    expect(reasonAfter({ maxHoursToClose: 23 }, () => {})).toBe('skip: too far from the close');
  });

  it('a sweep that is older than 120 s when we hear of it', () => {
    const heardAfter = (delay: number): string[] => {
      const { context, strategy } = stage();
      const exchangeTime = context.now as Time;
      context.wait(delay);
      const localTime = context.now as Time;
      strategy.onTrade!(
        {
          market: MARKET,
          takerSide: BID,
          price: 5_000,
          quantity: WHALE,
          exchangeTime,
          localTime,
          sequence: 30,
        } as Trade,
        context,
      );
      return actions(context);
    };
    expect(heardAfter(120 * SECOND)).toEqual(['enter']);
    expect(heardAfter(120 * SECOND + 1)).toEqual(['skip: too old']);
  });

  it('a side of a market that it followed a moment ago', () => {
    const follow = ({ context }: Stage): void => {
      context.print(MARKET, BID, 5_000, WHALE);
      context.refuse(context.last.id, 'limit');
      context.wait(SECOND);
    };
    expect(reasonAfter({}, follow)).toBe('skip: already followed');
    expect(reasonAfter({ cooldown: 1 }, follow)).toBe('enter');
  });

  it('a market in which it holds a position, or works an entry', () => {
    const enter = ({ context }: Stage): void => {
      context.print(MARKET, BID, 5_000, WHALE);
      context.accept(context.last.id);
      context.wait(SECOND);
    };
    expect(reasonAfter({ cooldown: 0 }, enter)).toBe('skip: position held');
    const hold = (set: Stage): void => {
      enter(set);
      set.context.fill(set.context.last.id, 500);
    };
    expect(reasonAfter({ cooldown: 0 }, hold)).toBe('skip: position held');
  });

  it('a fourth position', () => {
    const three = ({ context }: Stage): void => {
      for (let at = 0; at < 3; at++) {
        context.print(index(at), BID, 5_000, WHALE);
        if (at > 0) context.fill(context.last.id, 500);
      }
    };
    expect(reasonAfter({}, three, 4)).toBe('skip: positions open');
    expect(reasonAfter({ maxPositions: 4 }, three, 4)).toBe('enter');
  });

  it('what would cost us too little or too much', () => {
    expect(reasonAfter({ minPrice: 51 }, () => {})).toBe('skip: price band');
    expect(reasonAfter({ maxPrice: 49 }, () => {})).toBe('skip: price band');
    const { context } = stage({ mode: 'fade', maxPrice: 95 });
    context.print(MARKET, BID, 400, 5_000_000);
    expect(actions(context)).toEqual(['skip: price band']);
  });

  it('a size of nothing: Kelly without an edge', () => {
    expect(reasonAfter({ size: 'kelly' }, () => {})).toBe('skip: no size');
  });

  it('slippage over 2 % for a limit order, over 5 % for a taker', () => {
    // 50 cents in a book offered at 51: 2 %, with the buffer 2.4 %.
    expect(reasonAfter({}, ({ context }) => book(context, 4_900, 5_100))).toBe('skip: slippage');
    expect(reasonAfter({ slippageBuffer: 0 }, ({ context }) => book(context, 4_900, 5_100))).toBe('enter');
    expect(reasonAfter({ reference: 'ask' }, ({ context }) => book(context, 4_900, 5_200))).toBe('enter');
    expect(reasonAfter({ reference: 'ask' }, ({ context }) => book(context, 4_900, 5_300))).toBe('skip: slippage');
  });

  it('what our limits refuse', () => {
    const { context } = stage();
    context.print(MARKET, BID, 5_000, WHALE);
    context.refuse(context.last.id, 'limit volume-share: nothing left of it');
    expect(actions(context)).toEqual(['enter', 'skip: limits']);
    expect(lastReasons(context)).toMatchObject({ limit: 'limit volume-share: nothing left of it' });
  });
});

describe('a whale entry', () => {
  function entered(given: Record<string, string | number> = {}): FakeContext {
    const { context } = stage(given);
    context.print(MARKET, BID, 5_000, WHALE);
    context.accept(context.last.id);
    return context;
  }

  it('is cancelled after 30 s without a fill', () => {
    const context = entered();
    context.wait(30 * SECOND);
    expect(context.cancelsAsked).toEqual([1]);
    context.cancelled(context.last.id);
    expect(actions(context)).toEqual(['enter', 'entry: missed']);
  });

  it('80 % of it is enough; less is quoted once more for the rest', () => {
    const enough = entered();
    enough.fill(enough.last.id, 400);
    enough.wait(30 * SECOND);
    enough.cancelled(enough.last.id);
    expect(actions(enough)).toEqual(['enter', 'entry: accepted']);
    const less = entered();
    less.fill(less.last.id, 399);
    less.wait(30 * SECOND);
    less.cancelled(less.last.id);
    expect(less.requests[1]).toEqual({
      market: 0,
      side: BID,
      price: 5_000,
      quantity: 101,
      patience: 30 * SECOND,
      follows: 1,
    });
    less.accept(less.last.id);
    less.wait(30 * SECOND);
    less.cancelled(less.last.id);
    expect(actions(less)).toEqual(['enter', 'entry: partial']);
    expect(less.requests).toHaveLength(2);
  });

  it('is not quoted again into a book that cannot be read', () => {
    const { context } = stage();
    context.grade = L2;
    context.show(MARKET, [[4_900, 10_000]], [[5_000, 10_000]]);
    context.print(MARKET, BID, 5_000, WHALE);
    context.fill(context.last.id, 100);
    context.accept(context.last.id);
    context.tear(MARKET);
    context.wait(30 * SECOND);
    context.cancelled(context.last.id);
    expect(actions(context)).toEqual(['enter', 'entry: partial']);
  });

  it('tells what it paid beyond the price of the whale', () => {
    const context = entered({ mode: 'fade' });
    context.fill(context.last.id, 500, 5_100 as never);
    // NO at 49 cents where the whale paid 50 for YES, and so left NO at 50.
    expect(lastReasons(context)).toMatchObject({ slippage_e4: -100, slippage_percent: -2, filled_e2: 500 });
  });

  it('is held to settlement without another order', () => {
    const context = entered();
    context.fill(context.last.id, 500);
    context.print(MARKET, ASK, 100, 1_000);
    context.wait(HOUR);
    expect(context.requests).toHaveLength(1);
    expect(actions(context)).toEqual(['enter', 'entry: filled']);
  });
});

describe('a whale exit by target, stop or timeout', () => {
  function holding(given: Record<string, string | number> = {}, side = BID as 0 | 1, price = 5_000): FakeContext {
    const { context } = stage({ exit: 'bracket', ...given });
    context.print(MARKET, side, price, 2 * WHALE);
    context.fill(context.last.id, 500);
    return context;
  }

  it('the target rests 30 % above what we paid', () => {
    expect(holding().last).toMatchObject({ side: ASK, price: 6_500, quantity: 500 });
    // NO bought at 60 cents: 78, which is YES at 22.
    expect(holding({}, ASK, 4_000).last).toMatchObject({ side: BID, price: 2_200, quantity: 500 });
  });

  it('a target beyond a dollar is left to settlement', () => {
    const context = holding({}, BID, 8_000);
    expect(context.openOrders()).toEqual([]);
    context.print(MARKET, ASK, 6_800, 100);
    expect(context.last).toMatchObject({ side: ASK });
    expect(context.last.order.timeInForce).toBe('immediate-or-cancel');
  });

  it('the stop fires 15 % below what we paid', () => {
    const context = holding();
    context.accept(context.last.id);
    context.print(MARKET, ASK, 4_300, 100);
    expect(context.cancelsAsked).toEqual([]);
    context.print(MARKET, ASK, 4_250, 100);
    expect(context.cancelsAsked).toEqual([2]);
    context.cancelled(context.last.id);
    expect(context.last.order.timeInForce).toBe('immediate-or-cancel');
    context.fill(context.last.id, 500);
    expect(context.position(MARKET).quantity).toBe(0);
  });

  it('leaves after its time, and may then trade the market again', () => {
    const context = holding({ exitAfter: 600, cooldown: 0 });
    context.accept(context.last.id);
    context.wait(600 * SECOND);
    context.cancelled(context.last.id);
    context.wait(SECOND);
    context.print(MARKET, BID, 5_000, 100);
    context.wait(MINUTE);
    context.fill(context.last.id, 500);
    context.print(MARKET, BID, 5_000, WHALE);
    expect(actions(context).at(-1)).toBe('enter');
  });
});
