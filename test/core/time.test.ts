import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import {
  civilFromTime,
  DAY,
  type Duration,
  daysFromCivil,
  formatDate,
  formatDuration,
  formatTime,
  parseTime,
  type Time,
} from '../../src/core/time.ts';

const FIRST = Date.UTC(1900, 0, 1);
const LAST = Date.UTC(2199, 11, 31);

describe('an instant', () => {
  it('is written and read as the platform does, to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), fc.nat(999), (millisecond, micro) => {
        const time = (millisecond * 1_000 + micro) as Time;
        const iso = new Date(millisecond).toISOString();
        const text = formatTime(time);
        expect(text).toBe(`${iso.slice(0, -1)}${String(micro).padStart(3, '0')}Z`);
        expect(parseTime(text)).toBe(time);
        expect(parseTime(iso)).toBe(millisecond * 1_000);
        expect(formatDate(time)).toBe(iso.slice(0, 10));
      }),
      { numRuns: 5000 },
    );
  });

  it('means the same in any zone', () => {
    const zone = fc.record({
      sign: fc.constantFrom('+', '-'),
      hours: fc.integer({ min: 0, max: 23 }),
      minutes: fc.nat(59),
    });
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), zone, (millisecond, { sign, hours, minutes }) => {
        const pad = (value: number) => String(value).padStart(2, '0');
        const local = `${new Date(millisecond).toISOString().slice(0, -1)}${sign}${pad(hours)}:${pad(minutes)}`;
        expect(parseTime(local)).toBe(Date.parse(local) * 1_000);
        expect(parseTime(`${local.slice(0, -3)}${local.slice(-2)}`)).toBe(Date.parse(local) * 1_000);
      }),
      { numRuns: 1000 },
    );
  });

  it('may be written with a space, without a fraction, or with nanoseconds, which are cut', () => {
    expect(parseTime('2026-07-01 02:31:45Z')).toBe(1_782_873_105_000_000);
    expect(parseTime('2026-07-01T02:31:45.308599Z')).toBe(1_782_873_105_308_599);
    expect(parseTime('2026-07-01T02:31:45.308599999Z')).toBe(1_782_873_105_308_599);
    expect(parseTime('2026-07-01T02:31:45.3Z')).toBe(1_782_873_105_300_000);
  });

  it.each([
    '2026-07-01T02:31:45',
    '2026-07-01',
    '1782873105',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-04-00T00:00:00Z',
    '2026-04-01T24:00:00Z',
    '2026-04-01T00:60:00Z',
    '2026-04-01T00:00:61Z',
    '2026-04-01T00:00:00+24:00',
    '2026-04-01T00:00:00+05:60',
    '2026-04-01T00:00:00.Z',
    ' 2026-04-01T00:00:00Z',
  ])('is refused when it names none, or leaves its zone open: %j', (text) => {
    expect(() => parseTime(text)).toThrow(Fault);
  });

  it('on a leap day is one only in a leap year', () => {
    expect(formatDate(parseTime('2024-02-29T12:00:00Z'))).toBe('2024-02-29');
    expect(formatDate(parseTime('2000-02-29T12:00:00Z'))).toBe('2000-02-29');
    expect(() => parseTime('1900-02-29T12:00:00Z')).toThrow(Fault);
  });
});

describe('the calendar', () => {
  it('gives every day of four centuries one number, in order', () => {
    const first = daysFromCivil(1900, 1, 1);
    const last = daysFromCivil(2300, 1, 1);
    expect(last - first).toBe(146_097);
    for (let day = first; day < last; day++) {
      const [year, month, date] = civilFromTime((day * DAY) as Time);
      if (daysFromCivil(year, month, date) !== day) expect.fail(`day ${day} came back as another`);
    }
    expect(daysFromCivil(1970, 1, 1)).toBe(0);
  });
});

describe('a duration', () => {
  it.each([
    [250, '250 µs'],
    [250_000, '250 ms'],
    [1_500_000, '1.5 s'],
    [300_000_000, '5 min'],
    [7_200_000_000, '2 h'],
    [259_200_000_000, '3 days'],
    [-1_500_000, '-1.5 s'],
  ])('of %i µs reads "%s"', (micro, text) => {
    expect(formatDuration(micro as Duration)).toBe(text);
  });
});
