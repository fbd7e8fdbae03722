import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketIndex, Settlement } from '../../src/core/market.ts';
import { dollars, formatMoney, type Money, parseMoney } from '../../src/core/money.ts';
import type { OrderId } from '../../src/core/order.ts';
import { type Price, parsePrice } from '../../src/core/price.ts';
import { contracts, parseQuantity, type Quantity } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { Account } from '../../src/ledger/account.ts';
import { describeRecorded, type RecordedFill } from './demo-fixtures.ts';

const A = 0 as MarketIndex;
const B = 1 as MarketIndex;
const NO_ORDER = 0 as OrderId;

interface Trade {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly fee: Money;
}

const trade = (market: MarketIndex, side: Side, cents: number, count: number, fee = 0): Trade => ({
  market,
  side,
  price: (cents * 100) as Price,
  quantity: contracts(count),
  fee: dollars(fee),
});

function accountAfter(...trades: Trade[]): Account {
  const account = new Account(dollars(100));
  for (const one of trades) account.applyFill({ ...one, order: NO_ORDER });
  return account;
}

describe('netting in one market', () => {
  it('pays price times quantity for YES and holds that as cost', () => {
    const account = accountAfter(trade(A, BID, 40, 10, 0.17));
    expect(account.cash).toBe(dollars(95.83));
    expect(account.position(A)).toMatchObject({ quantity: 1_000, cost: dollars(4), fees: dollars(0.17) });
  });

  it('pays for NO when YES is sold that is not held', () => {
    const account = accountAfter(trade(A, ASK, 40, 10));
    expect(account.cash).toBe(dollars(94));
    expect(account.position(A)).toMatchObject({ quantity: -1_000, cost: dollars(6) });
  });

  it('returns a dollar a pair less the price when YES closes NO', () => {
    const account = accountAfter(trade(A, ASK, 40, 10), trade(A, BID, 30, 10));
    expect(account.cash).toBe(dollars(101));
    expect(account.position(A)).toMatchObject({ quantity: 0, cost: 0, realised: dollars(1), volume: 2_000 });
    expect([...account.openMarkets()]).toEqual([]);
    expect(account.tradedMarkets()).toEqual([A]);
  });

  it('splits a fill that flips the position: the first part closes, the rest opens the other leg', () => {
    const account = accountAfter(trade(A, BID, 40, 10), trade(A, ASK, 70, 15));
    expect(account.position(A)).toMatchObject({ quantity: -500, cost: dollars(1.5), realised: dollars(3) });
    expect(account.cash).toBe(dollars(100 - 4 + 7 - 1.5));
  });

  it('averages the cost and releases it in proportion, the odd millionth staying behind', () => {
    const account = accountAfter(trade(A, BID, 40, 0.01), trade(A, BID, 41, 0.02), trade(A, ASK, 50, 0.01));
    // 12,200 millionths over three hundredths: 4,066.67 each, rounded up to 4,067.
    expect(account.position(A)).toMatchObject({ quantity: 2, cost: 8_133, realised: 5_000 - 4_067 });
  });

  it('keeps fees out of price P&L', () => {
    const account = accountAfter(trade(A, BID, 40, 10, 0.2), trade(A, ASK, 50, 10, 0.3));
    expect(account.realised).toBe(dollars(1));
    expect(account.fees).toBe(dollars(0.5));
    expect(account.cash).toBe(dollars(100.5));
  });
});

