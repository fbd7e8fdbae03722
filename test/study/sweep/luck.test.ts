import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Family, Series } from '../../../src/study/sweep/family.ts';
import { boundsOf, luckOf, studentised } from '../../../src/study/sweep/luck.ts';

const LANES = ['pessimistic', 'optimistic'];

/** Configurations of `lanes` lanes over `days` days, 10 contracts a day; `draw` gives a day's dollars. */
function family(
  configurations: number,
  days: number,
  draw: (configuration: number, day: number) => number,
  lanes = 1,
): Family {
  const series: Series[] = [];
  for (let configuration = 1; configuration <= configurations; configuration++) {
    const own = Array.from({ length: days }, (_, day) => draw(configuration, day) * 1e6);
    for (const [lane, name] of LANES.slice(0, lanes).entries()) {
      series.push({
        configuration,
        lane: name,
        days: Int32Array.from({ length: days }, (_, day) => day),
        net: Float64Array.from(own, (net) => net + lane * 1_000),
        volume: new Float64Array(days).fill(1_000),
      });
    }
  }
  return { days: Array.from({ length: days }, (_, day) => String(day)), series };
}

/** Whether any configuration is above zero in every lane at a critical size. */
function anySurvives({ series }: Family, critical: number): boolean {
  const lanes = series.filter(({ configuration }) => configuration === 1).length;
  for (let at = 0; at < series.length; at += lanes) {
    if (series.slice(at, at + lanes).every((each) => studentised(each) > critical)) return true;
  }
  return false;
}

/** Of `seeds` families without an edge, the shares in which something survives: with the family's luck, and without. */
function falseSurvivors(
  seeds: number,
  make: (random: Random) => Family,
  share = 1,
): { deflated: number; alone: number } {
  let [deflated, alone] = [0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const tried = make(new Random(`seed ${seed}`));
    const { critical } = luckOf(tried, share, new Random(`draws ${seed}`), 400);
    if (anySurvives(tried, critical.above)) deflated++;
    // What one test of one series at 5 % would ask for.
    const { critical: single } = luckOf(
      { ...tried, series: tried.series.slice(0, 1) },
      1,
      new Random(`one ${seed}`),
      400,
    );
    if (anySurvives(tried, single.above)) alone++;
  }
  return { deflated: deflated / seeds, alone: alone / seeds };
}

/** 5 % and three standard errors of a share estimated from `seeds` families. */
const allowed = (seeds: number): number => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / seeds);

describe('the best of 100 worthless configurations survives in at most 5 % of sweeps', () => {
  const SEEDS = 150;

  test('where each draws its own luck', () => {
    const found = falseSurvivors(SEEDS, (random) => family(100, 40, () => random.normal()));
    expect(found.deflated).toBeLessThanOrEqual(allowed(SEEDS));
    // The same sweeps without deflation: nearly all of them show a survivor.
    expect(found.alone).toBeGreaterThan(0.85);
  });

  test('where they resemble each other, as neighbours in a grid do', () => {
    const found = falseSurvivors(SEEDS, (random) => {
      const common = Array.from({ length: 40 }, () => random.normal());
      return family(100, 40, (_, day) => 0.9 * common[day]! + 0.43 * random.normal());
    });
    expect(found.deflated).toBeLessThanOrEqual(allowed(SEEDS));
    expect(found.alone).toBeGreaterThan(found.deflated);
  });

  test('where days have fat tails and stakes differ a hundredfold from day to day', () => {
    const found = falseSurvivors(SEEDS, (random) => {
      const stakes = Array.from({ length: 40 }, () => 100 ** random.uniform());
      return family(100, 40, (_, day) => (stakes[day]! * random.normal()) / (0.2 + random.uniform()));
    });
    expect(found.deflated).toBeLessThanOrEqual(allowed(SEEDS));
  });

  test('where days are skewed: 30 won seven times of ten, 70 lost otherwise', () => {
    const found = falseSurvivors(SEEDS, (random) => family(100, 60, () => (random.uniform() < 0.7 ? 30 : -70)));
    expect(found.deflated).toBeLessThanOrEqual(allowed(SEEDS));
  });

  test('where 400 other trials went before them, in far fewer still', () => {
    const found = falseSurvivors(SEEDS, (random) => family(100, 40, () => random.normal()), 0.2);
    expect(found.deflated).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / SEEDS));
  });
});

