import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Market } from '../core/market.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { type CacheHead, readCachedColumns, readCacheHead, writeCache } from './column-cache.ts';
import { ContentDigest } from './content-digest.ts';
import { decodeAll, decodeBatches, type EventSource } from './decode-events.ts';
import { type Database, openDatabase, parquetTable } from './duckdb.ts';
import { checkFile, checkLength, corruptFile } from './file-hash.ts';
import { MANIFEST_FILE, readManifest, type TapeFile, type TapeManifest } from './manifest.ts';
import { type MarketResult, type MarketRow, marketOf, readMarketRows, resultOf } from './market-table.ts';
import { BLOCK_ROWS, blocksOf, type TapeColumns } from './tape-columns.ts';
import { tapesFolder } from './tape-folder.ts';
import { VerifiedFiles } from './verified-files.ts';

/** Above this many rows a tape is streamed from Parquet instead of held in memory: 50 million rows are 700 MB. */
const MOST_RESIDENT_ROWS = 50_000_000;

export interface OpenOptions {
  /** Rows up to which the decoded columns stay in memory and in the cache. Default 50 million. */
  readonly maxResidentRows?: number;
  /** Read and write the column cache. Default true. */
  readonly cache?: boolean;
  /** DuckDB threads. Default: its own choice, one per core. */
  readonly threads?: number;
}

/**
 * What became of the column cache: not needed (streamed, empty, or switched off), read, built for the first time, built again
 * because it was damaged, or not writable here.
 */
export type CacheUse = 'none' | 'read' | 'built' | 'rebuilt' | 'unwritable';

/** A tape as another thread can be given it: plain values, its columns in memory that both share; none where it is streamed. */
export interface SharedTape {
  readonly folder: string;
  readonly manifest: TapeManifest;
  readonly rows: readonly MarketRow[];
  readonly columns: TapeColumns | null;
}

/** A sealed tape, opened for reading. Rows are read on the first call of `blocks` or `columns`. */
export class Tape {
  readonly folder: string;
  readonly manifest: TapeManifest;
  /** In order of index; markets with equal price bands share one grid. */
  readonly markets: readonly Market[];
  /** By market index: how it settled, or null where the tape's maker did not know. */
  readonly results: readonly (MarketResult | null)[];
  readonly #rows: readonly MarketRow[];
  readonly #options: OpenOptions;
  #head: CacheHead | null;
  #damaged: boolean;
  #cacheUse: CacheUse = 'none';
  #columns: Promise<TapeColumns> | undefined;

  constructor(
    folder: string,
    manifest: TapeManifest,
    rows: readonly MarketRow[],
    head: CacheHead | null,
    damaged: boolean,
    options: OpenOptions,
  ) {
    this.folder = folder;
    this.manifest = manifest;
    this.markets = rows.map(marketOf);
    this.results = rows.map(resultOf);
    this.#rows = rows;
    this.#head = head;
    this.#damaged = damaged;
    this.#options = options;
  }

  /** A tape that another thread has opened. Without columns this thread streams its own. */
  static shared({ folder, manifest, rows, columns }: SharedTape): Tape {
    const tape = new Tape(
      folder,
      manifest,
      rows,
      null,
      false,
      columns === null ? { maxResidentRows: 0, threads: 1 } : {},
    );
    if (columns !== null) tape.#columns = Promise.resolve(columns);
    return tape;
  }

