import type { DuckDBTimestampTZValue, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { formatTime, type Time } from '../../core/time.ts';

/** The names of the DuckDB types that count, by their id's name: right-aligned, and exact in every format. */
const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;

export function isNumeric(type: DuckDBType): boolean {
  return NUMBERS.test(type.toString());
}

/** A value as plain text, as DuckDB casts it; times with a zone in RFC 3339 UTC. Null is the caller's affair. */
export function plainText(value: Exclude<DuckDBValue, null>): string {
  if (isZonedTime(value)) return formatTime(Number(value.micros) as Time);
  return value.toString();
}

function isZonedTime(value: Exclude<DuckDBValue, null>): value is DuckDBTimestampTZValue {
  return (
    typeof value === 'object' &&
    value.constructor.name === 'DuckDBTimestampTZValue' &&
    (value as DuckDBTimestampTZValue).isFinite
  );
}

/** A value as a field of a CSV line (RFC 4180): null is nothing, an empty text is "". */
export function csvField(value: DuckDBValue): string {
  if (value === null) return '';
  const text = plainText(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A value as a cell on one line of a printed table. */
export function cell(value: DuckDBValue, most: number): string {
  if (value === null) return 'null';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in data must not reach the terminal
  const text = plainText(value).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/**
 * A value as JSON text. A whole number that JSON readers cannot hold (beyond 2^53) becomes a text with all its digits, as does a decimal of
 * more than 15 digits; a column of type JSON goes in as it is.
 */
export function jsonText(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? String(value) : `"${value}"`;
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
    case 'string':
      return type.alias === 'JSON' ? value.replaceAll(/\s*\n\s*/g, ' ') : JSON.stringify(value);
  }
  return jsonOfObject(value, type);
}

function jsonOfObject(
  value: Exclude<DuckDBValue, null | boolean | bigint | number | string>,
  type: DuckDBType,
): string {
  if ('items' in value && 'valueType' in type)
    return `[${value.items.map((item) => jsonText(item, type.valueType)).join(',')}]`;
  if ('items' in value && 'entryTypes' in type && Array.isArray(type.entryTypes)) {
    return `[${value.items.map((item, index) => jsonText(item, type.entryTypes[index]!)).join(',')}]`;
  }
  if ('entries' in value && 'entryNames' in type) {
    const { entryNames, entryTypes } = type;
    const entries = value.entries as Readonly<Record<string, DuckDBValue>>;
    return `{${entryNames.map((name, index) => `${JSON.stringify(name)}:${jsonText(entries[name] ?? null, entryTypes[index]!)}`).join(',')}}`;
  }
  if ('entries' in value && 'keyType' in type) {
    const { keyType, valueType } = type;
    const entries = value.entries as readonly { key: DuckDBValue; value: DuckDBValue }[];
    return `[${entries.map((entry) => `{"key":${jsonText(entry.key, keyType)},"value":${jsonText(entry.value, valueType)}}`).join(',')}]`;
  }
  if ('scale' in value && 'width' in value) {
    const text = value.toString();
    return text.replace(/\D/g, '').replace(/^0+/, '').length <= 15 ? text : `"${text}"`;
  }
  return JSON.stringify(plainText(value));
}
