import { expect } from 'vitest';
import { DriftSentinel } from '../../src/kalshi/drift.ts';

export type Body = Record<string, unknown>;
export type Decode = (value: unknown, drift: DriftSentinel) => unknown;

/** Fields that the reference calls deprecated or has removed: their going is no news. */
const DEPARTING = ['side', 'action', 'resting_orders_count'];

/** What the sentinel reports, in short. */
export const told = (drift: DriftSentinel): string[] =>
  drift.report().map(({ record, field, change }) => `${record}: ${field} ${change}`);

/** The mutations of a record that neither the sentinel reports nor the decoder refuses, and the retyped ones that it believes. */
export function unnoticedMutations(body: Body, decode: Decode): string[] {
  const usual = new DriftSentinel();
  decode(body, usual);
  const unnoticed: string[] = [];
  for (const { name, field, mutated } of mutationsOf(body)) {
    if (DEPARTING.includes(field)) continue;
    const drift = new DriftSentinel();
    let refused = false;
    try {
      decode(mutated, drift);
    } catch {
      refused = true;
    }
    if (!refused && told(drift).join() === told(usual).join()) unnoticed.push(name);
    else if (!refused && name.endsWith('retyped')) unnoticed.push(`${name} was believed`);
  }
  return unnoticed;
}

/** How often an unknown field is counted when a record with it is decoded twice; it must change nothing else. */
export function unknownFieldCount(body: Body, decode: Decode): number | undefined {
  const drift = new DriftSentinel();
  const added = { ...body, brand_new_field: [1] };
  expect(decode(added, drift)).toEqual(decode(body, new DriftSentinel()));
  decode(added, drift);
  return drift.report().find(({ field, change }) => field === 'brand_new_field' && change === 'new')?.count;
}

/** Every field dropped, renamed and retyped, one at a time. */
function mutationsOf(record: Body): { name: string; field: string; mutated: Body }[] {
  return Object.keys(record).flatMap((field) => {
    const { [field]: held, ...rest } = record;
    return [
      { name: `${field} dropped`, field, mutated: rest },
      { name: `${field} renamed`, field, mutated: { ...rest, [`${field}_v9`]: held } },
      { name: `${field} retyped`, field, mutated: { ...rest, [field]: retyped(held) } },
    ];
  });
}

function retyped(held: unknown): unknown {
  if (typeof held === 'string') return /^-?\d+(\.\d+)?$/.test(held) ? Number(held) : { text: held };
  return typeof held === 'object' ? 'text' : String(held);
}
