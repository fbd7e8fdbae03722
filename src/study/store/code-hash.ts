import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assert } from '../../core/assert.ts';

/** The rooms whose code decides what a run gives. */
const DECIDING_ROOMS = ['core', 'book', 'ledger', 'weather', 'engine', 'sim', 'tape', 'study'];

/** SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What is told of a finished run decides nothing in it. */
const TELLING = /[\\/]study[\\/]tearsheet[\\/]/;

/** SHA-256 over the program files that decide a run's outcome, names and contents. */
export function codeHash(): string {
  const root = resolve(import.meta.dirname, '../..');
  assert(programFiles(join(root, 'core')).length > 0, 'the program code lies beside this room');
  const hash = createHash('sha256');
  for (const room of DECIDING_ROOMS) {
    for (const file of programFiles(join(root, room))) {
      if (TELLING.test(file)) continue;
      hash.update(file.slice(root.length));
      hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The program files below a folder, sorted; none where there is no such folder. */
export function programFiles(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => /\.(js|ts)$/.test(entry) && !entry.endsWith('.d.ts'))
    .sort()
    .map((entry) => join(folder, entry));
}
