import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DELTA, DETAIL, QUOTE, TRADE } from '../../src/core/market-event.ts';
import { openDatabase, sqlText } from '../../src/tape/duckdb.ts';
import { hashFile } from '../../src/tape/file-hash.ts';
import type { TapeManifest } from '../../src/tape/manifest.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { TapeBuilder } from '../../src/tape/tape-builder.ts';
import { tapeRows } from './random-rows.ts';
import {
  addRow,
  coverageRow,
  dataFolder,
  FACTS,
  marketFacts,
  type Row,
  readRows,
  row,
  rowsOf,
  START,
  sealRows,
  trades,
} from './tape-fixture.ts';

describe('what is sealed is what is read', () => {
  test('any valid rows come back equal, in order, resident, cached and streamed', async () => {
    const folder = dataFolder();
    await fc.assert(
      fc.asyncProperty(tapeRows, fc.integer({ min: 1, max: 20 }), async (rows, blockRows) => {
        const { manifest } = await sealRows(folder, rows, { replace: true });
        expect(manifest.rows).toBe(rows.length);
        expect(await readRows(await openTape(folder, 'test', { cache: false }), blockRows)).toEqual(rows);
        const first = await openTape(folder, 'test');
        expect(await readRows(first)).toEqual(rows);
        const second = await openTape(folder, 'test');
        expect(await readRows(second, blockRows)).toEqual(rows);
        expect([first.cacheUse, second.cacheUse]).toEqual(rows.length === 0 ? ['none', 'none'] : ['built', 'read']);
        expect(await readRows(await openTape(folder, 'test', { maxResidentRows: 0 }), blockRows)).toEqual(rows);
      }),
      { numRuns: 40 },
    );
  });

  test('rows are numbered from 1 over all blocks, and every block spans less than 2^32 µs', async () => {
    const folder = dataFolder();
    await fc.assert(
      fc.asyncProperty(tapeRows, fc.integer({ min: 1, max: 9 }), async (rows, blockRows) => {
        await sealRows(folder, rows, { replace: true });
        const tape = await openTape(folder, 'test', { cache: false });
        let next = 1;
        for await (const block of tape.blocks({ rows: blockRows })) {
          expect(block.firstSequence).toBe(next);
          expect(block.length).toBeGreaterThan(0);
          expect(block.length).toBeLessThanOrEqual(blockRows);
          const times = rowsOf(block).map((each) => each.localTime);
          expect(times.at(-1)! - block.baseTime).toBeLessThan(2 ** 32);
          expect(times[0]! - block.baseTime).toBeGreaterThanOrEqual(0);
          next += block.length;
        }
        expect(next).toBe(rows.length + 1);
      }),
      { numRuns: 20 },
    );
  });

  test('rows that arrive out of order are sorted by local time, and ties keep their order', async () => {
    const folder = dataFolder();
    const rows = trades(50);
    const shuffled = [...rows.slice(25), ...rows.slice(0, 25).map((each) => ({ ...each, price: 4_000 }))];
    const tied = [row({ localTime: START, price: 100 }), row({ localTime: START, price: 200 })];
    await sealRows(folder, [...shuffled, ...tied]);
    const read = await readRows(await openTape(folder, 'test'));
    expect(read.map((each) => each.localTime)).toEqual([
      START,
      START,
      START,
      ...rows.slice(1).map((each) => each.localTime),
    ]);
    expect(read.slice(0, 3).map((each) => each.price)).toEqual([4_000, 100, 200]);
  });

  test.each([
    ['in order', 0],
    ['some of them late', 40_000_000],
  ])('rows that go to disk in parts, %s, are the tape of rows that stay in memory', async (_, late) => {
    const rows = Array.from({ length: 100_000 }, (_, index) => {
      const localTime = START + index * 1_000 - (index % 997 === 996 ? late : 0);
      if (index % 9_973 === 0) return coverageRow(localTime, 1, index % 2 === 0);
      // Ties of local time, and a print now and then.
      const kind = index % 13 === 0 ? TRADE : DELTA;
      return row({ localTime: localTime - (index % 3) * 1_000, kind, market: index & 1, quantity: index + 1 });
    });
    if (late === 0) rows.sort((a, b) => a.localTime - b.localTime);
    const whole = await sealRows(dataFolder(), rows);
    const folder = dataFolder();
    const builder = await TapeBuilder.create({ folder, name: 'test', threads: 1 });
    for (const ticker of ['A', 'B', 'C']) builder.addMarket(marketFacts(ticker));
    let most = 0;
    for (const [index, each] of rows.entries()) {
      addRow(builder, each);
      if (index % 5_000 !== 4_999) continue;
      await builder.relieve();
      most = Math.max(most, partsIn(folder));
    }
    const parted = await builder.seal(FACTS);
    expect(most).toBeGreaterThanOrEqual(2);
    expect(partsIn(folder)).toBe(0);
    expect(parted.manifest.digest).toBe(whole.manifest.digest);
    expect(parted.manifest.counts).toEqual(whole.manifest.counts);
  });

  test('a million rows in several DuckDB batches keep their order and their details', async () => {
    const folder = dataFolder();
    const builder = await TapeBuilder.create({ folder, name: 'test', memoryLimit: '200MB' });
    for (const ticker of ['A', 'B']) builder.addMarket(marketFacts(ticker));
    const expected: Row[] = [];
    for (let index = 0; index < 1_000_000; index++) {
      const each =
        index % 99_991 === 0
          ? coverageRow(START + index * 5_000, 1, index % 2 === 0)
          : row({ localTime: START + index * 5_000, market: index & 1, quantity: (index % 1_000) + 1 });
      expected.push(each);
      if (each.detail !== null) builder.detail(each.exchangeTime as never, each.localTime as never, each.detail);
      else
        builder.event(
          each.exchangeTime as never,
          each.localTime as never,
          each.kind,
          each.market as never,
          0,
          5_000 as never,
          each.quantity as never,
          false,
        );
    }
    await builder.seal(FACTS);
    for (const options of [{ cache: false }, { maxResidentRows: 10 }]) {
      const tape = await openTape(folder, 'test', options);
      let at = 0;
      for await (const block of tape.blocks({ rows: 100_000 })) {
        for (const each of rowsOf(block)) {
          const wanted = expected[at++]!;
          if (
            each.quantity !== wanted.quantity ||
            each.localTime !== wanted.localTime ||
            each.detail?.type !== wanted.detail?.type
          ) {
            expect(each).toEqual(wanted);
          }
        }
      }
      expect(at).toBe(1_000_000);
    }
  });

  test('a quote without a recorded size counts as one contract, an empty side as none', async () => {
    const folder = dataFolder();
    const builder = await TapeBuilder.create({ folder, name: 'test' });
    const market = builder.addMarket(marketFacts('A'));
    builder.event(START as never, START as never, QUOTE, market, 0, 4_500 as never, null, true);
    builder.event(START as never, START as never, QUOTE, market, 1, 0 as never, null, false);
    await builder.seal({ ...FACTS, sizesRecorded: false });
    const rows = await readRows(await openTape(folder, 'test'));
    expect(rows.map(({ price, quantity }) => [price, quantity])).toEqual([
      [4_500, 100],
      [0, 0],
    ]);
  });

  test('markets and their results come back, and equal bands share one grid', async () => {
    const folder = dataFolder();
    const builder = await TapeBuilder.create({ folder, name: 'test' });
    const facts = marketFacts('A', {
      strike: { type: 'less', floor: null, cap: 64.5 },
      openTime: START as never,
      title: 'Ünder "64"?',
    });
    const first = builder.addMarket(facts);
    const second = builder.addMarket(marketFacts('B', { closeTime: (START + 1) as never }));
    builder.setResult(first, { outcome: 'yes', value: 10_000 as never, time: (START + 5) as never });
    builder.setResult(second, { outcome: 'void', value: 4_321 as never, time: null });
    builder.addMarket(marketFacts('C'));
    await builder.seal(FACTS);
    for (const cache of [false, true, true]) {
      const tape = await openTape(folder, 'test', { cache });
      await tape.columns();
      expect(tape.markets[0]).toEqual({ ...facts, index: 0 });
      expect(tape.markets[1]!.grid).toBe(tape.markets[0]!.grid);
      expect(tape.results).toEqual([
        { outcome: 'yes', value: 10_000, time: START + 5 },
        { outcome: 'void', value: 4_321, time: null },
        null,
      ]);
    }
  });
});

