import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import { isRunning } from '../tape-folder.ts';

const LOCK = 'writer.lock';

/** Claims a folder for this process; a claim of a process that is no more is taken over. Throws a Fault (`cannot-write`) when another has it. */
export function claimFolder(folder: string, use = 'is being recorded into'): void {
  const path = join(folder, LOCK);
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let tries = 0; tries < 3; tries++) {
      try {
        linkSync(own, path);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = holderOf(path);
      if (holder !== null && isRunning(holder)) throw taken(folder, use, holder);
      rmSync(path, { force: true });
    }
    throw taken(folder, use, holderOf(path) ?? 0);
  } finally {
    rmSync(own, { force: true });
  }
}

export function releaseFolder(folder: string): void {
  const path = join(folder, LOCK);
  if (holderOf(path) === process.pid) rmSync(path, { force: true });
}

function holderOf(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8')) || null;
  } catch {
    return null;
  }
}

function taken(folder: string, use: string, holder: number): Fault {
  return new Fault('cannot-write', `${folder} ${use} by process ${holder}`, {
    next: 'Stop that process, or use another folder.',
  });
}
