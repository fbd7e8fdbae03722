import type { Owner } from './order-book.ts';

/** Who an order of the generated market belongs to. */
export type OwnerKind = 'guest' | 'maker' | 'news' | 'sweep' | 'informed-sweep' | 'burst' | 'noise';

/** Owners below this number are market makers. */
const FIRST_OTHER = 10;
export const NEWS_OWNER: Owner = 10;
export const SWEEP_OWNER: Owner = 11;
export const INFORMED_OWNER: Owner = 12;
export const BURST_OWNER: Owner = 13;
/** Each noise order has an owner of its own, from this number on, counted in each market. */
export const FIRST_NOISE_OWNER: Owner = 20;

/** Whether an owner comes from outside of the generated market. Makers take a guest's order like that of a noise trader; nobody withdraws it. */
export function isGuest(owner: Owner): boolean {
  return owner < 0;
}

/** What kind of participant an owner is. */
export function ownerKind(owner: Owner): OwnerKind {
  if (isGuest(owner)) return 'guest';
  if (owner < FIRST_OTHER) return 'maker';
  if (owner >= FIRST_NOISE_OWNER) return 'noise';
  if (owner === NEWS_OWNER) return 'news';
  if (owner === SWEEP_OWNER) return 'sweep';
  return owner === INFORMED_OWNER ? 'informed-sweep' : 'burst';
}
