/** One change to one field of a record, and what it is called. */
export interface Mutation {
  readonly name: string;
  readonly body: Record<string, unknown>;
}

/** Every field dropped, renamed and retyped, one at a time. */
export function mutationsOf(record: Readonly<Record<string, unknown>>): Mutation[] {
  return Object.keys(record).flatMap((field) => {
    const { [field]: held, ...rest } = record;
    return [
      { name: `${field} dropped`, body: rest },
      { name: `${field} renamed`, body: { ...rest, [`${field}_v9`]: held } },
      { name: `${field} retyped`, body: { ...rest, [field]: retyped(held) } },
    ];
  });
}

function retyped(held: unknown): unknown {
  if (typeof held === 'string') return /^-?\d+(\.\d+)?$/.test(held) ? Number(held) : { text: held };
  return typeof held === 'object' ? 'text' : String(held);
}
