import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import {
  cents,
  complement,
  formatCents,
  formatPrice,
  ONE_DOLLAR,
  type Price,
  parsePrice,
  price,
  priceOfProbability,
} from '../../src/core/price.ts';

const EVERY = Array.from({ length: 10_001 }, (_, e4) => e4 as Price);

describe('a price', () => {
  it('survives the wire and back, each of the 10,001', () => {
    for (const value of EVERY) expect(parsePrice(formatPrice(value))).toBe(value);
    expect(formatPrice(price(5_600))).toBe('0.5600');
    expect(parsePrice('1.0000')).toBe(ONE_DOLLAR);
  });

  it('is made from cents to the hundredth, and from nothing finer', () => {
    for (const value of EVERY) expect(cents(value / 100)).toBe(value);
    for (const wrong of [0.005, 100.01, -1, 33.333, Number.NaN]) expect(() => cents(wrong)).toThrow(Fault);
  });

  it('and its complement make one dollar exactly, each of the 10,001', () => {
    for (const value of EVERY) {
      expect(complement(value) + value).toBe(10_000);
      expect(complement(complement(value))).toBe(value);
    }
  });

  it.each([-1, 10_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %d', (e4) => {
    expect(() => price(e4)).toThrow(Fault);
  });

  it.each(['1.0001', '-0.0100', '0.56001', 'half', ''])('cannot be read from %j', (text) => {
    expect(() => parsePrice(text)).toThrow(Fault);
  });

  it('reads in cents for a person', () => {
    expect([formatCents(price(5_600)), formatCents(price(50)), formatCents(price(1))]).toEqual([
      '56¢',
      '0.5¢',
      '0.01¢',
    ]);
  });
});

describe('a probability', () => {
  it('becomes the nearest price, held between 0 and one dollar', () => {
    expect([0, 0.00004, 0.00006, 0.5, 1].map(priceOfProbability)).toEqual([0, 0, 1, 5_000, 10_000]);
    expect([-0.1, 1.1].map(priceOfProbability)).toEqual([0, 10_000]);
  });

  it('that is not a number becomes no price', () => {
    expect(() => priceOfProbability(Number.NaN)).toThrow(Fault);
  });
});
