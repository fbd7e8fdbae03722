import { parseDecimal } from '../core/decimal.ts';
import { Fault } from '../core/fault.ts';
import type { FeeChange, FeeType } from '../core/fee-schedule.ts';
import { parseTime, type Time } from '../core/time.ts';

const FEE_TYPES: readonly string[] = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
] satisfies FeeType[];

const KEYS = ['series', 'event', 'from', 'type', 'multiplier'];
const LARGEST_MULTIPLIER = 10;

/**
 * Reads a user's fee file, already parsed as JSON: an array of `{ series, event?, from, type, multiplier }`. A series may be a prefix
 * with a star; `from` is RFC 3339 with a zone; `multiplier` from 0 to 10 with at most four decimals. Throws a Fault (`malformed-input`)
 * that names the entry.
 */
export function parseFeeDeclarations(document: unknown): FeeChange[] {
  if (!Array.isArray(document)) {
    throw new Fault('malformed-input', 'the fee file is not a JSON array', { next: EXAMPLE });
  }
  const seen = new Set<string>();
  return document.map((entry: unknown, index) => {
    const change = parseEntry(entry, index + 1);
    const key = JSON.stringify([change.event === null ? change.series : null, change.event, change.from]);
    if (seen.has(key)) throw wrong(index + 1, `declares ${change.event ?? change.series} twice from the same time`);
    seen.add(key);
    return change;
  });
}

const EXAMPLE =
  'Write entries like {"series":"KXBTC","from":"2025-01-01T00:00:00Z","type":"quadratic","multiplier":1}.';

function wrong(number: number, what: string): Fault {
  return new Fault('malformed-input', `entry ${number} of the fee file ${what}`, { next: EXAMPLE });
}

function parseEntry(entry: unknown, number: number): FeeChange {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw wrong(number, 'is not an object');
  const fields = entry as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (!KEYS.includes(key)) throw wrong(number, `has an unknown field "${key}"`);
  }
  const type = fields.type;
  if (typeof type !== 'string' || !FEE_TYPES.includes(type)) {
    throw wrong(number, `has the type ${show(type)}; known are ${FEE_TYPES.join(', ')}`);
  }
  return {
    series: parseSeries(fields.series, number),
    event: parseEvent(fields.event, number),
    from: parseFrom(fields.from, number),
    type: type as FeeType,
    multiplierE4: parseMultiplier(fields.multiplier, number),
    declared: true,
  };
}

function parseSeries(value: unknown, number: number): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_.-]+\*?$/.test(value)) {
    throw wrong(number, `has the series ${show(value)}: expected a ticker, or the start of one and a star`);
  }
  return value;
}

function parseEvent(value: unknown, number: number): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '' || value.endsWith('*')) {
    throw wrong(number, `has the event ${show(value)}: expected one event's ticker`);
  }
  return value;
}

function parseFrom(value: unknown, number: number): Time {
  if (typeof value !== 'string') throw wrong(number, `has no time in "from" (${show(value)})`);
  try {
    return parseTime(value);
  } catch {
    throw wrong(number, `has "from" ${show(value)}: expected an RFC 3339 time with a zone`);
  }
}

function parseMultiplier(value: unknown, number: number): number {
  if (typeof value === 'number' || typeof value === 'string') {
    try {
      const multiplierE4 = parseDecimal(String(value), 4);
      if (multiplierE4 >= 0 && multiplierE4 <= LARGEST_MULTIPLIER * 10_000) return multiplierE4;
    } catch {
      // Said below, with the entry's number.
    }
  }
  throw wrong(
    number,
    `has the multiplier ${show(value)}: expected 0 to ${LARGEST_MULTIPLIER} with at most four decimals`,
  );
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
