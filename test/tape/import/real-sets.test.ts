import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openDatabase, readRows, type SqlValue } from '../../../src/tape/duckdb.ts';
import { parseMapping } from '../../../src/tape/import/mapping.ts';
import { type PreparedTape, prepareMapped } from '../../../src/tape/import/prepare-mapped.ts';
import { describeReal } from '../../real-data.ts';

interface Read {
  readonly tape: PreparedTape;
  readonly told: Record<string, number>;
  /** The one row that each query gives. */
  readonly figures: Record<string, SqlValue>[];
}

/** Imports a real set through the project's own mapping and asks the tape some questions. */
async function read(mapping: string, folder: string, ...questions: string[]): Promise<Read> {
  const path = `data/mappings/${mapping}.json`;
  const database = await openDatabase();
  try {
    const tape = await prepareMapped(database.connection, parseMapping(readFileSync(path, 'utf8'), path), folder);
    const figures: Record<string, SqlValue>[] = [];
    for (const question of questions) figures.push((await readRows(database.connection, question))[0] ?? {});
    return { tape, told: Object.fromEntries(tape.notes.map(({ what, count }) => [what, count])), figures };
  } finally {
    database.close();
  }
}

const ROWS = "SELECT kind, count(*) AS n, sum(quantity_e2) AS size FROM tape_rows WHERE kind <> 'detail' GROUP BY kind";
const RESULTS = `SELECT count(*) AS n, count(result) AS settled, count(*) FILTER (result = 'yes') AS yes, count(DISTINCT day) AS days FROM tape_markets`;

describeReal('kalshi-weather-trades', 'every trade of five cities, imported', (folder) => {
  it('gives 1,086,414 trades in 9,556 markets, all settled, 2,986 of them of $1,000 or more', async () => {
    const { told, figures } = await read(
      'kalshi-weather-trades',
      folder,
      ROWS,
      RESULTS,
      "SELECT count(*) AS n FROM tape_rows WHERE kind = 'trade' AND (CASE side WHEN 'bid' THEN price_e4 ELSE 10000 - price_e4 END) * quantity_e2 >= 1000000000",
      "SELECT count(*) AS bids FROM tape_rows WHERE kind = 'trade' AND side = 'bid'",
      'SELECT count(DISTINCT event) AS events, count(DISTINCT series) AS series, count(*) FILTER (mutually_exclusive) AS exclusive FROM tape_markets',
      `SELECT strike_type, strike_floor, strike_cap, series, event, day, result, open_time_us, close_time_us, settlement_time_us FROM tape_markets WHERE ticker = 'HIGHCHI-23DEC25-T47'`,
      "SELECT count(*) AS n FROM tape_rows t JOIN tape_markets m USING (market) WHERE m.ticker IN ('HIGHCHI-24JAN14-T-1', 'HIGHCHI-24JAN14-B-0.5')  AND t.kind = 'trade'",
    );
    expect(figures).toEqual([
      { kind: 'trade', n: 1_086_414, size: 10_641_122_700 },
      { n: 9_556, settled: 9_556, yes: 1_594, days: 432 },
      { n: 2_986 },
      { bids: 597_230 },
      { events: 1_594, series: 5, exclusive: 9_556 },
      {
        strike_type: 'less',
        strike_floor: null,
        strike_cap: 47,
        series: 'KXHIGHCHI',
        event: 'HIGHCHI-23DEC25',
        day: '2023-12-25',
        result: 'no',
        open_time_us: null,
        close_time_us: Date.UTC(2023, 11, 26, 4, 59) * 1_000,
        settlement_time_us: Date.UTC(2023, 11, 26, 16, 59) * 1_000,
      },
      { n: 5 },
    ]);
    expect(told).toMatchObject({
      'markets without a recorded close time': 4_222,
      'markets whose settlement time is not recorded': 9_556,
      'trades equal to another in every column': 26_548,
      'rows whose time the source rounded up': 1_086_414,
      'markets without a row': 655,
    });
    expect(
      Object.keys(told).filter((what) =>
        /not listed|outcome that is neither|after the close|before the recorded/.test(what),
      ),
    ).toEqual([]);
  });

  it('assumes a summer close in summer time', async () => {
    const { figures } = await read(
      'kalshi-weather-trades',
      folder,
      "SELECT close_time_us FROM tape_markets WHERE day = '2024-07-01' LIMIT 1",
    );
    expect(figures[0]?.close_time_us).toBe(Date.UTC(2024, 6, 2, 3, 59) * 1_000);
  });
});

describeReal('kalshi-index-trades', 'S&P 500 trades, imported', (folder) => {
  it('give 25,540 trades with results told by the side of the close, 257 of $1,000 or more', async () => {
    const { told, figures } = await read(
      'kalshi-index-trades',
      folder,
      ROWS,
      RESULTS,
      "SELECT count(*) AS n FROM tape_rows WHERE kind = 'trade' AND (CASE side WHEN 'bid' THEN price_e4 ELSE 10000 - price_e4 END) * quantity_e2 >= 1000000000",
      "SELECT count(*) FILTER (result = 'yes') AS yes, count(*) AS n FROM tape_markets WHERE series = 'KXINX'",
      "SELECT strike_type, strike_floor, strike_cap, close_time_us, result FROM tape_markets WHERE ticker = 'KXINXU-26JAN02H1600-T6924.9999'",
    );
    expect(figures).toEqual([
      { kind: 'trade', n: 25_540, size: 481_139_400 },
      { n: 225, settled: 225, yes: 59, days: 20 },
      // In floats 1 − 0.9 times 10,000 contracts is a hair under $1,000, and the count is 256.
      { n: 257 },
      { yes: 0, n: 108 },
      {
        strike_type: 'greater',
        strike_floor: 6_924.9999,
        strike_cap: null,
        close_time_us: Date.UTC(2026, 0, 2, 21) * 1_000,
        result: 'no',
      },
    ]);
    expect(told['trades equal to another in every column']).toBe(187);
  });
});

