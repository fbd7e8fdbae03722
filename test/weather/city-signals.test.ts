import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../src/core/market-event.ts';
import { Misuse } from '../../src/core/misuse.ts';
import { HOUR, NEVER, type Time } from '../../src/core/time.ts';
import { cityNamed } from '../../src/weather/cities.ts';
import { CitySignals, signalName, type WeatherSignal } from '../../src/weather/city-signals.ts';
import { climateDayStart, dayAfter } from '../../src/weather/climate-day.ts';

const chicago = cityNamed('chicago');

function signal(what: WeatherSignal, day: string, value: number, hours: number): Signal {
  const issueTime = (climateDayStart(chicago, day) + hours * HOUR) as Time;
  return { name: signalName(what, chicago), value, unit: '°F', issueTime, about: day };
}

function heard(...signals: readonly Signal[]): CitySignals {
  const of = new CitySignals(chicago);
  for (const each of signals) of.hear(each, NEVER);
  return of;
}

describe('what is known of a city', () => {
  test('a signal from the future is refused, and so is one a microsecond early', () => {
    const of = new CitySignals(chicago);
    const forecast = signal('forecast-high', '2026-07-15', 88, -4);
    expect(() => of.hear(forecast, (forecast.issueTime - 1) as Time)).toThrow(Misuse);
    expect(of.forecast('2026-07-15')).toBeUndefined();
    expect(of.hear(forecast, forecast.issueTime)).toBe(true);
    expect(of.forecast('2026-07-15')?.value).toBe(88);
  });

  test('signals of other cities, or of other things, are not its own', () => {
    const of = new CitySignals(chicago);
    const base = signal('forecast-high', '2026-07-15', 88, -4);
    for (const name of ['forecast-high/miami', 'forecast-low/chicago', 'forecast-high', 'chicago'])
      expect(of.hear({ ...base, name }, NEVER), name).toBe(false);
    expect(of.forecast('2026-07-15')).toBeUndefined();
  });

  test('a forecast that comes late does not replace a newer one, a correction of the same time does', () => {
    const of = heard(
      signal('forecast-high', '2026-07-15', 90, -2),
      signal('forecast-high', '2026-07-15', 88, -8),
      signal('official-high', '2026-07-15', 91, 32),
      signal('official-high', '2026-07-15', 92, 32),
    );
    expect(of.forecast('2026-07-15')?.value).toBe(90);
    expect(of.officialHigh('2026-07-15')?.value).toBe(92);
  });

  test('errors are those of day-ahead forecasts: one made on the day itself is no part of them', () => {
    const of = heard(
      signal('forecast-high', '2026-07-15', 88, -4),
      signal('forecast-high', '2026-07-15', 93, 10),
      signal('official-high', '2026-07-15', 91, 32),
      signal('forecast-high', '2026-07-16', 93, 2),
      signal('official-high', '2026-07-16', 91, 32),
    );
    expect(of.errors('2026-07-20', 90)).toEqual([{ day: '2026-07-15', error: 3 }]);
  });

  test('errors of a day are of days before it, the newest last, and at most as many as asked for', () => {
    const days = Array.from({ length: 9 }, (_, at) => dayAfter('2026-07-10', at));
    const of = heard(
      ...days.flatMap((day, at) => [signal('forecast-high', day, 80, -4), signal('official-high', day, 80 + at, 32)]),
    );
    expect(of.errors('2026-07-15', 90).map(({ error }) => error)).toEqual([0, 1, 2, 3, 4]);
    expect(of.errors('2026-07-15', 2).map(({ error }) => error)).toEqual([3, 4]);
    expect(of.errors('2026-07-10', 90)).toEqual([]);
  });

  test('the order of arrival changes nothing, nor does hearing a signal twice', () => {
    const signals = Array.from({ length: 6 }, (_, at) => dayAfter('2026-07-10', at)).flatMap((day, at) => [
      signal('forecast-high', day, 80 + at, -8),
      signal('forecast-high', day, 81 + at, -4),
      signal('forecast-high', day, 82 + at, 6),
      signal('observed-max', day, 70, 9),
      signal('observed-max', day, 79, 14),
      signal('official-high', day, 85, 32),
    ]);
    const state = (of: CitySignals) =>
      JSON.stringify([
        of.errors('2026-07-15', 90),
        of.forecast('2026-07-15'),
        of.observedMax('2026-07-15'),
        of.officialHigh('2026-07-12'),
      ]);
    const expected = state(heard(...signals));
    fc.assert(
      fc.property(fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length * 2 }), (shuffled) => {
        expect(state(heard(...shuffled))).toBe(expected);
      }),
    );
  });
});
