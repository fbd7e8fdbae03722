import type { Time } from '../core/time.ts';
import { badQuery } from './refusal.ts';

/** The query of a request to an operation ("GetMarkets"), read field by field. */
export class Query {
  readonly #operation: string;
  readonly #values: URLSearchParams;

  constructor(operation: string, search: string) {
    this.#operation = operation;
    this.#values = new URLSearchParams(search);
  }

  /** Undefined where it is absent or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  /** A list with commas, null where it is absent. */
  list(name: string): string[] | null {
    return this.text(name)?.split(',').filter(Boolean) ?? null;
  }

  /** Every value of a name that is repeated. */
  all(name: string): string[] {
    return this.#values.getAll(name).filter(Boolean);
  }

  flag(name: string): boolean {
    return this.text(name) === 'true';
  }

  /** A whole number. Throws a Refusal where it is something else. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(value)) throw badQuery(this.#operation, fieldName(name), 'numeric');
    return Number(value);
  }

  needInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw badQuery(this.#operation, fieldName(name), 'required');
    return value;
  }

  /** Unix seconds as a time. */
  time(name: string): Time | undefined {
    const value = this.integer(name);
    return value === undefined ? undefined : ((value * 1_000_000) as Time);
  }

  /** One of a few words. */
  word<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = words.find((word) => word === value);
    if (found === undefined) throw badQuery(this.#operation, fieldName(name), 'oneof');
    return found;
  }

  /** How many rows a page may have; 0 where `least` allows it stands for the standard. */
  limit(standard: number, most: number, least = 1): number {
    const value = this.integer('limit') ?? standard;
    if (value > most) throw badQuery(this.#operation, 'Limit', 'lte');
    if (value < least) throw badQuery(this.#operation, 'Limit', 'gte');
    return value === 0 ? standard : value;
  }

  /** This exchange has one shard and one subaccount: whether the query asks for another. */
  get elsewhere(): boolean {
    return (this.integer('subaccount') ?? 0) !== 0 || (this.integer('exchange_index') ?? 0) > 0;
  }

  /** One page of rows in their order: `key` names a row for ever. A cursor that says nothing begins at the front. */
  page<T>(rows: Iterable<T>, limit: number, key: (row: T) => string): { rows: T[]; cursor: string } {
    const after = readCursor(this.text('cursor'));
    const page: T[] = [];
    let skipping = after !== null;
    for (const row of rows) {
      if (skipping) {
        skipping = key(row) !== after;
        continue;
      }
      if (page.length === limit) return { rows: page, cursor: writeCursor(key(page.at(-1)!)) };
      page.push(row);
    }
    return { rows: page, cursor: '' };
  }
}

const CURSOR = 'after ';

function writeCursor(key: string): string {
  return Buffer.from(CURSOR + key).toString('base64url');
}

function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  return text.startsWith(CURSOR) ? text.slice(CURSOR.length) : null;
}

/** "min_close_ts" as the messages of the venue write it: "MinCloseTs". */
function fieldName(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
