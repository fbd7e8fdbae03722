/** One thing that an import met in its source: what it was, how often, and what was done about it. */
export interface ImportNote {
  readonly what: string;
  readonly count: number;
  readonly action: string;
}

/** Collects what an import met, in the order met. What did not occur is not told. */
export class Findings {
  readonly notes: ImportNote[] = [];

  add(what: string, count: number, action: string): void {
    if (count > 0) this.notes.push({ what, count, action });
  }
}
