import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Fault } from '../../core/fault.ts';
import { flushFolder } from '../file-hash.ts';

/** A plain segment is read so many bytes at a time, or a line at a time where one is longer. */
const PIECE_BYTES = 1_048_576;
const LINE_END = 10;
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

/** The bytes as they were recorded. Throws zlib's error where a compact segment is damaged, and one where bytes follow its end. */
export function readSegment(folder: string, file: SegmentFile): Buffer {
  const bytes = readFileSync(join(folder, file.name));
  if (!file.compact) return bytes;
  // zlib passes over zeros that follow the end: only the count of what it read tells of them.
  const { buffer, engine } = gunzipSync(bytes, { info: true }) as unknown as Unpacked;
  if (engine.bytesWritten === bytes.length) return buffer;
  throw new Error(`${bytes.length - engine.bytesWritten} bytes follow its end`);
}

/** What zlib gives with `info`: its types do not tell. */
interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** The lines of a segment, one at a time; the last is what follows the last line end, empty where nothing does. */
export function* linesOf(bytes: Buffer): Generator<string> {
  const end = bytes.lastIndexOf(LINE_END) + 1;
  yield* wholeLines(bytes.subarray(0, end));
  yield bytes.toString('utf8', end);
}

/**
 * The lines of a segment as `linesOf` gives them, of a plain one without the whole in memory; `onBytes` sees its bytes as they were
 * recorded. Throws where it cannot be read or unpacked.
 */
export function* segmentLines(
  folder: string,
  file: SegmentFile,
  onBytes: (bytes: Uint8Array) => void = () => {},
): Generator<string> {
  if (file.compact) {
    const bytes = readSegment(folder, file);
    onBytes(bytes);
    yield* linesOf(bytes);
    return;
  }
  const descriptor = openSync(join(folder, file.name), 'r');
  try {
    let buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let kept = 0;
    for (;;) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer], kept * 2);
      const read = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      if (read === 0) break;
      const filled = kept + read;
      onBytes(buffer.subarray(kept, filled));
      const end = buffer.lastIndexOf(LINE_END, filled - 1);
      if (end >= 0) yield* wholeLines(buffer.subarray(0, end + 1));
      buffer.copyWithin(0, end + 1, filled);
      kept = filled - (end + 1);
    }
    yield buffer.toString('utf8', 0, kept);
  } finally {
    closeSync(descriptor);
  }
}

/** The lines of bytes that end with a line end. */
function* wholeLines(bytes: Buffer): Generator<string> {
  let start = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
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
