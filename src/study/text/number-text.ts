import { formatDollars, type Money } from '../../core/money.ts';

/** A whole number with thousands separators: "1,234". */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Hundredths of a contract as contracts: "1,234", "0.25". */
export function contracts(e2: number): string {
  return (e2 / 100).toLocaleString('en-US', {
    maximumFractionDigits: 2,
    minimumFractionDigits: e2 % 100 === 0 ? 0 : 2,
  });
}

/** A share as a percentage, never rounded up to the whole: "3.2 %", "45 %", "99.9 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
  return `${value.toFixed(value > 0 && value < 10 ? 1 : 0)} %`;
}

/** 1e-6 dollars with their sign, to the nearest cent: "+$1,234.56", "-$0.07", "$0.00". */
export function signedDollars(e6: number): string {
  const text = formatDollars(e6 as Money);
  return text.startsWith('-') || e6 < 5_000 ? text : `+${text}`;
}

/** A number with its sign and two decimals: "+1.23", "0.00". */
export function signed(value: number): string {
  const text = value.toFixed(2);
  if (Number(text) === 0) return '0.00';
  return value > 0 ? `+${text}` : text;
}

/** A share as a percentage with its sign and two decimals: "+1.23 %", "0.00 %". */
export function percentChange(share: number): string {
  return `${signed(100 * share)} %`;
}

/** Cents with their sign: "+1.23¢"; "-" for none. */
export function cents(value: number | null): string {
  return value === null ? '-' : `${signed(value)}¢`;
}

/** An RFC 3339 time to the minute: "2024-10-01 13:05". */
export function minute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}

/** A number of effective days, never rounded up to a whole that it misses: "10.8", but "29.9" for 29.96. */
export function effectiveDaysText(value: number): string {
  const text = value.toFixed(1);
  const whole = Number(text);
  return Number.isInteger(whole) && whole > value + 1e-6 ? (whole - 0.1).toFixed(1) : text;
}
