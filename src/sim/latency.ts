import { Fault } from '../core/fault.ts';
import type { Random } from '../core/random.ts';
import { type Duration, MILLISECOND } from '../core/time.ts';

/** A spread of delays: sorted samples in µs. One sample is a fixed delay. */
export class LatencySpread {
  readonly samples: readonly number[];

  constructor(samples: readonly number[]) {
    if (samples.length === 0 || samples.some((sample) => !Number.isFinite(sample) || sample < 0)) {
      throw new Fault('malformed-input', 'a latency needs at least one delay, none below zero (µs)');
    }
    this.samples = samples.map(Math.round).sort((left, right) => left - right);
  }

  /** The delay below which a share `q` of the samples lies, interpolated between neighbours. */
  quantile(q: number): Duration {
    const at = q * (this.samples.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, this.samples.length - 1);
    return Math.round(this.samples[low]! + (at - low) * (this.samples[high]! - this.samples[low]!)) as Duration;
  }

  get least(): Duration {
    return this.samples[0] as Duration;
  }

  draw(random: Random): Duration {
    return this.quantile(random.uniform());
  }
}

/** How long a model takes to answer: stated, well above what is measured for one row (docs/models.md). */
export const INFERENCE_DELAY = (20 * MILLISECOND) as Duration;

/** How the origin of a measured latency begins. */
export const MEASURED = 'measured:';

/** How long things take between us and the venue. `feed` adds to what the tape itself recorded. */
export interface Latency {
  readonly request: LatencySpread;
  readonly response: LatencySpread;
  readonly feed: Duration;
  /** Where the figures come from, for the report: "assumed", "fixed", a file; begins with {@link MEASURED} where somebody says that they were measured. */
  readonly origin: string;
  /** Whether each message draws its own delay from the spread, in every lane alike, instead of taking the lane's quantile. Default false. */
  readonly drawn?: boolean;
}

const milliseconds = (...values: number[]) => new LatencySpread(values.map((value) => value * MILLISECOND));

/** Assumed for a retail connection until a session has measured its own: medians 60 ms out, 40 ms back; 50 ms feed. */
export const ASSUMED_LATENCY: Latency = {
  request: milliseconds(20, 40, 60, 110, 250),
  response: milliseconds(10, 25, 40, 80, 200),
  feed: (50 * MILLISECOND) as Duration,
  origin: 'assumed',
};

/** Every delay the same, for tests and stated experiments. */
export function fixedLatency(request: Duration, response: Duration, feed: Duration): Latency {
  return { request: new LatencySpread([request]), response: new LatencySpread([response]), feed, origin: 'fixed' };
}
