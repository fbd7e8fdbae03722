import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { prepare, TRADES } from './small-source.ts';

const HEAD = 'ticker,ts,price,size,taker\n';
const T = 1_727_784_000;
const row = (second: number, price = '47', taker = 1, size = '2', ticker = 'S-E-A') =>
  `${ticker},${T + second},${price},${size},${taker}\n`;
const trades = (...rows: string[]) => ({ 'trades.csv': HEAD + rows.join('') });
const refused = (code: string) => expect.objectContaining({ name: 'Fault', code });

describe('trades from a mapped CSV', () => {
  it('become prints: cents as price, the taker of YES a bid, in order of time', async () => {
    const tape = await prepare(TRADES, trades(row(9, '50', 0), row(3)));
    expect(tape.rowsOf('trade')).toMatchObject([
      { local_time_us: (T + 3) * 1e6, side: 'bid', price_e4: 4_700, quantity_e2: 200, more: false },
      { local_time_us: (T + 9) * 1e6, side: 'ask', price_e4: 5_000 },
    ]);
    expect(tape.told('earlier than the row before')).toBe(1);
    expect(tape.told('rounded up')).toBe(2);
  });

  it('live from the first row to the last where no time of opening or closing is known', async () => {
    const { details, told } = await prepare(TRADES, trades(row(3), row(9)));
    expect(details).toMatchObject([
      { type: 'lifecycle', change: { status: 'active' }, at: (T + 3) * 1e6 },
      { type: 'coverage', change: { covered: true, reason: 'declared: every trade' }, at: (T + 3) * 1e6 },
      { type: 'coverage', change: { covered: false, reason: 'recording ended' }, at: (T + 9) * 1e6 },
    ]);
    expect(told('without a result')).toBe(1);
  });

  it('equal in every column are counted and kept where the source gives no ids', async () => {
    const tape = await prepare(TRADES, trades(row(3), row(3), row(3, '48')));
    expect(tape.rowsOf('trade')).toHaveLength(3);
    expect(tape.told('equal to another')).toBe(1);
  });

  it('with an id that was there before are left out', async () => {
    const tape = await prepare(
      { ...TRADES, tradeId: 'id' },
      { 'trades.csv': `id,${HEAD}a,${row(3)}a,${row(3)}b,${row(3)}` },
    );
    expect(tape.rowsOf('trade').map((trade) => trade.trade_id)).toEqual(['a', 'b']);
    expect(tape.told('id was there before')).toBe(1);
  });

  it('without a taker side tell a price only', async () => {
    const { takerSide: _, ...unsided } = TRADES;
    const tape = await prepare(unsided, trades(row(3)));
    expect(tape.rowsOf('unsided-trade')).toMatchObject([{ side: null, price_e4: 4_700 }]);
    expect(tape.told('without a taker side')).toBe(1);
  });

  it('whose time was cut to the second are known a second later', async () => {
    const time = { column: 'ts', unit: 'seconds', rounding: 'down', resolutionUs: 1_000_000 };
    const [trade] = (await prepare({ ...TRADES, time }, trades(row(3)))).rowsOf('trade');
    expect(trade).toMatchObject({ exchange_time_us: (T + 3) * 1e6, local_time_us: (T + 4) * 1e6 });
  });

  it('in local time without a zone are read in the declared one, also across a clock change', async () => {
    const naive = (at: string) => `S-E-A,${at},47,1,1\n`;
    const time = { column: 'ts', unit: 'naive', zone: 'America/New_York' };
    const tape = await prepare(
      { ...TRADES, time },
      trades(naive('2024-10-01T12:00:00'), naive('2024-11-03T01:30:00'), naive('2024-12-01T12:00:00')),
    );
    expect(tape.rowsOf('trade').map((trade) => new Date(Number(trade.exchange_time_us) / 1e3).toISOString())).toEqual([
      '2024-10-01T16:00:00.000Z',
      '2024-11-03T06:30:00.000Z',
      '2024-12-01T17:00:00.000Z',
    ]);
    expect(tape.told('naive local time')).toBe(3);
    expect(tape.told('clock change repeats')).toBe(1);
  });

  it('at a local time that no clock showed, between winter and summer time, are told and read as an hour later', async () => {
    const naive = (at: string) => `S-E-A,${at},47,1,1\n`;
    const time = { column: 'ts', unit: 'naive', zone: 'America/New_York' };
    const tape = await prepare(
      { ...TRADES, time },
      trades(naive('2024-03-10T01:59:59'), naive('2024-03-10T02:30:00'), naive('2024-03-10T03:00:00')),
    );
    const seen = tape.rowsOf('trade').map((trade) => new Date(Number(trade.exchange_time_us) / 1e3).toISOString());
    expect(seen.sort()).toEqual(['2024-03-10T06:59:59.000Z', '2024-03-10T07:00:00.000Z', '2024-03-10T07:30:00.000Z']);
    expect(tape.told('rows at a local time that a clock change leaves out')).toBe(1);
  });

  it('whose time claims a zone it does not have are refused', async () => {
    const time = { column: 'ts', unit: 'iso' };
    await expect(prepare({ ...TRADES, time }, trades('S-E-A,2024-10-01T12:00:00,47,1,1\n'))).rejects.toThrow(
      refused('malformed-input'),
    );
  });

  it('priced as binary fractions are read as the nearest price, told', async () => {
    const dollars = { ...TRADES, price: { column: 'price', unit: 'dollars' } };
    const tape = await prepare(dollars, trades(row(1, '0.07'), row(2, '0.07000000000000003'), row(3, '0.5')));
    expect(tape.rowsOf('trade').map((trade) => trade.price_e4)).toEqual([700, 700, 5_000]);
    expect(tape.told('binary fraction')).toBe(2);
    expect(tape.told('float dirt in the source')).toBe(1);
  });

  it('finer than the venue can price are refused, or rounded down where the mapping says so', async () => {
    const price = { column: 'price', unit: 'dollars' };
    await expect(prepare({ ...TRADES, price }, trades(row(1, '0.47129')))).rejects.toThrow(
      refused('unsupported-precision'),
    );
    const markets = { ...TRADES.markets, priceGrid: [{ start: 0, end: 10_000, step: 1 }] };
    const tape = await prepare(
      { ...TRADES, price: { ...price, rounding: 'down' }, markets },
      trades(row(1, '0.47129'), row(2, '0.47')),
    );
    expect(tape.rowsOf('trade').map((trade) => trade.price_e4)).toEqual([4_712, 4_700]);
    expect(tape.told('finer than 1e-4')).toBe(1);
  });

  it('off the grid of their market are refused, or left out where the mapping says so', async () => {
    const off = trades(row(1, '47.5'), row(2, '0'), row(3));
    await expect(prepare(TRADES, off)).rejects.toThrow(refused('off-grid-price'));
    const tape = await prepare({ ...TRADES, offGrid: 'leave-out' }, off);
    expect(tape.rowsOf('trade')).toHaveLength(1);
    expect(tape.told('not on the declared grid')).toBe(2);
  });

  it.each([
    ['a word for the taker that the mapping does not know', row(2, '47', 7), 'takerSide'],
    ['a price that is no number', row(2, 'abc'), 'price'],
    ['no size', row(2, '47', 1, ''), 'quantity'],
    ['a time that is no number', 'S-E-A,soon,47,1,1\n', 'time'],
  ])('with %s are refused by the number of the row', async (_, bad, field) => {
    await expect(prepare(TRADES, trades(row(1), bad))).rejects.toThrow(`no readable "${field}", the first is row 2`);
  });

  it('outside the mapping condition are left out, counted', async () => {
    const tape = await prepare(
      { ...TRADES, source: { ...TRADES.source, where: "taker = '1'" } },
      trades(row(1), row(2, '50', 0)),
    );
    expect(tape.rowsOf('trade')).toHaveLength(1);
    expect(tape.told('condition "taker = \'1\'"')).toBe(1);
  });
});

