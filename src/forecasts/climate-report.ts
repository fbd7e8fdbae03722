import { type Day, dayAfter } from '../weather/climate-day.ts';

/** What a Climatological Report (Daily) says of a day's high. */
export interface ClimateReport {
  /** The product and station: "CLIMDW". */
  readonly product: string;
  readonly day: Day;
  /** Whole °F; null where it says MM: the value is missing. */
  readonly high: number | null;
  /** Whether the day was over. A report of the afternoon tells the highest so far, and may be overtaken. */
  readonly final: boolean;
  /** Whether it takes the place of an earlier one. */
  readonly correction: boolean;
}

const MONTHS = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const PRODUCT = /^(CLI[A-Z0-9]{3})\s*$/m;
const HEADLINE = /CLIMATE SUMMARY FOR\s+([A-Z]+)\s+(\d{1,2})\s+(\d{4})(\s+CORRECTION)?/;
const MAXIMUM = /^\s*MAXIMUM\s+(-?\d+|MM)\b/m;

/**
 * Reads the text of a climate report; null where it is none, or names no day or no maximum. Its "TEMPERATURE (F)" section tells whether the day is
 * over: YESTERDAY, or TODAY for one of the afternoon.
 */
export function readClimateReport(text: string): ClimateReport | null {
  const product = PRODUCT.exec(text)?.[1];
  const headline = HEADLINE.exec(text);
  const section = text.slice(text.indexOf('TEMPERATURE (F)'));
  const high = MAXIMUM.exec(section)?.[1];
  if (product === undefined || headline === null || high === undefined || !text.includes('TEMPERATURE (F)'))
    return null;
  const month = MONTHS.indexOf(headline[1]!) + 1;
  if (month === 0) return null;
  const written = `${headline[3]}-${String(month).padStart(2, '0')}-${headline[2]!.padStart(2, '0')}`;
  try {
    return {
      product,
      day: dayAfter(written, 0),
      high: high === 'MM' ? null : Number(high),
      final: !/^\s*TODAY\b/m.test(section),
      correction: headline[4] !== undefined || /\bCORRECTED\b/.test(text),
    };
  } catch {
    // 31 February is no day.
    return null;
  }
}
