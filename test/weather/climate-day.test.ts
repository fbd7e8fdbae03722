import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, formatTime, HOUR, parseTime, type Time } from '../../src/core/time.ts';
import { CITIES, cityNamed } from '../../src/weather/cities.ts';
import {
  climateDayEnd,
  climateDayOf,
  climateDayStart,
  dayAfter,
  dayOfYear,
  daysBetween,
} from '../../src/weather/climate-day.ts';
import { settlementSource } from '../../src/weather/settlement-source.ts';

const chicago = cityNamed('chicago');

/** The wall clock of a place: where summer time runs, an hour later than the climate day's. */
function wall(time: Time, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(time / 1_000);
}

describe('a climate day is midnight to midnight of local standard time, all year', () => {
  test('ends at 05, 06, 07 and 08 UTC of the next day, in winter and in summer', () => {
    for (const [name, hour] of [
      ['new-york', '05'],
      ['chicago', '06'],
      ['denver', '07'],
      ['phoenix', '07'],
      ['los-angeles', '08'],
    ] as const) {
      for (const [day, next] of [
        ['2026-01-15', '2026-01-16'],
        ['2026-07-15', '2026-07-16'],
      ] as const) {
        expect(formatTime(climateDayEnd(cityNamed(name), day))).toBe(`${next}T${hour}:00:00.000000Z`);
      }
    }
  });

  test('runs from 01:00 to 01:00 on the wall clock in summer', () => {
    expect(wall(climateDayStart(chicago, '2026-07-15'), 'America/Chicago')).toBe('2026-07-15 01:00');
    expect(wall(climateDayStart(chicago, '2026-01-15'), 'America/Chicago')).toBe('2026-01-15 00:00');
  });

  test.each([
    ['2026-03-08', '2026-03-08 00:00', '2026-03-09 01:00'],
    ['2026-11-01', '2026-11-01 01:00', '2026-11-02 00:00'],
  ])('on %s, when the clocks change, it still has 24 hours', (day, begins, ends) => {
    const start = climateDayStart(chicago, day);
    expect(climateDayEnd(chicago, day) - start).toBe(DAY);
    expect(wall(start, 'America/Chicago')).toBe(begins);
    expect(wall(climateDayEnd(chicago, day), 'America/Chicago')).toBe(ends);
  });

  test('an observation at half past midnight in summer belongs to the day before', () => {
    expect(climateDayOf(chicago, parseTime('2026-07-16T00:30:00-05:00'))).toBe('2026-07-15');
    expect(climateDayOf(chicago, parseTime('2026-01-16T00:30:00-06:00'))).toBe('2026-01-16');
  });

  test('every instant lies on just the day whose start and end are about it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CITIES),
        fc.integer({ min: 0, max: 80 * 365 * 24 }),
        fc.integer({ min: -1, max: 1 }),
        (city, hours, micros) => {
          const time = (hours * HOUR + micros + DAY) as Time;
          const day = climateDayOf(city, time);
          expect(climateDayStart(city, day)).toBeLessThanOrEqual(time);
          expect(climateDayEnd(city, day)).toBeGreaterThan(time);
          expect(climateDayEnd(city, day)).toBe(climateDayStart(city, dayAfter(day)));
        },
      ),
    );
  });

  test('counts days over years and leap days', () => {
    expect(dayAfter('2024-02-28')).toBe('2024-02-29');
    expect(dayAfter('2025-03-01', -1)).toBe('2025-02-28');
    expect(daysBetween('2024-12-31', '2025-03-01')).toBe(60);
    expect([dayOfYear('2024-01-01'), dayOfYear('2024-12-31'), dayOfYear('2025-12-31')]).toEqual([0, 365, 364]);
  });

  test.each(['2025-02-29', '2025-2-1', '2025-13-01', 'yesterday', ''])('%s is no date', (text) => {
    expect(() => climateDayStart(chicago, text)).toThrowError(expect.objectContaining({ code: 'malformed-input' }));
  });
});

test('events from 2026-08-14 on are settled by The Weather Company, those before by the National Weather Service', () => {
  expect(settlementSource('2026-08-13').name).toBe('National Weather Service');
  expect(settlementSource('2026-08-14').name).toBe('The Weather Company');
});
