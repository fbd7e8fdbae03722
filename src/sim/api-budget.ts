import type { Time } from '../core/time.ts';

/** What an account may ask of the venue: write tokens a second, and how many it may save up. */
export interface ApiTier {
  readonly name: string;
  readonly writePerSecond: number;
  readonly writeCapacity: number;
}

/** What each request costs in write tokens; a group's are the venue's default. */
export const WRITE_COSTS = { submit: 10, cancel: 2, amend: 10, decrease: 10, 'reset-group': 10 } as const;

const tier = (name: string, writePerSecond: number, seconds: number): ApiTier => ({
  name,
  writePerSecond,
  writeCapacity: writePerSecond * seconds,
});

/** Kalshi's usage levels as of October 2026: Basic holds one second of write tokens, those above it three. */
export const API_TIERS: readonly ApiTier[] = [
  tier('basic', 100, 1),
  tier('advanced', 300, 3),
  tier('expert', 600, 3),
  tier('premier', 1_200, 3),
  tier('paragon', 2_400, 3),
  tier('prime', 4_800, 3),
  tier('prestige', 9_600, 3),
];

/** What every account has. */
export const BASIC_TIER: ApiTier = API_TIERS[0]!;

/** A bucket of write tokens that refills by time. Exact: it counts millionths of a token. */
export class WriteBudget {
  readonly #tier: ApiTier;
  #millionths: number;
  #filledAt: number | null = null;

  /** Full at the first request. */
  constructor(apiTier: ApiTier) {
    this.#tier = apiTier;
    this.#millionths = apiTier.writeCapacity * 1_000_000;
  }

  /** Pays for a request, or leaves the bucket as it is and says no: a refused request costs nothing. */
  pay(request: keyof typeof WRITE_COSTS, time: Time): boolean {
    const { writePerSecond, writeCapacity } = this.#tier;
    // Tokens a second are millionths of a token a microsecond.
    const gained = this.#filledAt === null ? 0 : (time - this.#filledAt) * writePerSecond;
    this.#filledAt = time;
    this.#millionths = Math.min(writeCapacity * 1_000_000, this.#millionths + gained);
    const cost = WRITE_COSTS[request] * 1_000_000;
    if (this.#millionths < cost) return false;
    this.#millionths -= cost;
    return true;
  }
}
