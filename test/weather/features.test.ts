import { describe, expect, test } from 'vitest';
import type { Market, MarketIndex, Strike } from '../../src/core/market.ts';
import { HOUR, MINUTE, type Time } from '../../src/core/time.ts';
import { CITIES as GENERATED } from '../../src/sim/synthetic/config.ts';
import { cityNamed, cityOfSeries } from '../../src/weather/cities.ts';
import { CitySignals, signalName, type WeatherSignal } from '../../src/weather/city-signals.ts';
import { climateDayStart, dayAfter } from '../../src/weather/climate-day.ts';
import { usualHigh } from '../../src/weather/climatology.ts';
import { FEATURES, featuresOf } from '../../src/weather/features.ts';
import { INVENTED_CITIES } from '../../src/weather/invented-cities.ts';
import { LadderWatch } from '../../src/weather/ladder-watch.ts';

const chicago = cityNamed('chicago');
const DAY = '2026-07-15';
const START = climateDayStart(chicago, DAY);
const at = (hours: number) => (START + hours * HOUR) as Time;

const STRIKES: readonly Strike[] = [
  { type: 'less', floor: null, cap: 80 },
  { type: 'between', floor: 80, cap: 81 },
  { type: 'between', floor: 82, cap: 83 },
  { type: 'greater', floor: 83, cap: null },
];

function market(index: number): Market {
  return { index: index as MarketIndex, ticker: `M${index}`, event: 'E', strike: STRIKES[index]! } as Market;
}

function signals(...told: readonly (readonly [WeatherSignal, string, number, number])[]): CitySignals {
  const of = new CitySignals(chicago);
  for (const [what, day, value, hours] of told) {
    const issueTime = (climateDayStart(chicago, day) + hours * HOUR) as Time;
    of.hear({ name: signalName(what, chicago), value, unit: '°F', issueTime, about: day }, issueTime);
  }
  return of;
}

function feature(name: string, of: { signals: CitySignals; watch?: LadderWatch; now?: Time }): number {
  const { watch = new LadderWatch(), now = at(-3) } = of;
  return featuresOf({ signals: of.signals, watch, day: DAY, now })![FEATURES.findIndex((each) => each.name === name)]!;
}

