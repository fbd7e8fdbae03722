import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Fault } from '../../core/fault.ts';
import { flushFolder } from '../file-hash.ts';

const NAME = /^segment-(\d{6,})\.ndjson(\.gz)?$/;

export interface SegmentFile {
  readonly segment: number;
  readonly name: string;
  readonly compact: boolean;
}

export function segmentName(segment: number): string {
  return `segment-${String(segment).padStart(6, '0')}.ndjson`;
}

/** The segments of a folder by number; one that lies there plain and compact is listed twice, the plain one first. */
export function listSegments(folder: string): SegmentFile[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match === null ? [] : [{ segment: Number(match[1]), name, compact: match[2] !== undefined }];
    })
    .sort((left, right) => left.segment - right.segment || Number(left.compact) - Number(right.compact));
}

/** The bytes as they were recorded. Throws zlib's error where a compact segment is damaged. */
export function readSegment(folder: string, file: SegmentFile): Buffer {
  const bytes = readFileSync(join(folder, file.name));
  return file.compact ? gunzipSync(bytes) : bytes;
}

/** The lines of a segment, one at a time; the last is what follows the last line end, empty where nothing does. */
export function* linesOf(bytes: Buffer): Generator<string> {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
  yield bytes.toString('utf8', start);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes all bytes at the end of an open file: a short write is continued. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

/** Writes a new file under a temporary name, brings it to the disk and gives it its own. */
export function placeFile(folder: string, name: string, bytes: Uint8Array): void {
  const partial = join(folder, `${name}.partial`);
  const descriptor = openSync(partial, 'w');
  try {
    writeAll(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(partial, join(folder, name));
  flushFolder(folder);
}

/**
 * Compacts every segment that has a successor (all of them with `last`, for a recording that has ended) and gives how many. The
 * original goes only when the compact file has been read back as the identical bytes. gzip: Node 20 has no zstd.
 */
export function compactSegments(folder: string, options: { last?: boolean } = {}): number {
  const plain = listSegments(folder).filter((file) => !file.compact);
  const newest = listSegments(folder).at(-1)?.segment;
  let done = 0;
  for (const file of plain) {
    if (file.segment === newest && options.last !== true) continue;
    const bytes = readSegment(folder, file);
    const name = `${file.name}.gz`;
    if (!existsSync(join(folder, name))) placeFile(folder, name, gzipSync(bytes, { level: 6 }));
    if (!readSegment(folder, { ...file, name, compact: true }).equals(bytes)) {
      throw new Fault('tape-corrupt', `${join(folder, name)} does not give back ${file.name}`, {
        next: `Remove ${name}; the original is untouched.`,
      });
    }
    rmSync(join(folder, file.name));
    done++;
  }
  return done;
}
