import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportOptions, runImport } from '../../src/cli/import-run.ts';
import { openDatabase, readRows, sqlText } from '../../src/tape/duckdb.ts';
import type { SealedTape } from '../../src/tape/seal-tape.ts';
import { describeReal } from '../real-data.ts';

let folder: string;
let dataFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapedeck-run-'));
  dataFolder = join(folder, 'data');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Choice = { mapping: string } | { format: 'kalshi-rest' | 'kalshi-frames' };
const run = (choice: Choice, source: string, more: Partial<ImportOptions> = {}) =>
  runImport({ name: 'tape', dataFolder, createdBy: 'test', source, ...more, ...choice } as ImportOptions);
const told = ({ manifest }: SealedTape, words: string) =>
  manifest.importReport.notes.filter(({ what }) => what.includes(words)).reduce((sum, { count }) => sum + count, 0);
const refused = (code: string) => expect.objectContaining({ name: 'Fault', code });
const left = () => {
  try {
    return readdirSync(join(dataFolder, 'tapes'));
  } catch {
    return [];
  }
};

async function query(tape: SealedTape, sql: string) {
  const database = await openDatabase();
  try {
    const view = (name: string) =>
      `CREATE VIEW ${name} AS FROM read_parquet(${sqlText(join(tape.folder, `${name}.parquet`))})`;
    await database.connection.run(`${view('events')}; ${view('markets')}; ${view('coverage')}`);
    return await readRows(database.connection, sql);
  } finally {
    database.close();
  }
}

const EVENT = {
  event: { event_ticker: 'KXHIGHCHI-26SEP15', series_ticker: 'KXHIGHCHI', mutually_exclusive: true },
  markets: [
    {
      ticker: 'KXHIGHCHI-26SEP15-B84.5',
      event_ticker: 'KXHIGHCHI-26SEP15',
      strike_type: 'between',
      floor_strike: 84,
      cap_strike: 85,
      open_time: '2026-09-14T14:00:00Z',
      close_time: '2026-09-16T06:00:00Z',
      result: 'yes',
      settlement_ts: '2026-09-16T14:00:00Z',
      price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
    },
  ],
};
const trade = (id: string, minute: number, more: object = {}) => ({
  trade_id: id,
  ticker: 'KXHIGHCHI-26SEP15-B84.5',
  count_fp: '2.50',
  yes_price_dollars: '0.3100',
  no_price_dollars: '0.6900',
  taker_book_side: 'ask',
  taker_outcome_side: 'no',
  created_time: `2026-09-15T15:${String(minute).padStart(2, '0')}:00.000001Z`,
  is_block_trade: false,
  ...more,
});

function restFolder(trades: unknown, events: unknown = EVENT): string {
  const rest = join(folder, 'rest');
  for (const part of ['trades', 'events']) mkdirSync(join(rest, part), { recursive: true });
  writeFileSync(join(rest, 'events', 'a.json'), JSON.stringify(events));
  writeFileSync(join(rest, 'trades', 'a.json'), typeof trades === 'string' ? trades : JSON.stringify(trades));
  return rest;
}