describe('the digest names the content and nothing else', () => {
  test('it is equal over names, threads, compression, row groups and parts', async () => {
    const folder = dataFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.array(tapeRows, { minLength: 1, maxLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        async ([rows], cut) => {
          const sealed = await sealRows(folder, rows!, { replace: true });
          const other = await sealRows(folder, rows!, { replace: true, name: 'other', facts: { origin: 'elsewhere' } });
          expect(other.manifest.digest).toBe(sealed.manifest.digest);
          await rewriteInParts(sealed.folder, sealed.manifest, cut);
          for (const threads of [1, 2]) {
            // Opening without a cache decodes every row and compares the digest of what it read with the manifest's.
            expect(await readRows(await openTape(folder, 'test', { threads, cache: false }), 7)).toEqual(rows);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test('one changed quantity, side, time, result or grade changes it', async () => {
    const folder = dataFolder();
    const rows = trades(10);
    const changed = (change: Partial<Row>) => rows.map((each, index) => (index === 5 ? { ...each, ...change } : each));
    const digests = new Set<string>();
    const seal = async (list: Row[], facts = {}, markets = [marketFacts('A')]) => {
      digests.add((await sealRows(folder, list, { replace: true, facts, markets })).manifest.digest);
    };
    await seal(rows);
    await seal(changed({ quantity: 101 }));
    await seal(changed({ side: 1 }));
    await seal(changed({ localTime: START + 5_000_001, exchangeTime: START + 5_000_000 }));
    await seal(changed({ localTime: START + 5_000_001, exchangeTime: START + 5_000_001 }));
    await seal(rows, { grade: { depth: 'L2', trades: true, sampling: 'sampled' } });
    await seal(rows, { timeResolutionUs: 1_000_000 });
    await seal(rows, {}, [marketFacts('B')]);
    expect(digests.size).toBe(8);
  });
});

test('the manifest says what is on the tape', async () => {
  const folder = dataFolder();
  const rows = [
    coverageRow(START, 0, true),
    ...trades(4),
    row({ localTime: START + 9_000_000, quantity: 2 ** 31, exchangeTime: START }),
  ];
  const { manifest } = await sealRows(folder, rows);
  expect(manifest).toMatchObject({
    format: 'tapedeck-tape',
    version: 1,
    name: 'test',
    rows: 6,
    marketCount: 3,
    firstTimeUs: START,
    lastTimeUs: START + 9_000_000,
    counts: { delta: 1, trade: 4, detail: 1 },
    constantDelayUs: null,
    wideQuantities: true,
    importReport: FACTS.importReport,
  });
  expect(manifest.files.map((file) => file.name)).toEqual(['events.parquet', 'markets.parquet', 'coverage.parquet']);
  expect([TRADE, DETAIL]).toEqual([1, 5]);
});

/** Writes the events of a tape anew: two parts, other row groups, no compression; the digest in the manifest stays. */
async function rewriteInParts(folder: string, manifest: TapeManifest, cut: number): Promise<void> {
  const database = await openDatabase();
  const events = join(folder, 'events.parquet');
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  const part = (name: string, where: string) =>
    database.connection.run(
      `COPY (SELECT * FROM read_parquet(${sqlText(events)}) WHERE ${where}) TO ${sqlText(join(folder, name))} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 2048)`,
    );
  await part('events-001.parquet', `sequence <= ${cut}`);
  await part('events-002.parquet', `sequence > ${cut}`);
  database.close();
  rmSync(copy, { recursive: true });
  rmSync(events);
  const json = JSON.parse(readFileSync(join(folder, 'tape.json'), 'utf8')) as TapeManifest;
  const files = [
    ...['events-001.parquet', 'events-002.parquet'].map((name) => hashFile(folder, name)),
    ...manifest.files.slice(1),
  ];
  writeFileSync(join(folder, 'tape.json'), JSON.stringify({ ...json, files }));
}

/** Parts of a tape that is being made. */
function partsIn(folder: string): number {
  return readdirSync(folder, { recursive: true }).filter((path) => /parts.[0-9]+\.parquet$/.test(String(path))).length;
}
