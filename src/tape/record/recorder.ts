import { createHash, type Hash } from 'node:crypto';
import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../../core/fault.ts';
import { flushFolder } from '../file-hash.ts';
import { writeFault } from '../write-fault.ts';
import { type Gap, writeGap } from './gap-ledger.ts';
import { endLine, frameLine, headerLine } from './line.ts';
import { recover } from './recover.ts';
import { segmentName, writeAll } from './segment-files.ts';
import { claimFolder, releaseFolder } from './writer-lock.ts';

const BUFFER_BYTES = 65_536;
const SPACE_CHECK_BYTES = 8_388_608;
const dataToDisk = promisify(fdatasync);

export interface RecorderOptions {
  readonly folder: string;
  /** Wall clock, µs since 1970: for headers, gaps and the age of a segment. */
  readonly now: () => number;
  /** Longest time between a frame and its being on the disk, ms. Default 250; 0 leaves it to `sync()`. */
  readonly syncMs?: number;
  /** A segment is closed when it is larger than this. Default 64 MiB. */
  readonly segmentBytes?: number;
  /** A segment is closed when it is older than this, µs. Default one hour. */
  readonly segmentUs?: number;
  /** Recording stops while this much of the disk is still free, bytes. Default 512 MiB. */
  readonly keepFreeBytes?: number;
  readonly freeBytes?: () => number;
  /** Told once when the recorder stops by itself: the disk is nearly full, or refuses. */
  readonly onStop?: (fault: unknown) => void;
  /** Told the number of the last frame that is surely on the disk. */
  readonly onSynced?: (n: number) => void;
}

