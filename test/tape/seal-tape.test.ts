import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../src/core/fault.ts';
import { DELTA, TRADE } from '../../src/core/market-event.ts';
import { gridOf } from '../../src/core/price-grid.ts';
import { type Database, openDatabase } from '../../src/tape/duckdb.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { sealTape } from '../../src/tape/seal-tape.ts';
import { tapesFolder } from '../../src/tape/tape-folder.ts';
import { dataFolder, detailRow, FACTS, readRows, row, START, sealRows, trades } from './tape-fixture.ts';

const MARKETS = `SELECT 0 AS market, 'KX-A' AS ticker, 'KX' AS event, 'KX' AS series, '' AS title, 'less' AS strike_type, NULL AS strike_floor,
  60.0 AS strike_cap, '[{"start":0,"end":10000,"step":100}]' AS price_bands, NULL AS open_time_us, NULL AS close_time_us,
  '2025-10-01' AS day, true AS mutually_exclusive, 'no' AS result, 0 AS settlement_value_e4, ${START} AS settlement_time_us`;

const EVENT: Readonly<Record<string, string>> = {
  ordinal: '1',
  exchange_time_us: String(START),
  local_time_us: String(START),
  kind: "'trade'",
  market: '0',
  side: "'bid'",
  price_e4: '5500',
  quantity_e2: '100',
  more: 'false',
  trade_id: "'abc'",
  detail: 'NULL',
};

function eventSql(changes: Readonly<Record<string, string>> = {}): string {
  const columns = Object.entries({ ...EVENT, ...changes }).map(([name, value]) => `${value} AS ${name}`);
  return `SELECT ${columns.join(', ')}`;
}

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