describe('settlement', () => {
  const settle = (outcome: Settlement['outcome'], value: number, market = A): Settlement => ({
    market,
    outcome,
    value: value as Price,
  });

  it('pays a dollar for the winning leg and nothing for the losing one', () => {
    const account = accountAfter(trade(A, BID, 40, 10), trade(B, ASK, 40, 10));
    expect(account.settle(settle('yes', 10_000))).toEqual({ payout: dollars(10), fee: 0, realised: dollars(6) });
    expect(account.settle(settle('yes', 10_000, B))).toEqual({ payout: 0, fee: 0, realised: dollars(-6) });
    expect(account.cash).toBe(dollars(100));
    expect(account.position(A)).toMatchObject({ quantity: 0, cost: 0, realised: 0, settled: dollars(6) });
  });

  it('pays NO when the market settles no', () => {
    const account = accountAfter(trade(A, ASK, 40, 10));
    expect(account.settle(settle('no', 0))).toEqual({ payout: dollars(10), fee: 0, realised: dollars(4) });
  });

  it('pays a void market its last fair price', () => {
    const account = accountAfter(trade(A, ASK, 40, 10));
    expect(account.settle(settle('void', 4_500))?.payout).toBe(dollars(5.5));
  });

  it('pays whole cents of an odd scalar value and shows the rest as a fee', () => {
    const account = accountAfter(trade(A, BID, 40, 3));
    expect(account.settle(settle('scalar', 3_333))).toEqual({ payout: 999_900, fee: 9_900, realised: -200_100 });
    expect(account.cash).toBe(dollars(100 - 1.2 + 0.99));
    expect(account.audit()).toMatchObject({ fees: 9_900, settled: -200_100, payouts: 999_900 });
  });

  it('does nothing to an account that holds nothing there, and closes the market to trading', () => {
    const account = accountAfter();
    expect(account.settle(settle('yes', 10_000))).toBeNull();
    expect(() => account.applyFill({ ...trade(A, BID, 40, 1), order: NO_ORDER })).toThrow('has settled');
  });

  it('refuses a result that contradicts its value as wrong code', () => {
    expect(() => accountAfter().settle(settle('yes', 0))).toThrow('yes pays a dollar');
    expect(() => accountAfter().settle(settle('no', 1))).toThrow('no pays nothing');
  });
});

describe('collateral of resting orders', () => {
  const one = 1 as OrderId;
  const two = 2 as OrderId;
  const cents = (value: number) => (value * 100) as Price;

  it('locks the cost of the leg an order would open, and its fee', () => {
    const account = accountAfter();
    account.reserve(one, A, BID, cents(40), contracts(10), dollars(0.2));
    account.reserve(two, A, ASK, cents(60), contracts(10), dollars(0));
    expect(account.reserved).toBe(dollars(8.2));
    expect(account.available).toBe(dollars(91.8));
    account.release(one);
    account.release(two);
    account.release(two);
    expect(account.available).toBe(dollars(100));
  });

  it('locks nothing but the fee for the part that closes a position', () => {
    const account = accountAfter(trade(A, BID, 40, 10));
    account.reserve(one, A, ASK, cents(70), contracts(15), dollars(0.1));
    expect(account.reserved).toBe(dollars(1.6));
  });

  it('lets two closing orders share one position, the earlier first', () => {
    const account = accountAfter(trade(A, BID, 40, 10));
    account.reserve(one, A, ASK, cents(70), contracts(8), dollars(0));
    expect(account.reserved).toBe(0);
    account.reserve(two, A, ASK, cents(90), contracts(5), dollars(0));
    expect(account.reserved).toBe(dollars(0.3));
    account.release(one);
    expect(account.reserved).toBe(0);
  });

  it('follows the position: what closed it yesterday grows it today', () => {
    const account = accountAfter(trade(A, BID, 40, 10));
    account.reserve(one, A, ASK, cents(70), contracts(10), dollars(0));
    account.applyFill({ ...trade(A, ASK, 60, 10), order: two });
    expect(account.reserved).toBe(dollars(3));
    account.settle({ market: A, outcome: 'no', value: 0 as Price });
    expect(account.reserved).toBe(dollars(3));
  });

  it('shrinks with the fills of its order, fee included, and ends with the last', () => {
    const account = accountAfter();
    account.reserve(one, A, BID, cents(40), contracts(10), dollars(0.2));
    account.applyFill({ ...trade(A, BID, 40, 4), order: one });
    expect(account.reserved).toBe(dollars(2.52));
    account.applyFill({ ...trade(A, BID, 40, 3), order: one });
    expect(account.reserved).toBe(dollars(1.26));
    account.applyFill({ ...trade(A, BID, 40, 3), order: one });
    expect(account.reserved).toBe(0);
  });

  it('replaces what an order reserved without losing its turn', () => {
    const account = accountAfter(trade(A, BID, 40, 10));
    account.reserve(one, A, ASK, cents(70), contracts(2), dollars(0));
    account.reserve(two, A, ASK, cents(90), contracts(10), dollars(0));
    expect(account.reserved).toBe(dollars(0.2));
    account.reserve(one, A, ASK, cents(70), contracts(10), dollars(0));
    expect(account.reserved).toBe(dollars(1));
    expect(() => account.reserve(one, B, ASK, cents(70), contracts(1), dollars(0))).toThrow('cannot change');
  });
});

