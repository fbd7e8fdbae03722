import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Interval } from '../../../src/study/statistics/bootstrap.ts';
import {
  centsPerContract,
  differenceInterval,
  effectiveEvents,
  netInterval,
  totalsByDay,
} from '../../../src/study/statistics/interval.ts';
import { sharpe } from '../../../src/study/statistics/sharpe.ts';
import type { MarketOutcome } from '../../../src/study/store/run-result.ts';
import { daily, dayOf, outcome } from '../run-fixtures.ts';

/** Twelve markets a day that share a shock of the day and have one of their own; the true mean is `mean` cents a contract. */
function clustered(random: Random, days: number, mean: number): MarketOutcome[] {
  return Array.from({ length: days }, (_, day) => {
    const shock = 3 * random.normal();
    return Array.from({ length: 12 }, (_, market) => {
      const contracts = 1 + random.below(20);
      const cents = mean + shock + random.normal();
      return outcome({
        ticker: `D${day}M${market}`,
        day: dayOf(day),
        volumeE2: contracts * 100,
        realisedE6: Math.round(cents * contracts * 10_000),
        feesE6: 0,
      });
    });
  }).flat();
}

/** The interval of someone who takes every market for an independent draw: ratio estimate ± 1.96 standard errors. */
function naive(outcomes: readonly MarketOutcome[]): { lower: number; upper: number } {
  const estimate = centsPerContract(outcomes) ?? 0;
  const contracts = outcomes.reduce((sum, each) => sum + each.volumeE2 / 100, 0);
  const squares = outcomes.reduce(
    (sum, each) => sum + (each.realisedE6 / 10_000 - (estimate * each.volumeE2) / 100) ** 2,
    0,
  );
  const error = (1.96 * Math.sqrt(squares)) / contracts;
  return { lower: estimate - error, upper: estimate + error };
}

function asInterval(value: Interval | string): Interval {
  if (typeof value === 'string') throw new Error(`no interval: ${value}`);
  return value;
}

