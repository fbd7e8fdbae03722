import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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
const PIECE_BYTES = 16_777_216;
const AHEAD = 4;

type ColumnName = keyof ColumnBuffers;

interface CacheHead {
  readonly format: string;
  readonly digest: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly rows: number;
  readonly constantDelay: number;
  readonly columns: readonly { readonly name: ColumnName; readonly type: ArrayName; readonly offset: number }[];
  readonly spanStarts: readonly number[];
  readonly spanBases: readonly number[];
  readonly details: readonly DetailText[];
  readonly markets: readonly MarketRow[];
}

const ARRAYS = { Uint32Array, Uint16Array, Int32Array, Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** What was found in the cache: its head, to read columns by; why it cannot be used; or null where there is none. */
export type CacheState = { readonly head: CacheHead } | { readonly damage: string } | null;
