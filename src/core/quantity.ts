import { formatDecimal, parseDecimal } from './decimal.ts';

declare const brand: unique symbol;

/** A number of contracts in 0.01 contract, an integer. Signed where it is a change or a position. */
export type Quantity = number & { readonly [brand]: 'Quantity' };

export const ZERO_QUANTITY = 0 as Quantity;

/** Makes a quantity from whole contracts, or hundredths of one: `contracts(5)`, `contracts(0.25)`. */
export function contracts(count: number): Quantity {
  return Math.round(count * 100) as Quantity;
}

/** Reads a count string as the wire writes it ("12.50"). Throws a Fault on junk or finer digits. */
export function parseQuantity(count: string): Quantity {
  return parseDecimal(count, 2) as Quantity;
}

/** Writes a quantity as the wire does: contracts with two decimals. */
export function formatQuantity(value: Quantity): string {
  return formatDecimal(value, 2);
}
