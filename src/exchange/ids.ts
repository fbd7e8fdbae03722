import { createHash } from 'node:crypto';

/** Identifiers in the form of a UUID: the same seed and the same requests give the same ones. */
export class Ids {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** The next identifier. */
  next(): string {
    return this.of(`number ${this.#count++}`);
  }

  /** The identifier of a thing with a name. */
  of(name: string): string {
    const hex = createHash('sha256').update(`${this.#seed}\n${name}`).digest('hex');
    const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
