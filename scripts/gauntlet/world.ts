import { Random } from '../../src/core/random.ts';
import { type Duration, HOUR, MINUTE, parseTime, SECOND, type Time } from '../../src/core/time.ts';
import { FAULT_NAMES, type FaultName, type FaultShares } from '../../src/exchange/drawn-faults.ts';
import { CITIES, DEMO_CONFIG, type SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import { type EventLife, PLAIN_LIFE } from '../../src/sim/synthetic/lifecycle.ts';

/** What happens to the markets while the trader is there. */
export const STAGES = [
  'trading',
  'pause',
  'resumption',
  'close',
  'early close',
  'settlement',
  'corrected result',
  'no socket',
] as const;
export type Stage = (typeof STAGES)[number];

/** What a seed draws: the exchange's world, when the trader comes to it, and what goes wrong on the way. */
export interface GauntletWorld {
  readonly stage: Stage;
  readonly config: SyntheticConfig;
  readonly start: (life: EventLife) => Time;
  /** When the last thing to be seen has happened, if that is later than the trader stops. */
  readonly end: (life: EventLife) => Time;
  readonly shares: Partial<FaultShares>;
  /** How far reads lag behind, µs. */
  readonly readLag: Duration;
  /** The share of requests that do not even leave. */
  readonly unreachable: number;
}

/** A result is paid three hours after it was published at the latest. */
const PAID_BY = 3 * HOUR + 5 * MINUTE;

/** Shares of what ends a connection or a subscription: there are many frames, and each of these costs a reconnect. */
const RARE: Partial<Record<FaultName, number>> = {
  disconnects: 0.004,
  halfOpen: 0.001,
  channelErrors: 0.002,
  overflows: 0.002,
};

/** Each seed has some of the faults, each as often as it draws: where everything goes wrong at once, one fault hides another. */
export function worldOf(seed: string): GauntletWorld {
  const random = new Random(`${seed} world`);
  const share = (most: number): number => (random.below(3) > 0 ? 0 : random.uniform() * most);
  const stage = random.below(2) === 0 ? 'trading' : STAGES[random.below(STAGES.length)]!;
  return {
    stage,
    config: {
      ...DEMO_CONFIG,
      seed: `${seed} exchange`,
      cities: CITIES.slice(0, 1),
      days: 1,
      activity: 0.3 + random.uniform() * 2,
      depth: 1 + random.below(10),
      lifecycle: {
        ...PLAIN_LIFE,
        paused: stage === 'pause' || stage === 'resumption' ? 1 : 0,
        closedEarly: stage === 'early close' ? 1 : 0,
        disputed: stage === 'corrected result' ? 1 : 0,
      },
    },
    start: (life) => startOf(stage, life),
    end: (life) =>
      stage === 'settlement' || stage === 'corrected result' ? ((life.settle + PAID_BY) as Time) : (0 as Time),
    shares: Object.fromEntries(FAULT_NAMES.map((name) => [name, share(RARE[name] ?? 0.06)])),
    readLag: (random.below(2) === 0 ? 0 : random.below(2 * SECOND)) as Duration,
    unreachable: share(0.05),
  };
}

/** Some hours after the open of the first day that the generator makes, or a minute before what the stage is about. */
function startOf(stage: Stage, { close, pauses }: EventLife): Time {
  const [pause] = pauses;
  if (stage === 'pause') return (pause!.from - MINUTE) as Time;
  if (stage === 'resumption') return (pause!.to - MINUTE) as Time;
  if (stage === 'trading' || stage === 'no socket')
    return (parseTime(`${DEMO_CONFIG.firstDay}T00:00:00Z`) - 6 * HOUR) as Time;
  return (close - MINUTE) as Time;
}
