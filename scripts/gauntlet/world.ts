import { Random } from '../../src/core/random.ts';
import { DAY, formatDate, type Time } from '../../src/core/time.ts';
import type { FaultShares } from '../../src/exchange/drawn-faults.ts';
import { CITIES, DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';

/** What a seed draws: the exchange's world and what goes wrong on the way to it. */
export interface GauntletWorld {
  readonly config: (start: Time) => SyntheticConfig;
  readonly shares: Partial<FaultShares>;
}

export function worldOf(seed: string): GauntletWorld {
  const random = new Random(`${seed} world`);
  const share = (most: number): number => (random.below(3) === 0 ? 0 : random.uniform() * most);
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
    shares: {
      lostAnswers: share(0.1),
      lostRequests: share(0.1),
      emptyAnswers: share(0.05),
      unavailable: share(0.05),
      rateLimited: share(0.05),
      droppedFrames: share(0.05),
      doubledFrames: share(0.05),
      disconnects: share(0.005),
    },
  };
}
