import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Market, MarketIndex, Strike } from '../../src/core/market.ts';
import { ASK, BID } from '../../src/core/side.ts';
import { HOUR, type Time } from '../../src/core/time.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import { climateDayStart } from '../../src/weather/climate-day.ts';
import { BRACKET_RULES, candidatesOf, EDGE_FEATURES, edgeFeatures, edgeOf } from '../../src/weather/edge.ts';
import { classOrigin, HIGH_CLASSES, highOfClasses } from '../../src/weather/high-classes.ts';
import { bracketProbability, meanHigh, normalHigh } from '../../src/weather/high-distribution.ts';
import { LadderWatch } from '../../src/weather/ladder-watch.ts';

const city = cityNamed('chicago');
const day = '2026-07-01';
const now = (climateDayStart(city, day) - 3 * HOUR) as Time;
const STRIKES: readonly Strike[] = [
  { type: 'less', floor: null, cap: 70 },
  { type: 'between', floor: 70, cap: 71 },
  { type: 'between', floor: 72, cap: 73 },
  { type: 'greater', floor: 73, cap: null },
];

function watchOf(prices: readonly number[]): LadderWatch {
  const watch = new LadderWatch();
  STRIKES.forEach((strike, at) => {
    watch.list({ index: at as MarketIndex, ticker: `M${at}`, event: 'E', strike } as Market);
  });
  for (const [at, price] of prices.entries()) watch.traded(at as MarketIndex, price, 10, (now - HOUR / 2) as Time);
  return watch;
}

const edge = (prices: readonly number[], mean: number) =>
  edgeOf({ city, day, watch: watchOf(prices) }, normalHigh(mean, 1), now)!;
/** Prices of 70-71 as the favourite. */
const PRICES = [0.2, 0.5, 0.2, 0.1];
const named = (features: Float64Array) =>
  Object.fromEntries(EDGE_FEATURES.map(({ name }, at) => [name, features[at]!]));

describe('classes of the high', () => {
  it('are counted from the forecast, halves up, and give back their probabilities', () => {
    expect([70.4, 70.5, -0.5].map(classOrigin)).toEqual([70, 71, 0]);
    const cumulative = HIGH_CLASSES.map((at) => 1 / (1 + Math.exp(-at)));
    const high = highOfClasses(70.4, cumulative);
    for (const [at, each] of HIGH_CLASSES.entries()) {
      const below = bracketProbability(high, { low: Number.NEGATIVE_INFINITY, high: 70 + each });
      expect(below).toBeCloseTo(cumulative[at]!, 9);
    }
    expect(meanHigh(high)).toBeCloseTo(70.5, 1);
  });

  it('sum to one for any that do not fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 21, maxLength: 21 }),
        fc.double({ min: -30, max: 120, noNaN: true }),
        (drawn, forecast) => {
          const { probabilities } = highOfClasses(
            forecast,
            [...drawn].sort((a, b) => a - b),
          );
          expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe('an edge', () => {
  it('is the distance of the expected highs, positive where the model is warmer', () => {
    expect(edge(PRICES, 74).gap).toBeGreaterThan(2);
    expect(edge(PRICES, 66).gap).toBeLessThan(-2);
    const { gap, temperature, view } = edge(PRICES, 72);
    expect(gap).toBeCloseTo(temperature - view.temperature, 12);
  });

  it('is none while prices are no opinion', () => {
    expect(edgeOf({ city, day, watch: watchOf([0.5]) }, normalHigh(70, 1), now)).toBeNull();
  });

  it('names the brackets that each rule trades', () => {
    const warm = edge(PRICES, 75);
    expect(candidatesOf(warm, 'forecast_implied')).toEqual([{ rung: 3, side: BID }]);
    expect(candidatesOf(warm, 'market_implied')).toEqual([{ rung: 1, side: ASK }]);
    expect(candidatesOf(warm, 'edge_boundary')).toEqual([{ rung: 2, side: BID }]);
    const cold = edge(PRICES, 66);
    expect(candidatesOf(cold, 'forecast_implied')).toEqual([{ rung: 0, side: BID }]);
    expect(candidatesOf(cold, 'edge_boundary')).toEqual([{ rung: 0, side: BID }]);
    expect(candidatesOf(warm, 'best_value').map(({ side }) => side)).toEqual([ASK, ASK, ASK, BID]);
  });

  it('names none where model and market mean the same bracket, but for the value of each', () => {
    const same = edge(PRICES, 70.6);
    for (const rule of BRACKET_RULES) expect(candidatesOf(same, rule).length).toBe(rule === 'best_value' ? 4 : 0);
  });

  it('is described from the side that is bought', () => {
    const warm = edge(PRICES, 75);
    const yes = named(edgeFeatures(warm, { rung: 3, side: BID }));
    const no = named(edgeFeatures(warm, { rung: 1, side: ASK }));
    expect(yes.side_yes).toBe(1);
    expect(yes.market_probability).toBeCloseTo(0.1, 9);
    expect(yes.model_probability).toBeGreaterThan(0.8);
    expect(no.side_yes).toBe(0);
    expect(no.market_probability).toBeCloseTo(0.5, 9);
    expect(no.model_probability).toBeGreaterThan(0.99);
    for (const { advantage } of [yes, no]) expect(advantage).toBeGreaterThan(1);
    expect(yes.hours_to_end).toBeCloseTo(27, 9);
    expect(yes.price_age).toBeCloseTo(30, 9);
    expect(yes.contracts).toBeCloseTo(Math.log10(41), 9);
  });

  it('measures a bracket from the market, towards the model', () => {
    const distances = (mean: number) =>
      STRIKES.map((_, rung) => named(edgeFeatures(edge(PRICES, mean), { rung, side: BID })).rung_distance!);
    const [below, at, above] = distances(75);
    expect(below).toBeLessThan(0);
    expect(Math.abs(at!)).toBeLessThan(1);
    expect(above).toBeGreaterThan(0);
    const turned = distances(66);
    expect(turned[0]).toBeGreaterThan(0);
    expect(turned[2]).toBeLessThan(0);
  });
});
