import type { Time } from '../core/time.ts';

/** How a token bucket fills: tokens a second of wall time, up to its capacity. */
export interface BucketTerms {
  readonly refill: number;
  readonly capacity: number;
}

/** Full at first; what is refused costs nothing. */
export class TokenBucket {
  readonly terms: BucketTerms;
  #tokens: number;
  #filled: Time;

  constructor(terms: BucketTerms, now: Time) {
    this.terms = terms;
    this.#tokens = terms.capacity;
    this.#filled = now;
  }

  /** Takes `cost` tokens; false where there are fewer. */
  take(cost: number, now: Time): boolean {
    const { refill, capacity } = this.terms;
    const passed = Math.max(0, now - this.#filled);
    this.#tokens = Math.min(capacity, this.#tokens + (passed * refill) / 1_000_000);
    this.#filled = now;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}

/** Tokens a second of each tier, to read and to write. */
const TIERS = {
  basic: [200, 100],
  advanced: [300, 300],
  expert: [600, 600],
  premier: [1_200, 1_200],
  paragon: [2_400, 2_400],
  prime: [4_800, 4_800],
  prestige: [12_000, 9_600],
} as const;

export type Tier = keyof typeof TIERS;

export const TIER_NAMES = Object.keys(TIERS) as Tier[];

/** The buckets of a tier. Reading holds three seconds' tokens in the two lowest tiers, writing in all but the lowest; the others hold one. */
export function bucketsOf(tier: Tier): { readonly read: BucketTerms; readonly write: BucketTerms } {
  const [read, write] = TIERS[tier];
  const readSeconds = tier === 'basic' || tier === 'advanced' ? 3 : 1;
  const writeSeconds = tier === 'basic' ? 1 : 3;
  return {
    read: { refill: read, capacity: read * readSeconds },
    write: { refill: write, capacity: write * writeSeconds },
  };
}
