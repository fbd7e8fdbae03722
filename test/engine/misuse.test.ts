import { describe, expect, it } from 'vitest';
import { Misuse } from '../../src/core/misuse.ts';
import { BID } from '../../src/core/side.ts';
import type { Context, OrderView, Strategy, Trade } from '../../src/engine/strategy.ts';
import { checkStrategy } from '../../src/engine/strategy-shape.ts';
import { play } from '../sim/replay-of.ts';
import { order } from '../sim/scripted.ts';
import { delta, index, opens, print, snapshot } from '../sim/tape-of.ts';

const rows = [
  ...opens(),
  ...snapshot(1, [[40, 50]], [[45, 50]]),
  print(100, BID, 45, 1),
  print(200, BID, 45, 2),
  delta(300, BID, 40, -1),
];

/** Plays a strategy that does something at the first print. */
function at(firstPrint: (context: Context, trade: Trade) => unknown): () => void {
  let done = false;
  const strategy: Strategy = {
    onTrade(trade, context) {
      if (!done) firstPrint(context, trade);
      done = true;
    },
  };
  return () => play({ rows, strategy });
}

/** Submits a good bid with some fields replaced: types do not guard a file that is run without a type check. */
const bid = (fields: object) => at((context) => context.submit({ ...order(BID, 40, 1), ...fields }));

describe('what a strategy asks for and cannot have is refused where it asks', () => {
  const cases: readonly (readonly [string, () => void, RegExp])[] = [
    ['a cancel of an order that never was', at((context) => context.cancel(99 as never)), /no order 99/],
    ['an amend of one', at((context) => context.amend(99 as never, 4_000 as never, 100 as never)), /no order 99/],
    ['a look at one', at((context) => context.order(undefined as never)), /no order undefined/],
    ['a price off the grid', bid({ price: 4_050 }), /4050 \(40.5¢\).* 4000 \(40¢\) and 4100 \(41¢\)/],
    ['a price beyond the grid', bid({ price: 10_050 }), /the nearest price is 9900 \(99¢\)/],
    ['a price in dollars', bid({ price: 0.45 }), /so 0.45 dollars is 4500/],
    ['a price that is no number', bid({ price: Number.NaN }), /the price NaN/],
    ['a fraction of the smallest quantity', bid({ quantity: 1.5 }), /not 1.5/],
    ['a quantity below zero', bid({ quantity: -100 }), /not -100/],
    ['a quantity that is no number', bid({ quantity: Number.NaN }), /not NaN/],
    ['a quantity as a bigint', bid({ quantity: 100n }), /not 100/],
    ['a market by its ticker', bid({ market: 'TEST-30JAN01-B0' }), /market "TEST-30JAN01-B0" is not known/],
    ['a side by name', bid({ side: 'bid' }), /not "bid"/],
    ['a time in force of another venue', bid({ timeInForce: 'day' }), /no time in force "day"/],
    ['a field of another name', bid({ tif: 'ioc' }), /no field "tif"/],
    ['post-only as a text', bid({ postOnly: 'false' }), /postOnly is true or false/],
    ['an expiry without a time', bid({ expireTime: Number.NaN }), /expireTime/],
    ['no request at all', at((context) => context.submit(undefined as never)), /needs a request/],
    ['a book of no market', at((context) => context.book('TEST' as never)), /market "TEST" is not known/],
    ['a fee of nothing', at((context) => context.fee(index(0), 4_000 as never, 0 as never, 'taker')), /quantity/],
    ['a wake-up in the past', at((context) => context.wakeAt(5 as never, 'late')), /lies in the past/],
    ['a wake-up at no time', at((context) => context.wakeAt(Number.NaN as never, 'when')), /not NaN/],
    ['a bigint as a reason', at((context) => context.explain('a', index(0), { big: 1n } as never)), /bigint 1/],
    ['a function as a reason', at((context) => context.explain('a', index(0), { f: () => 1 } as never)), /a function/],
    ['an object as a reason', at((context) => context.explain('a', index(0), { o: {} } as never)), /an object/],
  ];
  for (const [sentence, play, says] of cases) {
    it(sentence, () => {
      expect(play).toThrow(Misuse);
      expect(play).toThrow(says);
    });
  }

  it('a request that answers itself for ever', () => {
    const again: Strategy = {
      onTrade: (_, context) => void context.submit(order(BID, 40, 1)),
      onOrder: (_, context) => void context.submit(order(BID, 40, 1)),
    };
    expect(() => play({ rows, strategy: again })).toThrow(/requests at one time/);
    expect(
      at((context) => {
        for (;;) context.submit(order(BID, 40, 1));
      }),
    ).toThrow(/requests at one time/);
  });

  it('a callback that gives a promise, and the promise is not left alone', async () => {
    const late = at(() => undefined);
    const strategy = { onTrade: () => Promise.reject(new Error('late')) } as unknown as Strategy;
    expect(late).not.toThrow();
    expect(() => play({ rows, strategy })).toThrow(/onTrade gave a promise/);
    await new Promise((turn) => setTimeout(turn, 0));
  });
});

