/** Nothing is known: no snapshot yet, a gap, an impossible change. Holds no levels. */
export const TORN = 0;
/** Whole and uncrossed: the only state that can be read. One or both sides may still be empty. */
export const OPEN = 1;
/** Whole, but the best bid equals the best ask. */
export const LOCKED = 2;
/** Whole, but the best bid is above the best ask. */
export const CROSSED = 3;

/** What a book is worth, as a number that is cheap to compare. */
export type BookState = typeof TORN | typeof OPEN | typeof LOCKED | typeof CROSSED;

/** The states in words, in the order of their numbers. */
export const STATE_NAMES = ['torn', 'open', 'locked', 'crossed'] as const;

export type BookStateName = (typeof STATE_NAMES)[number];