describe('saved REST bodies of today', () => {
  it('become a sealed tape: trades by time and once by id, the life of each market around them', async () => {
    const rest = restFolder({
      trades: [
        trade('b', 9),
        trade('a', 3),
        trade('a', 3),
        trade('c', 4, { is_block_trade: true }),
        trade('d', 5, { ticker: 'OTHER' }),
      ],
      cursor: '',
    });
    const tape = await run({ format: 'kalshi-rest' }, rest);
    expect(
      await query(
        tape,
        "SELECT trade_id, side, price_e4, quantity_e2 FROM events WHERE kind = 'trade' ORDER BY sequence",
      ),
    ).toEqual([
      { trade_id: 'a', side: 'ask', price_e4: 3_100, quantity_e2: 250 },
      { trade_id: 'b', side: 'ask', price_e4: 3_100, quantity_e2: 250 },
    ]);
    expect(
      await query(tape, "SELECT detail->>'$.type' AS type FROM events WHERE kind = 'detail' ORDER BY sequence"),
    ).toEqual(['lifecycle', 'coverage', 'lifecycle', 'coverage', 'settlement'].map((type) => ({ type })));
    expect([
      told(tape, 'id was there before'),
      told(tape, 'block trades'),
      told(tape, 'that no event describes'),
    ]).toEqual([1, 1, 1]);
    expect(told(tape, 'earlier than the trade before')).toBe(1);
    expect(await query(tape, 'SELECT state, count(*) AS n FROM coverage GROUP BY state')).toEqual([
      { state: 'covered', n: 1 },
    ]);
  });

  it('that are cut off or wrong are refused by file, and nothing is left behind', async () => {
    await expect(run({ format: 'kalshi-rest' }, restFolder('{"trades":[{"trade_id":'))).rejects.toThrow(
      refused('truncated-file'),
    );
    await expect(
      run({ format: 'kalshi-rest' }, restFolder({ trades: [trade('a', 3, { count_fp: 'many' })] })),
    ).rejects.toThrow(/a.json: "many"/);
    await expect(
      run(
        { format: 'kalshi-rest' },
        restFolder({ trades: [trade('a', 3, { yes_price_dollars: '0.3150', no_price_dollars: '0.6850' })] }),
      ),
    ).rejects.toThrow(refused('off-grid-price'));
    expect(left()).toEqual([]);
  });

  it('without trades or events folders are told what is needed', async () => {
    await expect(run({ format: 'kalshi-rest' }, folder)).rejects.toThrow(/has no folder "events"/);
    await expect(run({ format: 'kalshi-rest' }, join(folder, 'nowhere'))).rejects.toThrow(refused('missing-file'));
  });

  it('do not take the place of a tape unless told to', async () => {
    const rest = restFolder([trade('a', 3)]);
    const first = await run({ format: 'kalshi-rest' }, rest);
    await expect(run({ format: 'kalshi-rest' }, rest)).rejects.toThrow(refused('tape-exists'));
    const again = await run({ format: 'kalshi-rest' }, rest, { replace: true });
    expect(again.manifest.digest).toBe(first.manifest.digest);
  });
});

describe('recorded frames', () => {
  const M = 'KXHIGHCHI-26SEP15-B84.5';
  const snapshot = (seq: number) =>
    JSON.stringify({
      type: 'orderbook_snapshot',
      sid: 1,
      seq,
      msg: {
        market_ticker: M,
        yes_dollars_fp: [['0.4700', '5.00']],
        no_dollars_fp: [
          ['0.0500', '1.00'],
          ['0.5200', '2.00'],
        ],
      },
    });
  const delta = (seq: number) =>
    JSON.stringify({
      type: 'orderbook_delta',
      sid: 1,
      seq,
      msg: { market_ticker: M, price_dollars: '0.4700', delta_fp: '1.00', side: 'yes', ts_ms: 1_789_484_400_000 + seq },
    });
  const session = (...lines: string[]) => {
    const path = join(folder, 'session.jsonl.gz');
    writeFileSync(path, gzipSync(lines.join('\n')));
    return path;
  };

  it('become a tape of books, torn where the sequence has a gap', async () => {
    const tape = await run(
      { format: 'kalshi-frames' },
      session(snapshot(1), delta(2), delta(4), snapshot(5), delta(6), delta(7), ''),
    );
    expect(tape.manifest.counts).toEqual({ delta: 3, detail: 5, snapshot: 6 });
    expect([told(tape, 'gaps in the sequence'), told(tape, 'without a trusted book')]).toEqual([1, 1]);
    expect(await query(tape, 'SELECT state, basis FROM coverage ORDER BY from_us')).toEqual([
      { state: 'covered', basis: 'sequence' },
      { state: 'uncovered', basis: null },
      { state: 'covered', basis: 'sequence' },
    ]);
  });

  it('lose a torn last line, counted', async () => {
    const tape = await run({ format: 'kalshi-frames' }, session(snapshot(1), delta(2), delta(3).slice(0, 40)));
    expect(tape.manifest.counts.delta).toBe(1);
    expect(told(tape, 'torn last line')).toBe(1);
  });

  it('with a broken line in the middle are refused with its number', async () => {
    await expect(run({ format: 'kalshi-frames' }, session(snapshot(1), '{"type":', delta(2), ''))).rejects.toThrow(
      /session.jsonl.gz: line 2/,
    );
    expect(left()).toEqual([]);
  });

  it('cut off inside gzip are refused by name', async () => {
    const path = session(snapshot(1), ...Array.from({ length: 200 }, (_, index) => delta(index + 2)), '');
    writeFileSync(path, readFileSync(path).subarray(0, 300));
    await expect(run({ format: 'kalshi-frames' }, path)).rejects.toThrow(refused('truncated-file'));
  });

  it('read with the wrong pricing of the NO leg are refused as crossed', async () => {
    const path = session(snapshot(1), delta(2), '');
    await expect(run({ format: 'kalshi-frames' }, path, { frames: { legPricing: 'yes-prices' } })).rejects.toThrow(
      refused('crossed-book'),
    );
  });
});

