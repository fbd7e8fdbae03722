import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '../core/assert.ts';
import type { TapeManifest } from './manifest.ts';
import type { MarketRow } from './market-table.ts';
import type { ColumnBuffers, DetailText, TapeColumns } from './tape-columns.ts';

/*
 * Decoded columns beside the Parquet, `.cache/<digest>-v1.arrow` and `.json`. Decision, measured on 10 million rows (140 MB):
 * the columns are an Arrow IPC file, so that any tool can map them, and the small JSON beside it says at which byte each column
 * starts, so that reading needs no Arrow library (its import alone takes 90 ms, as long as the whole read). Columns of an
 * Arrow file are contiguous and aligned, so the read is that of a raw file: bytes straight into shared memory.
 * The JSON also holds what is not a column (spans, details, markets): a cached tape opens without DuckDB.
 */

const CACHE_FOLDER = '.cache';
const FORMAT = 'tapedeck-columns-1';
/** Read in pieces: while one is checked, the thread pool reads the next. */
const PIECE_BYTES = 8_388_608;
const PIECES_AHEAD = 4;

type ColumnValues = Uint32Array | Uint16Array | Int32Array | Float64Array;
type ArrayName = 'Uint32Array' | 'Uint16Array' | 'Int32Array' | 'Float64Array';
type ArrayView = new (buffer: ArrayBufferLike, offset: number, length: number) => ColumnValues;

const ARRAYS: Readonly<Record<ArrayName, ArrayView>> = { Uint32Array, Uint16Array, Int32Array, Float64Array };

interface CachedColumn {
  readonly name: keyof ColumnBuffers;
  readonly type: ArrayName;
  /** Byte of the Arrow file at which its values start. */
  readonly offset: number;
}

/** The JSON of a cache. */
export interface CacheHead {
  readonly format: string;
  readonly digest: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly columns: readonly CachedColumn[];
  readonly spanStarts: readonly number[];
  readonly spanBases: readonly number[];
  readonly details: readonly DetailText[];
  readonly markets: readonly MarketRow[];
}

function cachePath(folder: string, digest: string, kind: 'arrow' | 'json'): string {
  return join(folder, CACHE_FOLDER, `${digest}-v1.${kind}`);
}