describe('the interval of net cents a contract', () => {
  it('holds the truth at least 90 % of the time on 30 days that move together, where markets taken as independent hold it far less', () => {
    const random = new Random('coverage');
    const worlds = 200;
    let held = 0;
    let naiveHeld = 0;
    for (let world = 0; world < worlds; world++) {
      const outcomes = clustered(random, 30, 1);
      const { lower, upper } = asInterval(netInterval(outcomes, random));
      if (lower <= 1 && 1 <= upper) held++;
      const narrow = naive(outcomes);
      if (narrow.lower <= 1 && 1 <= narrow.upper) naiveHeld++;
    }
    expect(held / worlds).toBeGreaterThanOrEqual(0.9);
    expect(naiveHeld / worlds).toBeLessThan(0.65);
  });

  it('lies above zero for few fair favourites, and is seldom too narrow on twelve days', () => {
    const random = new Random('skewed');
    const worlds = 200;
    let [held, above] = [0, 0];
    for (let world = 0; world < worlds; world++) {
      // Five contracts at about 80 cents a day, each fair.
      const outcomes = Array.from({ length: 60 }, (_, bet) => {
        const price = 78 + random.below(5);
        const cents = (random.below(100) < price ? 100 : 0) - price;
        return outcome({
          ticker: `B${bet}`,
          day: dayOf(bet % 12),
          volumeE2: 100,
          realisedE6: cents * 10_000,
          feesE6: 0,
        });
      });
      const { lower, upper } = asInterval(netInterval(outcomes, random));
      if (lower <= 0 && 0 <= upper) held++;
      if (lower > 0) above++;
    }
    expect(held / worlds).toBeGreaterThanOrEqual(0.9);
    expect(above / worlds).toBeLessThanOrEqual(0.05);
  });

  it('is net over contracts, after fees and with what never settled as lost', () => {
    const outcomes = [
      outcome({ realisedE6: 1_000_000, feesE6: 100_000, volumeE2: 1_000 }),
      outcome({ realisedE6: 0, feesE6: 100_000, openCostE6: 500_000, volumeE2: 2_000 }),
    ];
    // $0.90 − $0.60 over 30 contracts is one cent.
    expect(centsPerContract(outcomes)).toBeCloseTo(1, 12);
    expect(centsPerContract([])).toBeNull();
  });

  it('is one number where every day gave the same', () => {
    const interval = asInterval(
      netInterval(
        daily(12, () => 0.17),
        new Random(1),
      ),
    );
    expect(interval).toMatchObject({ days: 12, resamples: 2_000, level: 0.95 });
    expect([interval.lower, interval.estimate, interval.upper].map((cents) => cents.toFixed(9))).toEqual(
      Array(3).fill('1.000000000'),
    );
  });

  it('is refused with the number of days under ten days, however many markets they had', () => {
    const nine = daily(9, () => 1);
    const many = Array.from({ length: 50 }, () => nine).flat();
    expect(netInterval(many, new Random(1))).toBe('9 days traded; an interval needs at least 10');
    expect(netInterval([outcome()], new Random(1))).toBe('1 day traded; an interval needs at least 10');
    expect(netInterval([], new Random(1))).toBe('nothing traded');
  });

  it('is the same for the same seed, whatever order the markets come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 12, maxLength: 20 }),
        fc.string(),
        (cents, seed) => {
          const outcomes = daily(cents.length, (index) => (cents[index] ?? 0) / 100);
          const forward = asInterval(netInterval(outcomes, new Random(seed)));
          expect(netInterval([...outcomes].reverse(), new Random(seed))).toEqual(forward);
          expect(forward.lower).toBeLessThanOrEqual(forward.upper);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('puts brackets and cities of one day together', () => {
    const days = totalsByDay([
      outcome({ ticker: 'NY', realisedE6: 1e6 }),
      outcome({ ticker: 'CHI', realisedE6: -3e6 }),
      outcome({ day: '2024-09-30' }),
    ]);
    expect(days).toEqual([
      { day: '2024-09-30', netE6: -70_000, volumeE2: 1_000, stakedE6: 5_000_000 },
      { day: '2024-10-01', netE6: -2_140_000, volumeE2: 2_000, stakedE6: 10_000_000 },
    ]);
  });
});

describe('the difference between two arms', () => {
  it('is far narrower than the arms themselves where the same days moved both', () => {
    const shock = (index: number) => 5 * Math.sin(index * 7.3);
    const arm = daily(40, (index) => shock(index) + 0.1);
    const control = daily(40, (index) => shock(index));
    const alone = asInterval(netInterval(arm, new Random(1)));
    const paired = asInterval(differenceInterval(arm, control, new Random(1)));
    expect(paired.estimate).toBeCloseTo(1, 9);
    expect(paired.lower).toBeCloseTo(1, 9);
    expect(alone.upper - alone.lower).toBeGreaterThan(20);
  });

  it('holds a true difference of zero at least 90 % of the time', () => {
    const random = new Random('difference');
    let held = 0;
    for (let world = 0; world < 100; world++) {
      const { lower, upper } = asInterval(
        differenceInterval(clustered(random, 30, 1), clustered(random, 30, 1), random),
      );
      if (lower <= 0 && 0 <= upper) held++;
    }
    expect(held).toBeGreaterThanOrEqual(90);
  });

  it('counts days that only one arm traded', () => {
    const interval = asInterval(
      differenceInterval(
        daily(20, () => 1),
        daily(30, () => 0.5).slice(10),
        new Random(1),
      ),
    );
    expect(interval.days).toBe(30);
    expect(interval.estimate).toBeCloseTo(5, 9);
  });

  it('is refused where one arm has too few days', () => {
    expect(
      differenceInterval(
        daily(40, () => 1),
        daily(3, () => 1),
        new Random(1),
      ),
    ).toBe('3 days traded; an interval needs at least 10');
    expect(
      differenceInterval(
        daily(40, () => 1),
        [],
        new Random(1),
      ),
    ).toBe('nothing traded');
  });
});

describe('the effective number of independent days', () => {
  it('is the number of days where each holds the same stake', () => {
    expect(effectiveEvents(daily(30, () => 0))).toBe(30);
    expect(effectiveEvents([])).toBe(0);
  });

  it('is nearly one where one day holds nearly all', () => {
    const outcomes = [...daily(29, () => 0), outcome({ day: dayOf(50), stakedE6: 1e12 })];
    expect(effectiveEvents(outcomes)).toBeCloseTo(1, 3);
  });

  it('never passes the number of days, nor falls under one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 60 }), (stakes) => {
        const effective = effectiveEvents(stakes.map((stakedE6, index) => outcome({ day: dayOf(index), stakedE6 })));
        expect(effective).toBeGreaterThanOrEqual(1 - 1e-6);
        expect(effective).toBeLessThanOrEqual(stakes.length + 1e-6);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the Sharpe ratio', () => {
  const ONE = { count: 1, sharpeDeviation: null };

  it('is refused under thirty effective independent days', () => {
    expect(
      sharpe(
        daily(29, (index) => index),
        ONE,
      ),
    ).toBe('no Sharpe ratio: 29.0 effective independent days, 30 are needed');
    const lumpy = [...daily(60, () => 1), outcome({ day: dayOf(70), stakedE6: 1e9 })];
    expect(sharpe(lumpy, ONE)).toMatch(/^no Sharpe ratio: 1\.7 effective/);
    // A little more stake on one day: 29.99 days, which are not the 30 needed.
    const almost = daily(30, (index) => index).map((each, index) => ({ ...each, stakedE6: index === 0 ? 5.5e6 : 5e6 }));
    expect(effectiveEvents(almost)).toBeGreaterThan(29.95);
    expect(sharpe(almost, ONE)).toMatch(/^no Sharpe ratio: 29\.9 effective independent days, 30 are needed/);
  });

  it('is mean over deviation of the daily dollars times the root of 365', () => {
    const result = sharpe(
      daily(30, (index) => 1.07 + (index % 2 === 0 ? 1 : -1)),
      ONE,
    );
    if (typeof result === 'string') throw new Error(result);
    expect(result.value).toBeCloseTo((1 / Math.sqrt(30 / 29)) * Math.sqrt(365), 9);
    expect(result.label).toContain('over the 30 days traded');
    expect(result.deflated).toBeNull();
  });

  it('is worth less the more trials it was picked from', () => {
    const outcomes = daily(60, (index) => 0.4 + (index % 5) - 2);
    const of = (count: number): number => {
      const result = sharpe(outcomes, { count, sharpeDeviation: 0.1 });
      if (typeof result === 'string') throw new Error(result);
      return result.deflated!;
    };
    expect(of(2)).toBeLessThan(1);
    expect(of(20)).toBeLessThan(of(2));
    expect(of(2_000)).toBeLessThan(of(20));
  });

  it('is refused where no day differs from another', () => {
    expect(
      sharpe(
        daily(30, () => 1),
        ONE,
      ),
    ).toBe('no Sharpe ratio: every day gave the same P&L');
  });
});
