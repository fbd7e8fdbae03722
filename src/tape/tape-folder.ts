import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const LEFTOVER = /^\.(partial|replaced)-(\d+)-\d+-(.+)$/;

/** Where the tapes of a data folder lie. */
export function tapesFolder(dataFolder: string): string {
  return resolve(dataFolder, 'tapes');
}

/** Checks that a name can be a tape's folder. Throws a Fault (`usage`). */
export function checkTapeName(name: string): void {
  if (NAME.test(name)) return;
  throw new Fault(
    'usage',
    `"${name}" cannot name a tape: letters, digits, ".", "_" and "-", not first a sign, at most 100`,
    {
      next: 'Choose another name.',
    },
  );
}

/** Folders that this process is writing now: they are no leftovers. */
const inUse = new Set<string>();
let counter = 0;

/**
 * A tape in the making: a folder beside the tapes whose name no reader takes for a tape, until `publish` renames it as a whole.
 */
export class PartialTape {
  readonly folder: string;
  /** For what is needed only while writing. */
  readonly scratch: string;
  readonly #target: string;
  readonly #replace: boolean;

  /** Throws a Fault: `tape-exists`, `usage`. Removes what killed runs left behind. */
  constructor(dataFolder: string, name: string, replace: boolean) {
    checkTapeName(name);
    const parent = tapesFolder(dataFolder);
    this.#target = join(parent, name);
    this.#replace = replace;
    mkdirSync(parent, { recursive: true });
    cleanLeftovers(dataFolder);
    this.#refuseExisting();
    this.folder = join(parent, `.partial-${process.pid}-${++counter}-${name}`);
    this.scratch = join(this.folder, '.scratch');
    inUse.add(this.folder);
    mkdirSync(this.scratch, { recursive: true });
  }

  /** Makes the folder the tape; returns its path. The tape it replaces is there until the moment of the rename. */
  publish(): string {
    rmSync(this.scratch, { recursive: true, force: true });
    this.#refuseExisting();
    const old = existsSync(this.#target) ? this.folder.replace('/.partial-', '/.replaced-') : null;
    if (old !== null) renameSync(this.#target, old);
    renameSync(this.folder, this.#target);
    inUse.delete(this.folder);
    if (old !== null) rmSync(old, { recursive: true, force: true });
    return this.#target;
  }

  /** Removes everything written so far. Does nothing after `publish`. */
  discard(): void {
    if (!inUse.delete(this.folder)) return;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #refuseExisting(): void {
    if (this.#replace || !existsSync(this.#target)) return;
    throw new Fault('tape-exists', `there is a tape at ${this.#target} already`, {
      next: 'Choose another name, or say --replace.',
    });
  }
}

/**
 * Removes what killed runs left in the tapes folder; a tape that was being replaced comes back if its successor never came.
 * Folders of processes that still run stay. Returns how many leftovers were dealt with.
 */
export function cleanLeftovers(dataFolder: string): number {
  const parent = tapesFolder(dataFolder);
  if (!existsSync(parent)) return 0;
  let cleaned = 0;
  for (const entry of readdirSync(parent)) {
    const [, kind, pid, name] = LEFTOVER.exec(entry) ?? [];
    if (kind === undefined || name === undefined) continue;
    const folder = join(parent, entry);
    if (Number(pid) === process.pid ? inUse.has(folder) : isRunning(Number(pid))) continue;
    const target = join(parent, name);
    if (kind === 'replaced' && !existsSync(target)) renameSync(folder, target);
    else rmSync(folder, { recursive: true, force: true });
    cleaned++;
  }
  return cleaned;
}

/** Whether a process of that id runs now. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user answers with EPERM: it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
