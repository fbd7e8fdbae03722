import { describe, expect, it } from 'vitest';
import { dollars, type Money } from '../../src/core/money.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts, type Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { type ExposureLeg, worstCase } from '../../src/ledger/exposure.ts';

type Order = ExposureLeg['orders'][number];

const leg = (count: number, cost: number, orders: Order[] = []): ExposureLeg => ({
  quantity: contracts(count),
  cost: dollars(cost),
  orders,
});
const order = (side: Side, cents: number, count: number): Order => ({
  side,
  price: (cents * 100) as Price,
  quantity: contracts(count),
});

describe('the worst case of one event', () => {
  it('loses every YES but one at least when no bracket is sure to win', () => {
    const legs = [leg(10, 3), leg(10, 4)];
    expect(worstCase(legs, true, false)).toBe(dollars(-7));
    expect(worstCase(legs, true, true)).toBe(dollars(3));
    expect(worstCase(legs, false, false)).toBe(dollars(-7));
  });

  it('lets NO on two brackets of one event lose only once', () => {
    const legs = [leg(-10, 7), leg(-10, 8)];
    expect(worstCase(legs, true, false)).toBe(dollars(-5));
    expect(worstCase(legs, false, false)).toBe(dollars(-15));
  });

  it('shows a locked profit: NO on all brackets of an exhaustive event for less than they pay', () => {
    expect(worstCase([leg(-1, 0.6), leg(-1, 0.6), leg(-1, 0.6)], true, true)).toBe(dollars(0.2));
  });

  it('counts an empty bracket as the winner when it may win', () => {
    expect(worstCase([leg(5, 2), leg(0, 0)], true, true)).toBe(dollars(-2));
    expect(worstCase([leg(5, 2)], true, true)).toBe(dollars(3));
  });

  it('fills both quotes of a market maker, each in the outcome where it hurts, never both at once to net', () => {
    const quoted = leg(0, 0, [order(BID, 40, 10), order(ASK, 60, 10)]);
    expect(worstCase([quoted], false, false)).toBe(dollars(-4));
    expect(worstCase([quoted], true, true)).toBe(dollars(-4));
  });

  it('does not let a closing order that may not fill reduce the loss', () => {
    expect(worstCase([leg(10, 4, [order(ASK, 90, 10)])], false, false)).toBe(dollars(-4));
  });

  it('is nothing where nothing is held', () => {
    expect(worstCase([], true, true)).toBe(0);
    expect(worstCase([leg(0, 0)], true, false)).toBe(0);
  });
});

/** P&L of one market by netting each fill into contracts and cash, then paying out: knows nothing of linearity. */
function profit(leg: ExposureLeg, fills: readonly Order[], settlesYes: boolean): number {
  let yes = Math.max(0, leg.quantity);
  let no = Math.max(0, -leg.quantity);
  let cash = -leg.cost;
  for (const { side, price, quantity } of fills) {
    for (let left: number = quantity; left > 0; ) {
      const held = side === BID ? no : yes;
      const part = held > 0 ? Math.min(left, held) : left;
      cash -= part * (side === BID ? price : 10_000 - price);
      if (held > 0) {
        // A pair of YES and NO pays its dollar at once.
        cash += part * 10_000;
        if (side === BID) no -= part;
        else yes -= part;
      } else if (side === BID) yes += part;
      else no += part;
      left -= part;
    }
  }
  return cash + 10_000 * (settlesYes ? yes : no);
}

/** The worst over every subset of fills and every allowed set of winners. */
function bruteForce(legs: readonly ExposureLeg[], exclusive: boolean, exhaustive: boolean): number {
  const all = legs.flatMap((leg, at) => leg.orders.map((order) => ({ at, order })));
  let worst = Number.POSITIVE_INFINITY;
  for (let subset = 0; subset < 1 << all.length; subset++) {
    const fills: Order[][] = legs.map(() => []);
    for (let bit = 0; bit < all.length; bit++) if (subset & (1 << bit)) fills[all[bit]!.at]!.push(all[bit]!.order);
    const yes = legs.map((leg, at) => profit(leg, fills[at]!, true));
    const no = legs.map((leg, at) => profit(leg, fills[at]!, false));
    for (let winners = 0; winners < 1 << legs.length; winners++) {
      const count = winners.toString(2).replaceAll('0', '').length;
      if (exclusive && (count > 1 || (exhaustive && count === 0))) continue;
      let total = 0;
      for (let at = 0; at < legs.length; at++) total += winners & (1 << at) ? yes[at]! : no[at]!;
      worst = Math.min(worst, total);
    }
  }
  return worst;
}

describe('the worst case of random portfolios', () => {
  it('equals brute force over every fill subset and outcome, 10,000 times', () => {
    const random = new Random('worst case');
    let withOrders = 0;
    for (let run = 0; run < 10_000; run++) {
      const legs: ExposureLeg[] = Array.from({ length: 1 + random.below(4) }, () => {
        const quantity = (random.below(2_001) - 1_000) as Quantity;
        return { quantity, cost: random.below(Math.abs(quantity) * 10_000 + 1) as Money, orders: [] };
      });
      for (let left = random.below(6); left > 0; left--) {
        const at = random.below(legs.length);
        const added: Order = {
          side: random.below(2) as Side,
          price: (1 + random.below(9_999)) as Price,
          quantity: (1 + random.below(1_500)) as Quantity,
        };
        legs[at] = { ...legs[at]!, orders: [...legs[at]!.orders, added] };
        withOrders++;
      }
      const exclusive = random.below(4) > 0;
      const exhaustive = exclusive && random.below(2) === 0;
      const found = worstCase(legs, exclusive, exhaustive);
      if (found !== bruteForce(legs, exclusive, exhaustive)) expect.fail(`portfolio ${run}: ${JSON.stringify(legs)}`);
    }
    expect(withOrders).toBeGreaterThan(20_000);
  });
});
