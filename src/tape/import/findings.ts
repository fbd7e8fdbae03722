import type { ImportNote } from '../manifest.ts';

/** The action of a note that a mapping declares and nothing proves. */
export const DECLARED = 'declared by the mapping';

/** Collects what an import met, in the order met. What did not occur is not told. */
export class Findings {
  readonly notes: ImportNote[] = [];

  add(what: string, count: number, action: string): void {
    if (count > 0) this.notes.push({ what, count, action });
  }
}
