import { appendFileSync, closeSync, existsSync, fdatasyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { sealed, unsealed } from './line.ts';

/** A stretch of time of which a recording may lack frames. Times in µs since 1970; `from` is null where nothing came before. */
export interface Gap {
  readonly kind: 'restart' | 'stopped' | 'connection';
  readonly from: number | null;
  readonly until: number;
  /** The first frame number after the gap. */
  readonly next: number;
  readonly reason: string;
}

export const GAP_LEDGER = 'gaps.ndjson';

/** Adds a gap to the ledger and brings it to the disk; a torn last entry is cut off first. */
export function writeGap(folder: string, gap: Gap): void {
  const path = join(folder, GAP_LEDGER);
  if (existsSync(path)) {
    const text = readFileSync(path);
    const whole = text.lastIndexOf(10) + 1;
    if (whole < text.length) truncateSync(path, whole);
  }
  const descriptor = openSync(path, 'a');
  try {
    appendFileSync(descriptor, sealed(JSON.stringify(gap).slice(0, -1)));
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The entries in order: null for one that is not as it was written. */
export function readGaps(folder: string): (Gap | null)[] {
  const path = join(folder, GAP_LEDGER);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => unsealed(line) as Gap | null);
}
