import { describe, expect, it } from 'vitest';
import type { Market } from '../../../src/core/market.ts';
import type { OrderId } from '../../../src/core/order.ts';
import { price } from '../../../src/core/price.ts';
import { gridOf } from '../../../src/core/price-grid.ts';
import { Random } from '../../../src/core/random.ts';
import { ASK, BID, type Side } from '../../../src/core/side.ts';
import { HOUR, MINUTE, SECOND, type Time } from '../../../src/core/time.ts';
import { readParams } from '../../../src/engine/params.ts';
import type { OrderView, Strategy } from '../../../src/engine/strategy.ts';
import maker from '../../../strategies/maker/strategy.ts';
import { FakeContext } from '../../engine/fake-context.ts';
import { L2, PRINTS } from '../../sim/replay-of.ts';
import { index, testMarket } from '../../sim/tape-of.ts';

const MARKET = index(0);
const START = 1_000_000_000;

interface Stage {
  readonly context: FakeContext;
  readonly strategy: Strategy;
}

function made(given: Record<string, number> = {}, grade = L2): Strategy {
  const setup = { grade, random: new Random('test'), survey: undefined };
  return maker.create(readParams(maker.params, given), setup);
}

function stage(
  given: Record<string, number> = {},
  more: Partial<Market> = { closeTime: (START + HOUR) as Time },
): Stage {
  const context = new FakeContext([testMarket(0, more)]);
  context.grade = L2;
  const strategy = made(given);
  context.listener = strategy;
  strategy.onStart?.(context);
  return { context, strategy };
}

/** A book of one ten-contract level a side. */
function show(context: FakeContext, bid: number, ask: number): void {
  context.show(MARKET, [[bid, 1_000]], [[ask, 1_000]]);
}

/** A stage whose first two quotes rest: order 1 bids 48 cents, order 2 offers 52. */
function quoting(given: Record<string, number> = {}): Stage {
  const set = stage(given);
  show(set.context, 4_500, 5_500);
  acceptAll(set.context);
  return set;
}

const live = (context: FakeContext, side: Side): OrderView[] =>
  context.openOrders().filter((order) => order.side === side);

function acceptAll(context: FakeContext): void {
  for (const order of context.openOrders()) if (order.state.status === 'in-flight') context.accept(order.id);
}

