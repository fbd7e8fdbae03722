import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/core/digest.ts';

function hexOf(bytes: Uint8Array): string {
  const digest = new Digest();
  for (const byte of bytes) digest.byte(byte);
  return digest.hex();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('the digest', () => {
  it('is SHA-256 of the bytes it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(hexOf(bytes)).toBe(sha256(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('is SHA-256 at every length around the block borders', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff);
      expect(hexOf(bytes)).toBe(sha256(bytes));
    }
    const million = new Uint8Array(1_000_000).fill(0x61);
    expect(hexOf(million)).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  });

  it('tells where one value ends and the next begins', () => {
    const values = fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 4 });
    const digestOf = (texts: readonly string[]) =>
      texts.reduce((digest, text) => digest.text(text), new Digest()).hex();
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
    const digestOf = (...numbers: number[]) =>
      numbers.reduce((digest, value) => digest.number(value), new Digest()).hex();
    expect(digestOf(1, 23)).not.toBe(digestOf(12, 3));
    expect(digestOf(9_007_199_254_740_991)).not.toBe(digestOf(9_007_199_254_740_990));
    expect(digestOf(0.1 + 0.2)).not.toBe(digestOf(0.3));
    expect(digestOf(-1)).not.toBe(digestOf(1));
  });

  it('gives the same answer when asked again', () => {
    const digest = new Digest().text('once');
    expect(digest.hex()).toBe(digest.hex());
    expect(digest.hex()).toMatch(/^[0-9a-f]{64}$/);
  });
});
