import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFault } from '../../tape/write-fault.ts';

const FLUSH_AT = 1 << 20;

/** An append-only file of JSON rows, written in pieces of about a megabyte. Throws a Fault (`disk-full`, `cannot-write`). */
export class RowFile {
  readonly path: string;
  rows = 0;
  readonly #descriptor: number;
  #pending = '';

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'wx');
  }

  write(row: Readonly<Record<string, unknown>>): void {
    this.#pending += `${JSON.stringify(row)}\n`;
    this.rows++;
    if (this.#pending.length >= FLUSH_AT) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    let rest = Buffer.from(this.#pending);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#descriptor, rest));
    } catch (error) {
      throw writeFault(error, dirname(this.path));
    }
    this.#pending = '';
  }
}