describe('worth', () => {
  it('is unknown where an open position has no mark, and never takes one for granted', () => {
    const account = accountAfter(trade(A, BID, 40, 10), trade(B, ASK, 40, 10));
    const marks = new Map([[A, 5_000 as Price]]);
    const mark = (market: MarketIndex) => marks.get(market);
    expect(account.equity(mark)).toBeNull();
    marks.set(B, 3_000 as Price);
    expect(account.equity(mark)).toBe(dollars(102));
  });
});

describeRecorded('an account on the demo exchange', (read) => {
  it('holds after the recorded fills what the exchange said it holds', () => {
    const { fills } = read('fills__after_taker.json') as { fills: RecordedFill[] };
    const account = new Account(dollars(100));
    for (const fill of fills.toReversed()) {
      account.applyFill({
        order: NO_ORDER,
        market: A,
        side: fill.book_side === 'bid' ? BID : ASK,
        price: parsePrice(fill.yes_price_dollars),
        quantity: parseQuantity(fill.count_fp),
        fee: parseMoney(fill.fee_cost),
      });
    }
    const body = read('portfolio__positions.json') as { market_positions: Record<string, string>[] };
    const recorded = body.market_positions[0]!;
    const held = account.position(A);
    expect(held.quantity).toBe(parseQuantity(recorded.position_fp!));
    expect(formatMoney(held.cost)).toBe(recorded.market_exposure_dollars);
    expect(formatMoney(held.fees)).toBe(recorded.fees_paid_dollars);
    expect(formatMoney(held.realised)).toBe(recorded.realized_pnl_dollars);
    expect(held.volume).toBe(parseQuantity('3.00'));
  });
});

type Happening =
  | { readonly type: 'fill'; readonly trade: Trade; readonly order: OrderId }
  | { readonly type: 'reserve'; readonly trade: Trade; readonly order: OrderId }
  | { readonly type: 'release'; readonly order: OrderId };

const MARKETS = 4;
const anyOrder = fc.integer({ min: 1, max: 8 }) as fc.Arbitrary<OrderId>;
const anyTrade: fc.Arbitrary<Trade> = fc.record({
  market: fc.integer({ min: 0, max: MARKETS - 1 }) as fc.Arbitrary<MarketIndex>,
  side: fc.constantFrom<Side>(BID, ASK),
  price: fc.integer({ min: 1, max: 9_999 }) as fc.Arbitrary<Price>,
  quantity: fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 1_000_000_000 }),
  ) as fc.Arbitrary<Quantity>,
  fee: fc.integer({ min: 0, max: 5_000_000 }) as fc.Arbitrary<Money>,
});
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('fill' as const), trade: anyTrade, order: anyOrder }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reserve' as const), trade: anyTrade, order: anyOrder }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('release' as const), order: anyOrder }) },
);
const anySettlements: fc.Arbitrary<Settlement[]> = fc
  .tuple(
    ...Array.from({ length: MARKETS }, () =>
      fc.record({
        outcome: fc.constantFrom<Settlement['outcome']>('yes', 'no', 'scalar', 'void'),
        value: fc.integer({ min: 0, max: 10_000 }),
      }),
    ),
  )
  .map((rows) =>
    rows.map(({ outcome, value }, market) => {
      const paid = outcome === 'yes' ? 10_000 : outcome === 'no' ? 0 : value;
      return { market: market as MarketIndex, outcome, value: paid as Price };
    }),
  );

/** The same account kept by another rule: every sale is paid in full, and what is short owes a dollar at the end. In bigint. */
class Brute {
  cash = 0n;
  readonly held: bigint[] = Array.from({ length: MARKETS }, () => 0n);

  fill({ market, side, price, quantity, fee }: Trade): void {
    const sign = side === BID ? 1n : -1n;
    this.held[market] = this.held[market]! + sign * BigInt(quantity);
    this.cash -= sign * BigInt(price) * BigInt(quantity) + BigInt(fee);
  }

