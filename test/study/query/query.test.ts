import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type QueryOptions, query } from '../../../src/study/query/query.ts';
import { openDatabase, readRows, sqlText } from '../../../src/tape/duckdb.ts';
import { dataFolder, emptyFolder, HUGE_COST } from '../data-folder.ts';

let folder = '';
let empty = '';

beforeAll(async () => {
  ({ folder } = await dataFolder());
  empty = emptyFolder();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(empty, { recursive: true, force: true });
});

class Output extends Writable {
  readonly pieces: Buffer[] = [];
  isTTY = false;
  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece);
    done();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

async function ask(sql: string, options: Partial<QueryOptions> = {}): Promise<Buffer> {
  const stdout = new Output();
  await query({ dataFolder: folder, sql, format: 'json', stdout, ...options });
  return stdout.bytes;
}

async function rows(sql: string, options: Partial<QueryOptions> = {}): Promise<Record<string, unknown>[]> {
  return JSON.parse((await ask(sql, options)).toString());
}

/** Every type that a view holds and some that it does not, one row with values and one of nulls. */
const EVERY_TYPE = `SELECT * FROM (VALUES
  (true, 1::TINYINT, 2::SMALLINT, 3, ${HUGE_COST}::BIGINT, 4::UINTEGER, 18446744073709551615::UBIGINT, (-5)::HUGEINT, 1.5::DOUBLE, -12.34::DECIMAL(18, 2),
   'tëxt', '\\x00\\xFF'::BLOB, DATE '2024-10-01', TIMESTAMP '2024-10-01 12:00:00.000001', TIMESTAMPTZ '2024-10-01 12:00:00.000001+02', TIME '01:02:03', [1, NULL], {'a': 1}),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
  AS t(flag, tiny, small, int, big, uint, ubig, huge, double, dec, text, blob, date, time, zoned, clock, list, struct)`;