describe('markets listed in a file of their own', () => {
  const markets = {
    ...TRADES.markets,
    source: { format: 'csv', files: 'markets.csv' },
    key: 'ticker',
    openTime: { column: 'open', unit: 'seconds' },
    closeTime: { column: 'close', unit: 'seconds' },
    strikeType: 'type',
    strikeFloor: 'floor',
    strikeCap: 'cap',
    mutuallyExclusive: true,
  };
  const results = {
    outcome: { column: 'result', yes: ['won'], no: ['lost'] },
    settledAfter: { anchor: 'close', hours: 1, because: 'a test' },
  };
  const mapping = { ...TRADES, markets, results };
  const list = (...rows: string[]) => `ticker,open,close,result,type,floor,cap\n${rows.join('')}`;
  const whole = list(
    `S-E-A,${T},${T + 60},won,less,,50\n`,
    `S-E-B,${T},${T + 60},lost,between,50,51\n`,
    `S-E-C,${T},${T + 60},lost,greater,51,\n`,
  );

  it('open, close and settle at their own times', async () => {
    const { details, marketRows, told } = await prepare(mapping, { ...trades(row(3)), 'markets.csv': whole });
    const ofFirst = details.filter((detail) => JSON.stringify(detail).includes('"market":0'));
    expect(ofFirst).toMatchObject([
      { type: 'lifecycle', change: { status: 'active' }, at: T * 1e6 },
      { type: 'coverage', change: { covered: true }, at: T * 1e6 },
      { type: 'lifecycle', change: { status: 'closed' }, at: (T + 60) * 1e6 },
      { type: 'coverage', change: { covered: false, reason: 'market closed' }, at: (T + 60) * 1e6 },
      { type: 'settlement', settlement: { outcome: 'yes', value: 10_000 }, at: (T + 3_660) * 1e6 },
    ]);
    expect(marketRows.map((market) => market.mutually_exclusive)).toEqual([true, true, true]);
    expect(told('settlement time is not recorded')).toBe(3);
    expect(told('markets without a row')).toBe(2);
  });

  it('are not taken as mutually exclusive when their ladder has a hole', async () => {
    const holed = whole.replace(/S-E-B.*\n/, '');
    const { marketRows, told } = await prepare(mapping, { ...trades(row(3)), 'markets.csv': holed });
    expect(marketRows.map((market) => market.mutually_exclusive)).toEqual([false, false]);
    expect(told('has a hole')).toBe(1);
  });

  it('leave out trades of markets that are not listed, counted', async () => {
    const tape = await prepare(mapping, { ...trades(row(3), row(4, '47', 1, '2', 'S-E-Z')), 'markets.csv': whole });
    expect(tape.rowsOf('trade')).toHaveLength(1);
    expect(tape.told('that are not listed')).toBe(1);
  });

  it('keep trades before opening and after close, counted, without covering them', async () => {
    const { details, told } = await prepare(mapping, { ...trades(row(-5), row(90)), 'markets.csv': whole });
    expect([told('before the recorded opening'), told('after the close')]).toEqual([1, 1]);
    const covered = details.filter(
      (detail) => detail.type === 'coverage' && JSON.stringify(detail).includes('"market":0'),
    );
    expect(covered.map((detail) => detail.at)).toEqual([T * 1e6, (T + 60) * 1e6]);
  });

  it('without a close take the assumed one, counted', async () => {
    const assumed = {
      ...markets,
      assumedCloseTime: { column: { sql: `'${T + 30}'` }, unit: 'seconds', because: 'half a minute' },
    };
    const unclosed = whole.replaceAll(`,${T + 60},`, ',,');
    const { marketRows, notes } = await prepare(
      { ...mapping, markets: assumed },
      { ...trades(row(3)), 'markets.csv': unclosed },
    );
    expect(marketRows[0]).toMatchObject({ close_time_us: (T + 30) * 1e6 });
    expect(notes).toContainEqual({ what: 'markets without a recorded close time', count: 3, action: 'half a minute' });
  });

  it('are never settled before their last trade', async () => {
    const { marketRows } = await prepare(mapping, { ...trades(row(9_000)), 'markets.csv': whole });
    expect(marketRows[0]?.settlement_time_us).toBe((T + 9_000) * 1e6);
  });

  it('stay unsettled, counted, when their outcome is neither of the declared words or two results differ', async () => {
    const odd = await prepare(mapping, { ...trades(row(3)), 'markets.csv': whole.replace('won', 'perhaps') });
    expect(odd.marketRows[0]?.result).toBeNull();
    expect(odd.told('neither of the declared words')).toBe(1);
    const source = { ...results, source: { format: 'csv', files: 'results.csv' }, key: 'name' };
    const twice = await prepare(
      { ...mapping, results: source },
      {
        ...trades(row(3)),
        'markets.csv': whole,
        'results.csv': 'name,result\nS-E-A,won\nS-E-A,lost\nS-E-B,lost\n',
      },
    );
    expect(twice.marketRows.map((market) => market.result)).toEqual([null, 'no', null]);
    expect(twice.told('two different results')).toBe(1);
  });

  it('do without results where the results file is optional and absent', async () => {
    const source = { ...results, source: { format: 'csv', files: 'results.csv', optional: true }, key: 'name' };
    const tape = await prepare({ ...mapping, results: source }, { ...trades(row(3)), 'markets.csv': whole });
    expect(tape.told('results files that are not there')).toBe(1);
    expect(tape.told('markets without a result')).toBe(3);
  });

  it('are refused when one is listed twice or has no day', async () => {
    const twice = whole + whole.split('\n')[1]!.replace('won', 'lost');
    await expect(
      prepare(
        { ...mapping, markets: { ...markets, key: { sql: 'ticker || result' } } },
        { ...trades(row(3)), 'markets.csv': `${twice}\n` },
      ),
    ).rejects.toThrow('more than once');
    await expect(
      prepare(
        { ...mapping, markets: { ...markets, day: { sql: "'1 October'" } } },
        { ...trades(row(3)), 'markets.csv': whole },
      ),
    ).rejects.toThrow('YYYY-MM-DD');
  });
});

