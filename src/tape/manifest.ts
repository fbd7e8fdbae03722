import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Grade } from '../core/tape-block.ts';

export const MANIFEST_FILE = 'tape.json';
const VERSION = 1;

/** One thing an import met and what it did about it: "duplicate trade id", 12, "left out". */
export interface ImportNote {
  readonly what: string;
  readonly count: number;
  readonly action: string;
}

/** What is known of a tape besides its rows: given by whoever writes it. */
export interface TapeFacts {
  readonly synthetic: boolean;
  /** Where the rows come from, for a person. */
  readonly origin: string;
  readonly licence: string | null;
  readonly grade: Grade;
  /** 0 where times are exact; 1,000,000 where the source rounded them up to whole seconds. */
  readonly timeResolutionUs: number;
  /** False where quotes carry no size: each is then one contract. */
  readonly sizesRecorded: boolean;
  readonly importReport: { readonly notes: readonly ImportNote[] };
  /** The program and version that wrote it. */
  readonly createdBy: string;
  /** What a generated tape was generated from: the whole configuration. Absent on recorded tapes. */
  readonly generator?: object;
}

export interface TapeFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The seal of a tape, `tape.json`: written last, so a folder that has it is whole. */
export interface TapeManifest extends TapeFacts {
  readonly format: 'tapedeck-tape';
  readonly version: 1;
  readonly name: string;
  readonly rows: number;
  readonly marketCount: number;
  /** Local times of the first and the last row, 0 on an empty tape. */
  readonly firstTimeUs: number;
  readonly lastTimeUs: number;
  /** SHA-256 of what a replay sees: see `content-digest.ts`. */
  readonly digest: string;
  readonly files: readonly TapeFile[];
  /** Rows of each kind, by its name in the `kind` column. */
  readonly counts: Readonly<Record<string, number>>;
  /** Local time less exchange time where it is one figure on every row, else null: then it is a column in memory. */
  readonly constantDelayUs: number | null;
  /** True where a quantity passes 2^31 − 1 and quantities are doubles in memory. */
  readonly wideQuantities: boolean;
}

/** Reads a tape folder's manifest. Throws a Fault: `tape-not-found`, `tape-corrupt` or `tape-version`. */
export function readManifest(folder: string): TapeManifest {
  let text: string;
  try {
    text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
  } catch (cause) {
    throw new Fault('tape-not-found', `${folder} has no ${MANIFEST_FILE}: it is no tape, or was never sealed`, {
      next: 'Import the tape again.',
      cause,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw corrupt(folder, 'it is not JSON', cause);
  }
  return checkManifest(json, folder);
}

function checkManifest(json: unknown, folder: string): TapeManifest {
  const manifest = json as Partial<TapeManifest> | null;
  if (manifest === null || typeof manifest !== 'object' || manifest.format !== 'tapedeck-tape') {
    throw corrupt(folder, 'it does not say "format": "tapedeck-tape"');
  }
  if (manifest.version !== VERSION) {
    throw new Fault(
      'tape-version',
      `${folder} is a tape of version ${manifest.version}; this program reads ${VERSION}`,
      {
        next: 'Update tapedeck, or import the tape again with this version.',
      },
    );
  }
  const wrong = Object.entries(SHAPE).find(([field, holds]) => !holds((manifest as Record<string, unknown>)[field]));
  if (wrong !== undefined) throw corrupt(folder, `its "${wrong[0]}" is missing or wrong`);
  return manifest as TapeManifest;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const SHAPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  synthetic: isFlag,
  origin: isText,
  licence: (value) => value === null || isText(value),
  grade: isGrade,
  timeResolutionUs: isCount,
  sizesRecorded: isFlag,
  importReport: (value) => isObject(value) && Array.isArray((value as { notes?: unknown }).notes),
  createdBy: isText,
  generator: (value) => value === undefined || isObject(value),
  rows: isCount,
  marketCount: isCount,
  firstTimeUs: isCount,
  lastTimeUs: isCount,
  digest: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value as string),
  files: (value) => Array.isArray(value) && value.every(isTapeFile),
  counts: (value) => isObject(value) && Object.values(value as object).every(isCount),
  constantDelayUs: (value) => value === null || isCount(value),
  wideQuantities: isFlag,
};

function isGrade(value: unknown): boolean {
  const grade = value as Partial<Grade> | null;
  if (grade === null || typeof grade !== 'object') return false;
  const depth = grade.depth === 'L2' || grade.depth === 'L1' || grade.depth === 'none';
  return depth && isFlag(grade.trades) && (grade.sampling === 'continuous' || grade.sampling === 'sampled');
}

function isTapeFile(value: unknown): boolean {
  const file = value as Partial<TapeFile> | null;
  if (file === null || typeof file !== 'object') return false;
  // A name with a separator could reach outside the folder.
  return isText(file.name) && !/[/\\]/.test(file.name ?? '') && isCount(file.bytes) && isText(file.sha256);
}

function corrupt(folder: string, why: string, cause?: unknown): Fault {
  return new Fault('tape-corrupt', `${join(folder, MANIFEST_FILE)} cannot be used: ${why}`, {
    next: 'Import the tape again with --replace.',
    ...(cause === undefined ? {} : { cause }),
  });
}
