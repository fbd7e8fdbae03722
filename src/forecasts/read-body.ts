import type { z } from 'zod';
import { Fault } from '../core/fault.ts';

/** A body as JSON of a form. Throws a Fault (`weather-drift`) that names the source and the place where it differs. */
export function readBody<T>(source: string, body: string, schema: z.ZodType<T>): T {
  let written: unknown;
  try {
    written = JSON.parse(body);
  } catch (cause) {
    throw drift(source, `no JSON: ${(cause as Error).message}`, cause);
  }
  const read = schema.safeParse(written);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw drift(source, `${issue!.path.join('.') || 'the whole'}: ${issue!.message}`);
}

/** A source answers in another form than it did. */
export function drift(source: string, what: string, cause?: unknown): Fault {
  return new Fault('weather-drift', `${source} answers in another form: ${what}`, {
    next: 'Nothing of the answer was used. Update tapedeck.',
    cause,
  });
}

/** Rows of a CSV without quotes, by the names of its first line. Throws a Fault (`weather-drift`) where a column is missing. */
export function readCsv<const C extends string>(
  source: string,
  body: string,
  columns: readonly C[],
): Record<C, string>[] {
  // Lines that begin with # are the service's own remarks.
  const [head, ...lines] = body.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const names = (head ?? '').split(',');
  const places = columns.map((column) => {
    const place = names.indexOf(column);
    if (place < 0) throw drift(source, `no column ${column} among ${names.join(', ').slice(0, 120)}`);
    return place;
  });
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, at) => [column, cells[places[at]!] ?? ''])) as Record<C, string>;
  });
}
