import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listTapes } from '../../src/tape/catalog.ts';
import { openTape } from '../../src/tape/open-tape.ts';
import { tapesFolder } from '../../src/tape/tape-folder.ts';
import { coverageRow, dataFolder, readRows, START, sealRows, trades } from './tape-fixture.ts';

/** Changes one byte of a file in place. */
function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Uint8Array.of(bytes[at]! ^ 0xff), 0, 1, at);
}

const ROWS = [coverageRow(START, 0, true), ...trades(1_000)];

describe('a tape that is not what was sealed is never read', () => {
  test('a truncated file is named on opening', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    truncateSync(join(tape, 'events.parquet'), statSync(join(tape, 'events.parquet')).size - 1);
    await expect(openTape(folder, 'test')).rejects.toMatchObject({
      code: 'tape-corrupt',
      message: expect.stringContaining('events.parquet'),
    });
  });

  test('a flipped byte anywhere in the events is found before the first row', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    const path = join(tape, 'events.parquet');
    const { size } = statSync(path);
    for (const at of [0, 5, Math.floor(size / 2), size - 60, size - 1]) {
      flipByte(path, at);
      for (const maxResidentRows of [0, 1e6]) {
        const opened = await openTape(folder, 'test', { maxResidentRows });
        await expect(readRows(opened)).rejects.toMatchObject({
          code: 'tape-corrupt',
          message: expect.stringContaining('events.parquet'),
        });
      }
      flipByte(path, at);
    }
    expect(await readRows(await openTape(folder, 'test'))).toEqual(ROWS);
  });

  test('a flipped byte in the markets is found on opening', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    flipByte(join(tape, 'markets.parquet'), 100);
    await expect(openTape(folder, 'test')).rejects.toMatchObject({
      code: 'tape-corrupt',
      message: expect.stringContaining('markets.parquet'),
    });
  });

  test('a missing file, and a manifest that is cut, of another version or of another digest', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    const manifest = readFileSync(join(tape, 'tape.json'), 'utf8');
    const rewrite = (text: string) => writeFileSync(join(tape, 'tape.json'), text);
    rewrite(manifest.slice(0, 100));
    await expect(openTape(folder, 'test')).rejects.toMatchObject({ code: 'tape-corrupt' });
    rewrite(manifest.replace('"version": 1', '"version": 2'));
    await expect(openTape(folder, 'test')).rejects.toMatchObject({ code: 'tape-version' });
    rewrite(manifest.replace('"depth": "L2"', '"depth": "L3"'));
    await expect(openTape(folder, 'test')).rejects.toThrow('its "grade" is missing or wrong');
    rewrite(manifest.replace('"name": "events.parquet"', '"name": "../events.parquet"'));
    await expect(openTape(folder, 'test')).rejects.toThrow('its "files" is missing or wrong');
    rewrite(manifest.replace(/"digest": "[0-9a-f]{4}/, '"digest": "0000'));
    await expect(readRows(await openTape(folder, 'test'))).rejects.toMatchObject({ code: 'tape-corrupt' });
    rewrite(manifest);
    rmSync(join(tape, 'coverage.parquet'));
    await expect(openTape(folder, 'test')).rejects.toThrow(/coverage.parquet is damaged: it is missing/);
  });

  test('a folder without a manifest is no tape, and the fault lists what there is', async () => {
    const folder = dataFolder();
    await expect(openTape(folder, 'nothing')).rejects.toMatchObject({
      code: 'tape-not-found',
      message: expect.stringContaining('there are no tapes yet'),
    });
    await sealRows(folder, ROWS);
    const half = join(tapesFolder(folder), 'half');
    mkdirSync(half);
    copyFileSync(join(tapesFolder(folder), 'test', 'events.parquet'), join(half, 'events.parquet'));
    await expect(openTape(folder, 'half')).rejects.toThrow(/never sealed.*there are: half, test/);
    await expect(openTape(folder, 'tset')).rejects.toMatchObject({ code: 'tape-not-found' });
  });

  test('a tape opens by the path of its folder too', async () => {
    const { folder: path } = await sealRows(dataFolder(), ROWS);
    expect((await openTape('/nowhere', path)).manifest.rows).toBe(ROWS.length);
  });
});

