import { parseHTML } from 'linkedom';
import { expect } from 'vitest';
import { type Figure, figuresOf, readsAs } from '../study/tearsheet/figures-of.ts';
import { shell } from './compiled.ts';

type Row = Readonly<Record<string, unknown>>;

/** The answers of every query that the page offers, asked as the page writes it, by a shell. */
async function answersOf(html: string, data: string): Promise<Map<string, Row[]>> {
  const answers = new Map<string, Row[]>();
  for (const element of parseHTML(html).document.querySelectorAll('[data-query]')) {
    const id = element.getAttribute('data-query');
    if (answers.has(id)) continue;
    const line = element.textContent.replace(/^tapedeck /, '$TAPEDECK ');
    const { stdout, stderr, status } = await shell(`${line} --json --data "${data}"`);
    expect(status, `${id}: ${stderr}`).toBe(0);
    answers.set(id, JSON.parse(stdout));
  }
  return answers;
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  lanes: ['arm', 'lane'],
  differences: ['control', 'lane'],
  equity: ['arm', 'lane'],
  waterfall: ['arm', 'lane'],
  markouts: ['arm', 'lane', 'liquidity'],
  paths: ['ticker'],
  reliability: ['bets', 'from_cents'],
  days: ['day'],
  markets: ['ticker'],
};

/** What the source of a number says: the cell of its query's answer, a count of the answer's rows, or a value of the report in JSON. */
function sourceOf({ source, at }: Figure, answers: ReadonlyMap<string, Row[]>, json: unknown): unknown {
  if (source === 'report') return valueAt(json, at);
  const [kind, counted] = source.split(':');
  if (counted !== undefined) {
    const rows = answers.get(counted)!;
    if (kind === 'rows') return rows.length;
    return kind === 'rest' ? rows.length - Number(at) : rows.filter((row) => Number(row[at]) > 0).length;
  }
  const keys = at.split('|');
  const column = keys.pop()!;
  const rows = answers
    .get(source)!
    .filter((row) => KEYS[source]!.every((name, index) => String(row[name]) === keys[index]));
  expect(rows.length, `${source} ${at}`).toBe(1);
  expect(Object.keys(rows[0]!), `${source} ${at}`).toContain(column);
  return rows[0]![column];
}

/** A value by its path; a name may itself have dots. */
function valueAt(json: unknown, path: string): unknown {
  if (path === '') return json;
  const value = json as Readonly<Record<string, unknown>>;
  const name = Object.keys(value).find((key) => path === key || path.startsWith(`${key}.`));
  expect(name, path).toBeDefined();
  return valueAt(value[name!], path.slice(name!.length + 1));
}

/** Whether a number is what its source says. */
export function isEqual({ unit, value, text }: Figure, found: unknown): boolean {
  if (unit === 'text') return String(found).toLowerCase().endsWith(text.toLowerCase()) && text.length > 0;
  if (value === 'null' || found === null) return value === 'null' && found === null;
  // Ratios are divided in another order by DuckDB: equal to thirteen digits. Whole numbers have to be the same.
  const [ours, theirs] = [Number(value), Number(found)];
  return Number.isInteger(ours) ? ours === theirs : Math.abs(ours - theirs) <= 1e-13 * Math.max(1, Math.abs(ours));
}

/** Each number of a page that is not what its source says. The page must offer every query but those `without`, and have numbers of each. */
export async function wrongNumbers(
  html: string,
  json: unknown,
  data: string,
  without: readonly string[] = [],
): Promise<unknown[]> {
  const answers = await answersOf(html, data);
  const queries = Object.keys(KEYS).filter((query) => !without.includes(query));
  expect([...answers.keys()].sort()).toEqual(queries.sort());
  const figures = figuresOf(html);
  expect(figures.length).toBeGreaterThan(400);
  const fromSql = figures.filter(({ source }) => source !== 'report');
  expect(fromSql.length).toBeGreaterThan(figures.length / 2);
  for (const query of queries)
    expect(
      fromSql.some(({ source }) => source === query),
      query,
    ).toBe(true);
  return figures.flatMap((figure) => {
    const found = sourceOf(figure, answers, json);
    return isEqual(figure, found) && readsAs(figure) ? [] : [{ ...figure, found }];
  });
}