test('an edge as large as a day’s deviation is found among 99 worthless configurations', () => {
  let found = 0;
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(`planted ${seed}`);
    const tried = family(100, 40, (configuration) => (configuration === 42 ? 1 : 0) + random.normal(), 2);
    const luck = luckOf(tried, 1, new Random(`draws ${seed}`), 400);
    const planted = tried.series.filter(({ configuration }) => configuration === 42);
    if (planted.every((each) => studentised(each) > luck.critical.above)) found++;
  }
  expect(found).toBeGreaterThanOrEqual(18);
});

test('a hundred copies of one configuration are one look', () => {
  const random = new Random('copies');
  const days = Array.from({ length: 40 }, () => random.normal());
  const one = luckOf(
    family(1, 40, (_, day) => days[day]!),
    1,
    new Random('draws'),
  );
  const copies = luckOf(
    family(100, 40, (_, day) => days[day]!),
    1,
    new Random('draws'),
  );
  expect(copies.critical).toEqual(one.critical);
  expect(copies.bestCents).toEqual(one.bestCents);
});

test('the benchmark of luck is what the best of as many worthless configurations shows', () => {
  const shown: number[] = [];
  let median = 0;
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(`benchmark ${seed}`);
    const tried = family(50, 30, () => random.normal());
    if (seed === 0) median = luckOf(tried, 1, new Random('draws')).bestCents.median;
    const cents = tried.series
      .filter(({ lane }) => lane === 'pessimistic')
      .map(({ net, volume }) => net.reduce((a, b) => a + b, 0) / volume.reduce((a, b) => a + b, 0) / 100);
    shown.push(Math.max(...cents));
  }
  shown.sort((a, b) => a - b);
  expect(median / shown[100]!).toBeGreaterThan(0.8);
  expect(median / shown[100]!).toBeLessThan(1.25);
});

test('deflated bounds hold the estimate, and their lower end is above zero just where the test says so', () => {
  const random = new Random('bounds');
  let above = 0;
  for (let round = 0; round < 500; round++) {
    const mean = random.uniform() - 0.2;
    const days = 10 + random.below(40);
    const net = Float64Array.from({ length: days }, () => (mean + random.normal()) * 1e6);
    const volume = Float64Array.from({ length: days }, () => 100 + random.below(5_000));
    const critical = 1.5 + random.uniform();
    const bounds = boundsOf({ net, volume }, { above: critical, below: critical + 0.3 });
    if (bounds === null) continue;
    const estimate = net.reduce((a, b) => a + b, 0) / volume.reduce((a, b) => a + b, 0) / 100;
    expect(bounds.lower).toBeLessThanOrEqual(estimate);
    expect(bounds.upper).toBeGreaterThanOrEqual(estimate);
    expect(bounds.lower > 0).toBe(studentised({ net }) > critical);
    if (bounds.lower > 0) above++;
  }
  expect(above).toBeGreaterThan(50);
  expect(
    boundsOf({ net: Float64Array.of(1e6, 2e6), volume: Float64Array.of(100, 100) }, { above: 3, below: 3 }),
  ).toBeNull();
});

test('draws are seeded: the same family has the same luck', () => {
  const random = new Random('seeded');
  const tried = family(10, 20, () => random.normal());
  const [first, second] = [luckOf(tried, 1, new Random('a')), luckOf(tried, 1, new Random('a'))];
  expect(first.critical).toEqual(second.critical);
  expect(first.probability(2)).toBe(second.probability(2));
});
