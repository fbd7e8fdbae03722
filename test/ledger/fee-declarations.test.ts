import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { parseTime } from '../../src/core/time.ts';
import { parseFeeDeclarations } from '../../src/ledger/fee-declarations.ts';

const GOOD = { series: 'KXBTC', from: '2025-01-01T00:00:00Z', type: 'quadratic', multiplier: 1 };

describe("a user's fee file", () => {
  it('declares series, prefixes and events with multipliers written as numbers or strings', () => {
    const changes = parseFeeDeclarations([
      GOOD,
      { ...GOOD, series: 'KXNFL*', type: 'quadratic_with_maker_fees', multiplier: '0.5' },
      { ...GOOD, event: 'KXBTC-26JAN01', multiplier: 0 },
      { ...GOOD, from: '2026-01-01T00:00:00-05:00', event: null, multiplier: 0.0001 },
    ]);
    expect(changes.map((change) => change.multiplierE4)).toEqual([10_000, 5_000, 0, 1]);
    expect(changes.map((change) => change.event)).toEqual([null, null, 'KXBTC-26JAN01', null]);
    expect(changes[1]).toMatchObject({ series: 'KXNFL*', type: 'quadratic_with_maker_fees' });
    expect(changes[3]!.from).toBe(parseTime('2026-01-01T05:00:00Z'));
  });

  it.each<[string, unknown, string]>([
    ['an object instead of a list', { fees: [] }, 'not a JSON array'],
    ['an entry that is no object', [GOOD, 7], 'entry 2 of the fee file is not an object'],
    ['a misspelt field', [{ ...GOOD, multipler: 1 }], 'entry 1 of the fee file has an unknown field "multipler"'],
    ['a missing series', [{ ...GOOD, series: undefined }], 'has the series missing'],
    ['a star in the middle', [{ ...GOOD, series: 'KX*BTC' }], 'has the series "KX*BTC"'],
    ['an empty event', [{ ...GOOD, event: '' }], 'has the event ""'],
    ['a missing date', [{ ...GOOD, from: undefined }], 'has no time in "from"'],
    ['a date without a zone', [{ ...GOOD, from: '2025-01-01T00:00:00' }], 'RFC 3339'],
    ['an unknown formula', [{ ...GOOD, type: 'flat' }], 'has the type "flat"; known are quadratic'],
    ['a missing multiplier', [{ ...GOOD, multiplier: undefined }], 'has the multiplier missing'],
    ['a negative multiplier', [{ ...GOOD, multiplier: -1 }], 'has the multiplier -1'],
    ['a multiplier too fine', [{ ...GOOD, multiplier: 0.00005 }], 'has the multiplier'],
    ['a multiplier written for another unit', [{ ...GOOD, multiplier: 10_000 }], 'expected 0 to 10'],
    [
      'the same series and time twice',
      [GOOD, { ...GOOD, multiplier: 2 }],
      'entry 2 of the fee file declares KXBTC twice',
    ],
  ])('refuses %s, naming the entry', (_, document, message) => {
    try {
      parseFeeDeclarations(document);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      expect((error as Fault).code).toBe('malformed-input');
      expect((error as Fault).message).toContain(message);
      expect((error as Fault).next).toContain('"type":"quadratic"');
    }
  });
});
