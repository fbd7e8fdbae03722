import type { Random } from '../core/random.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A record with a field that no description knows. */
export function withNewField(record: Fields): Fields {
  return { ...record, brand_new_field: { since: 'today' } };
}

/** The absence of one of these says that the side is empty: to leave it out is no change of form, it is a lie. */
const SAYS_BY_ABSENCE = /^(yes|no)_dollars(_fp)?$/;

/** A record of which one field, drawn at random, is gone, has another name, or is of another type. */
export function changedField(record: Fields, random: Random): Fields {
  const names = Object.keys(record);
  if (names.length === 0) return record;
  const name = names[random.below(names.length)]!;
  const { [name]: value, ...others } = record;
  const how = SAYS_BY_ABSENCE.test(name) ? 1 + random.below(2) : random.below(3);
  if (how === 0) return others;
  if (how === 1) return { ...others, [`${name}_renamed`]: value };
  return { ...record, [name]: retyped(value) };
}

function retyped(value: unknown): unknown {
  if (typeof value === 'string')
    return Number.isFinite(Number(value)) && value !== '' ? Number(value) : { text: value };
  if (typeof value === 'number') return String(value);
  return typeof value === 'boolean' ? Number(value) : 'something else';
}