  /** This tape for other threads; a resident one is read first, once for all. */
  async share(): Promise<SharedTape> {
    const columns = this.resident ? await this.columns() : null;
    return { folder: this.folder, manifest: this.manifest, rows: this.#rows, columns };
  }

  /** Known once rows have been read. */
  get cacheUse(): CacheUse {
    return this.#cacheUse;
  }

  /** True where the whole tape is held in memory; false where it is streamed. */
  get resident(): boolean {
    return this.manifest.rows <= (this.#options.maxResidentRows ?? MOST_RESIDENT_ROWS);
  }

  /** Paths of the tape's Parquet files of one sort, in order. */
  files(sort: 'events' | 'markets' | 'coverage'): string[] {
    return this.#files(sort).map((file) => join(this.folder, file.name));
  }

  /**
   * The rows in order, as blocks of at most `rows` rows (default 65,536). What a reader makes of them does not depend on `rows`. A
   * resident tape may be read again at no cost. Throws a Fault (`tape-corrupt`) before the first block.
   */
  async *blocks(options: { readonly rows?: number } = {}): AsyncGenerator<TapeBlock> {
    const rows = options.rows ?? BLOCK_ROWS;
    if (this.resident) {
      yield* blocksOf(await this.columns(), rows);
      return;
    }
    this.#checkEvents();
    const database = await this.#openDatabase();
    try {
      for await (const columns of decodeBatches(this.#source(database))) yield* blocksOf(columns, rows);
    } finally {
      database.close();
    }
  }

  /** All rows as columns in shared memory, which workers can be given as they are. For a resident tape. */
  columns(): Promise<TapeColumns> {
    this.#columns ??= this.#load();
    return this.#columns;
  }

  async #load(): Promise<TapeColumns> {
    if (this.#head !== null) {
      const cached = await readCachedColumns(this.folder, this.manifest, this.#head);
      this.#head = null;
      if (cached !== null) {
        this.#cacheUse = 'read';
        return cached;
      }
      this.#damaged = true;
    }
    const columns = await this.#decode();
    if (this.#options.cache === false || columns.rows === 0) return columns;
    const written = await writeCache(this.folder, this.manifest, columns, this.#rows);
    this.#cacheUse = written ? (this.#damaged ? 'rebuilt' : 'built') : 'unwritable';
    return columns;
  }

  async #decode(): Promise<TapeColumns> {
    this.#checkEvents();
    const database = await this.#openDatabase();
    try {
      const digest = new ContentDigest();
      // Hashed batch by batch, while DuckDB decodes the next one.
      const columns = await decodeAll(this.#source(database), (batch) => digest.add(batch));
      if (digest.finish(this.#rows, this.manifest) === this.manifest.digest) return columns;
    } finally {
      database.close();
    }
    throw new Fault('tape-corrupt', `the rows of ${this.folder} are not those of the digest in its ${MANIFEST_FILE}`, {
      next: 'Import the tape again with --replace.',
    });
  }

  #source(database: Database): EventSource {
    const { rows, marketCount } = this.manifest;
    return {
      connection: database.connection,
      from: parquetTable(this.files('events')),
      rows,
      marketCount,
      layout: this.manifest,
    };
  }

  #checkEvents(): void {
    for (const file of this.#files('events')) checkFile(this.folder, file);
  }

  #files(sort: string): TapeFile[] {
    const named = this.manifest.files.filter((file) => file.name.startsWith(sort));
    return named.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #openDatabase(): Promise<Database> {
    return openDatabase(this.#options.threads === undefined ? {} : { threads: this.#options.threads });
  }
}

/**
 * Opens a tape by name, or by the path of its folder. Checks the length of every file; bytes are checked when they are read, or here where a
 * cache will be read in their place.
 * Throws a Fault: `tape-not-found` (lists what there is), `tape-corrupt` (names the file), `tape-version`.
 */
export async function openTape(dataFolder: string, nameOrPath: string, options: OpenOptions = {}): Promise<Tape> {
  const folder = findTape(dataFolder, nameOrPath);
  const manifest = readManifest(folder);
  for (const file of manifest.files) checkLength(folder, file);
  const head = options.cache === false ? null : readCacheHead(folder, manifest);
  if (head !== null && head !== 'damaged') {
    // The cache has a check of its own; but what runs from it must be what its Parquet says when asked in SQL.
    checkKnown(dataFolder, folder, manifest);
    return new Tape(folder, manifest, head.markets, head, false, options);
  }
  const rows = await readMarkets(folder, manifest);
  return new Tape(folder, manifest, rows, null, head === 'damaged', options);
}

/** Checks the bytes of a tape's files, but for those that were found whole before and not touched since. */
function checkKnown(dataFolder: string, folder: string, manifest: TapeManifest): void {
  const verified = new VerifiedFiles(dataFolder);
  for (const file of manifest.files) {
    const problem = verified.problem(folder, file);
    if (problem !== null) throw corruptFile(folder, file, problem);
  }
}

async function readMarkets(folder: string, manifest: TapeManifest): Promise<MarketRow[]> {
  const files = manifest.files.filter((file) => file.name.startsWith('markets'));
  for (const file of files) checkFile(folder, file);
  const database = await openDatabase();
  try {
    return await readMarketRows(database.connection, parquetTable(files.map((file) => join(folder, file.name))));
  } finally {
    database.close();
  }
}

/** The folder of a tape. Throws a Fault (`tape-not-found`) that lists the tapes there are. */
export function findTape(dataFolder: string, nameOrPath: string): string {
  const path = isAbsolute(nameOrPath) || nameOrPath.includes(sep) || nameOrPath === '.';
  const folder = path ? resolve(nameOrPath) : join(tapesFolder(dataFolder), nameOrPath);
  if (existsSync(join(folder, MANIFEST_FILE))) return folder;
  const names = tapeNames(dataFolder);
  const list = names.length === 0 ? 'there are no tapes yet' : `there are: ${names.join(', ')}`;
  const unsealed = existsSync(folder) ? ` (the folder is there but has no ${MANIFEST_FILE}: it was never sealed)` : '';
  throw new Fault('tape-not-found', `no tape at ${folder}${unsealed}; in ${tapesFolder(dataFolder)} ${list}`, {
    next: names.length === 0 ? 'Import one with "npx tapedeck import".' : 'Choose one of these, or import another.',
  });
}

/** Names of the tape folders of a data folder, in order; leftovers of killed runs are none. */
export function tapeNames(dataFolder: string): string[] {
  const folder = tapesFolder(dataFolder);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
