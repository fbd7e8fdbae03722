const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const SHAPE = /^([^-]+)(?:-+([^-]+))?(?:-(.+))?$/;
const DATE = /^(\d{2})([A-Z]{3})(\d{2})/;

/** What a market ticker says of itself: KXHIGHCHI-26SEP15-B84.5. */
export interface TickerParts {
  readonly series: string;
  readonly event: string;
  /** The part of the strike or the contestant, "" where the ticker has none. */
  readonly strike: string;
  /** The calendar day that the event part names, or null. */
  readonly day: string | null;
}

/** Splits a market ticker at its dashes: series, event and strike; a negative strike keeps its sign. */
export function parseTicker(ticker: string): TickerParts {
  const match = SHAPE.exec(ticker);
  const series = match?.[1] ?? ticker;
  const strike = match?.[3] ?? '';
  const event = strike === '' ? ticker : ticker.slice(0, -strike.length - 1);
  return { series, event, strike, day: dayOf(match?.[2] ?? '') };
}

function dayOf(part: string): string | null {
  const match = DATE.exec(part);
  if (match === null) return null;
  const month = MONTHS.indexOf(match[2] ?? '') + 1;
  const day = Number(match[3]);
  if (month === 0 || day < 1 || day > 31) return null;
  return `20${match[1]}-${String(month).padStart(2, '0')}-${match[3]}`;
}

/** The series name of today for one of the past: HIGHCHI became KXHIGHCHI in October 2024. */
export function seriesToday(series: string): string {
  return /^(HIGH|LOWT)[A-Z]+$/.test(series) ? `KX${series}` : series;
}