  /** Cash with the dollar of each contract short set aside, as a fully funded venue keeps it. */
  get funded(): bigint {
    let cash = this.cash;
    for (const held of this.held) if (held < 0n) cash += 10_000n * held;
    return cash;
  }

  settle({ market, value }: Settlement): void {
    const held = this.held[market]!;
    const payout = held >= 0n ? held * BigInt(value) : -held * BigInt(10_000 - value);
    if (held < 0n) this.cash += 10_000n * held;
    this.cash += payout - (payout % 10_000n);
    this.held[market] = 0n;
  }
}

function happen(account: Account, happening: Happening, sides: Map<OrderId, string>): void {
  if (happening.type === 'release') {
    sides.delete(happening.order);
    account.release(happening.order);
    return;
  }
  const { trade, order } = happening;
  if (happening.type === 'fill') {
    account.applyFill({ ...trade, order });
    return;
  }
  const kind = `${trade.market} ${trade.side}`;
  if (sides.has(order) && sides.get(order) !== kind) account.release(order);
  sides.set(order, kind);
  account.reserve(order, trade.market, trade.side, trade.price, trade.quantity, trade.fee);
}

describe('conservation', () => {
  it('balances after every event and ends with the cash of a brute-force account', () => {
    fc.assert(
      fc.property(fc.array(anyHappening, { maxLength: 40 }), anySettlements, (happenings, settlements) => {
        const account = new Account(dollars(1_000));
        const brute = new Brute();
        const sides = new Map<OrderId, string>();
        for (const happening of happenings) {
          happen(account, happening, sides);
          if (happening.type === 'fill') brute.fill(happening.trade);
          const books = account.audit();
          expect(BigInt(books.cash - books.startingCash)).toBe(brute.funded);
          expect(books.cash + books.openCost).toBe(books.startingCash + books.realised + books.settled - books.fees);
          expect(account.available + account.reserved).toBe(account.cash);
          for (let market = 0; market < MARKETS; market++) {
            expect(BigInt(account.position(market as MarketIndex).quantity)).toBe(brute.held[market]);
          }
        }
        for (const settlement of settlements) {
          account.settle(settlement);
          brute.settle(settlement);
          account.audit();
        }
        expect(account.openCost).toBe(0);
        expect(BigInt(account.cash - account.startingCash)).toBe(brute.cash);
        expect(account.cash).toBe(account.startingCash + account.realised - account.fees);
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes no worth by trading at the mark, but for the fee', () => {
    fc.assert(
      fc.property(fc.array(anyTrade, { maxLength: 20 }), anyTrade, (before, last) => {
        const account = accountAfter(...before);
        const mark = () => last.price;
        const worth = account.equity(mark)!;
        account.applyFill({ ...last, order: NO_ORDER });
        expect(account.equity(mark)).toBe(worth - last.fee);
      }),
      { numRuns: 1_000 },
    );
  });

  it('locks what the orders of a market could cost at most beyond the position, never less than nothing', () => {
    fc.assert(
      fc.property(fc.array(anyTrade, { maxLength: 6 }), fc.array(anyTrade, { maxLength: 6 }), (held, resting) => {
        const account = accountAfter(...held);
        let expected = 0;
        const closable = new Map<string, number>();
        for (const { market } of resting) {
          const { quantity } = account.position(market);
          closable.set(`${market} ${quantity > 0 ? ASK : BID}`, Math.abs(quantity));
        }
        for (const [at, order] of resting.entries()) {
          const key = `${order.market} ${order.side}`;
          const closing = Math.min(closable.get(key) ?? 0, order.quantity);
          closable.set(key, (closable.get(key) ?? 0) - closing);
          const each = order.side === BID ? order.price : 10_000 - order.price;
          expected += (order.quantity - closing) * each + order.fee;
          account.reserve((at + 1) as OrderId, order.market, order.side, order.price, order.quantity, order.fee);
          expect(account.reserved).toBe(expected);
        }
        for (const at of resting.keys()) account.release((at + 1) as OrderId);
        expect(account.reserved).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('says at once when a fee is not a whole number of millionths', () => {
    expect(() => accountAfter({ ...trade(A, BID, 40, 1), fee: 0.5 as Money })).toThrow('whole number');
  });
});
