import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/fault.ts';
import { NAMED_GRIDS } from '../../core/price-grid.ts';
import { lineOfPath } from './json-position.ts';

/** A column of the source by name, or an SQL expression over its columns (`filename` is one of them). */
const expression = z.union([z.string().min(1), z.strictObject({ sql: z.string().min(1) })]);

const timeUnit = z.enum(['seconds', 'milliseconds', 'microseconds', 'iso', 'naive']);

const time = z
  .strictObject({
    column: expression,
    /** `iso` carries its own zone; `naive` has none and needs `zone`. */
    unit: timeUnit,
    zone: z.string().optional(),
    /** `up`: the source rounded up, so a row is never early. `down`: it cut digits, so a row is known only at the end of its step. */
    rounding: z.enum(['none', 'up', 'down']).default('none'),
    /** How finely the source tells time, in µs. */
    resolutionUs: z.int().positive().default(1),
  })
  .refine((value) => (value.unit === 'naive') === (value.zone !== undefined), {
    error: 'a "naive" time needs a "zone", and no other unit may have one',
  })
  .refine(({ zone }) => zone === undefined || isZone(zone), {
    error: 'is no time zone of the IANA list',
    path: ['zone'],
  });

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}

const price = z.strictObject({
  column: expression,
  unit: z.enum(['cents', 'dollars', 'probability']),
  /** What to do with prices finer than 1e-4 dollars: refuse them, or round them down (counted). */
  rounding: z.enum(['refuse', 'down']).default('refuse'),
});

const answer = z.strictObject({ column: expression, yes: z.array(z.string()).min(1), no: z.array(z.string()).min(1) });

const source = z.strictObject({
  format: z.enum(['csv', 'parquet', 'jsonl']),
  /** Paths or `*` patterns, relative to the folder imported from. */
  files: z.union([z.string(), z.array(z.string()).min(1)]),
  /** Rows to read, as an SQL condition; what it leaves out is counted. */
  where: z.string().optional(),
  /** An absent file is told of instead of refused. */
  optional: z.boolean().default(false),
});

/** A time that the source does not carry, declared: every market it is used for is counted. */
const assumedTime = z.strictObject({ ...time.shape, because: z.string().min(1) });

const band = z.strictObject({ start: z.int(), end: z.int(), step: z.int() });

const markets = z.strictObject({
  /** Where the markets are listed; without it they are taken from the rows. */
  source: source.optional(),
  /** What `market` of a row is matched with; without a source it is the row's own. */
  key: expression.optional(),
  ticker: expression,
  event: expression,
  series: expression,
  title: expression.optional(),
  /** `YYYY-MM-DD`: the calendar day the market is about. */
  day: expression,
  strikeType: expression.optional(),
  strikeFloor: expression.optional(),
  strikeCap: expression.optional(),
  openTime: time.optional(),
  closeTime: time.optional(),
  assumedCloseTime: assumedTime.optional(),
  priceGrid: z.union([z.enum(Object.keys(NAMED_GRIDS) as [string, ...string[]]), z.array(band).min(1)]),
  mutuallyExclusive: z.union([z.boolean(), z.strictObject({ sql: z.string() })]),
});

const results = z.strictObject({
  /** Where results are listed; without it they stand beside the markets. */
  source: source.optional(),
  /** What the market's `key` (or, with `matches: "ticker"`, its ticker) is matched with. */
  key: expression.optional(),
  matches: z.enum(['key', 'ticker']).default('ticker'),
  outcome: answer,
  settledTime: time.optional(),
  /** The settlement time where none is recorded: so long after the close, or after the last row of the whole set. */
  settledAfter: z.strictObject({
    anchor: z.enum(['close', 'last-row']),
    hours: z.number().nonnegative(),
    because: z.string().min(1),
  }),
});

/** Numbers that are not the market: forecasts, observations. Each is known from its issue time on. */
const signal = z.strictObject({
  source,
  /** What it measures and where: "forecast-high/chicago". */
  name: expression,
  value: expression,
  unit: z.string().min(1),
  /** The day or instant it speaks of. */
  about: expression,
  /** `because` says why, where the source does not record it. */
  issueTime: z.strictObject({ ...time.shape, because: z.string().min(1).optional() }),
});

const coverage = z.strictObject({
  basis: z.literal('declared'),
  claim: z.string().min(1),
  /** Covered from open to close, from the market's first row to the last row of its event, or so long after each sample. */
  span: z.enum(['open-to-close', 'event-rows', 'samples']),
  /** With span `samples`: a sample older than this is no longer the market's state. */
  staleAfterSeconds: z.number().positive().optional(),
});

const rowKinds = z.enum(['trades', 'quotes', 'candles', 'books', 'none']);

