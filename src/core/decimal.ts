import { Fault } from './fault.ts';

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/**
 * Reads a decimal string as an exact integer of 10^-places, digit by digit ("0.5600" with 4 places is 5600).
 * Zeros beyond the places are allowed; any other digit there, and anything that is not a plain decimal, throws a Fault
 * (`unsupported-precision`, `malformed-input`). No float is involved.
 */
export function parseDecimal(text: string, places: number): number {
  let index = 0;
  const negative = text.charCodeAt(0) === MINUS;
  if (negative) index = 1;
  let value = 0;
  let digits = 0;
  let fraction = -1;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === POINT && fraction < 0) {
      fraction = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) throw malformed(text);
    digits++;
    if (fraction < 0) value = value * 10 + digit;
    else if (fraction < places) {
      value = value * 10 + digit;
      fraction++;
    } else if (digit !== 0) {
      throw new Fault('unsupported-precision', `"${text}" has more than ${places} decimal places`, {
        next: 'Declare a rounding rule in the mapping, or fix the source.',
      });
    }
  }
  if (digits === 0) throw malformed(text);
  for (let place = Math.max(fraction, 0); place < places; place++) value *= 10;
  if (!Number.isSafeInteger(value)) throw malformed(text);
  return negative && value !== 0 ? -value : value;
}

function malformed(text: string): Fault {
  return new Fault('malformed-input', `"${text.slice(0, 40)}" is not a decimal number`, {
    next: 'Check the field in the source file.',
  });
}

/** Writes an integer of 10^-places as a decimal string with all its places ("0.5600"). */
export function formatDecimal(value: number, places: number): string {
  const digits = Math.abs(value)
    .toString()
    .padStart(places + 1, '0');
  const sign = value < 0 ? '-' : '';
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Writes an integer of 10^-places with at least `least` decimals and no zeros beyond them ("0.56"). */
export function formatShort(value: number, places: number, least = 0): string {
  let text = formatDecimal(value, places);
  let shown = places;
  while (shown > least && text.endsWith('0')) {
    text = text.slice(0, -1);
    shown--;
  }
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

/**
 * ceil(a × b / c) for integers, exact beyond 2^53: plain numbers while every product is safe, BigInt otherwise.
 * `c` must be positive.
 */
export function mulDivCeil(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) {
    const quotient = Math.floor(product / c);
    // The floating quotient may be off by one near 2^53: correct it with exact remainders.
    const remainder = product - quotient * c;
    return remainder > 0 ? quotient + 1 : quotient;
  }
  const wide = BigInt(a) * BigInt(b);
  const divisor = BigInt(c);
  let quotient = wide / divisor;
  if (wide % divisor > 0n) quotient += 1n;
  return Number(quotient);
}