/** Reads the head of a tape's cache: null where there is none, 'damaged' where it or its columns cannot be what was written. */
export function readCacheHead(folder: string, manifest: TapeManifest): CacheHead | 'damaged' | null {
  let text: string;
  try {
    text = readFileSync(cachePath(folder, manifest.digest, 'json'), 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'damaged';
  }
  const line = text.indexOf('\n');
  const body = text.slice(line + 1);
  if (text.slice(0, line) !== String(crc32(body))) return 'damaged';
  const head = JSON.parse(body) as CacheHead;
  if (head.format !== FORMAT || head.digest !== manifest.digest || head.markets.length !== manifest.marketCount)
    return 'damaged';
  const bytes = statSync(cachePath(folder, manifest.digest, 'arrow'), { throwIfNoEntry: false })?.size;
  return bytes === head.bytes ? head : 'damaged';
}

/** Reads the columns of a cache into shared memory and checks them; null where they are not what was written. */
export async function readCachedColumns(
  folder: string,
  manifest: TapeManifest,
  head: CacheHead,
): Promise<TapeColumns | null> {
  const shared = new SharedArrayBuffer(head.bytes);
  const bytes = new Uint8Array(shared);
  try {
    const file = await open(cachePath(folder, manifest.digest, 'arrow'), 'r');
    try {
      if ((await readChecked(file, bytes)) !== head.crc32) return null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
  const values = Object.fromEntries(
    head.columns.map(({ name, type, offset }) => [name, new ARRAYS[type](shared, offset, manifest.rows)]),
  ) as unknown as ColumnBuffers;
  return {
    firstSequence: 1,
    rows: manifest.rows,
    marketCount: manifest.marketCount,
    spanStarts: head.spanStarts,
    spanBases: head.spanBases,
    key: values.key,
    localOffset: values.localOffset,
    price: values.price,
    quantity: values.quantity,
    delay: values.delay ?? null,
    constantDelay: manifest.constantDelayUs ?? 0,
    details: head.details,
  };
}

/** Fills `bytes` from a file; returns their CRC-32. */
async function readChecked(file: FileHandle, bytes: Uint8Array): Promise<number> {
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  const readPiece = async (piece: number): Promise<void> => {
    const end = Math.min(bytes.length, (piece + 1) * PIECE_BYTES);
    for (let at = piece * PIECE_BYTES; at < end; ) {
      const { bytesRead } = await file.read(bytes, at, end - at, at);
      if (bytesRead === 0) throw new Error('the file ended early');
      at += bytesRead;
    }
  };
  const reads = Array.from({ length: Math.min(PIECES_AHEAD, pieces) }, (_, piece) => readPiece(piece));
  let check = 0;
  try {
    for (let piece = 0; piece < pieces; piece++) {
      await reads[piece];
      if (piece + PIECES_AHEAD < pieces) reads.push(readPiece(piece + PIECES_AHEAD));
      check = crc32(bytes.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES), check);
    }
  } finally {
    await Promise.allSettled(reads);
  }
  return check;
}

/**
 * Writes the cache of a tape, and removes those of tapes that lay here before. Returns false where the folder cannot be written:
 * a tape on a read-only disk is as good, only slower to open.
 */
export async function writeCache(
  folder: string,
  manifest: TapeManifest,
  columns: TapeColumns,
  markets: readonly MarketRow[],
): Promise<boolean> {
  const mark = `.${process.pid}.partial`;
  const arrow = cachePath(folder, manifest.digest, 'arrow');
  const json = cachePath(folder, manifest.digest, 'json');
  try {
    mkdirSync(join(folder, CACHE_FOLDER), { recursive: true });
    const written = await writeArrow(arrow + mark, columns);
    const { spanStarts, spanBases, details } = columns;
    const head: CacheHead = {
      format: FORMAT,
      digest: manifest.digest,
      ...written,
      spanStarts,
      spanBases,
      details,
      markets,
    };
    const body = JSON.stringify(head);
    writeFileSync(json + mark, `${crc32(body)}\n${body}`);
    renameSync(arrow + mark, arrow);
    renameSync(json + mark, json);
    for (const name of readdirSync(join(folder, CACHE_FOLDER))) {
      if (!name.startsWith(manifest.digest)) rmSync(join(folder, CACHE_FOLDER, name), { force: true });
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    for (const path of [arrow, json]) removeQuietly(path + mark);
    return false;
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where the cache could not be written, there may be no folder to remove anything from.
  }
}

async function writeArrow(path: string, columns: TapeColumns): Promise<Pick<CacheHead, 'bytes' | 'crc32' | 'columns'>> {
  const { makeVector, RecordBatchFileWriter, Table } = await import('apache-arrow');
  const { key, localOffset, price, quantity, delay } = columns;
  const vectors = {
    key: makeVector(key),
    localOffset: makeVector(localOffset),
    price: makeVector(price),
    quantity: quantity instanceof Int32Array ? makeVector(quantity) : makeVector(quantity),
    ...(delay === null ? {} : { delay: makeVector(delay) }),
  };
  const arrays = Object.entries({ key, localOffset, price, quantity, ...(delay === null ? {} : { delay }) });
  const writer = new RecordBatchFileWriter();
  writer.write(new Table(vectors));
  writer.close();
  const found: CachedColumn[] = [];
  let bytes = 0;
  let check = 0;
  const descriptor = openSync(path, 'w');
  try {
    for await (const piece of writer) {
      // The writer passes each column's values on as they are: their buffer tells which column starts here.
      const column = arrays.find(([, values]) => values.buffer === piece.buffer);
      if (column !== undefined) {
        const type = column[1].constructor.name as ArrayName;
        found.push({ name: column[0] as CachedColumn['name'], type, offset: bytes });
      }
      for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at, piece.length - at);
      check = crc32(piece, check);
      bytes += piece.length;
    }
  } finally {
    closeSync(descriptor);
  }
  assert(found.length === arrays.length, 'the Arrow writer copied a column: its place in the file is not known');
  return { bytes, crc32: check, columns: found };
}
