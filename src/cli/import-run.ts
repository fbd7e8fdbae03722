import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { DETAIL } from '../core/market-event.ts';
import { openDatabase } from '../tape/duckdb.ts';
import { readMapping } from '../tape/import/mapping.ts';
import { type ImportProgress, prepareMapped } from '../tape/import/prepare-mapped.ts';
import type { TapeFacts } from '../tape/manifest.ts';
import { type SealedTape, sealTape } from '../tape/seal-tape.ts';
import { TapeBuilder } from '../tape/tape-builder.ts';
import { checkTapeName, isRunning, tapesFolder } from '../tape/tape-folder.ts';
import { writeFault } from '../tape/write-fault.ts';
import { type FrameOptions, importKalshiFrames } from './import-kalshi-frames.ts';
import { importKalshiRest } from './import-kalshi-rest.ts';
import type { ImportedTape } from './imported-tape.ts';
import { tapeOfRecording } from './tape-of-recording.ts';

/** What the source is: a mapping file, or a wire format that the program knows. */
export type ImportFormat =
  | { readonly mapping: string }
  | { readonly format: 'kalshi-rest' | 'kalshi-frames' | 'kalshi-recording' };

export type ImportOptions = ImportFormat & {
  /** The folder (or, for frames, file) to import. */
  readonly source: string;
  /** Name of the tape. */
  readonly name: string;
  /** The tape becomes `<dataFolder>/tapes/<name>`. */
  readonly dataFolder: string;
  /** Take the place of a tape of that name. Default false. */
  readonly replace?: boolean;
  /** The program and version, for the manifest. */
  readonly createdBy: string;
  /** Only for frames. */
  readonly frames?: FrameOptions;
  /** DuckDB's memory limit; what does not fit goes to disk beside the tapes. Default "1500MB". */
  readonly memoryLimit?: string;
  readonly onProgress?: ImportProgress;
};

/**
 * Imports a source into a sealed tape and gives its folder and manifest, whose `importReport` tells everything met on the way. Throws a
 * Fault; then nothing is left behind.
 */
export async function runImport(options: ImportOptions): Promise<SealedTape> {
  checkTapeName(options.name);
  const target = join(tapesFolder(options.dataFolder), options.name);
  if (options.replace !== true && existsSync(target)) {
    throw new Fault('tape-exists', `there is a tape at ${target} already`, {
      next: 'Choose another name, or say --replace.',
    });
  }
  if (!existsSync(options.source)) {
    throw new Fault('missing-file', `there is nothing at ${options.source}`, {
      next: 'Give the path of a file or folder to import.',
    });
  }
  if ('mapping' in options) return importMapped(options, options.mapping);
  const onProgress = options.onProgress ?? (() => {});
  if (options.format === 'kalshi-recording') {
    const { source, name, dataFolder, replace = false, createdBy } = options;
    onProgress(0, 1, source);
    return (await tapeOfRecording({ folders: [source], name, dataFolder, replace, createdBy })).tape;
  }
  const tape =
    options.format === 'kalshi-rest'
      ? importKalshiRest(options.source, onProgress)
      : importKalshiFrames(options.source, options.frames ?? {}, onProgress);
  return sealRows(options, tape);
}

async function importMapped(options: ImportOptions, mapping: string): Promise<SealedTape> {
  const { dataFolder, name, replace = false } = options;
  removeDeadSpills(dataFolder);
  const spillFolder = resolve(dataFolder, `.import-${process.pid}`);
  const database = await openDatabase({ spillFolder, memoryLimit: options.memoryLimit ?? '1500MB' });
  try {
    const { connection } = database;
    const prepared = await prepareMapped(connection, readMapping(mapping), options.source, options.onProgress);
    const { rows, markets } = prepared;
    return await sealTape({
      folder: dataFolder,
      name,
      connection,
      eventsSql: `SELECT * FROM ${rows}`,
      marketsSql: `SELECT * FROM ${markets}`,
      facts: factsOf(prepared, options.createdBy),
      replace,
    });
  } catch (error) {
    throw writeFault(error, dataFolder);
  } finally {
    database.close();
    rmSync(spillFolder, { recursive: true, force: true });
  }
}

/** What killed imports had put on disk for want of memory. */
function removeDeadSpills(dataFolder: string): void {
  if (!existsSync(dataFolder)) return;
  for (const name of readdirSync(dataFolder)) {
    const pid = /^\.import-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
}

/** Seals decoded rows. Throws a Fault; then nothing is left behind. */
export async function sealRows(
  {
    dataFolder,
    name,
    replace = false,
    createdBy,
  }: Pick<ImportOptions, 'dataFolder' | 'name' | 'replace' | 'createdBy'>,
  tape: ImportedTape,
): Promise<SealedTape> {
  const builder = await TapeBuilder.create({ folder: dataFolder, name, replace });
  try {
    for (const { market, result } of tape.markets) {
      const { index: _, ...facts } = market;
      const index = builder.addMarket(facts);
      if (result !== null) builder.setResult(index, result);
    }
    for (const row of tape.rows) {
      const { exchangeTime, localTime, kind, market, side, price, quantity, more, tradeId, detail } = row;
      if (kind !== DETAIL) builder.event(exchangeTime, localTime, kind, market, side, price, quantity, more, tradeId);
      else if (detail !== null) builder.detail(exchangeTime, localTime, detail);
    }
    return await builder.seal(factsOf(tape, createdBy));
  } finally {
    builder.discard();
  }
}

type Described = Pick<
  ImportedTape,
  'synthetic' | 'origin' | 'licence' | 'grade' | 'timeResolutionUs' | 'sizesRecorded' | 'notes'
>;

function factsOf(described: Described, createdBy: string): TapeFacts {
  const { synthetic = false, origin, licence, grade, timeResolutionUs, sizesRecorded, notes } = described;
  return {
    synthetic,
    origin,
    licence,
    grade,
    timeResolutionUs,
    sizesRecorded,
    importReport: { notes },
    createdBy,
  };
}
