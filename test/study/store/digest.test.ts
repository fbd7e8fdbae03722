import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../../src/study/store/digest.ts';

/** The bytes that are hashed, written another way. */
function framed(values: readonly string[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code < 0x80) bytes.push(code);
      else bytes.push(0xfe, code >>> 8, code & 0xff);
    }
    bytes.push(0xff);
  }
  return Uint8Array.from(bytes);
}

describe('the digest', () => {
  it('is SHA-256 of its values, each closed by a byte that none holds, however many are added at once', () => {
    const values = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 60 });
    fc.assert(
      fc.property(values, (texts) => {
        const expected = createHash('sha256').update(framed(texts)).digest('hex');
        expect(texts.reduce((digest, text) => digest.add(text), new Digest()).hex()).toBe(expected);
        if (texts.length > 0) expect(new Digest().add(...texts).hex()).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('tells where one value ends and the next begins', () => {
    const values = fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 4 });
    const digestOf = (texts: readonly string[]) => texts.reduce((digest, text) => digest.add(text), new Digest()).hex();
    fc.assert(
      fc.property(values, values, (left, right) => {
        expect(digestOf(left) === digestOf(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
      { numRuns: 1000 },
    );
    expect(digestOf(['ab', 'c'])).not.toBe(digestOf(['a', 'bc']));
    expect(digestOf(['', ''])).not.toBe(digestOf(['']));
    // Code units whose own bytes are the separator and the escape.
    expect(digestOf(['\uff41'])).not.toBe(digestOf(['', 'A']));
  });

  it('changes with any digit of any number', () => {
    const digestOf = (...numbers: number[]) => numbers.reduce((digest, value) => digest.add(value), new Digest()).hex();
    expect(digestOf(1, 23)).not.toBe(digestOf(12, 3));
    expect(digestOf(9_007_199_254_740_991)).not.toBe(digestOf(9_007_199_254_740_990));
    expect(digestOf(0.1 + 0.2)).not.toBe(digestOf(0.3));
    expect(digestOf(-1)).not.toBe(digestOf(1));
  });

  it('gives the same answer when asked again', () => {
    const digest = new Digest().add('once');
    expect(digest.hex()).toBe(digest.hex());
    expect(digest.hex()).toMatch(/^[0-9a-f]{64}$/);
  });
});