describeReal('kalshi-weather-rest', 'ten Chicago days of REST bodies, imported', (real) => {
  it('are 1,508 trades in 60 markets, ten of them yes', async () => {
    const tape = await run({ format: 'kalshi-rest' }, real);
    expect(tape.manifest).toMatchObject({ marketCount: 60, counts: { trade: 1_508 } });
    expect(
      await query(
        tape,
        "SELECT count(result) AS settled, count(*) FILTER (result = 'yes') AS yes, count(*) FILTER (mutually_exclusive) AS exclusive, min(settlement_time_us) AS first FROM markets",
      ),
    ).toEqual([{ settled: 60, yes: 10, exclusive: 60, first: Date.UTC(2024, 9, 2, 14) * 1_000 }]);
    expect(told(tape, 'settled markets without a settlement time')).toBe(60);
    expect(told(tape, 'earlier than the trade before')).toBeGreaterThan(1_000);
  });

  it('agree, trade by trade, with the same days of the table of all trades', async () => {
    const tape = await run({ format: 'kalshi-rest' }, real);
    const table = sqlText(join(real, '..', 'kalshi-weather-trades', 'chi.csv.gz'));
    const [found] = await query(
      tape,
      `WITH ours AS (SELECT regexp_extract(m.ticker, '-([^-]+)$', 1) AS strike, m.day, CAST(ceil(e.exchange_time_us / 1e6) AS BIGINT) AS ts,
           e.price_e4 // 100 AS price, e.quantity_e2 // 100 AS size, CASE e.side WHEN 'bid' THEN 1 ELSE 0 END AS taker
         FROM events e JOIN markets m USING (market) WHERE e.kind = 'trade'),
       theirs AS (SELECT ticker, CAST(date AS VARCHAR), ts, yes_price, count, taker FROM read_csv(${table}) WHERE date BETWEEN '2024-10-01' AND '2024-10-10')
       SELECT (SELECT count(*) FROM (FROM ours EXCEPT ALL FROM theirs)) AS only_ours, (SELECT count(*) FROM (FROM theirs EXCEPT ALL FROM ours)) AS only_theirs`,
    );
    expect(found).toEqual({ only_ours: 0, only_theirs: 0 });
  });
});

describeReal('kalshi-ws-frames', 'a recorded session, imported', (real) => {
  it('is five books and 2,885 deltas, covered throughout by its sequence', async () => {
    const tape = await run({ format: 'kalshi-frames' }, real);
    expect(tape.manifest).toMatchObject({
      marketCount: 5,
      counts: { delta: 2_885, snapshot: 116, detail: 15 },
      grade: { depth: 'L2', trades: false, sampling: 'continuous' },
    });
    expect(await query(tape, 'SELECT DISTINCT state, basis FROM coverage')).toEqual([
      { state: 'covered', basis: 'sequence' },
    ]);
    const levels =
      gunzipSync(readFileSync(join(real, 'session-2026-07-01.jsonl.gz')))
        .toString()
        .match(/"orderbook_snapshot".*/g) ?? [];
    expect(levels.join('').match(/\["/g)).toHaveLength(116);
  });
});

describeReal('kalshi-weather-trades', 'every trade of five cities, sealed', (real) => {
  it('makes the same tape twice, with progress to the end', async () => {
    const steps: number[] = [];
    const onProgress = (done: number, total: number) => steps.push(done / total);
    const first = await run({ mapping: 'data/mappings/kalshi-weather-trades.json' }, real, { onProgress });
    const again = await run({ mapping: 'data/mappings/kalshi-weather-trades.json' }, real, { name: 'again' });
    expect(first.manifest).toMatchObject({
      marketCount: 9_556,
      synthetic: false,
      timeResolutionUs: 1_000_000,
      counts: { trade: 1_086_414 },
    });
    expect(again.manifest.digest).toBe(first.manifest.digest);
    expect(steps.at(-1)).toBe(1);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(readdirSync(dataFolder)).toEqual(['tapes']);
  });
});
