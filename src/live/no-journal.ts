import type { Journal } from '../engine/journal.ts';

const nothing = (): void => {};

/** A journal for whoever wants no rows. */
export const NO_JOURNAL: Journal = {
  decision: nothing,
  predicted: nothing,
  submitted: nothing,
  refused: nothing,
  cancelRequested: nothing,
  amendRequested: nothing,
  answered: nothing,
  filled: nothing,
  stopped: nothing,
  settled: nothing,
};