async function seal(folder: string, eventsSql: string, marketsSql = MARKETS, sizesRecorded = true) {
  const facts = { ...FACTS, sizesRecorded };
  return sealTape({
    folder,
    name: 'test',
    connection: database.connection,
    eventsSql,
    marketsSql,
    facts,
    replace: true,
  });
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

describe('a row that breaks a rule is refused by name and nothing is left behind', () => {
  const cases: [string, Record<string, string>, FaultCode, RegExp][] = [
    ['an unknown kind', { kind: "'tick'" }, 'malformed-input', /no known kind/],
    ['no local time', { local_time_us: 'NULL' }, 'malformed-input', /no local or no exchange time/],
    ['a time before 1970', { exchange_time_us: '-1' }, 'malformed-input', /outside what a tape can hold/],
    [
      'a row known before it happened',
      { exchange_time_us: String(START + 1) },
      'malformed-input',
      /known before it happened/,
    ],
    ['a delay over 71 minutes', { exchange_time_us: String(START - 2 ** 32) }, 'malformed-input', /71 minutes/],
    ['no market', { market: 'NULL' }, 'malformed-input', /names no market/],
    ['a market that is not listed', { market: '1' }, 'malformed-input', /not on the list of 1/],
    ['a negative market', { market: '-1' }, 'malformed-input', /do not fit/],
    ['no price', { price_e4: 'NULL' }, 'malformed-input', /no price/],
    [
      'a price in cents where 1e-4 dollars are meant',
      { price_e4: '55' },
      'off-grid-price',
      /off its market's price grid/,
    ],
    ['a price above a dollar', { price_e4: '10100' }, 'off-grid-price', /outside 0 to \$1/],
    ['a price of exactly a dollar', { price_e4: '10000' }, 'off-grid-price', /outside 0 to \$1/],
    ['a trade at zero', { price_e4: '0' }, 'off-grid-price', /nothing trades/],
    ['no side', { side: 'NULL' }, 'malformed-input', /no side/],
    ['a side in other words', { side: "'yes'" }, 'malformed-input', /no side: expected bid or ask/],
    ['a side on an unsided trade', { kind: "'unsided-trade'" }, 'malformed-input', /its kind does not have/],
    ['no quantity', { quantity_e2: 'NULL' }, 'malformed-input', /no quantity/],
    ['a trade of nothing', { quantity_e2: '0' }, 'malformed-input', /trades no quantity/],
    ['a quantity beyond 2^53', { quantity_e2: '9007199254740993' }, 'malformed-input', /too large/],
    [
      'a shown level of nothing',
      { kind: "'snapshot'", quantity_e2: '-5' },
      'malformed-input',
      /level without quantity/,
    ],
    ['a size on an empty side', { kind: "'quote'", price_e4: '0' }, 'malformed-input', /empty side/],
    ['a detail on a trade', { detail: "'{}'" }, 'malformed-input', /detail where its kind has none/],
    ['an open group at the end', { kind: "'delta'", more: 'true' }, 'malformed-input', /goes on, but it ends/],
    ['a quantity that is no number', { quantity_e2: "'many'" }, 'malformed-input', /do not fit/],
  ];
  test.each(cases)('%s', async (_, changes, code, message) => {
    const folder = dataFolder();
    const fault = await faultOf(seal(folder, eventSql(changes)));
    expect(fault.message).toMatch(message);
    expect(fault.code).toBe(code);
    expect(readdirSync(tapesFolder(folder))).toEqual([]);
  });

  test('the fault names the row, its market and its time, and how many more there are', async () => {
    const rows = `${eventSql()} UNION ALL ${eventSql({ ordinal: '2', side: 'NULL' })} UNION ALL ${eventSql({ ordinal: '3', side: 'NULL' })}`;
    const fault = await faultOf(seal(dataFolder(), rows));
    expect(fault.message).toMatch(
      /^row 2 \(trade of KX-A at 2025-10-01T00:00:00\.000000Z, .* has no side.*; so do 1 other rows$/,
    );
    expect(fault.next).not.toBe('');
  });

  test('a detail whose JSON is wrong, or that is about another market than its row', async () => {
    const detail = { kind: "'detail'", side: 'NULL', price_e4: 'NULL', quantity_e2: 'NULL', trade_id: 'NULL' };
    const coverage = `'{"type":"coverage","change":{"market":0,"covered":true,"reason":""}}'`;
    await seal(dataFolder(), eventSql({ ...detail, detail: coverage }));
    const other = await faultOf(seal(dataFolder(), eventSql({ ...detail, market: 'NULL', detail: coverage })));
    expect(other.message).toMatch(/coverage of market 0 in a row of market null/);
    for (const bad of [
      'oops',
      '{"type":"rain"}',
      '{"type":"coverage","change":{"market":1,"covered":true,"reason":""}}',
    ]) {
      expect((await faultOf(seal(dataFolder(), eventSql({ ...detail, detail: `'${bad}'` })))).code).toBe(
        'malformed-input',
      );
    }
  });

  test('a column that is not there', async () => {
    const fault = await faultOf(seal(dataFolder(), 'SELECT 1 AS ordinal, 2 AS local_time_us'));
    expect([fault.code, fault.message]).toEqual(['missing-column', expect.stringContaining('exchange_time_us')]);
  });

  test.each([
    ['a gap in the indexes', MARKETS.replace('SELECT 0 AS', 'SELECT 1 AS'), /expected 0/],
    ['a ticker twice', `${MARKETS} UNION ALL ${MARKETS.replace('SELECT 0', 'SELECT 1')}`, /listed twice/],
    ['a day in another form', MARKETS.replace('2025-10-01', '10/01/25'), /expected YYYY-MM-DD/],
    [
      'a result without its value',
      MARKETS.replace("'no' AS result, 0", "'scalar' AS result, NULL"),
      /without a settlement value/,
    ],
    ['a yes that paid nothing', MARKETS.replace("'no' AS result", "'yes' AS result"), /settled yes at 0/],
    ['bands that are no bands', MARKETS.replace('"step":100', '"step":0'), /price band/],
  ])('a market with %s', async (_, markets, message) => {
    const fault = await faultOf(seal(dataFolder(), eventSql(), markets));
    expect([fault.code, fault.message]).toEqual(['malformed-input', expect.stringMatching(message)]);
  });
});

test('a price that a later grid of its market has is on the grid', async () => {
  const folder = dataFolder();
  const grid = gridOf([{ start: 0, end: 10_000, step: 10 }]);
  const fine = row({ localTime: START + 1, price: 4_510 });
  await expect(sealRows(folder, [fine])).rejects.toMatchObject({ code: 'off-grid-price' });
  const change = detailRow(START, { type: 'lifecycle', change: { market: 0 as never, grid } });
  expect((await sealRows(folder, [change, fine])).manifest.rows).toBe(2);
});

test('rows of one update stay together: another market in between is refused', async () => {
  const folder = dataFolder();
  const group = [0, 1, 0].map((market, index) => row({ localTime: START, kind: DELTA, market, more: index < 2 }));
  await expect(sealRows(folder, group)).rejects.toThrow('the row before row 2 says that its update goes on');
});

test('trade ids are kept for queries and are no part of the digest', async () => {
  const folder = dataFolder();
  const first = await seal(folder, eventSql());
  const second = await seal(folder, eventSql({ trade_id: "'xyz'" }));
  expect(second.manifest.digest).toBe(first.manifest.digest);
  expect(second.manifest.files[0]!.sha256).not.toBe(first.manifest.files[0]!.sha256);
  const read = await database.connection.runAndReadAll(
    `SELECT trade_id, side FROM '${join(second.folder, 'events.parquet')}'`,
  );
  expect(read.getRowsJS()).toEqual([['xyz', 'bid']]);
});

describe('a tape of the same name', () => {
  test('is refused and stays as it was', async () => {
    const folder = dataFolder();
    await sealRows(folder, trades(3));
    await expect(sealRows(folder, trades(5))).rejects.toMatchObject({ code: 'tape-exists' });
    expect(await readRows(await openTape(folder, 'test'))).toEqual(trades(3));
  });

  test('is replaced as a whole when asked, and stays when its successor fails', async () => {
    const folder = dataFolder();
    await sealRows(folder, trades(3));
    await sealRows(folder, trades(5), { replace: true });
    expect(await readRows(await openTape(folder, 'test'))).toEqual(trades(5));
    await expect(sealRows(folder, [row({ localTime: START, price: 1 })], { replace: true })).rejects.toThrow();
    expect(await readRows(await openTape(folder, 'test'))).toEqual(trades(5));
    expect(readdirSync(tapesFolder(folder))).toEqual(['test']);
  });

  test.each(['', '.hidden', 'a/b', '../up', 'a b'])('cannot be called "%s"', async (name) => {
    await expect(sealRows(dataFolder(), trades(1), { name })).rejects.toMatchObject({ code: 'usage' });
  });
});

test('a tape without a row or a market is a tape', async () => {
  const folder = dataFolder();
  const { folder: sealed } = await sealRows(folder, [], { markets: [] });
  const tape = await openTape(folder, 'test');
  expect(await readRows(tape)).toEqual([]);
  expect([tape.manifest.rows, tape.markets.length, tape.manifest.firstTimeUs]).toEqual([0, 0, 0]);
  expect(existsSync(join(sealed, '.scratch'))).toBe(false);
  expect(readFileSync(join(sealed, 'tape.json'), 'utf8')).toContain('"format": "tapedeck-tape"');
  expect(TRADE).toBe(1);
});