describe('what a strategy is shown it cannot change', () => {
  it('an order, its request and its state', () => {
    let kept: OrderView | undefined;
    const look = at((context) => {
      const id = context.submit(order(BID, 40, 1));
      kept = context.order(id);
      for (const change of [{ price: 1 }, { filled: 1 }, { state: 'executed' }]) {
        expect(() => Object.assign(kept as object, change)).toThrow(TypeError);
        expect(() => Object.assign(context.openOrders()[0] as object, change)).toThrow(TypeError);
      }
      expect(() => Object.assign(kept!.order, { price: 1 })).toThrow(TypeError);
      expect(() => Object.assign(kept!.state, { status: 'executed' })).toThrow(TypeError);
      expect(kept).not.toHaveProperty('apply');
    });
    look();
    // A kept view goes with its order: the venue has acknowledged it since.
    expect([kept?.price, kept?.filled, kept?.state.status]).toEqual([4_000, 0, 'resting']);
  });

  it('a position, a fill and the context', () => {
    const strategy: Strategy = {
      onTrade: (_, context) => void context.submit(order(BID, 45, 1)),
      onFill(fill, context) {
        const position = context.position(fill.market);
        expect(position.quantity).toBeGreaterThan(0);
        expect(() => Object.assign(position, { quantity: 5 })).toThrow(TypeError);
        expect(position).not.toHaveProperty('trade');
        expect(() => Object.assign(fill, { quantity: 5 })).toThrow(TypeError);
        expect(() => Object.assign(context, { submit: () => 0 })).toThrow(TypeError);
      },
    };
    expect(play({ rows, strategy }).journal.fills.length).toBeGreaterThan(0);
  });

  it('a position kept from before the first fill goes with the fills', () => {
    let held = Number.NaN;
    let flat: { readonly quantity: number } | undefined;
    const strategy: Strategy = {
      onTrade(_, context) {
        flat ??= context.position(index(0));
        context.submit(order(BID, 45, 1));
      },
      onStop() {
        held = flat!.quantity;
      },
    };
    play({ rows, strategy });
    expect(held).toBe(200);
  });

  it('a print that is kept stays what it was', () => {
    const kept: Trade[] = [];
    play({ rows, strategy: { onTrade: (trade) => void kept.push(trade) } });
    expect(kept.map(({ quantity }) => quantity)).toEqual([100, 200]);
    expect({ ...kept[0] }).toMatchObject({ market: 0, takerSide: BID, price: 4_500 });
  });
});

describe('what create returned', () => {
  it('is refused where it is no strategy', () => {
    expect(() => checkStrategy(undefined)).toThrow(/gave undefined/);
    expect(() => checkStrategy(Promise.resolve({}))).toThrow(/gave a promise/);
    expect(() => checkStrategy({ onTrade: 5 })).toThrow(/onTrade of the strategy is a number/);
    expect(() => checkStrategy({ async onTrade() {} })).toThrow(/an async function/);
    expect(() => checkStrategy({ *onBook() {} })).toThrow(/a GeneratorFunction/);
  });

  it('is remarked on where a callback has a name that nobody calls, a class and its parents included', () => {
    class Parent {
      onbook(): void {}
    }
    class Child extends Parent {
      on_trade(): void {}
      onTimer(): void {}
      once(): void {}
    }
    expect(checkStrategy(new Child())).toEqual([
      expect.stringContaining('"on_trade" of the strategy: did you mean onTrade?'),
      expect.stringContaining('"onbook" of the strategy: did you mean onBook?'),
    ]);
    expect(checkStrategy({ onTrade() {}, orders: [], only: 1 })).toEqual([]);
  });
});
