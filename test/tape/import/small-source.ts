import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDatabase, readRows, type SqlValue } from '../../../src/tape/duckdb.ts';
import { parseMapping } from '../../../src/tape/import/mapping.ts';
import { type PreparedTape, prepareMapped } from '../../../src/tape/import/prepare-mapped.ts';

/** A mapping of a small CSV of trades, changed by each test where it must. */
export const TRADES = {
  tapedeck: 'mapping/1',
  name: 'small',
  origin: 'a test',
  licence: 'none',
  rows: 'trades',
  source: { format: 'csv', files: 'trades.csv' } as { format: string; files: string; where?: string },
  market: 'ticker',
  time: { column: 'ts', unit: 'seconds', rounding: 'up', resolutionUs: 1_000_000 } as Record<string, unknown>,
  price: { column: 'price', unit: 'cents' } as Record<string, unknown>,
  quantity: { column: 'size', unit: 'contracts' },
  takerSide: { column: 'taker', yes: ['1'], no: ['0'] },
  markets: {
    ticker: 'ticker',
    event: { sql: "regexp_extract(ticker, '^([^-]+-[^-]+)', 1)" },
    series: { sql: "regexp_extract(ticker, '^([^-]+)', 1)" },
    day: { sql: "'2024-10-01'" },
    priceGrid: 'linear_cent',
    mutuallyExclusive: false,
  } as Record<string, unknown>,
  grade: { depth: 'none', trades: true, sampling: 'continuous' },
  coverage: { basis: 'declared', claim: 'every trade', span: 'open-to-close' } as Record<string, unknown>,
};

/** A mapping of a small CSV of best bids. */
export const QUOTES = (() => {
  const { price: _, quantity: __, takerSide: ___, ...rest } = TRADES;
  return {
    ...rest,
    rows: 'quotes',
    source: { format: 'csv', files: 'quotes.csv' },
    bid: { column: 'bid', unit: 'cents' },
    ask: { column: 'ask', unit: 'cents' },
    grade: { depth: 'L1', trades: false, sampling: 'continuous' },
    coverage: { basis: 'declared', claim: 'every change', span: 'event-rows' },
  };
})();

export interface Prepared extends PreparedTape {
  readonly rowsOf: (kind: string) => Record<string, SqlValue>[];
  readonly details: Record<string, unknown>[];
  readonly marketRows: Record<string, SqlValue>[];
  /** How often the import met something whose description has these words; 0 where it is not told. */
  readonly told: (words: string) => number;
}

/** Writes the files to a new folder (packed where the name ends in .gz), imports them, and reads everything back. */
export async function prepare(mapping: object, files: Record<string, string | Buffer>): Promise<Prepared> {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-import-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const packed = name.endsWith('.gz') && typeof content === 'string';
      writeFileSync(join(folder, name), packed ? gzipSync(content) : content);
    }
    return await prepareFolder(JSON.stringify(mapping, null, 2), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Imports a folder with the text of a mapping, and reads everything back. */
export async function prepareFolder(mapping: string, folder: string): Promise<Prepared> {
  const database = await openDatabase();
  try {
    const { connection } = database;
    const tape = await prepareMapped(connection, parseMapping(mapping, 'small.json'), folder);
    const rows = await readRows(
      connection,
      `SELECT * FROM ${tape.rows} WHERE kind <> 'detail' ORDER BY local_time_us, ordinal LIMIT 1000`,
    );
    const details = await readRows(
      connection,
      `SELECT detail, local_time_us FROM ${tape.rows} WHERE kind = 'detail' ORDER BY local_time_us, ordinal LIMIT 1000`,
    );
    return {
      ...tape,
      rowsOf: (kind) => rows.filter((row) => row.kind === kind),
      details: details.map((row) => ({ ...(JSON.parse(String(row.detail)) as object), at: row.local_time_us })),
      marketRows: await readRows(connection, `SELECT * FROM ${tape.markets} ORDER BY market LIMIT 1000`),
      told: (words) => tape.notes.filter(({ what }) => what.includes(words)).reduce((sum, { count }) => sum + count, 0),
    };
  } finally {
    database.close();
  }
}
