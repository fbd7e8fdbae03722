import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hashFile } from './file-hash.ts';
import type { TapeFile } from './manifest.ts';

const STAMPS_FILE = '.verified.json';
/** File systems keep times in steps: of two changes within one step the second leaves no trace, so a file that has just changed is not remembered. */
const SETTLED_MS = 2_000;

/**
 * Compares sealed files with their seals. Reading and hashing every byte each time would cost a second a gigabyte, so a data folder
 * remembers which files it has found whole (`.verified.json`), by length, inode and the times of their last change: a file that somebody
 * wrote to, or copied, is read again. What changes without the file system's knowledge, a rotten disk, only a full check finds.
 */
export class VerifiedFiles {
  readonly #path: string;
  readonly #now: () => number;
  #stamps: Record<string, string> | null = null;

  /** `now` gives the time in ms. */
  constructor(dataFolder: string, now: () => number = Date.now) {
    this.#now = now;
    this.#path = resolve(dataFolder, STAMPS_FILE);
  }

  /** What is wrong with a file, or null where it is as it was sealed; `full` reads it whatever is remembered. */
  problem(folder: string, file: TapeFile, full = false): string | null {
    const path = resolve(folder, file.name);
    const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (stat === undefined || Number(stat.size) !== file.bytes) return this.length(folder, file);
    const stamp = [file.sha256, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
    if (!full && this.#known()[path] === stamp) return null;
    if (hashFile(folder, file.name).sha256 !== file.sha256) return 'its bytes are not those that were sealed';
    const settled = this.#now() - Number(stat.ctimeNs / 1_000_000n) > SETTLED_MS;
    if (settled && this.#known()[path] !== stamp) this.#remember(path, stamp);
    return null;
  }

  /** As {@link problem}, of its being there and its length only. */
  length(folder: string, file: TapeFile): string | null {
    const size = statSync(resolve(folder, file.name), { throwIfNoEntry: false })?.size;
    if (size === undefined) return 'it is missing';
    return size === file.bytes ? null : `it has ${size} bytes, sealed were ${file.bytes}`;
  }

  #known(): Record<string, string> {
    this.#stamps ??= readStamps(this.#path);
    return this.#stamps;
  }

  /** A folder that cannot be written to forgets: its files are read each time. */
  #remember(path: string, stamp: string): void {
    // Somebody else may have added to it since.
    this.#stamps = { ...readStamps(this.#path), ...this.#known(), [path]: stamp };
    const partial = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(partial, `${JSON.stringify(this.#stamps, null, 1)}\n`);
      renameSync(partial, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      rmSync(partial, { force: true });
    }
  }
}

function readStamps(path: string): Record<string, string> {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof json === 'object' && json !== null ? { ...(json as Record<string, string>) } : {};
  } catch {
    return {};
  }
}
