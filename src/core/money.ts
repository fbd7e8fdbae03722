import { formatDecimal, parseDecimal } from './decimal.ts';

declare const brand: unique symbol;

/** An amount in 1e-6 dollars, an integer, signed. A price times a quantity is exactly this. */
export type Money = number & { readonly [brand]: 'Money' };

export const NO_MONEY = 0 as Money;

/** Makes an amount from dollars, to the nearest 1e-6 dollar: for constants and flags, never for market data. */
export function dollars(amount: number): Money {
  return Math.round(amount * 1_000_000) as Money;
}

/** Reads a dollar string with up to six decimals. Throws a Fault on junk or finer digits. */
export function parseMoney(text: string): Money {
  return parseDecimal(text, 6) as Money;
}

/** Writes an amount as dollars with six decimals, as the wire does. */
export function formatMoney(value: Money): string {
  return formatDecimal(value, 6);
}

/** Writes an amount for a person: "$1,234.56", "-$0.07", to the nearest cent. */
export function formatDollars(value: Money): string {
  const cents = Math.round(Math.abs(value) / 10_000);
  const whole = Math.floor(cents / 100).toLocaleString('en-US');
  return `${value < 0 && cents > 0 ? '-' : ''}$${whole}.${String(cents % 100).padStart(2, '0')}`;
}
