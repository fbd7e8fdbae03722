import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../core/fault.ts';
import { writeFault } from '../tape/write-fault.ts';

/** A line: its number, what it is, and what that says. */
export type LogLine = readonly [number: number, type: string, ...rest: unknown[]];

/** Lines that nothing left after may wait this long, in bytes. */
const FLUSH_AT = 1 << 16;

/** What takes the lines of a session's engine. */
export interface LineSink {
  /** Something that the engine was told. */
  input(type: string, ...rest: readonly unknown[]): void;
  /** Something that it asks of the world: on disk when this returns. */
  output(type: string, ...rest: readonly unknown[]): void;
  /** Something that a later life of the session must know, and the engine does not: on disk when this returns. */
  note(type: string, ...rest: readonly unknown[]): void;
}

/**
 * The log of a session, `log.jsonl`: a line for each input of the engine and each output, numbered from 1. An output is on disk before what it
 * asks for leaves; of the inputs after the last output a killed process may lose some, which nothing had followed from.
 */
export class SessionLog implements LineSink {
  readonly path: string;
  readonly #descriptor: number;
  #number: number;
  #pending: string[] = [];
  #size = 0;
  #dirty = false;

  /** Goes on after line `number`, at `length` bytes: what is behind was not written whole. Throws a Fault (`disk-full`, `cannot-write`). */
  constructor(path: string, { number = 0, length = 0 }: { readonly number?: number; readonly length?: number } = {}) {
    this.path = path;
    this.#number = number;
    try {
      // A log without a whole line tells nothing: it is begun anew.
      this.#descriptor = openSync(path, number === 0 ? 'w' : 'r+');
      if (number > 0) {
        ftruncateSync(this.#descriptor, length);
        closeSync(this.#descriptor);
        this.#descriptor = openSync(path, 'a');
      }
    } catch (error) {
      throw writeFault(error, dirname(path));
    }
  }

  /** Lines so far. */
  get lines(): number {
    return this.#number;
  }

  input(type: string, ...rest: readonly unknown[]): void {
    this.#add(type, rest);
    if (this.#size >= FLUSH_AT) this.flush();
  }

  output(type: string, ...rest: readonly unknown[]): void {
    this.#add(`>${type}`, rest);
    this.flush();
  }

  note(type: string, ...rest: readonly unknown[]): void {
    this.#add(`#${type}`, rest);
    this.flush();
  }

  /** Writes what waits: it survives the process from then on. Throws a Fault (`disk-full`, `cannot-write`). */
  flush(): void {
    if (this.#pending.length === 0) return;
    let rest = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#size = 0;
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch (error) {
      throw writeFault(error, dirname(this.path));
    }
    this.#dirty = true;
  }

  /** Flushes, and has the machine bring it to the disk itself: it survives a power cut from then on. */
  sync(): void {
    this.flush();
    if (this.#dirty) fdatasyncSync(this.#descriptor);
    this.#dirty = false;
  }

  close(): void {
    this.sync();
    closeSync(this.#descriptor);
  }

  #add(type: string, rest: readonly unknown[]): void {
    const line = `${JSON.stringify([++this.#number, type, ...rest])}\n`;
    this.#pending.push(line);
    this.#size += line.length;
  }
}

/** The whole lines of a log, and up to which byte they go: behind may stand part of a line that a killed process was writing. */
export interface LogLines {
  readonly lines: readonly LogLine[];
  readonly length: number;
}

/** Reads a log. Throws a Fault (`missing-file`, `malformed-input`) where it is none, or its numbers do not run on. */
export function readLog(path: string): LogLines {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('missing-file', `the session has no log at ${path}`, {
      next: 'Name a session of "npx tapedeck sessions".',
      cause: error,
    });
  }
  const end = text.lastIndexOf('\n') + 1;
  const lines: LogLine[] = [];
  for (const [at, line] of text.slice(0, end).split('\n').slice(0, -1).entries()) {
    const read = lineOf(line);
    if (read === null || read[0] !== at + 1) {
      const why = read === null ? 'is no line of a log' : `has the number ${read[0]}`;
      throw new Fault('malformed-input', `line ${at + 1} of ${path} ${why}: lines were lost, added or moved`, {
        next: 'The session cannot be replayed or resumed; its tables can still be queried.',
      });
    }
    lines.push(read);
  }
  return { lines, length: Buffer.byteLength(text.slice(0, end)) };
}

function lineOf(text: string): LogLine | null {
  try {
    const line: unknown = JSON.parse(text);
    if (Array.isArray(line) && typeof line[0] === 'number' && typeof line[1] === 'string') return line as never;
  } catch {
    // Told by the caller.
  }
  return null;
}
