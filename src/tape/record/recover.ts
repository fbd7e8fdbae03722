import { closeSync, fsyncSync, openSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from './line.ts';
import { linesOf, listSegments, placeFile, readSegment, sha256 } from './segment-files.ts';

/** Where a recording goes on. */
export interface Continuation {
  readonly segment: number;
  /** SHA-256 of the last segment, null when there is none. */
  readonly previous: string | null;
  readonly next: number;
  /** The wall time of the last frame, or of the start of its segment where that holds none, µs. */
  readonly lastWall: number | null;
  /** Bytes cut off the end and kept aside. */
  readonly tornBytes: number;
  /** Whether there was a recording here, and whether it had been closed in order. */
  readonly before: 'none' | 'closed' | 'broken-off';
}

/**
 * Looks at the last segment of a folder: what follows its last whole line is cut and kept beside it as `<segment>.torn-<n>`.
 * Damage before that line stays as it is, for `verifyRecording` to tell of.
 */
export function recover(folder: string): Continuation {
  let torn = 0;
  for (;;) {
    const file = listSegments(folder).at(-1);
    if (file === undefined) {
      return {
        segment: 1,
        previous: null,
        next: 1,
        lastWall: null,
        tornBytes: torn,
        before: torn > 0 ? 'broken-off' : 'none',
      };
    }
    const bytes = readSegment(folder, file);
    const end = file.compact ? bytes.length : wholeEnd(bytes);
    if (end < bytes.length) {
      torn += bytes.length - end;
      cut(folder, file.name, bytes, end);
    }
    if (end === 0) {
      rmSync(join(folder, file.name));
      continue;
    }
    return { ...state(bytes.subarray(0, end), file.segment), tornBytes: torn };
  }
}

function cut(folder: string, name: string, bytes: Buffer, end: number): void {
  const aside = `${name}.torn`;
  placeFile(folder, aside, bytes.subarray(end));
  renameSync(join(folder, aside), join(folder, `${name}.torn-${sha256(bytes.subarray(end)).slice(0, 8)}`));
  truncateSync(join(folder, name), end);
  const descriptor = openSync(join(folder, name), 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** The end of the last line that is as it was written. */
function wholeEnd(bytes: Buffer): number {
  let end = bytes.lastIndexOf(10) + 1;
  while (end > 0) {
    const start = end < 2 ? 0 : bytes.lastIndexOf(10, end - 2) + 1;
    if (readLine(bytes.toString('utf8', start, end - 1)) !== null) return end;
    end = start;
  }
  return 0;
}

function state(bytes: Buffer, segment: number): Omit<Continuation, 'tornBytes'> {
  let next = 1;
  let lastWall: number | null = null;
  let closed = false;
  for (const text of linesOf(bytes)) {
    const line = text === '' ? null : readLine(text);
    if (line === null) continue;
    if (line.kind === 'header') {
      next = Math.max(next, line.first);
      lastWall = line.wall;
    }
    if (line.kind === 'frame') next = Math.max(next, line.n + 1);
    if (line.kind === 'frame') lastWall = line.wall;
    closed = line.kind === 'end';
  }
  const before = closed ? 'closed' : 'broken-off';
  return { segment: segment + 1, previous: sha256(bytes), next, lastWall, before };
}