describe('a query over runs and tapes', () => {
  it('sees every run with its id, and joins fills with the prints that gave them', async () => {
    const joined =
      await rows(`SELECT f.run_id, f.quantity_e2, e.trade_id, m.ticker FROM fills f JOIN runs r USING (run_id)
      JOIN tape_events e ON e.tape = r.tape AND e.sequence = f.tape_sequence JOIN tape_markets m ON m.tape = e.tape AND m.market = e.market
      ORDER BY f.run_id, f.quantity_e2`);
    const fill = { trade_id: 'trade-1', ticker: 'KXHIGHNY-24OCT01-B70.5' };
    expect(joined).toEqual([
      { run_id: 'whale-20241101-120000-aaaaaa', quantity_e2: 200, ...fill },
      { run_id: 'whale-20241101-120000-aaaaaa', quantity_e2: 300, ...fill },
      { run_id: 'whale-20241102-120000-bbbbbb', quantity_e2: 200, ...fill },
      { run_id: 'whale-20241102-120000-bbbbbb', quantity_e2: 300, ...fill },
    ]);
  });

  it('sees what each run came to, by arm, lane and market', async () => {
    expect(
      await rows(
        "SELECT strategy, arm, synthetic, worst_net_e6, params->>'mode' AS mode FROM runs WHERE run_id LIKE '%aaaaaa'",
      ),
    ).toEqual([{ strategy: 'whale', arm: 'follow', synthetic: false, worst_net_e6: 2_790_000, mode: 'follow' }]);
    expect(
      await rows("SELECT count(*) AS n, sum(net_e6) AS net FROM run_lanes WHERE arm = 'follow' AND lane = 'base'"),
    ).toEqual([{ n: 2, net: 5_580_000 }]);
    expect(
      await rows(
        "SELECT day, realised_e6 FROM run_markets WHERE arm = 'follow' AND lane = 'base' AND run_id LIKE '%a' ORDER BY day LIMIT 1",
      ),
    ).toEqual([{ day: '2024-10-01', realised_e6: 1_000_000 }]);
  });

  it('sees each tape, its rows, its markets and its coverage', async () => {
    expect(await rows('SELECT tape, synthetic, rows, markets, depth FROM tapes')).toEqual([
      { tape: 'weather', synthetic: true, rows: 3, markets: 1, depth: 'none' },
    ]);
    expect(await rows('SELECT tape, count(*) AS n, max(price_e4) AS most FROM tape_events GROUP BY tape')).toEqual([
      { tape: 'weather', n: 3, most: 4_300 },
    ]);
    expect(await rows('SELECT DISTINCT tape, state FROM tape_coverage')).toEqual([
      { tape: 'weather', state: 'uncovered' },
    ]);
  });

  it('finds the same views, all empty, where there is no run and no tape', async () => {
    const views = (await rows('SHOW TABLES')).map((row) => row.name);
    expect(views).toEqual([
      'decisions',
      'equity',
      'fills',
      'mark_paths',
      'markouts',
      'order_updates',
      'orders',
      'predictions',
      'run_lanes',
      'run_markets',
      'runs',
      'session_changes',
      'session_signals',
      'sessions',
      'settlements',
      'tape_coverage',
      'tape_events',
      'tape_markets',
      'tapes',
    ]);
    for (const dataFolder of [empty, join(empty, 'nowhere')]) {
      expect((await rows('SHOW TABLES', { dataFolder })).map((row) => row.name)).toEqual(views);
      for (const view of views) {
        expect(await rows(`SELECT * FROM ${view}`, { dataFolder }), String(view)).toEqual([]);
        const columns = (list: Record<string, unknown>[]) => list.map((row) => `${row.column_name} ${row.column_type}`);
        expect(columns(await rows(`DESCRIBE ${view}`, { dataFolder })), String(view)).toEqual(
          columns(await rows(`DESCRIBE ${view}`)),
        );
      }
    }
  });

  it('answers bad SQL with the message of DuckDB and the views there are', async () => {
    const failed = (message: RegExp) =>
      expect.objectContaining({
        code: 'query-failed',
        message: expect.stringMatching(message),
        next: expect.stringMatching(/runs, run_lanes/),
      });
    await expect(ask('SELEKT 1')).rejects.toEqual(failed(/Parser Error: syntax error at or near "SELEKT"/));
    await expect(ask('SELECT colour FROM fills')).rejects.toEqual(failed(/"colour" not found/));
    await expect(ask('SELECT * FROM trades')).rejects.toEqual(failed(/Table with name trades does not exist/));
    await expect(ask("SELECT 'x'::BIGINT")).rejects.toEqual(failed(/Conversion Error/));
    await expect(ask(' -- nothing\n;')).rejects.toEqual(failed(/there is no SQL/));
  });

  it('leaves out a run with a damaged file where it reads that file, names it, and answers from the others', async () => {
    const damaged = await dataFolder();
    const told: string[] = [];
    const about = { dataFolder: damaged.folder, onLeftOut: (text: string) => void told.push(text) };
    const flip = (path: string): void => {
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 4;
      writeFileSync(path, bytes);
    };
    const all = await rows('SELECT DISTINCT run_id FROM fills', about);
    expect(told).toEqual([]);
    flip(join(damaged.folder, 'runs', damaged.first.id, 'fills.parquet'));
    expect((await rows('SELECT count(*) AS n FROM orders', about)).length).toBe(1);
    expect(told).toEqual([]);
    expect(await rows('SELECT DISTINCT run_id FROM fills', about)).toEqual(
      all.filter(({ run_id }) => run_id !== damaged.first.id),
    );
    expect(told).toEqual([expect.stringMatching(`run ${damaged.first.id} is left out: its fills.parquet is damaged`)]);
    writeFileSync(join(damaged.folder, 'runs', damaged.first.id, 'run.json'), '{"format": ');
    expect(await rows('SELECT count(*) AS n FROM runs', about)).toEqual([{ n: 1 }]);
    expect(told[1]).toMatch(`run ${damaged.first.id} is left out: its run.json cannot be read`);
    flip(join(damaged.folder, 'tapes', 'weather', 'events.parquet'));
    expect(await rows('SELECT * FROM tape_events', about)).toEqual([]);
    expect(told[2]).toMatch(/a tape is left out: .*weather\/events\.parquet is damaged/);
    rmSync(damaged.folder, { recursive: true, force: true });
  });

  it('leaves out a tape whose files are not as long as its seal says', async () => {
    const damaged = await dataFolder();
    writeFileSync(join(damaged.folder, 'tapes', 'weather', 'events.parquet'), 'PAR1 torn');
    expect(await rows('SELECT count(*) AS n FROM tape_events', { dataFolder: damaged.folder })).toEqual([{ n: 0 }]);
    rmSync(damaged.folder, { recursive: true, force: true });
  });

  it('takes PIVOT and macros', async () => {
    expect(await rows('PIVOT fills ON liquidity USING count(*) GROUP BY lane')).toEqual([{ lane: 'base', taker: 4 }]);
    expect(
      await rows('CREATE MACRO dollars(e6) AS e6 / 1000000; SELECT dollars(sum(fee_e6)) AS fees FROM fills'),
    ).toEqual([{ fees: 0.08 }]);
  });
});

