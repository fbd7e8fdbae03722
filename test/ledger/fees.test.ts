import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeeType } from '../../src/core/fee-schedule.ts';
import { formatMoney, type Money, parseMoney } from '../../src/core/money.ts';
import type { Liquidity } from '../../src/core/order.ts';
import { type Price, parsePrice } from '../../src/core/price.ts';
import { contracts, parseQuantity, type Quantity } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import {
  estimateFee,
  type FeeAccumulator,
  type FeeTerms,
  feeOfFill,
  type Membership,
  modelFee,
} from '../../src/ledger/fees.ts';
import { describeRecorded, type RecordedFill } from './demo-fixtures.ts';

const PLAIN: FeeTerms = { type: 'quadratic', multiplierE4: 10_000 };

interface Leg {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly liquidity: Liquidity;
}

/** The fees of one order's fills, in order. */
function feesOfOrder(terms: FeeTerms, membership: Membership, fills: readonly Leg[]): Money[] {
  const accumulator: FeeAccumulator = { carried: 0 as Money };
  return fills.map((fill) => feeOfFill(terms, membership, fill, accumulator));
}

function takes(count: number, price: string, times = 1): Leg[] {
  const fill: Leg = { side: BID, price: parsePrice(price), quantity: contracts(count), liquidity: 'taker' };
  return Array.from({ length: times }, () => fill);
}

/** The model fee by another way: one big fraction. */
function modelFeeExactly(multiplierE4: number, coefficientE4: number, price: number, quantity: number): bigint {
  const numerator =
    BigInt(multiplierE4) * BigInt(coefficientE4) * BigInt(quantity) * BigInt(price) * BigInt(10_000 - price);
  return (numerator + 999_999_999_999n) / 1_000_000_000_000n;
}

const anyPrice = fc.integer({ min: 1, max: 9_999 }) as fc.Arbitrary<Price>;
const centPrice = fc.integer({ min: 1, max: 99 }).map((cents) => (cents * 100) as Price);
const anyQuantity = fc.oneof(
  fc.integer({ min: 1, max: 5_000 }),
  fc.integer({ min: 1, max: 1_000_000_000 }),
) as fc.Arbitrary<Quantity>;
const anyMembership = fc.constantFrom<Membership>('direct', 'non-direct');
const anyTerms: fc.Arbitrary<FeeTerms> = fc.record({
  type: fc.constantFrom<FeeType>('quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'),
  multiplierE4: fc.constantFrom(0, 5_000, 10_000, 20_000, 12_345, 1),
});
const anyFill = (price: fc.Arbitrary<Price>): fc.Arbitrary<Leg> =>
  fc.record({
    side: fc.constantFrom<Side>(BID, ASK),
    price,
    quantity: anyQuantity,
    liquidity: fc.constantFrom<Liquidity>('maker', 'taker'),
  });

describe('the fee vectors of the venue document', () => {
  const vectors: [string, Leg[], string[], string[]][] = [
    ['buy 1 at 0.52', takes(1, '0.52'), ['0.017500'], ['0.020000']],
    ['buy 1 at 0.99', takes(1, '0.99'), ['0.000700'], ['0.010000']],
    ['buy 100 at 0.50', takes(100, '0.50'), ['1.750000'], ['1.750000']],
    ['buy 7 at 0.23', takes(7, '0.23'), ['0.086800'], ['0.090000']],
    [
      'one order, 3 fills of 1 at 0.35',
      takes(1, '0.35', 3),
      ['0.016000', '0.015900', '0.015900'],
      ['0.020000', '0.020000', '0.010000'],
    ],
    [
      'one order, 3 fills of 0.30 at 0.50',
      takes(0.3, '0.50', 3),
      ['0.005300', '0.005200', '0.005300'],
      ['0.010000', '0.010000', '0.000000'],
    ],
  ];
  it.each(vectors)('%s costs a direct and a broker account what the table says', (_, fills, direct, broker) => {
    expect(feesOfOrder(PLAIN, 'direct', fills).map(formatMoney)).toEqual(direct);
    expect(feesOfOrder(PLAIN, 'non-direct', fills).map(formatMoney)).toEqual(broker);
  });
});

