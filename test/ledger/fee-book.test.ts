import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { FeeChange, FeeType } from '../../src/core/fee-schedule.ts';
import { parseTime, type Time } from '../../src/core/time.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';

const day = (date: string): Time => parseTime(`${date}T00:00:00Z`);

function row(series: string, from: string, multiplierE4: number, event: string | null = null): FeeChange {
  return { series, event, from: day(from), type: 'quadratic' satisfies FeeType, multiplierE4 };
}

function multiplier(book: FeeBook, series: string, date: string, event = `${series}-X`): number {
  return book.lookup(series, event, day(date)).multiplierE4;
}

describe('the fee book', () => {
  it('lets what the user declared count above all else from its date on, and nothing before', () => {
    const declared = { ...row('KX*', '2025-03-01', 9), declared: true as const };
    const book = new FeeBook([
      row('KXHIGH*', '2021-07-01', 1),
      declared,
      row('KXHIGHNY', '2026-01-01', 2),
      row('KXHIGHNY', '2026-01-01', 3, 'KXHIGHNY-26JAN02'),
    ]);
    expect(multiplier(book, 'KXHIGHNY', '2025-02-28')).toBe(1);
    expect(multiplier(book, 'KXHIGHNY', '2025-03-01')).toBe(9);
    expect(multiplier(book, 'KXHIGHNY', '2026-01-02', 'KXHIGHNY-26JAN02')).toBe(9);
  });

  it('finds the latest row that has begun, on its very first microsecond', () => {
    const book = new FeeBook([row('KXBTC', '2026-03-01', 2), row('KXBTC', '2025-01-01', 1)]);
    expect(multiplier(book, 'KXBTC', '2026-02-28')).toBe(1);
    expect(multiplier(book, 'KXBTC', '2026-03-01')).toBe(2);
    expect(book.find('KXBTC', 'KXBTC-X', (day('2026-03-01') - 1) as Time)?.multiplierE4).toBe(1);
  });

  it('lets an event beat its series, a name beat a prefix, and a longer prefix a shorter one', () => {
    const book = new FeeBook([
      row('KX*', '2025-01-01', 1),
      row('KXHIGH*', '2025-01-01', 2),
      row('KXHIGHNY', '2025-06-01', 3),
      row('KXHIGHNY', '2025-09-01', 4, 'KXHIGHNY-25SEP02'),
    ]);
    expect(multiplier(book, 'KXFED', '2025-02-01')).toBe(1);
    expect(multiplier(book, 'KXHIGHCHI', '2025-02-01')).toBe(2);
    expect(multiplier(book, 'KXHIGHNY', '2025-05-31')).toBe(2);
    expect(multiplier(book, 'KXHIGHNY', '2025-06-01')).toBe(3);
    expect(multiplier(book, 'KXHIGHNY', '2025-09-02', 'KXHIGHNY-25SEP02')).toBe(4);
    expect(multiplier(book, 'KXHIGHNY', '2025-08-31', 'KXHIGHNY-25SEP02')).toBe(3);
    expect(multiplier(book, 'KXHIGHNY', '2025-09-02', 'KXHIGHNY-25SEP03')).toBe(3);
  });

  it('takes the later of two rows with one date, so that a declaration overrides the table before it', () => {
    const book = new FeeBook([row('KXHIGH*', '2025-01-01', 1), row('KXHIGH*', '2025-01-01', 2)]);
    expect(multiplier(book, 'KXHIGHNY', '2025-01-01')).toBe(2);
  });

  it('learns a change while it runs', () => {
    const book = new FeeBook([row('KXBTC', '2025-01-01', 1)]);
    book.add(row('KXBTC', '2025-02-01', 2));
    expect(multiplier(book, 'KXBTC', '2025-01-15')).toBe(1);
    expect(multiplier(book, 'KXBTC', '2025-02-15')).toBe(2);
  });

  it.each([
    ['a series nobody declared', 'KXETH', '2026-01-01'],
    ['a date before the first row', 'KXBTC', '2024-12-31'],
  ])('refuses %s and says how to declare it', (_, series, date) => {
    const book = new FeeBook([row('KXBTC', '2025-01-01', 1)]);
    try {
      book.lookup(series, `${series}-X`, day(date));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      const fault = error as Fault;
      expect(fault.code).toBe('unknown-fee-schedule');
      expect(fault.message).toBe(`no fee schedule for series ${series} on ${date}`);
      expect(fault.next).toContain('--fees FILE');
      expect(fault.next).toContain(`"series":"${series}"`);
    }
    expect(book.find(series, `${series}-X`, day(date))).toBeNull();
  });
});
