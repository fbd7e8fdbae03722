import { Fault } from '../core/fault.ts';
import { type WireObject, wireObject } from './wire.ts';

/** What a field of the wire holds. Dollar and count fields are decimal texts, times are RFC 3339 texts. */
export type FieldKind = 'text' | 'dollars' | 'count' | 'time' | 'integer' | 'number' | 'boolean' | 'list' | 'object';

/** Names of fields by what they hold, separated by blanks. */
type FieldNames = { readonly [kind in FieldKind]?: string };

/** The fields of one record type as the API reference has them. */
export interface RecordFields {
  readonly record: string;
  /** Whether a record that lacks or retypes a field may not be used at all: the order path. */
  readonly fatal: boolean;
  readonly fields: ReadonlyMap<string, { readonly kind: FieldKind; readonly presence: Presence }>;
}

/** `usual`: the reference calls it optional, yet the wire has always sent it; its absence is reported and harms nothing. */
type Presence = 'required' | 'usual' | 'optional';

/** Declares a record type. A required field that may be null belongs among the optional ones: null is absent. */
export function recordFields(
  record: string,
  declared: { fatal?: boolean; required: FieldNames; usual?: FieldNames; optional?: FieldNames },
): RecordFields {
  const fields = new Map<string, { kind: FieldKind; presence: Presence }>();
  for (const presence of ['required', 'usual', 'optional'] as const) {
    for (const [kind, names] of Object.entries(declared[presence] ?? {})) {
      for (const name of names.split(' ')) fields.set(name, { kind: kind as FieldKind, presence });
    }
  }
  return { record, fatal: declared.fatal ?? false, fields };
}

/** One way in which the wire differs from the reference, and how often it was seen. */
export interface Drift {
  readonly record: string;
  readonly field: string;
  readonly change: 'new' | 'missing' | 'retyped';
  readonly count: number;
}

/** More distinct differences than this are counted together, under the field `…`. */
const MOST_FIELDS = 500;

const DECIMAL = /^-?\d{1,15}(\.\d{1,12})?$/;

const HOLDS: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  dollars: (value) => typeof value === 'string' && DECIMAL.test(value),
  count: (value) => typeof value === 'string' && DECIMAL.test(value),
  time: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\dT.*)?$/.test(value),
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Holds every record that is read against the API reference, and counts what differs. */
export class DriftSentinel {
  readonly #counts = new Map<string, Drift>();

  /**
   * Checks one record and returns it as an object. Throws a Fault: `malformed-input` where it is no object, `wire-drift` where a record
   * of the order path lacks a required field or has any known field in another form. Unknown fields are counted and let through.
   */
  check(expected: RecordFields, value: unknown): WireObject {
    const from = wireObject(value, expected.record);
    const broken: string[] = [];
    for (const [name, { kind, presence }] of expected.fields) {
      const held = from[name];
      if (held === undefined || held === null) {
        if (presence !== 'optional') this.#count(expected.record, name, 'missing');
        if (presence === 'required') broken.push(`${name} is missing`);
      } else if (!HOLDS[kind](held)) {
        this.#count(expected.record, name, 'retyped');
        broken.push(`${name} is not of the kind "${kind}"`);
      }
    }
    for (const name of Object.keys(from)) {
      if (!expected.fields.has(name)) this.#count(expected.record, name, 'new');
    }
    if (expected.fatal && broken.length > 0) throw drifted(expected.record, broken.join(', '));
    return from;
  }

  /** As {@link check}, for each record of a list. */
  checkAll(expected: RecordFields, list: readonly unknown[]): WireObject[] {
    return list.map((value) => this.check(expected, value));
  }

  /** What was seen to differ so far, sorted by record and field. */
  report(): readonly Drift[] {
    return [...this.#counts.values()].sort((a, b) =>
      `${a.record} ${a.field} ${a.change}` < `${b.record} ${b.field} ${b.change}` ? -1 : 1,
    );
  }

  #count(record: string, name: string, change: Drift['change']): void {
    const full = this.#counts.size >= MOST_FIELDS;
    let field = name.slice(0, 80);
    if (full && !this.#counts.has(`${record} ${field} ${change}`)) field = '…';
    const key = `${record} ${field} ${change}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { record, field, change, count });
  }
}

/** An answer that is not what the reference says, so that nothing may be concluded from it. */
export function drifted(record: string, what: string): Fault {
  return new Fault('wire-drift', `${record}: ${what}`, {
    next: "Kalshi's API has changed, or something else answered: update tapedeck before trading on.",
  });
}
