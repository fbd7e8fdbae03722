/** Every way of fooling oneself that is looked for, by name. */
export type LintCode =
  | 'forecast-knows-high'
  | 'high-before-day-end'
  | 'observation-before-day'
  | 'wrong-high'
  | 'settled-early'
  | 'duplicate-prints'
  | 'stale-quotes'
  | 'gone-in-an-hour'
  | 'beyond-price'
  | 'few-days'
  | 'names-the-tape'
  | 'picked-here';

/** A sign that an edge is a phantom. `text` is a full sentence for the reader. */
export interface Finding {
  readonly code: LintCode;
  readonly text: string;
}