describe('the catalog', () => {
  test('lists good tapes with their manifest and bad ones with their fault', async () => {
    const folder = dataFolder();
    expect(listTapes(folder)).toEqual([]);
    for (const name of ['good', 'cut', 'bare']) await sealRows(folder, ROWS, { name });
    truncateSync(join(tapesFolder(folder), 'cut', 'events.parquet'), 10);
    rmSync(join(tapesFolder(folder), 'bare', 'tape.json'));
    writeFileSync(join(tapesFolder(folder), 'a-file'), '');
    const entries = listTapes(folder);
    expect(entries.map(({ name, manifest, fault }) => [name, manifest?.rows ?? null, fault?.code ?? null])).toEqual([
      ['bare', null, 'tape-not-found'],
      ['cut', null, 'tape-corrupt'],
      ['good', ROWS.length, null],
    ]);
    const good = entries[2]!;
    const sizes = ['events', 'markets', 'coverage'].map((name) => statSync(join(good.folder, `${name}.parquet`)).size);
    expect(good.fault === null && good.bytes).toBe(sizes.reduce((sum, size) => sum + size));
  });
});

describe('the column cache', () => {
  const cached = (tape: string, kind: string) =>
    join(tape, '.cache', readdirSync(join(tape, '.cache')).find((name) => name.endsWith(kind))!);

  test('is built once, then read; not where the events beside it have changed', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    const first = await openTape(folder, 'test');
    await readRows(first);
    expect(first.cacheUse).toBe('built');
    const second = await openTape(folder, 'test');
    expect(await readRows(second)).toEqual(ROWS);
    expect(second.cacheUse).toBe('read');
    flipByte(join(tape, 'events.parquet'), 50);
    await expect(openTape(folder, 'test')).rejects.toMatchObject({
      code: 'tape-corrupt',
      message: expect.stringContaining('events.parquet is damaged: its bytes are not those that were sealed'),
    });
  });

  test('damage of any kind is found, the cache is built again, and the rows are right', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    await readRows(await openTape(folder, 'test'));
    const arrow = cached(tape, '.arrow');
    const json = cached(tape, '.json');
    const damages: [string, () => void][] = [
      ['a flipped byte in the columns', () => flipByte(arrow, 400)],
      ['a flipped byte at the end', () => flipByte(arrow, statSync(arrow).size - 1)],
      ['cut columns', () => truncateSync(arrow, statSync(arrow).size - 8)],
      ['missing columns', () => rmSync(arrow)],
      ['a flipped byte in the head', () => flipByte(json, 200)],
      ['a cut head', () => truncateSync(json, 300)],
      ['an empty head', () => truncateSync(json, 0)],
    ];
    for (const [what, damage] of damages) {
      damage();
      const opened = await openTape(folder, 'test');
      expect(await readRows(opened), what).toEqual(ROWS);
      expect([what, opened.cacheUse]).toEqual([what, 'rebuilt']);
      const again = await openTape(folder, 'test');
      expect(await readRows(again), what).toEqual(ROWS);
      expect([what, again.cacheUse]).toEqual([what, 'read']);
    }
  });

  test('a stale cache of another content is not used and goes away', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    await readRows(await openTape(folder, 'test'));
    const stale = readdirSync(join(tape, '.cache'));
    const other = dataFolder();
    const { folder: second } = await sealRows(other, trades(5));
    mkdirSync(join(second, '.cache'));
    for (const name of stale) copyFileSync(join(tape, '.cache', name), join(second, '.cache', name));
    expect(await readRows(await openTape(other, 'test'))).toEqual(trades(5));
    expect(readdirSync(join(second, '.cache')).filter((name) => stale.includes(name))).toEqual([]);
  });

  test('a cache that is renamed to another digest is not believed', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    await readRows(await openTape(folder, 'test'));
    const other = dataFolder();
    const { folder: second, manifest } = await sealRows(other, trades(5));
    mkdirSync(join(second, '.cache'));
    for (const kind of ['.arrow', '.json'])
      copyFileSync(cached(tape, kind), join(second, '.cache', `${manifest.digest}-v1${kind}`));
    const opened = await openTape(other, 'test');
    expect(await readRows(opened)).toEqual(trades(5));
    expect(opened.cacheUse).toBe('rebuilt');
  });

  test('where it cannot be written the tape reads all the same', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    writeFileSync(join(tape, '.cache'), 'a file where a folder should be');
    chmodSync(join(tape, '.cache'), 0o400);
    const opened = await openTape(folder, 'test');
    expect(await readRows(opened)).toEqual(ROWS);
    expect(opened.cacheUse).toBe('unwritable');
  });

  test('any Arrow reader can open it', async () => {
    const folder = dataFolder();
    const { folder: tape } = await sealRows(folder, ROWS);
    await readRows(await openTape(folder, 'test'));
    const { tableFromIPC } = await import('apache-arrow');
    const table = tableFromIPC(readFileSync(cached(tape, '.arrow')));
    expect(table.numRows).toBe(ROWS.length);
    expect(table.getChild('quantity')?.get(3)).toBe(ROWS[3]!.quantity);
    expect(table.schema.fields.map((field) => field.name)).toEqual(['key', 'localOffset', 'price', 'quantity']);
  });
});