describeReal('kalshi-ncaaf-trades', 'playoff trades, imported', (folder) => {
  it('are 33,005 prints without a taker side, newest first put in order, none settled', async () => {
    const { told, figures } = await read('kalshi-ncaaf-trades', folder, ROWS, RESULTS);
    expect(figures).toMatchObject([
      { kind: 'unsided-trade', n: 33_005 },
      { n: 58, settled: 0 },
    ]);
    expect(told).toMatchObject({
      'trades without a taker side': 33_005,
      'trades equal to another in every column': 619,
      'markets without a result': 58,
    });
    expect(told['rows earlier than the row before them in their file']).toBe(1_733);
  });
});

describeReal('kalshi-weather-candles', 'minute candles, imported', (folder) => {
  it('are 163,717 quotes at the end of their minutes; 251,223 filled forward are none', async () => {
    const { told, figures } = await read(
      'kalshi-weather-candles',
      folder,
      ROWS,
      RESULTS,
      "SELECT count(*) FILTER (side = 'bid' AND price_e4 = 0) AS no_bid, count(*) FILTER (side = 'ask' AND price_e4 = 0) AS no_ask, min(local_time_us) % 60000000 AS rest FROM tape_rows WHERE kind = 'quote'",
    );
    expect(figures).toMatchObject([
      { kind: 'quote', n: 2 * 163_717 },
      { n: 198, settled: 0 },
      { no_bid: 30_698, no_ask: 1_016, rest: 0 },
    ]);
    expect(told['rows that the source filled forward']).toBe(251_223);
  });
});

describeReal('kalshi-weather-top-of-book', 'best bids at every change, imported', (folder) => {
  it('are 192,293 quotes in Pacific time, one crossed, their results beyond the results at hand', async () => {
    const { told, figures } = await read(
      'kalshi-weather-top-of-book',
      folder,
      ROWS,
      RESULTS,
      "SELECT min(local_time_us) AS first FROM tape_rows WHERE kind = 'quote'",
    );
    expect(figures).toMatchObject([
      { kind: 'quote', n: 2 * 192_293 },
      { n: 36, settled: 0 },
      { first: Date.UTC(2025, 11, 4, 20, 27, 16) * 1_000 + 79_996 },
    ]);
    expect(told).toMatchObject({
      'rows with a naive local time': 192_293,
      'quotes without a bid': 781,
      'quotes without an ask': 97,
      'quotes without bid and ask': 10,
      'quotes with bid and ask at one price': 5,
      'rows with the bid above the ask': 1,
      'markets without a result': 36,
    });
  });
});

describeReal('kalshi-book-snapshots', 'full-depth books, imported', (folder) => {
  it('are 2,120 weather books of four sweeps, 87,744 levels', async () => {
    const { told, figures } = await read(
      'kalshi-weather-books',
      folder,
      ROWS,
      RESULTS,
      "SELECT count(*) FILTER (NOT more) AS books FROM tape_rows WHERE kind = 'snapshot'",
    );
    expect(figures).toMatchObject([{ kind: 'snapshot', n: 87_744 }, { n: 630, settled: 0 }, { books: 2_120 }]);
    expect(told).toMatchObject({
      'books with one side empty': 931,
      'rows of 4 sweeps that carry one capture time for many markets': 2_120,
    });
  });

  it('are 3,895 crypto and sports books, 263 of them empty', async () => {
    const { told, figures } = await read(
      'kalshi-crypto-sports-books',
      folder,
      ROWS,
      "SELECT count(*) FILTER (NOT more) AS books FROM tape_rows WHERE kind = 'snapshot'",
    );
    expect(figures).toMatchObject([{ n: 183_342 + 263 }, { books: 3_895 }]);
    expect(told['books with both sides empty']).toBe(263);
  });
});

describeReal('kalshi-results', 'results without prices, imported', (folder) => {
  it('are 12,866 settled markets, 3,163 of them yes', async () => {
    const { figures } = await read(
      'kalshi-results',
      folder,
      RESULTS,
      "SELECT count(*) AS n FROM tape_rows WHERE kind <> 'detail'",
    );
    expect(figures).toMatchObject([{ n: 12_866, settled: 12_866, yes: 3_163 }, { n: 0 }]);
  });
});

describeReal('polymarket-quotes', 'a day of another venue, imported', (folder) => {
  it('is 4,499,483 samples of 20,178 markets, 14,868 of them labelled', async () => {
    const { told, figures } = await read(
      'polymarket-quotes',
      folder,
      ROWS,
      RESULTS,
      "SELECT count(*) FILTER (side = 'bid' AND price_e4 > 0) AS bids, count(*) FILTER (side = 'ask' AND price_e4 > 0) AS asks FROM tape_rows WHERE kind = 'quote'",
    );
    expect(figures).toMatchObject([
      { kind: 'quote', n: 2 * 4_499_483 },
      { n: 20_178, settled: 14_868, yes: 4_831 },
      { bids: 2_884_881, asks: 3_283_218 },
    ]);
    expect(told['quotes without bid and ask']).toBe(1_180_047);
  });
});
