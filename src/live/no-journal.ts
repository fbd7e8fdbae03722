import type { Journal } from '../engine/journal.ts';
import type { SessionHearer } from './logged-engine.ts';

const nothing = (): void => {};

/** For whoever wants no rows of a session's own tables. */
export const NO_HEARER: SessionHearer = { signal: nothing, changed: nothing };

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