const mappingSchema = z.strictObject({
  tapedeck: z.literal('mapping/1'),
  name: z.string().min(1),
  origin: z.string().min(1),
  licence: z.string().min(1),
  notes: z.array(z.string()).default([]),
  rows: rowKinds,
  source: source.optional(),
  /** The market a row belongs to. */
  market: expression.optional(),
  time: time.optional(),
  /** Known this much after the row's time: declared where a source stamps rows before it has them. */
  localDelaySeconds: z.number().nonnegative().default(0),
  price: price.optional(),
  quantity: z.strictObject({ column: expression, unit: z.literal('contracts') }).optional(),
  /** Which side took; absent where the source does not say. */
  takerSide: answer.optional(),
  tradeId: expression.optional(),
  bid: price.optional(),
  ask: price.optional(),
  /** Best NO bid: the YES ask is one dollar less it. */
  noBid: price.optional(),
  /** Full depth: lists of [price, size]. */
  yesBids: price.optional(),
  noBids: price.optional(),
  /** Length of a candle, in minutes: a candle is known at its end. */
  periodMinutes: expression.optional(),
  /** True on rows that the source filled forward: they are no observation and are left out, counted. */
  filledForward: expression.optional(),
  /** Names the sweep of rows that share one capture time. */
  sweep: expression.optional(),
  /** What to do with rows whose best bid is above the best ask. */
  crossed: z.enum(['refuse', 'leave-out', 'keep']).default('refuse'),
  /** What to do with prices that the market's grid does not have. */
  offGrid: z.enum(['refuse', 'leave-out']).default('refuse'),
  markets,
  results: results.optional(),
  signals: z.array(signal).default([]),
  grade: z.strictObject({
    depth: z.enum(['L2', 'L1', 'none']),
    trades: z.boolean(),
    sampling: z.enum(['continuous', 'sampled']),
  }),
  coverage,
});

export type Mapping = z.infer<typeof mappingSchema>;
export type MappedExpression = z.infer<typeof expression>;
export type MappedTime = z.infer<typeof time>;
export type MappedPrice = z.infer<typeof price>;
export type MappedAnswer = z.infer<typeof answer>;
export type MappedSource = z.infer<typeof source>;
export type MappedSignal = z.infer<typeof signal>;

/** A mapping with its text, so that a complaint can name the line. */
export interface MappingFile {
  readonly path: string;
  readonly text: string;
  readonly mapping: Mapping;
}

const NEEDED: Readonly<Record<Mapping['rows'], readonly (keyof Mapping)[]>> = {
  trades: ['source', 'market', 'time', 'price', 'quantity'],
  quotes: ['source', 'market', 'time', 'bid'],
  candles: ['source', 'market', 'time', 'bid', 'ask', 'periodMinutes'],
  books: ['source', 'market', 'time', 'yesBids', 'noBids'],
  none: [],
};

/** Reads and checks a mapping file. Throws a Fault (`missing-file`, `invalid-mapping`) that names the line. */
export function readMapping(path: string): MappingFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Fault('missing-file', `no mapping file at ${path}`, { next: 'Give the path of a mapping file.', cause });
  }
  return parseMapping(text, path);
}

/** Checks the text of a mapping. Throws a Fault (`invalid-mapping`) that names the line and what was expected there. */
export function parseMapping(text: string, path: string): MappingFile {
  const parsed = mappingSchema.safeParse(extended(parseJson(text, path), path));
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const where = issue.path.map(String);
      return `line ${lineOfPath(text, where)}, ${where.join('.') || 'the file'}: ${issue.message}`;
    });
    throw new Fault('invalid-mapping', `${path} is not a valid mapping:\n  ${lines.join('\n  ')}`, {
      next: 'Correct these fields; docs/import.md explains each.',
    });
  }
  const mapping = parsed.data;
  const absent = NEEDED[mapping.rows].filter((field) => mapping[field] === undefined);
  if (mapping.rows === 'quotes' && (mapping.ask === undefined) === (mapping.noBid === undefined)) absent.push('ask');
  if (mapping.markets.source !== undefined && mapping.markets.key === undefined) absent.push('markets');
  const { span, staleAfterSeconds } = mapping.coverage;
  if ((span === 'samples') !== (staleAfterSeconds !== undefined)) absent.push('coverage');
  if (mapping.rows === 'none' && mapping.markets.source === undefined) absent.push('markets');
  if (absent.length > 0) {
    throw new Fault('invalid-mapping', `${path}: rows of ${mapping.rows} need ${absent.map(String).join(', ')}`, {
      next: 'Quotes need one of "ask" and "noBid", "markets.source" needs "markets.key", and the span "samples" needs "staleAfterSeconds".',
    });
  }
  return { path, text, mapping };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('invalid-mapping', `${path} is not JSON: ${(cause as Error).message}`, {
      next: 'Correct the file; docs/import.md shows a whole one.',
      cause,
    });
  }
}

/** A mapping that `extends` another of its folder, by name, has all of its fields but those that it gives itself. */
function extended(json: unknown, path: string): unknown {
  if (typeof json !== 'object' || json === null || !('extends' in json)) return json;
  const { extends: name, ...own } = json;
  const known = typeof name === 'string' && /^[\w-]+$/.test(name);
  const base = known ? join(dirname(path), `${name}.json`) : '';
  if (!known || !existsSync(base) || resolve(base) === resolve(path)) {
    throw new Fault('invalid-mapping', `${path} extends ${JSON.stringify(name)}, and no such mapping lies beside it`, {
      next: 'Name another mapping of the same folder, without ".json".',
    });
  }
  const from = parseJson(readFileSync(base, 'utf8'), base);
  if (typeof from === 'object' && from !== null && 'extends' in from) {
    throw new Fault('invalid-mapping', `${path} extends ${base}, which itself extends another`, {
      next: 'Extend the mapping that stands alone.',
    });
  }
  return { ...(from as object), ...own };
}