describe('the SQL of a query', () => {
  it('reads no file but those of runs and tapes', async () => {
    writeFileSync(join(folder, 'notes.csv'), 'a\n1\n');
    writeFileSync(join(dirname(folder), 'outside.csv'), 'a\n1\n');
    const denied = expect.objectContaining({
      code: 'query-failed',
      message: expect.stringContaining('Permission Error'),
    });
    for (const path of [
      '/etc/passwd',
      join(folder, 'notes.csv'),
      join(folder, '../outside.csv'),
      'https://example.com/a.csv',
    ]) {
      await expect(ask(`SELECT * FROM read_csv(${sqlText(path)})`), path).rejects.toEqual(denied);
    }
    await expect(ask("SELECT * FROM glob('/etc/*')")).rejects.toEqual(denied);
    await expect(ask('SELECT * FROM duckdb_secrets()')).rejects.toEqual(denied);
    rmSync(join(dirname(folder), 'outside.csv'));
  });

  it('writes nothing, in or outside of the data folder', async () => {
    const before = readdirSync(folder, { recursive: true });
    const target = sqlText(join(folder, 'made'));
    const fills = sqlText(join(folder, 'runs', 'whale-20241101-120000-aaaaaa', 'fills.parquet'));
    for (const sql of [
      `COPY (SELECT 1) TO ${target}`,
      `COPY (SELECT 1) TO ${fills}`,
      `EXPLAIN ANALYZE COPY (SELECT 1) TO ${fills}`,
      `EXPLAIN /* */ ANALYZE COPY (SELECT 1) TO ${fills}`,
      `ATTACH ${target}`,
      `EXPORT DATABASE ${target}`,
      `CREATE TABLE t AS SELECT 1; COPY t TO ${fills}`,
      `COPY (SELECT 1) TO ${fills}; SELECT 1`,
      'INSTALL httpfs',
      "SET allowed_paths = ['/etc/passwd']",
      'RESET lock_configuration',
      `SELECT * FROM enable_logging(storage = 'file', storage_config = {'path': ${target}}); SELECT 1`,
    ]) {
      await expect(ask(sql), sql).rejects.toEqual(expect.objectContaining({ code: 'query-failed' }));
    }
    await ask(`SELECT * FROM enable_logging(storage = 'file', storage_config = {'path': ${target}})`).catch(
      () => undefined,
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
    expect(await rows('SELECT count(*) AS n FROM fills')).toEqual([{ n: 4 }]);
  });

  it('may explain and describe', async () => {
    expect((await ask('EXPLAIN SELECT * FROM fills', { format: 'table' })).toString()).toContain('physical_plan');
    expect((await ask('EXPLAIN ANALYZE SELECT 1', { format: 'csv' })).toString()).toContain('analyzed_plan');
    expect(await rows("SELECT column_name FROM (DESCRIBE fills) WHERE column_name = 'run_id'")).toEqual([
      { column_name: 'run_id' },
    ]);
  });
});

describe('the answer', () => {
  it('is by default a table with numbers at the right, and says how many rows it does not show', async () => {
    const text = (
      await ask("SELECT quantity_e2, liquidity, NULL AS nothing FROM fills WHERE run_id LIKE '%a' ORDER BY 1", {
        format: 'table',
      })
    ).toString();
    expect(text).toBe(
      [
        'quantity_e2  liquidity  nothing',
        '───────────────────────────────',
        '        200  taker         null',
        '        300  taker         null',
        '(2 rows)',
        '',
      ].join('\n'),
    );
    const many = (await ask('SELECT * FROM range(2600)', { format: 'table', rowLimit: 3 })).toString();
    expect(many.split('\n')).toEqual([
      'range',
      '─────',
      '    0',
      '    1',
      '    2',
      '(2,600 rows; 2,597 more not shown)',
      '',
    ]);
  });

  it('as a table keeps control characters of the data off the terminal and cuts long cells', async () => {
    const text = (
      await ask("SELECT 'a' || chr(27) || '[31m' || chr(10) || repeat('x', 100) AS t", { format: 'table' })
    ).toString();
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')[2]).toBe(`a [31m ${'x'.repeat(52)}…`);
  });

  it('as JSON keeps every digit, and JSON columns as they are', async () => {
    const text = (await ask('SELECT filled_cost_e6, filled_cost_e6 // 1000 AS less FROM orders LIMIT 1')).toString();
    expect(text).toBe(`[\n{"filled_cost_e6":"${HUGE_COST}","less":9007199254740}\n]\n`);
    expect(await rows('SELECT reasons FROM decisions ORDER BY number LIMIT 3')).toEqual([
      { reasons: { whale: 'a "big" one, 5 %' } },
      { reasons: { whale: 'a "big" one, 5 %' } },
      { reasons: null },
    ]);
    expect(
      await rows(
        "SELECT [1, NULL] AS list, {'a': {'b': 2}} AS struct, map {'k': 1.5} AS map, 0.10::DECIMAL(9, 2) AS dec, 'NaN'::DOUBLE AS nan",
      ),
    ).toEqual([{ list: [1, null], struct: { a: { b: 2 } }, map: [{ key: 'k', value: 1.5 }], dec: 0.1, nan: 'NaN' }]);
    expect(await rows('SELECT 1 WHERE false')).toEqual([]);
    expect((await rows('SELECT * FROM range(5000)')).length).toBe(5_000);
  });

  it('as CSV quotes what needs it, and tells an empty text from nothing', async () => {
    const text = (
      await ask(
        `SELECT 'a,b' AS "x,y", 'say "hi"' AS quoted, '' AS blank, NULL AS nothing, ${HUGE_COST} AS big, TIMESTAMPTZ '2024-10-01 12:00:00+02' AS zoned`,
        { format: 'csv' },
      )
    ).toString();
    expect(text).toBe(
      `"x,y",quoted,blank,nothing,big,zoned\n"a,b","say ""hi""","",,${HUGE_COST},2024-10-01T10:00:00.000000Z\n`,
    );
  });

  it('as Parquet reads back equal, from a file and from a pipe', async () => {
    const out = join(folder, 'answer.parquet');
    await ask(`${EVERY_TYPE} -- with a comment\n;`, { format: 'parquet', out });
    writeFileSync(join(folder, 'piped.parquet'), await ask(EVERY_TYPE, { format: 'parquet' }));
    const database = await openDatabase();
    for (const file of ['answer.parquet', 'piped.parquet']) {
      const differing = await readRows(
        database.connection,
        `SELECT count(*) AS n FROM (${EVERY_TYPE} EXCEPT SELECT * FROM ${sqlText(join(folder, file))})`,
      );
      expect(differing).toEqual([{ n: 0 }]);
    }
    database.close();
    await expect(ask('CREATE TABLE t AS SELECT 1; FROM t', { format: 'parquet' })).rejects.toThrow(
      'Parquet takes a single SELECT',
    );
  });

  it('as Arrow reads back equal, with whole numbers whole', async () => {
    const table = tableFromIPC(await ask(EVERY_TYPE, { format: 'arrow' }));
    const types = Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]));
    expect(types).toMatchObject({
      flag: 'Bool',
      tiny: 'Int8',
      big: 'Int64',
      ubig: 'Uint64',
      huge: 'Decimal[38e0]',
      double: 'Float64',
      text: 'Utf8',
      blob: 'Binary',
      zoned: 'Timestamp<MICROSECOND, UTC>',
      struct: 'Utf8',
    });
    const value = (name: string) => table.getChild(name)?.get(0);
    expect(value('big')).toBe(HUGE_COST);
    expect(value('ubig')).toBe(18_446_744_073_709_551_615n);
    expect([
      value('flag'),
      value('tiny'),
      value('small'),
      value('int'),
      value('uint'),
      value('double'),
      value('text'),
    ]).toEqual([true, 1, 2, 3, 4, 1.5, 'tëxt']);
    expect([...value('blob')]).toEqual([0, 255]);
    expect(new BigInt64Array(value('huge').slice().buffer)).toEqual(new BigInt64Array([-5n, -1n]));
    expect(new BigInt64Array(value('dec').slice().buffer)[0]).toBe(-1_234n);
    expect([value('list'), value('struct')]).toEqual(['[1, NULL]', "{'a': 1}"]);
    expect(value('date')).toBe(Date.UTC(2024, 9, 1));
    const micros = (name: string) => table.getChild(name)?.data[0]?.values[0];
    expect(micros('time')).toBe(1_727_784_000_000_001n);
    expect(micros('zoned')).toBe(1_727_776_800_000_001n);
    expect(micros('clock')).toBe(3_723_000_000n);
    for (const { name } of table.schema.fields) expect(table.getChild(name)?.get(1), name).toBeNull();
  });

  it('as Arrow holds any number of rows, none included, in order', async () => {
    const many = tableFromIPC(
      await ask('SELECT range AS i, range::VARCHAR AS t FROM range(150000)', { format: 'arrow' }),
    );
    expect(many.numRows).toBe(150_000);
    expect(many.batches.length).toBe(3);
    const [numbers, texts] = [many.getChild('i'), many.getChild('t')];
    for (let row = 0; row < 150_000; row += 7_001)
      expect([numbers?.get(row), texts?.get(row)]).toEqual([BigInt(row), String(row)]);
    const none = tableFromIPC(await ask('SELECT * FROM fills WHERE false', { format: 'arrow' }));
    expect([none.numRows, none.schema.fields[0]?.name]).toEqual([0, 'run_id']);
    await expect(ask('SELECT 170141183460469231731687303715884105727::HUGEINT', { format: 'arrow' })).rejects.toThrow(
      /more digits than an Arrow decimal holds/,
    );
  });

  it('is not sent to a terminal where it is not text', async () => {
    const stdout = new Output();
    stdout.isTTY = true;
    for (const format of ['arrow', 'parquet'] as const) {
      await expect(ask('SELECT 1', { format, stdout })).rejects.toEqual(
        expect.objectContaining({ code: 'usage', next: expect.stringContaining('--out') }),
      );
    }
    expect(stdout.bytes.length).toBe(0);
  });

  it('appears in its file whole or not at all', async () => {
    const out = join(folder, 'out', 'answer.json');
    await expect(ask('SELECT 1', { out })).rejects.toEqual(
      expect.objectContaining({ code: 'cannot-write', message: expect.stringMatching(/out is no folder/) }),
    );
    mkdirSync(dirname(out));
    for (const format of ['table', 'json', 'csv', 'parquet', 'arrow'] as const) {
      await expect(
        ask("SELECT CASE WHEN range = 100000 THEN 'x' ELSE '1' END::INTEGER FROM range(200000)", { out, format }),
      ).rejects.toThrow(/Conversion Error/);
      expect(readdirSync(dirname(out))).toEqual([]);
      await ask('SELECT 1 AS one', { out, format });
      expect(readdirSync(dirname(out))).toEqual(['answer.json']);
      rmSync(out);
    }
    await ask('SELECT 1 AS one', { out });
    await ask('SELECT 2 AS two', { out });
    expect(readFileSync(out, 'utf8')).toBe('[\n{"two":2}\n]\n');
    expect(existsSync(out)).toBe(true);
  });

  it('stops quietly when nobody reads on', async () => {
    const stdout = new Output();
    stdout._write = (_piece, _encoding, done: (error?: Error) => void) =>
      done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
    await query({ dataFolder: folder, sql: 'SELECT * FROM range(100000)', format: 'csv', stdout });
    expect(stdout.bytes.length).toBe(0);
  });

  it('can be interrupted', async () => {
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    const endless = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = -1';
    await expect(ask(endless, { signal: control.signal })).rejects.toEqual(
      expect.objectContaining({ code: 'interrupted' }),
    );
  });
});
