import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { TapeFile } from './manifest.ts';

const CHUNK_BYTES = 4_194_304;

/** Name, length and SHA-256 of a file; `flush` also brings it to the disk. */
export function hashFile(folder: string, name: string, flush = false): TapeFile {
  const descriptor = openSync(join(folder, name), flush ? 'r+' : 'r');
  try {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      const read = readSync(descriptor, chunk, 0, CHUNK_BYTES, bytes);
      if (read === 0) break;
      hash.update(chunk.subarray(0, read));
      bytes += read;
    }
    if (flush) fsyncSync(descriptor);
    return { name, bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

/** Checks that a tape's file is there and as long as its manifest says. Throws a Fault (`tape-corrupt`) that names it. */
export function checkLength(folder: string, file: TapeFile): void {
  const bytes = statSync(join(folder, file.name), { throwIfNoEntry: false })?.size;
  if (bytes === file.bytes) return;
  throw corruptFile(
    folder,
    file,
    bytes === undefined ? 'it is missing' : `it has ${bytes} bytes, sealed were ${file.bytes}`,
  );
}

/** Checks a file's length and bytes against the manifest. Throws a Fault (`tape-corrupt`) that names it. */
export function checkFile(folder: string, file: TapeFile): void {
  checkLength(folder, file);
  if (hashFile(folder, file.name).sha256 !== file.sha256) {
    throw corruptFile(folder, file, 'its bytes are not those that were sealed');
  }
}

/** The Fault of a tape's file that is not as it was sealed. */
export function corruptFile(folder: string, file: TapeFile, why: string): Fault {
  return new Fault('tape-corrupt', `${join(folder, file.name)} is damaged: ${why}`, {
    next: 'Restore the file from a copy, or import the tape again with --replace.',
  });
}

/** Brings a folder's list of files to the disk. */
export function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
