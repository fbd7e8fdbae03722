import { describe, expect, it } from 'vitest';
import type { Money } from '../../src/core/money.ts';
import { contracts } from '../../src/core/quantity.ts';
import { BID } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { FeeCheck } from '../../src/live/fee-check.ts';
import { testMarket } from '../sim/tape-of.ts';

const NOW = 1_900_000_000_000_000 as Time;

function checked(...fees: readonly number[]) {
  const book = new FeeBook([{ series: 'TEST', event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 10_000 }]);
  const check = new FeeCheck(book, 'direct', () => testMarket(0));
  for (const fee of fees) {
    const fill = {
      order: 1,
      market: 0,
      side: BID,
      price: 5_000,
      quantity: contracts(10),
      liquidity: 'taker',
      source: 0,
    };
    check.fill({ ...fill, fee: fee as Money } as never, NOW);
  }
  return check;
}

describe('the fee of each fill against our schedule', () => {
  // 0.07 × 10 × 0.5 × 0.5 dollars.
  it('agrees to the last digit', () => {
    expect(checked(175_000, 175_000)).toMatchObject({ alike: 2, different: 0, wrong: null });
  });

  it('counts a small difference, and takes no offence', () => {
    expect(checked(175_000, 175_100)).toMatchObject({ alike: 1, different: 1, wrong: null });
  });

  it('finds a schedule wrong once an order is a cent off, over all its fills', () => {
    const found = checked(180_000, 180_000);
    expect(found.alike).toBe(0);
    expect(found.wrong).toMatch(
      /^order 1 \(TEST-30JAN01-B0\) was charged .*0\.36.*, and by our schedule it costs .*0\.35/,
    );
    expect(checked(170_000, 170_000).wrong).not.toBeNull();
    // What balances over an order is no wrong schedule.
    expect(checked(178_000, 172_000).wrong).toBeNull();
  });
});