describe('a source file that is not as the mapping says', () => {
  it('without a column is refused: the column, the columns there are, and the line of the mapping', async () => {
    const line =
      JSON.stringify(TRADES, null, 2)
        .split('\n')
        .findIndex((text) => text.includes('"column": "price"')) + 1;
    const renamed = { 'trades.csv': `${HEAD.replace('price', 'yes_price')}${row(3)}` };
    await expect(prepare(TRADES, renamed)).rejects.toThrow(refused('missing-column'));
    await expect(prepare(TRADES, renamed)).rejects.toThrow(
      new RegExp(
        `trades.csv has no column "price", which line ${line} of small.json .price.column. names; it has: ticker, ts, yes_price, size, taker`,
      ),
    );
  });

  it('without a column that an expression names is refused the same way', async () => {
    const markets = { ...TRADES.markets, day: { sql: 'coalesce(date, ts)' } };
    await expect(prepare({ ...TRADES, markets }, trades(row(3)))).rejects.toThrow(
      /no column "date", which line \d+ of small.json \(markets.day\)/,
    );
  });

  it('read by an expression that is no SQL is refused with the line', async () => {
    await expect(prepare({ ...TRADES, market: { sql: 'nosuch(ticker)' } }, trades(row(3)))).rejects.toThrow(
      refused('invalid-mapping'),
    );
  });

  it('on whose rows an expression fails is refused as a mapping', async () => {
    const markets = { ...TRADES.markets, strikeFloor: { sql: "CAST('x' || ticker AS DOUBLE)" } };
    await expect(prepare({ ...TRADES, markets }, trades(row(3)))).rejects.toThrow(refused('invalid-mapping'));
  });

  it('cut off inside gzip is refused by name', async () => {
    const packed = gzipSync(HEAD + row(1).repeat(5_000));
    const mapping = { ...TRADES, source: { format: 'csv', files: 'trades.csv.gz' } };
    await expect(prepare(mapping, { 'trades.csv.gz': packed.subarray(0, packed.length - 20) })).rejects.toThrow(
      /trades.csv.gz is cut off/,
    );
    await expect(prepare(mapping, { 'trades.csv.gz': packed.subarray(0, packed.length - 20) })).rejects.toThrow(
      refused('truncated-file'),
    );
  });

  it('cut off inside Parquet is refused by name', async () => {
    const mapping = { ...TRADES, source: { format: 'parquet', files: 'trades.parquet' } };
    await expect(prepare(mapping, { 'trades.parquet': 'PAR1 and then nothing' })).rejects.toThrow(
      refused('truncated-file'),
    );
  });

  it('with a torn last line loses that line, counted', async () => {
    const tape = await prepare(TRADES, { 'trades.csv': `${HEAD}${row(1)}S-E-A,17277` });
    expect(tape.rowsOf('trade')).toHaveLength(1);
    expect(tape.told('torn last line in trades.csv')).toBe(1);
  });

  it('with a broken line in the middle is refused with the number of the line', async () => {
    await expect(prepare(TRADES, { 'trades.csv': `${HEAD}${row(1)}S-E-A,17277\n${row(2)}` })).rejects.toThrow(
      /trades.csv, line 3/,
    );
  });

  it('that is not there is told with what is there instead', async () => {
    await expect(
      prepare({ ...TRADES, source: { format: 'csv', files: 'other-*.csv' } }, trades(row(1))),
    ).rejects.toThrow(/no file other-\*.csv \(it holds: trades.csv\)/);
  });

  it('among several, each with its own order of columns, is read by name', async () => {
    const files = {
      'trades-1.csv': HEAD + row(1),
      'trades-2.csv': `taker,size,price,ts,ticker\n0,3,50,${T + 2},S-E-A\n`,
    };
    const tape = await prepare({ ...TRADES, source: { format: 'csv', files: 'trades-*.csv' } }, files);
    expect(tape.rowsOf('trade')).toMatchObject([
      { price_e4: 4_700 },
      { price_e4: 5_000, side: 'ask', quantity_e2: 300 },
    ]);
  });
});

describe('the worked example of docs/import.md', () => {
  it('imports as it says', async () => {
    const mapping = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/import.md', 'utf8'))?.[1] ?? '';
    const tape = await prepare(JSON.parse(mapping), {
      'fills.csv': 'when,contract,cents,lots,aggressor\n2026-01-05 09:30:01,RAIN-26JAN05-T1,47,2,buy\n',
      'markets.csv': 'contract,opens,closes,outcome\nRAIN-26JAN05-T1,2026-01-04T15:00:00Z,2026-01-06T05:00:00Z,Y\n',
    });
    expect(tape.rowsOf('trade')).toMatchObject([
      { local_time_us: Date.UTC(2026, 0, 5, 14, 30, 2) * 1_000, side: 'bid' },
    ]);
    expect(tape.details.map((detail) => detail.type)).toEqual([
      'lifecycle',
      'coverage',
      'lifecycle',
      'coverage',
      'settlement',
    ]);
    expect(tape.marketRows).toMatchObject([{ result: 'yes', day: '2026-01-06', series: 'RAIN' }]);
  });
});
