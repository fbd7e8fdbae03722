import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Fault } from '../../core/fault.ts';
import { isRunning } from '../../tape/tape-folder.ts';

/** Who holds a lock: a process, and when it started, because its number may be given to another. Null where the system does not say. */
interface Owner {
  readonly pid: number;
  readonly start: string | null;
}

/**
 * Takes the lock of a sweep's folder: two processes in it would do the same work twice. The file appears with all it says at once. One
 * whose process has ended is no lock. Throws a Fault (`usage`) that names the file while it is another's.
 */
export function takeLock(path: string, sweep: string): void {
  const own = `${path}.${process.pid}`;
  // One of that number may have left it, under another name too.
  rmSync(own, { force: true });
  writeFileSync(own, JSON.stringify({ pid: process.pid, start: startOf(process.pid) } satisfies Owner));
  try {
    while (!linked(own, path)) {
      const text = readText(path);
      if (text === null) continue;
      const owner = ownerOf(text);
      if (owner === null || holds(owner)) throw taken(path, sweep, owner);
      removeStale(path, text, own);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Gives the file a second name; false where that name is taken. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes the lock that was read, if it is still there. One process at a time may, unless one is killed while it does: between the second look and
 * the removal no other can have put its own in that place.
 */
function removeStale(path: string, text: string, own: string): void {
  const removing = `${path}.removing`;
  if (!linked(own, removing)) {
    // For microseconds, unless its process was killed within them.
    const other = ownerOf(readText(removing) ?? '');
    if (other !== null && !holds(other)) rmSync(removing, { force: true });
    return;
  }
  try {
    if (readText(path) === text) rmSync(path, { force: true });
  } finally {
    rmSync(removing, { force: true });
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a file that no lock of ours looks like. */
function ownerOf(text: string): Owner | null {
  try {
    const { pid, start = null } = Object(JSON.parse(text)) as Partial<Owner>;
    return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? { pid, start } : null;
  } catch {
    return null;
  }
}

function holds({ pid, start }: Owner): boolean {
  return isRunning(pid) && (start === null || startOf(pid) === start);
}

/** When a process started, in ticks since the machine did: field 22 of Linux' `/proc/PID/stat`, counted behind the name's bracket. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function taken(path: string, sweep: string, owner: Owner | null): Fault {
  const who = owner === null ? 'somebody' : `process ${owner.pid}`;
  return new Fault('usage', `${who} is at work on sweep ${sweep}: it holds ${path}`, {
    next: `Wait for it; the same command then shows its results. Where no such sweep runs, remove the file: rm '${path}'`,
  });
}