describe('maker with a venue that answers when it likes', () => {
  it('rests one post-only quote a side around the mid', () => {
    const { context } = stage();
    show(context, 4_500, 5_500);
    expect(context.requests).toEqual([
      { market: 0, side: BID, price: 4_800, quantity: 500, fairPrice: 5_000, postOnly: true },
      { market: 0, side: ASK, price: 5_200, quantity: 500, fairPrice: 5_000, postOnly: true },
    ]);
  });

  it('claims the mid as its fair price, half a tick against itself', () => {
    const grid = gridOf([{ start: price(0), end: price(10_000), step: 1 }] as never);
    const { context } = stage({}, { grid, closeTime: (START + HOUR) as Time });
    show(context, 4_500, 5_501);
    expect(context.requests.map(({ fairPrice }) => fairPrice)).toEqual([5_000, 5_001]);
  });

  it('never quotes across the other side of the book', () => {
    const { context } = stage({ halfSpread: 0 });
    show(context, 4_900, 5_000);
    expect(context.requests.map(({ price }) => price)).toEqual([4_900, 5_000]);
  });

  it('a new quote waits until the cancel of the old one is answered', () => {
    const { context } = quoting({ tolerance: 1, refresh: 5 });
    context.wait(5 * SECOND);
    show(context, 4_600, 5_600);
    expect(context.cancelsAsked).toEqual([]);
    show(context, 4_800, 5_800);
    expect(context.cancelsAsked).toEqual([1, 2]);
    context.wait(MINUTE);
    expect(context.requests).toHaveLength(2);
    context.cancelled(1 as OrderId);
    context.cancelled(2 as OrderId);
    context.wait(5 * SECOND);
    expect(context.requests.slice(2).map(({ price }) => price)).toEqual([5_100, 5_500]);
  });

  it('never has two orders on a side while one is in doubt', () => {
    const { context } = stage();
    show(context, 4_500, 5_500);
    context.answer(1 as OrderId, { type: 'in-doubt' });
    context.accept(2 as OrderId);
    context.wait(MINUTE);
    show(context, 3_500, 4_500);
    context.cancelled(2 as OrderId);
    context.wait(MINUTE);
    expect(live(context, BID).map(({ id }) => id)).toEqual([1]);
  });

  it('position and bid together never pass the most it may hold, nor position and offer', () => {
    const { context } = quoting({ maxPosition: 8, skew: 0, tolerance: 0 });
    for (let round = 0; round < 12; round++) {
      const side = round < 6 ? BID : ASK;
      const order = live(context, side)[0];
      if (order !== undefined) context.fill(order.id, Math.min(200, order.quantity - order.filled));
      context.wait(10 * SECOND);
      show(context, 4_500, 5_500);
      acceptAll(context);
      const held = context.position(MARKET).quantity;
      const open = (of: Side): number => live(context, of).reduce((sum, own) => sum + own.quantity - own.filled, 0);
      expect(held + open(BID)).toBeLessThanOrEqual(800);
      expect(held - open(ASK)).toBeGreaterThanOrEqual(-800);
    }
  });

  it('moves its quotes against what it holds', () => {
    const { context } = quoting({ skew: 1, tolerance: 0 });
    context.fill(1 as OrderId, 500);
    context.wait(5 * SECOND);
    show(context, 4_500, 5_500);
    context.cancelled(2 as OrderId);
    context.wait(5 * SECOND);
    show(context, 4_500, 5_500);
    // Five held: the centre is a cent lower.
    expect([live(context, BID)[0]?.price, live(context, ASK)[0]?.price]).toEqual([4_700, 5_100]);
  });

  it('withdraws at once when the book cannot be read, and says why', () => {
    const { context } = quoting();
    context.tear(MARKET);
    expect(context.cancelsAsked).toEqual([1, 2]);
    expect(context.rows.at(-1)!.action).toBe('pause: no book');
  });

  it('withdraws an order that the venue has not acknowledged yet', () => {
    const { context } = stage();
    show(context, 4_500, 5_500);
    context.tear(MARKET);
    expect(context.cancelsAsked).toEqual([1, 2]);
  });

  it('withdraws when a side of the book is empty, or the market pauses', () => {
    const empty = quoting().context;
    empty.wait(5 * SECOND);
    empty.show(MARKET, [[4_500, 1_000]], []);
    expect(empty.cancelsAsked).toEqual([1, 2]);
    const { context, strategy } = quoting();
    context.setStatus(MARKET, 'inactive');
    strategy.onLifecycle?.({ market: MARKET, status: 'inactive' }, context);
    expect(context.cancelsAsked).toEqual([1, 2]);
  });

  it('withdraws before the close, even where the book is quiet, or the close moves nearer', () => {
    const quiet = quoting({ closeBuffer: 600 }).context;
    quiet.advance(START + 50 * MINUTE - 1);
    expect(quiet.cancelsAsked).toEqual([]);
    quiet.wait(1);
    expect(quiet.cancelsAsked).toEqual([1, 2]);
    const { context, strategy } = quoting();
    strategy.onLifecycle?.({ market: MARKET, closeTime: (context.now + MINUTE) as Time }, context);
    expect(context.cancelsAsked).toEqual([1, 2]);
  });

  it('does not quote a market whose close is not known, unless told to', () => {
    const unknown = stage({}, { closeTime: null }).context;
    show(unknown, 4_500, 5_500);
    expect(unknown.requests).toEqual([]);
    const told = stage({ closeBuffer: 0 }, { closeTime: null }).context;
    show(told, 4_500, 5_500);
    expect(told.requests).toHaveLength(2);
  });

  it('a cancel that the venue turned away is asked for again after a pause', () => {
    const { context } = quoting();
    context.tear(MARKET);
    context.answer(1 as OrderId, { type: 'cancel-rejected', reason: 'rate-limited' });
    expect(context.cancelsAsked).toEqual([1, 2]);
    context.wait(SECOND);
    expect(context.cancelsAsked).toEqual([1, 2, 1]);
  });

  it('on a tape without a book it says so once and does nothing', () => {
    const context = new FakeContext([testMarket(0), testMarket(1)]);
    const strategy = made({}, PRINTS);
    context.listener = strategy;
    for (const market of context.markets) strategy.onLifecycle?.({ market: market.index, status: 'active' }, context);
    expect(context.rows.map((row) => row.action)).toEqual(['skip: no book on this tape']);
    expect(context.requests).toEqual([]);
  });
});
