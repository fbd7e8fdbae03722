import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../store/code-hash.ts';
import type { StoredRun } from '../store/run-store.ts';
import type { RerunParts } from '../tearsheet/contents.ts';

const FILE = 'rerun.json';

/** What a run gave when it was made again with its assumptions changed, if it was; null where not, or where the file is not of this run. */
export function keptParts(run: StoredRun): RerunParts | null {
  const path = join(run.folder, FILE);
  if (!existsSync(path)) return null;
  try {
    const { key, sensitivity, capacity } = JSON.parse(readFileSync(path, 'utf8')) as RerunParts & { key: string };
    return key === keyOf(run) ? { sensitivity, capacity } : null;
  } catch {
    // Torn or touched: it can be made again.
    return null;
  }
}

/** Keeps the parts beside the run. Where its folder cannot be written they are made again the next time. */
export function keepParts(run: StoredRun, parts: RerunParts): void {
  const path = join(run.folder, FILE);
  const partial = `${path}.${process.pid}`;
  try {
    writeFileSync(partial, `${JSON.stringify({ format: 'tapedeck-rerun', version: 1, key: keyOf(run), ...parts })}\n`);
    renameSync(partial, path);
  } catch {
    rmSync(partial, { force: true });
  }
}

/** Names what the parts depend on: the run's results, and the code, strategy, tape and settings that made them. */
function keyOf({ result: { digest, hashes, invocation } }: StoredRun): string {
  return sha256(JSON.stringify({ digest, hashes, invocation }));
}
