import { closeSync, createReadStream, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Fault } from '../../core/fault.ts';
import type { MappedSource } from './mapping.ts';

const TAIL_BYTES = 1 << 20;

/** A source file that is whole, with what follows its last line end ("" where it ends with one). */
export interface SourceFile {
  readonly path: string;
  readonly unfinishedLine: string;
}

/**
 * The files a mapping names, in the order it names them, a pattern's matches by name. Throws a Fault (`missing-file`) that
 * lists what the folder holds instead; gives none where the source is optional.
 */
export function resolveFiles(folder: string, source: MappedSource): string[] {
  const patterns = typeof source.files === 'string' ? [source.files] : source.files;
  const found: string[] = [];
  for (const pattern of patterns) {
    const matches = matchPattern(resolve(folder, pattern));
    if (matches.length === 0 && !source.optional) throw nothingThere(folder, pattern);
    for (const path of matches) if (!found.includes(path)) found.push(path);
  }
  return found;
}

function matchPattern(pattern: string): string[] {
  const parent = dirname(pattern);
  const name = basename(pattern);
  if (!name.includes('*')) return existsSync(pattern) ? [pattern] : [];
  if (!existsSync(parent)) return [];
  const shape = new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  return readdirSync(parent)
    .filter((file) => shape.test(file))
    .sort()
    .map((file) => join(parent, file));
}

function nothingThere(folder: string, pattern: string): Fault {
  const there = existsSync(folder) ? readdirSync(folder).sort().slice(0, 12).join(', ') : 'no such folder';
  return new Fault('missing-file', `${folder} has no file ${pattern} (it holds: ${there || 'nothing'})`, {
    next: 'Give the folder that the mapping describes, or correct "files" in the mapping.',
  });
}

/**
 * Reads a gzip file to its end, or the two ends of any other, to be sure that it is whole. Throws a Fault
 * (`truncated-file`) that names it.
 */
export async function checkWhole(path: string, format: MappedSource['format']): Promise<SourceFile> {
  if (format === 'parquet') {
    checkParquet(path);
    return { path, unfinishedLine: '' };
  }
  const tail = path.endsWith('.gz') ? await tailOfGzip(path) : tailOfFile(path);
  const text = tail.toString('utf8');
  return { path, unfinishedLine: text.slice(text.lastIndexOf('\n') + 1) };
}

function checkParquet(path: string): void {
  const ends = Buffer.concat([readAt(path, 0, 4), readAt(path, -4, 4)]).toString('latin1');
  if (ends !== 'PAR1PAR1') throw truncated(path, 'it does not end as a Parquet file ends');
}

function tailOfFile(path: string): Buffer {
  return readAt(path, -TAIL_BYTES, TAIL_BYTES);
}

function readAt(path: string, from: number, length: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
  try {
    if (!fstatSync(file).isFile()) throw unreadable(path, 'it is not a file', undefined);
    const { size } = fstatSync(file);
    const start = from < 0 ? Math.max(0, size + from) : from;
    const buffer = Buffer.alloc(Math.min(length, size - start));
    readSync(file, buffer, 0, buffer.length, start);
    return buffer;
  } finally {
    closeSync(file);
  }
}

async function tailOfGzip(path: string): Promise<Buffer> {
  let tail = Buffer.alloc(0);
  try {
    await pipeline(createReadStream(path), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        tail = chunk.length >= TAIL_BYTES ? Buffer.from(chunk) : Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
      }
    });
  } catch (cause) {
    throw gzipFault(path, cause);
  }
  return tail;
}

/** The Fault of a gzip file that cannot be unpacked: `truncated-file` where it just ends, else `malformed-input`. */
export function gzipFault(path: string, cause: unknown): Fault {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return truncated(path, 'its gzip stream ends in the middle');
  if (code === undefined || !code.startsWith('Z_')) return unreadable(path, message, cause);
  return new Fault('malformed-input', `${path} is not what its ending .gz says: ${message}`, {
    next: 'Fetch it again, or take away the .gz if it is not packed; nothing was imported.',
    cause,
  });
}

function unreadable(path: string, why: string, cause: unknown): Fault {
  return new Fault('missing-file', `${path} cannot be read: ${why}`, {
    next: 'Check that it is a file and may be read; nothing was imported.',
    cause,
  });
}

function truncated(path: string, why: string): Fault {
  return new Fault('truncated-file', `${path} is cut off: ${why}`, {
    next: 'Fetch the file again, or leave it out of "files"; nothing was imported.',
  });
}
