import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, formatShort, mulDivCeil, parseDecimal } from '../../src/core/decimal.ts';
import { Fault } from '../../src/core/fault.ts';

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (cause) {
    if (cause instanceof Fault) return cause.code;
    throw cause;
  }
  return 'no fault';
}

describe('a decimal string', () => {
  it('reads as an exact integer, digit by digit', () => {
    expect(parseDecimal('0.5600', 4)).toBe(5_600);
    expect(parseDecimal('0.29', 4)).toBe(2_900);
    expect(parseDecimal('1406474.86', 2)).toBe(140_647_486);
    expect(parseDecimal('-1.84', 2)).toBe(-184);
    expect(parseDecimal('7', 6)).toBe(7_000_000);
    expect(parseDecimal('0.560000', 4)).toBe(5_600);
    expect(Object.is(parseDecimal('-0.00', 2), 0)).toBe(true);
  });

  it('survives a round trip at every precision', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 6 }), (value, places) => {
        expect(parseDecimal(formatDecimal(value, places), places)).toBe(value);
        expect(parseDecimal(formatShort(value, places), places)).toBe(value);
        expect(parseDecimal(formatShort(value, places, 2), places)).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused when it holds a digit finer than the unit', () => {
    expect(codeOf(() => parseDecimal('0.56001', 4))).toBe('unsupported-precision');
    expect(codeOf(() => parseDecimal('1.005', 2))).toBe('unsupported-precision');
    expect(codeOf(() => parseDecimal('1.5', 0))).toBe('unsupported-precision');
  });

  it.each([
    '',
    '-',
    '.',
    '-.',
    '1.2.3',
    '1e5',
    '+1',
    ' 1',
    '1 ',
    '0x10',
    'NaN',
    '1,000',
    '--1',
    '１',
    '90071992547409.92',
  ])('is refused when it is not one: %j', (text) => {
    expect(codeOf(() => parseDecimal(text, 2))).toBe('malformed-input');
  });

  it('prints short without losing the decimals asked for', () => {
    expect(formatShort(5_600, 4)).toBe('0.56');
    expect(formatShort(500, 2)).toBe('5');
    expect(formatShort(500, 2, 2)).toBe('5.00');
    expect(formatShort(-50, 4)).toBe('-0.005');
    expect(formatShort(100, 0)).toBe('100');
  });
});

describe('a fee product', () => {
  it('is rounded up exactly, also beyond 2^53', () => {
    const factor = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -(2 ** 40), max: 2 ** 40 }));
    const divisor = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 50 }));
    fc.assert(
      fc.property(factor, factor, divisor, (a, b, c) => {
        const product = BigInt(a) * BigInt(b);
        const wide = BigInt(c);
        const quotient = product / wide + (product % wide > 0n ? 1n : 0n);
        if (quotient > BigInt(Number.MAX_SAFE_INTEGER) || quotient < -BigInt(Number.MAX_SAFE_INTEGER)) return;
        expect(BigInt(mulDivCeil(a, b, c))).toBe(quotient);
      }),
      { numRuns: 5000 },
    );
  });

  it('is exact on both sides of every multiple near 2^53', () => {
    for (const c of [3, 7, 10_000, 99_999_989]) {
      const multiple = Math.floor(Number.MAX_SAFE_INTEGER / c) * c;
      expect(mulDivCeil(multiple, 1, c)).toBe(multiple / c);
      expect(mulDivCeil(multiple - 1, 1, c)).toBe(multiple / c);
      expect(mulDivCeil(multiple - c + 1, 1, c)).toBe(multiple / c);
      expect(mulDivCeil(multiple - c, 1, c)).toBe(multiple / c - 1);
    }
  });
});
