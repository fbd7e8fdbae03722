import { Fault } from '../core/fault.ts';
import type { KalshiRest, Query } from './rest.ts';
import { optionalText, type WireObject, wireObject } from './wire.ts';

/** A cursor that comes back this often is a loop, not a list. */
const MOST_PAGES = 100_000;

/**
 * The pages of a listing, one by one, until the cursor is empty. A body that lacks `list`, or a cursor that leads back to itself, is a
 * Fault (`wire-drift`): the exchange answers an unknown cursor with page one, so a loop would never end.
 */
export async function* pages(
  rest: KalshiRest,
  path: string,
  list: string,
  query: Query,
  signal?: AbortSignal,
): AsyncGenerator<WireObject> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const body = wireObject(await rest.read(path, { ...query, cursor }, signal), `answer of ${path}`);
    const count = listOf(body, list, path).length;
    checkCursor(body, path, query, count);
    yield body;
    const next = optionalText(body, 'cursor');
    if (next === null) return;
    if (seen.has(next)) break;
    seen.add(next);
    cursor = next;
  }
  throw new Fault('wire-drift', `${path}: the pages do not end: a cursor came back`, { next: 'Try again later.' });
}

/** Listings whose last page may have no cursor at all, by the description of October 2026. */
const MAY_LACK_CURSOR = /\/(positions|settlements|deposits|withdrawals)$/;

/** An end that is not said is no end: rows that were left out would pass for rows that are not there. */
function checkCursor(body: WireObject, path: string, { limit }: Query, count: number): void {
  if (typeof body.cursor === 'string') return;
  if (MAY_LACK_CURSOR.test(path) && body.cursor == null && !(typeof limit === 'number' && count >= limit)) return;
  throw new Fault('wire-drift', `${path}: the answer does not say whether it is the last page: it has no cursor`, {
    next: "Kalshi's API has changed, or something else answered.",
  });
}

/** The rows of a listing, page after page. Throws as {@link pages}. */
export async function* rows(
  rest: KalshiRest,
  path: string,
  list: string,
  query: Query,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  for await (const body of pages(rest, path, list, query, signal)) yield* listOf(body, list, path);
}

/** A list that must be there: an absent one is no empty one. */
export function listOf(body: WireObject, list: string, path: string): readonly unknown[] {
  const value = body[list];
  if (Array.isArray(value)) return value;
  throw new Fault('wire-drift', `${path}: the answer has no list "${list}"`, {
    next: "Kalshi's API has changed, or something else answered.",
  });
}

/** One piece of a path, encoded; a ticker or id that would lead elsewhere is refused. */
export function segment(text: string): string {
  if (text === '' || text === '.' || text === '..') {
    throw new Fault('invalid-parameter', `"${text}" is no ticker and no id`, { next: 'Name one.' });
  }
  return encodeURIComponent(text);
}
