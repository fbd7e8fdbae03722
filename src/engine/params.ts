import { Fault } from '../core/fault.ts';
import { dollars, type Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import { contracts, type Quantity } from '../core/quantity.ts';
import { type Duration, seconds } from '../core/time.ts';

/** One parameter of a strategy: how its text is read, its unit, default and range. */
export interface ParamDefinition<T> {
  readonly kind: string;
  /** The unit a user writes the value in: "dollars", "seconds", "contracts", "cents", "". */
  readonly unit: string;
  readonly help: string;
  /** The default as a user would write it. */
  readonly standard: string | number | boolean;
  /** What is allowed, in words: "0 to 100". */
  readonly range: string;
  /** Whether it says how much to trade: what a study of capacity makes larger and smaller, all such parameters together. */
  readonly role?: 'size';
  /** Reads a user's value into its exact unit, or says why it cannot be. */
  read(value: unknown): { ok: true; value: T } | { ok: false; problem: string };
}

/** The parameters of a strategy by name. */
// biome-ignore lint/suspicious/noExplicitAny: a schema holds definitions of different types; `ParamsOf` recovers each.
export type ParamSchema = Readonly<Record<string, ParamDefinition<any>>>;

/** The values a schema gives: what a strategy is built from. */
export type ParamsOf<S extends ParamSchema> = {
  readonly [K in keyof S]: S[K] extends ParamDefinition<infer T> ? T : never;
};

interface NumberOptions {
  readonly standard: number;
  readonly min?: number;
  readonly max?: number;
  readonly help: string;
  readonly role?: 'size';
}

function numeric<T>(
  kind: string,
  unit: string,
  options: NumberOptions,
  convert: (value: number) => T,
  /** Digits after the point that the unit holds. */
  digits = Number.POSITIVE_INFINITY,
): ParamDefinition<T> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  const range =
    min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY
      ? 'any'
      : max === Number.POSITIVE_INFINITY
        ? `${min} or more`
        : `${min} to ${max}`;
  return {
    kind,
    unit,
    help: options.help,
    standard: options.standard,
    range,
    ...(options.role === undefined ? {} : { role: options.role }),
    read(raw) {
      const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof value !== 'number' || !Number.isFinite(value)) return { ok: false, problem: 'is not a number' };
      if (!holds(value, digits)) return { ok: false, problem: tooFine(unit, digits) };
      if (value < min || value > max) return { ok: false, problem: `is outside ${range}` };
      return { ok: true, value: convert(value) };
    },
  };
}

/** Whether a value has no more digits after the point, up to the rounding of a double. */
function holds(value: number, digits: number): boolean {
  if (digits === Number.POSITIVE_INFINITY) return true;
  const scaled = value * 10 ** digits;
  return Math.abs(scaled - Math.round(scaled)) <= 1e-9 * Math.max(1, Math.abs(scaled));
}

function tooFine(unit: string, digits: number): string {
  if (digits === 0) return 'is not a whole number';
  return `has more digits than ${unit} can hold, ${digits} after the point`;
}

/** A plain number without a unit. */
export function number(options: NumberOptions): ParamDefinition<number> {
  return numeric('number', '', options, (value) => value);
}

/** A whole number without a unit. */
export function integer(options: NumberOptions): ParamDefinition<number> {
  return numeric('integer', '', options, (value) => value, 0);
}

/** A share written in percent and used as a fraction: 2 is 0.02. */
export function percent(options: NumberOptions): ParamDefinition<number> {
  return numeric('percent', '%', options, (value) => value / 100);
}

/** An amount written in dollars. */
export function money(options: NumberOptions): ParamDefinition<Money> {
  return numeric('money', 'dollars', options, dollars, 6);
}

/** A number of contracts, hundredths allowed. */
export function quantity(options: NumberOptions): ParamDefinition<Quantity> {
  return numeric('quantity', 'contracts', options, contracts, 2);
}

/** A length of time written in seconds. */
export function duration(options: NumberOptions): ParamDefinition<Duration> {
  return numeric('duration', 'seconds', options, seconds, 6);
}

/** A YES price written in cents. */
export function price(options: NumberOptions): ParamDefinition<Price> {
  return numeric('price', 'cents', { min: 0, max: 100, ...options }, (value) => Math.round(value * 100) as Price, 2);
}

/** A price distance written in cents, used in 1e-4 dollars. */
export function cents(options: NumberOptions): ParamDefinition<number> {
  return numeric('cents', 'cents', options, (value) => Math.round(value * 100), 2);
}

/** One of a few words. */
export function choice<const W extends string>(
  words: readonly W[],
  options: { readonly standard: NoInfer<W>; readonly help: string },
): ParamDefinition<W> {
  return {
    kind: 'choice',
    unit: '',
    help: options.help,
    standard: options.standard,
    range: words.join(' | '),
    read(raw) {
      const word = words.find((candidate) => candidate === raw);
      return word === undefined
        ? { ok: false, problem: `is not one of ${words.join(', ')}` }
        : { ok: true, value: word };
    },
  };
}

/** Yes or no. */
export function flag(options: { readonly standard: boolean; readonly help: string }): ParamDefinition<boolean> {
  return {
    kind: 'flag',
    unit: '',
    help: options.help,
    standard: options.standard,
    range: 'true | false',
    read(raw) {
      if (raw === true || raw === 'true') return { ok: true, value: true };
      if (raw === false || raw === 'false') return { ok: true, value: false };
      return { ok: false, problem: 'is not true or false' };
    },
  };
}

/**
 * Reads given values by a schema, defaults filled in. Throws a Fault (`invalid-parameter`) that names the parameter,
 * what was given and what is allowed; an unknown name is refused with the known ones.
 */
export function readParams<S extends ParamSchema>(schema: S, given: Readonly<Record<string, unknown>>): ParamsOf<S> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) {
      throw new Fault('invalid-parameter', `there is no parameter "${name}"`, {
        next: `Known parameters: ${Object.keys(schema).join(', ') || 'none'}.`,
      });
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(schema)) {
    const raw = given[name] ?? definition.standard;
    const result = definition.read(raw);
    if (!result.ok) {
      const unit = definition.unit === '' ? '' : ` (${definition.unit})`;
      throw new Fault('invalid-parameter', `parameter ${name}=${String(raw)} ${result.problem}`, {
        next: `Allowed${unit}: ${definition.range}; default ${definition.standard}.`,
      });
    }
    values[name] = result.value;
  }
  return values as ParamsOf<S>;
}

/** Parameters as a user writes them. */
export type WrittenParams = Readonly<Record<string, string | number | boolean>>;

/** The values as a user would write them, defaults included: what a manifest keeps. */
export function writtenParams(schema: ParamSchema, given: Readonly<Record<string, unknown>>): WrittenParams {
  const written: Record<string, string | number | boolean> = {};
  for (const [name, definition] of Object.entries(schema)) {
    const raw = given[name] ?? definition.standard;
    const kind = typeof raw === 'string' ? typeof definition.standard : 'string';
    written[name] =
      kind === 'number' ? Number(raw) : kind === 'boolean' ? raw === 'true' : (raw as string | number | boolean);
  }
  return written;
}
