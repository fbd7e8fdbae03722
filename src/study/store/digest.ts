import { createHash } from 'node:crypto';

/** Closes each value. As a byte it is 0xff, which no value holds: what is not ASCII is escaped. */
const END = '\u00ff';
const FLUSH_AT = 8_192;
const NOT_ASCII = /[^\0-\x7f]/;

/**
 * SHA-256 over a stream of words and numbers. Every value is closed by a separator, so that ("ab","c") and ("a","bc") differ; a
 * number is the text that it prints as.
 */
export class Digest {
  readonly #hash = createHash('sha256');
  #pending = '';
  #result: string | undefined;

  /** Adds values in order, each closed. */
  add(...values: readonly (string | number)[]): this {
    // Value by value: joined, their separators alone would be beyond ASCII.
    for (const value of values) {
      this.#pending += (typeof value === 'string' && NOT_ASCII.test(value) ? escaped(value) : value) + END;
    }
    if (this.#pending.length > FLUSH_AT) this.#flush();
    return this;
  }

  /** The digest as 64 hexadecimal characters. Ends the stream: adding afterwards is not allowed. */
  hex(): string {
    if (this.#result === undefined) {
      this.#flush();
      this.#result = this.#hash.digest('hex');
    }
    return this.#result;
  }

  #flush(): void {
    this.#hash.update(this.#pending, 'latin1');
    this.#pending = '';
  }
}

/** A value with each code unit beyond ASCII as 0xfe and its two bytes. */
function escaped(value: string): string {
  return value.replaceAll(/[^\0-\x7f]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return `\u00fe${String.fromCharCode(code >>> 8, code & 0xff)}`;
  });
}