describeRecorded('fees recorded on the demo exchange', (read) => {
  it('equals every recorded fill to the last digit', () => {
    const { fills } = read('fills__after_taker.json') as { fills: RecordedFill[] };
    expect(fills).toHaveLength(3);
    for (const fill of fills) {
      const [fee] = feesOfOrder(PLAIN, 'direct', [
        {
          side: fill.book_side === 'bid' ? BID : ASK,
          price: parsePrice(fill.yes_price_dollars),
          quantity: parseQuantity(fill.count_fp),
          liquidity: fill.is_taker ? 'taker' : 'maker',
        },
      ]);
      expect(formatMoney(fee!)).toBe(fill.fee_cost);
    }
  });

  it.each([['orders__create_v2_taker_ioc.json'], ['orders__settlement_seed.json']])(
    'equals the fee per contract of %s',
    (file) => {
      const answer = read(file) as { average_fee_paid: string; average_fill_price: string; fill_count: string };
      const quantity = parseQuantity(answer.fill_count);
      const fee = estimateFee(PLAIN, 'direct', parsePrice(answer.average_fill_price), quantity, 'taker');
      expect((fee * 100) / quantity).toBe(parseMoney(answer.average_fee_paid));
    },
  );
});

describe('who pays', () => {
  const half = parsePrice('0.50');
  const hundred = contracts(100);

  it('charges a maker nothing on a plain quadratic series', () => {
    expect(modelFee(PLAIN, 'maker', half, hundred)).toBe(0);
    expect(estimateFee(PLAIN, 'non-direct', half, hundred, 'maker')).toBe(0);
  });

  it('charges makers a quarter of the taker fee where makers pay, and half on combos', () => {
    expect(modelFee({ type: 'quadratic_with_maker_fees', multiplierE4: 10_000 }, 'maker', half, hundred)).toBe(437_500);
    expect(modelFee({ type: 'quadratic_with_combo_maker_fees', multiplierE4: 10_000 }, 'maker', half, hundred)).toBe(
      875_000,
    );
    expect(modelFee({ type: 'quadratic_with_maker_fees', multiplierE4: 10_000 }, 'taker', half, hundred)).toBe(
      1_750_000,
    );
  });

  it('halves at multiplier one half and is free at zero', () => {
    expect(modelFee({ type: 'quadratic', multiplierE4: 5_000 }, 'taker', half, hundred)).toBe(875_000);
    expect(estimateFee({ type: 'quadratic', multiplierE4: 0 }, 'direct', half, hundred, 'taker')).toBe(0);
  });

  it('charges YES at a price and NO at its complement alike', () => {
    fc.assert(
      fc.property(anyPrice, anyQuantity, (price, quantity) => {
        expect(modelFee(PLAIN, 'taker', price, quantity)).toBe(
          modelFee(PLAIN, 'taker', (10_000 - price) as Price, quantity),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('still aligns the balance when the model fee is zero: a hundredth of a contract at a tenth of a cent', () => {
    const fill = { price: 10 as Price, quantity: 1 as Quantity, liquidity: 'maker' as const };
    expect(feesOfOrder(PLAIN, 'direct', [{ side: BID, ...fill }])).toEqual([90]);
    expect(feesOfOrder(PLAIN, 'direct', [{ side: ASK, ...fill }])).toEqual([10]);
    expect(estimateFee(PLAIN, 'direct', fill.price, fill.quantity, 'maker')).toBe(90);
  });
});

describe('exactness', () => {
  it('equals one big fraction for every size up to ten million contracts', () => {
    const coefficient = { quadratic: 0, quadratic_with_maker_fees: 175, quadratic_with_combo_maker_fees: 350 };
    fc.assert(
      fc.property(
        anyTerms,
        fc.constantFrom<Liquidity>('maker', 'taker'),
        anyPrice,
        anyQuantity,
        (terms, liquidity, price, quantity) => {
          const rate = liquidity === 'taker' ? 700 : coefficient[terms.type];
          expect(BigInt(modelFee(terms, liquidity, price, quantity))).toBe(
            modelFeeExactly(terms.multiplierE4, rate, price, quantity),
          );
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('never falls when the size grows', () => {
    fc.assert(
      fc.property(anyTerms, anyPrice, anyQuantity, anyQuantity, (terms, price, one, other) => {
        const [less, more] = one <= other ? [one, other] : [other, one];
        expect(modelFee(terms, 'taker', price, less)).toBeLessThanOrEqual(modelFee(terms, 'taker', price, more));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses a size of nothing, a price beyond a dollar and a multiplier out of range as wrong code', () => {
    const half = 5_000 as Price;
    expect(() => modelFee(PLAIN, 'taker', half, 0 as Quantity)).toThrow('positive quantity');
    expect(() => modelFee(PLAIN, 'taker', 10_001 as Price, 1 as Quantity)).toThrow('price from 0 to 1');
    expect(() => modelFee({ type: 'quadratic', multiplierE4: 0.3 }, 'taker', half, 1 as Quantity)).toThrow(
      'whole number of 1e-4',
    );
  });
});

describe('the accumulator of an order', () => {
  const step = { direct: 100, 'non-direct': 10_000 };

  it('never makes a fee negative, leaves the balance on its unit, and gives back exactly what it took beyond the model', () => {
    fc.assert(
      fc.property(
        anyTerms,
        anyMembership,
        fc.array(anyFill(anyPrice), { minLength: 1, maxLength: 12 }),
        (terms, membership, fills) => {
          const accumulator: FeeAccumulator = { carried: 0 as Money };
          let models = 0;
          let net = 0;
          for (const fill of fills) {
            const fee = feeOfFill(terms, membership, fill, accumulator);
            expect(fee).toBeGreaterThanOrEqual(0);
            expect(accumulator.carried).toBeGreaterThanOrEqual(0);
            const revenue = (fill.side === BID ? -1 : 1) * fill.price * fill.quantity;
            expect(Math.abs((revenue - fee) % step[membership])).toBe(0);
            models += modelFee(terms, fill.liquidity, fill.price, fill.quantity);
            net += fee;
            expect(net).toBe(models + accumulator.carried);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('keeps an order on a whole-cent market within one unit of its model fees, in however many pieces it fills', () => {
    const fill = fc.record({
      side: fc.constant<Side>(BID),
      price: centPrice,
      quantity: fc.integer({ min: 1, max: 500 }) as fc.Arbitrary<Quantity>,
      liquidity: fc.constant<Liquidity>('taker'),
    });
    fc.assert(
      fc.property(fc.array(fill, { minLength: 1, maxLength: 40 }), (fills) => {
        const net = feesOfOrder(PLAIN, 'direct', fills).reduce((sum, fee) => sum + fee, 0);
        const models = fills.reduce((sum, { price, quantity }) => sum + modelFee(PLAIN, 'taker', price, quantity), 0);
        expect(net).toBeGreaterThanOrEqual(models);
        expect(net).toBeLessThan(models + 100);
      }),
      { numRuns: 1_000 },
    );
  });

  it('charges a single fill on a whole-cent market the model fee rounded up to a hundredth of a cent', () => {
    fc.assert(
      fc.property(centPrice, anyQuantity, (price, quantity) => {
        const fee = estimateFee(PLAIN, 'direct', price, quantity, 'taker');
        const cents = (modelFeeExactly(10_000, 700, price, quantity) + 99n) / 100n;
        expect(BigInt(fee)).toBe(cents * 100n);
      }),
      { numRuns: 1_000 },
    );
  });
});
