import { parseDecimal } from '../core/decimal.ts';
import { Fault } from '../core/fault.ts';
import { type Price, parsePrice, price } from '../core/price.ts';
import { parseQuantity, type Quantity } from '../core/quantity.ts';
import { parseTime, type Time } from '../core/time.ts';

/** A JSON object as it came from the wire: every field is unknown until read. */
export type WireObject = { readonly [name: string]: unknown };

/** Reads a JSON object. Throws a Fault (`malformed-input`) on anything else. */
export function wireObject(value: unknown, what: string): WireObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as WireObject;
  throw malformed(what, 'is not an object');
}

/** Reads a JSON list. Throws a Fault (`malformed-input`) on anything else; an absent one is empty. */
export function wireList(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformed(what, 'is not a list');
}

/** A text field, or null where it is absent, null or empty. */
export function optionalText(from: WireObject, name: string): string | null {
  const value = from[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  throw malformed(name, `is ${JSON.stringify(value)}, not a text`);
}

/** A text field that must be there. */
export function wireText(from: WireObject, name: string): string {
  const value = optionalText(from, name);
  if (value === null) throw malformed(name, 'is missing');
  return value;
}

/** A whole-number field, or null where it is absent. */
export function optionalInteger(from: WireObject, name: string): number | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (Number.isSafeInteger(value)) return value as number;
  throw malformed(name, `is ${JSON.stringify(value)}, not a whole number`);
}

/** An RFC 3339 field, or null where it is absent. */
export function optionalTime(from: WireObject, name: string): Time | null {
  const value = optionalText(from, name);
  return value === null ? null : parseTime(value);
}

/** A finite number field, or null where it is absent: strikes, which are no money. */
export function optionalNumber(from: WireObject, name: string): number | null {
  const value = from[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw malformed(name, `is ${JSON.stringify(value)}, not a number`);
}

/**
 * A price as today's `<name>_dollars` string, or as the past's `<name>` in whole cents (removed from the wire on 2026-03-12).
 * Null where neither is there.
 */
export function optionalPrice(from: WireObject, name: string): Price | null {
  const dollars = from[`${name}_dollars`];
  if (dollars !== undefined && dollars !== null) return parsePrice(decimalText(dollars, `${name}_dollars`));
  const legacy = from[name];
  if (legacy === undefined || legacy === null) return null;
  const text = decimalText(legacy, name);
  return text.includes('.') ? parsePrice(text) : price(parseDecimal(text, 0) * 100);
}

/** As {@link optionalPrice}, for a price that must be there. */
export function wirePrice(from: WireObject, name: string): Price {
  const value = optionalPrice(from, name);
  if (value === null) throw malformed(name, 'is missing');
  return value;
}

/** A count as today's `<name>_fp` string or the past's `<name>` number. */
export function wireCount(from: WireObject, name: string): Quantity {
  const value = from[`${name}_fp`] ?? from[name];
  if (value === undefined || value === null) throw malformed(name, 'is missing');
  return parseQuantity(decimalText(value, name));
}

/** A decimal that the wire wrote as a text or as a number, as its text. */
export function decimalText(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw malformed(name, `is ${JSON.stringify(value)}, not a decimal`);
}

export function malformed(what: string, why: string): Fault {
  return new Fault('malformed-input', `${what} ${why}`, {
    next: 'Compare the message with the API reference of its date.',
  });
}
