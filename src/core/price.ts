import { formatDecimal, formatShort, parseDecimal } from './decimal.ts';
import { Fault } from './fault.ts';

declare const brand: unique symbol;

/** A YES price in 1e-4 dollars: an integer from 0 (worthless) to 10,000 (one dollar). */
export type Price = number & { readonly [brand]: 'Price' };

declare const noBrand: unique symbol;

/** A NO price in 1e-4 dollars. Nothing takes one where a YES price is meant: its {@link complement} is that. */
export type NoPrice = number & { readonly [noBrand]: 'NoPrice' };

/** One dollar as a price. */
export const ONE_DOLLAR = 10_000 as Price;

/** Makes a price from an integer of 1e-4 dollars. Throws a Fault (`off-grid-price`) outside 0…10,000. */
export function price(e4: number): Price {
  if (!Number.isInteger(e4) || e4 < 0 || e4 > 10_000) {
    throw new Fault('off-grid-price', `${e4} is not a price: expected an integer of 1e-4 dollars from 0 to 10000`);
  }
  return e4 as Price;
}

/** Makes a price from cents: `cents(55)`, `cents(0.5)`. Throws a Fault (`off-grid-price`) outside 0…100 or finer than 0.01. */
export function cents(count: number): Price {
  const e4 = Math.round(count * 100);
  // A fraction of a cent is not exact in binary: the hundredth that was meant lies this near.
  if (Math.abs(e4 - count * 100) < 1e-9) return price(e4);
  throw new Fault('off-grid-price', `${count} cents is not a price: a price has no more than two decimals of a cent`);
}

/** Reads a dollar string as the wire writes it ("0.5600"). Throws a Fault on junk, finer digits, or a price outside 0…1. */
export function parsePrice(dollars: string): Price {
  return price(parseDecimal(dollars, 4));
}

/** Writes a price as the wire does: dollars with four decimals. */
export function formatPrice(value: Price): string {
  return formatDecimal(value, 4);
}

/** Writes a price for a person, in cents: "56¢", "0.5¢". */
export function formatCents(value: Price): string {
  return `${formatShort(value, 2)}¢`;
}

/** The NO price of a YES price, and the reverse: exact. */
export function complement(value: Price): NoPrice;
export function complement(value: NoPrice): Price;
export function complement(value: Price | NoPrice): Price | NoPrice {
  return (10_000 - value) as Price | NoPrice;
}

/** The one rounding from a model's probability to a price: to the nearest 1e-4 dollar. */
export function priceOfProbability(probability: number): Price {
  return price(Math.round(Math.min(1, Math.max(0, probability)) * 10_000));
}