/**
 * Writes frames, unread, to numbered segments of one folder: one writer at a time, each line with a CRC-32, each segment naming
 * the hash of the one before. Opening a folder that holds a recording goes on where that ended, and says so in the gap ledger.
 *
 * A live session joins the pieces so: the feed's tap (the raw text and its two receive times, before anything reads it) calls
 * `write`; the feed's loss of a connection calls `gap`; `compactSegments` runs now and then; `verifyRecording` at the end of a day.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #keepFree: number;
  #descriptor = -1;
  #segment: number;
  #previous: string | null;
  #hash: Hash = createHash('sha256');
  #next: number;
  #bytes = 0;
  #opened = 0;
  #sinceCheck = 0;
  #buffer: string[] = [];
  #buffered = 0;
  #timer: NodeJS.Timeout | null = null;
  #syncing: Promise<number> | null = null;
  #stopped = false;
  #synced: number;

  /** Opens or continues a recording. Throws a Fault (`cannot-write`, `disk-full`) where that cannot be. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#keepFree = options.keepFreeBytes ?? 536_870_912;
    const { folder } = options;
    try {
      mkdirSync(folder, { recursive: true });
      claimFolder(folder);
    } catch (error) {
      throw writeFault(error, folder);
    }
    try {
      if (this.#free() < this.#keepFree) throw this.#nearlyFull();
      for (const name of readdirSync(folder)) if (name.endsWith('.partial')) rmSync(join(folder, name));
      const from = recover(folder);
      this.#segment = from.segment;
      this.#previous = from.previous;
      this.#next = from.next;
      this.#synced = from.next - 1;
      if (from.before !== 'none') {
        const how = from.before === 'closed' ? 'closed in order' : `broken off, ${from.tornBytes} torn bytes cut`;
        this.gap({ kind: 'restart', from: from.lastWall, until: options.now(), reason: `restarted: ${how}` });
      }
      this.#open();
    } catch (error) {
      releaseFolder(folder);
      throw writeFault(error, folder);
    }
    const every = options.syncMs ?? 250;
    if (every > 0) this.#timer = setInterval(() => this.#syncing ?? void this.sync(), every).unref();
  }

  /** The number that the next frame gets. */
  get next(): number {
    return this.#next;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes one frame and gives its number, or null when the recorder has stopped. Never waits for the disk to sync. */
  write(text: string, wall: number, monotonic: number, connection: number): number | null {
    if (this.#stopped) return null;
    const n = this.#next++;
    const line = frameLine({ n, wall, monotonic, connection, text });
    this.#buffer.push(line);
    this.#buffered += line.length;
    if (this.#buffered >= BUFFER_BYTES) this.#flush();
    return n;
  }

  /** Notes a stretch of time in which frames may be missing. */
  gap(gap: Omit<Gap, 'next'>): void {
    writeGap(this.#options.folder, { ...gap, next: this.#next });
  }

  /** Brings all frames taken so far to the disk and gives the number of the last that is surely there. Frames may be taken meanwhile. */
  async sync(): Promise<number> {
    while (this.#syncing !== null) await this.#syncing;
    this.#syncing = this.#sync().finally(() => {
      this.#syncing = null;
    });
    return this.#syncing;
  }

  /** Closes the recording in order. */
  async close(): Promise<void> {
    if (this.#syncing !== null) await this.#syncing;
    if (this.#stopped) return;
    this.#flush(false);
    if (!this.#stopped) this.#end(() => this.#closeSegment());
  }

  async #sync(): Promise<number> {
    this.#flush();
    if (this.#stopped) return this.#synced;
    const last = this.#next - 1;
    try {
      if (this.#options.now() - this.#opened >= (this.#options.segmentUs ?? 3_600_000_000)) this.#rotate();
      await dataToDisk(this.#descriptor);
    } catch (error) {
      // A rotation in between has closed the descriptor, after syncing it.
      if ((error as NodeJS.ErrnoException).code !== 'EBADF') this.#fail(error);
    }
    if (!this.#stopped) this.#onDisk(last);
    return this.#synced;
  }

  #onDisk(last: number): void {
    if (last <= this.#synced) return;
    this.#synced = last;
    this.#options.onSynced?.(last);
  }

  #flush(mayRotate = true): void {
    if (this.#buffer.length === 0 || this.#stopped) return;
    const bytes = Buffer.from(this.#buffer.join(''));
    this.#buffer = [];
    this.#buffered = 0;
    try {
      this.#append(bytes);
      this.#sinceCheck += bytes.length;
      if (this.#sinceCheck >= SPACE_CHECK_BYTES || this.#options.freeBytes !== undefined) this.#checkSpace();
      if (mayRotate && !this.#stopped && this.#bytes >= (this.#options.segmentBytes ?? 67_108_864)) this.#rotate();
    } catch (error) {
      this.#fail(error);
    }
  }

  #append(bytes: Uint8Array): void {
    writeAll(this.#descriptor, bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  #rotate(): void {
    this.#closeSegment();
    this.#previous = this.#hash.digest('hex');
    this.#segment++;
    this.#open();
  }

  #open(): void {
    const { folder, now } = this.#options;
    this.#hash = createHash('sha256');
    this.#bytes = 0;
    this.#opened = now();
    this.#descriptor = openSync(join(folder, segmentName(this.#segment)), 'ax');
    const header = { segment: this.#segment, previous: this.#previous, first: this.#next, wall: this.#opened };
    this.#append(Buffer.from(headerLine(header)));
    flushFolder(folder);
  }

  #closeSegment(): void {
    this.#append(Buffer.from(endLine(this.#next)));
    fdatasyncSync(this.#descriptor);
    this.#onDisk(this.#next - 1);
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #free(): number {
    if (this.#options.freeBytes !== undefined) return this.#options.freeBytes();
    const disk = statfsSync(this.#options.folder);
    return disk.bavail * disk.bsize;
  }

  #checkSpace(): void {
    this.#sinceCheck = 0;
    if (this.#free() >= this.#keepFree) return;
    this.#end(() => {
      this.#closeSegment();
      this.gap({ kind: 'stopped', from: this.#options.now(), until: this.#options.now(), reason: 'disk nearly full' });
    });
    this.#options.onStop?.(this.#nearlyFull());
  }

  /** What could not be written is left as a torn tail, for the next start to cut. */
  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#end(() => {
      if (this.#descriptor >= 0) closeSync(this.#descriptor);
    });
    const { folder } = this.#options;
    const fault = writeFault(error, folder);
    if (!(fault instanceof Fault)) this.#options.onStop?.(fault);
    else {
      const next = 'Free some space, or record to another disk; started anew in this folder, it goes on.';
      const told = new Fault(fault.code, `${folder} takes no more frames; those before are kept`, {
        next,
        cause: error,
      });
      this.#options.onStop?.(told);
    }
  }

  #end(last: () => void): void {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    try {
      last();
    } finally {
      releaseFolder(this.#options.folder);
    }
  }

  #nearlyFull(): Fault {
    return new Fault('disk-full', `less than ${this.#keepFree} bytes are free for ${this.#options.folder}`, {
      next: 'Free some space, or record to another disk; what was recorded is whole.',
    });
  }
}