describe('features', () => {
  test('have names of their own, in a fixed order: models are asked by place', () => {
    const names = FEATURES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(0, 4)).toEqual(['forecast', 'forecast_age', 'bias_10', 'bias_30']);
  });

  test('are none without a forecast of the day', () => {
    const of = signals(['forecast-high', '2026-07-14', 80, -4]);
    expect(featuresOf({ signals: of, watch: new LadderWatch(), day: DAY, now: at(-3) })).toBeNull();
  });

  test('are not a number where something is not known: never zero', () => {
    const of = signals(['forecast-high', DAY, 84, -4]);
    expect(feature('forecast', { signals: of })).toBe(84);
    expect(feature('forecast_age', { signals: of })).toBe(1);
    for (const name of [
      'bias_10',
      'spread_30',
      'last_error',
      'yesterday_less_forecast',
      'observed_less_forecast',
      'market_less_forecast',
      'price_age',
      'quoted_spread',
    ])
      expect(feature(name, { signals: of }), name).toBeNaN();
    expect(feature('contracts', { signals: of })).toBe(0);
  });

  test('tell how the forecast erred, and what the high usually is', () => {
    const past = Array.from({ length: 12 }, (_, back) => dayAfter(DAY, -2 - back)).flatMap((day, back) => [
      ['forecast-high', day, 80, -4] as const,
      ['official-high', day, back < 10 ? 82 : 86, 32] as const,
    ]);
    const of = signals(...past, ['official-high', dayAfter(DAY, -1), 79, 32], ['forecast-high', DAY, 84, -4]);
    expect(feature('bias_10', { signals: of })).toBeCloseTo(2, 9);
    expect(feature('bias_30', { signals: of })).toBeCloseTo((20 + 12) / 12, 9);
    expect(feature('spread_30', { signals: of })).toBeCloseTo(
      Math.sqrt((10 * (2 - 8 / 3) ** 2 + 2 * (6 - 8 / 3) ** 2) / 12),
      9,
    );
    expect(feature('last_error', { signals: of })).toBe(2);
    expect(feature('yesterday_less_forecast', { signals: of })).toBe(-5);
    expect(feature('forecast_less_usual', { signals: of })).toBeCloseTo(84 - usualHigh(chicago, DAY)!.mean, 9);
    expect(feature('hours_to_end', { signals: of, now: at(9) })).toBe(15);
  });

  test('tell what prices imply once the ladder is whole, however old the prices are', () => {
    const of = signals(['forecast-high', DAY, 81, -4]);
    const watch = new LadderWatch();
    for (const index of [0, 1, 2]) watch.list(market(index));
    watch.traded(1 as MarketIndex, 0.6, 20, at(-6));
    watch.traded(2 as MarketIndex, 0.3, 10, at(-5));
    expect(watch.ladder).toBeNull();
    expect(feature('market_less_forecast', { signals: of, watch })).toBeNaN();
    watch.list(market(3));
    watch.traded(3 as MarketIndex, 0.1, 69, at(-4));
    expect(watch.ladder).toHaveLength(4);
    const [tail, total] = [0.005, 1.005];
    const mean = (tail * 78 + 0.6 * 80.5 + 0.3 * 82.5 + 0.1 * 85) / total;
    expect(feature('market_less_forecast', { signals: of, watch })).toBeCloseTo(mean - 81, 2);
    expect(feature('overround', { signals: of, watch })).toBeCloseTo(0.005, 9);
    expect(feature('price_age', { signals: of, watch })).toBe((2 * HOUR) / MINUTE);
    expect(feature('contracts', { signals: of, watch })).toBeCloseTo(2, 9);
  });

  test('take the middle of a quote over an old print, and the print again when a side is empty', () => {
    const of = signals(['forecast-high', DAY, 81, -4]);
    const watch = new LadderWatch();
    for (const index of [0, 1, 2, 3]) watch.list(market(index));
    watch.traded(1 as MarketIndex, 0.9, 1, at(-9));
    for (const [index, bid, ask] of [
      [0, 0.08, 0.12],
      [1, 0.38, 0.42],
      [2, 0.38, 0.42],
      [3, 0.08, 0.12],
    ] as const)
      watch.quoted(index as MarketIndex, bid, ask, at(-4));
    expect(feature('market_less_forecast', { signals: of, watch })).toBeCloseTo(0.5, 9);
    expect(feature('quoted_spread', { signals: of, watch })).toBeCloseTo(0.04, 9);
    watch.quoted(1 as MarketIndex, null, 0.42, at(-4));
    expect(watch.view()!.implied.probabilities[1]).toBeCloseTo(0.9 / 1.5, 9);
    // The rung is worth its old print again, and as old as that.
    for (const index of [0, 2, 3]) watch.quoted(index as MarketIndex, null, null, at(-4));
    expect(watch.age(at(-3))).toBe(6 * HOUR);
  });
});

describe('the usual high', () => {
  test('is warm in July and cold in January, and spreads more in winter', () => {
    const [july, january] = [usualHigh(chicago, '2026-07-20')!, usualHigh(chicago, '2026-01-20')!];
    expect(july.mean).toBeGreaterThan(80);
    expect(july.mean).toBeLessThan(90);
    expect(january.mean).toBeLessThan(38);
    expect(january.deviation).toBeGreaterThan(july.deviation);
  });

  test('is not guessed for a city without a record', () => {
    expect(usualHigh(cityNamed('boston'), DAY)).toBeNull();
  });
});

test('the invented cities are those of the generator', () => {
  expect(INVENTED_CITIES.map(({ label, series, standardOffset }) => [label, series, standardOffset])).toEqual(
    GENERATED.map(({ name, code, utcOffsetHours }) => [name, `SYNHIGH${code}`, utcOffsetHours]),
  );
  expect(cityOfSeries('SYNHIGHMOK')?.name).toBe('mockton');
});
