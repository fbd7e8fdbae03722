import { Random } from '../../src/core/random.ts';
import { DAY, type Duration, formatDate, type Time } from '../../src/core/time.ts';
import { FAULT_NAMES, type FaultName, type FaultShares } from '../../src/exchange/drawn-faults.ts';
import { CITIES, DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';

/** What a seed draws: the exchange's world and what goes wrong on the way to it. */
export interface GauntletWorld {
  readonly config: (start: Time) => SyntheticConfig;
  readonly shares: Partial<FaultShares>;
  /** How far reads lag behind, µs. */
  readonly readLag: Duration;
  /** The share of requests that do not even leave. */
  readonly unreachable: number;
}

/** Shares of what would end a connection or a subscription: there are many frames, and each reconnects. */
const RARE: Partial<Record<FaultName, number>> = {
  disconnects: 0.004,
  halfOpen: 0.001,
  channelErrors: 0.002,
  overflows: 0.002,
};

/** Each seed has some of the faults, each as often as it draws: a plan in which everything goes wrong at once would hide most of it. */
export function worldOf(seed: string): GauntletWorld {
  const random = new Random(`${seed} world`);
  const share = (most: number): number => (random.below(3) > 0 ? 0 : random.uniform() * most);
  return {
    config: (start) => ({
      ...DEMO_CONFIG,
      seed: `${seed} exchange`,
      cities: CITIES.slice(0, 1),
      firstDay: formatDate((start + DAY / 2) as Time),
      days: 1,
      activity: 0.3 + random.uniform() * 2,
      depth: 1 + random.below(10),
      lifecycle: PLAIN_LIFE,
    }),
    shares: Object.fromEntries(FAULT_NAMES.map((name) => [name, share(RARE[name] ?? 0.06)])),
    readLag: (random.below(2) === 0 ? 0 : random.below(2_000_000)) as Duration,
    unreachable: share(0.05),
  };
}
