import { parseDecimal } from '../core/decimal.ts';
import { badParameter, unreadable } from './refusal.ts';

/** Reads the fields of a JSON body as a server with typed fields does: what is of another type is refused, what is unknown is passed over. */
export class BodyReader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #name: string;

  /** `name` is that of the request, as messages name it. Throws a Refusal where `value` is no object. */
  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw unreadable('bad_request', `json: cannot unmarshal ${kindOf(value)} into Go value of type ${name}`);
    }
    this.#fields = value as Readonly<Record<string, unknown>>;
    this.#name = name;
  }

  /** A text, or undefined where it is absent or null. */
  text(field: string): string | undefined {
    return this.#typed(field, 'string', 'string') as string | undefined;
  }

  needText(field: string): string {
    const text = this.text(field);
    if (text === undefined || text === '') throw badParameter(`${field} is required`);
    return text;
  }

  integer(field: string): number | undefined {
    const value = this.#typed(field, 'number', 'int64') as number | undefined;
    if (value === undefined || Number.isSafeInteger(value)) return value;
    throw this.#mismatch(field, `number ${value}`, 'int64');
  }

  flag(field: string): boolean {
    return (this.#typed(field, 'boolean', 'bool') as boolean | undefined) ?? false;
  }

  list(field: string): readonly unknown[] {
    const value = this.#fields[field];
    if (!Array.isArray(value)) throw this.#mismatch(field, kindOf(value), `[]${field}`);
    return value;
  }

  /** One of a few words. */
  word<T extends string>(field: string, words: readonly T[]): T {
    const text = this.needText(field);
    const found = words.find((word) => word === text);
    if (found === undefined) throw badParameter(`${field} must be one of ${words.join(', ')}`);
    return found;
  }

  /** A decimal text as an integer of 10^-places, or undefined where it is absent. */
  decimal(field: string, places: number): number | undefined {
    const text = this.text(field);
    if (text === undefined) return undefined;
    try {
      return parseDecimal(text, places);
    } catch {
      throw badParameter(`${field} is not a decimal of at most ${places} places`);
    }
  }

  #typed(field: string, type: string, goType: string): unknown {
    const value = this.#fields[field];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== type) throw this.#mismatch(field, kindOf(value), goType);
    return value;
  }

  #mismatch(field: string, kind: string, goType: string): Error {
    const place = `Go struct field ${this.#name}.${field} of type ${goType}`;
    return unreadable('bad_request', `json: cannot unmarshal ${kind} into ${place}`);
  }
}

/** The JSON in a body; an empty body is an empty object. Throws a Refusal where it is none. */
export function parseBody(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable('bad_request', `invalid JSON: ${(error as Error).message}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
