import { z } from 'zod';
import { Fault } from '../core/fault.ts';
import { type Duration, MICROSECOND, MILLISECOND, SECOND } from '../core/time.ts';
import { ASSUMED_LATENCY, fixedLatency, type Latency, LatencySpread, MEASURED } from '../sim/latency.ts';
import { schemaFault } from './limits-file.ts';
import { readJsonFile } from './read-json.ts';

const UNITS: Readonly<Record<string, number>> = { us: MICROSECOND, ms: MILLISECOND, s: SECOND };
const FIXED = /^fixed:(\d+(?:\.\d+)?)(us|ms|s)$/;

const delays = z.array(z.number().min(0).max(600_000)).min(1);
const LATENCY_FILE = z.strictObject({
  request_ms: delays,
  response_ms: delays,
  feed_ms: z.number().min(0).max(600_000),
  /** Each message draws its own delay instead of taking the lane's quantile. */
  draw: z.boolean().default(false),
  /** Where and when the delays were measured; left out: they are somebody's word. */
  measured: z.string().trim().min(1).max(200).optional(),
});

/** Reads `--latency`: "assumed", "fixed:50ms", or a JSON file with measured delays. Throws a Fault that says which it takes. */
export function readLatency(flag: string): Latency {
  if (flag === 'assumed') return ASSUMED_LATENCY;
  const [, amount, unit] = FIXED.exec(flag) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const delay = Math.round(Number(amount) * UNITS[unit]!) as Duration;
    return fixedLatency(delay, delay, delay);
  }
  if (!flag.endsWith('.json')) {
    throw new Fault('usage', `--latency ${flag} is not a latency`, {
      next: 'Say "assumed", "fixed:50ms" (us, ms or s), or name a JSON file with request_ms, response_ms and feed_ms.',
    });
  }
  const parsed = LATENCY_FILE.safeParse(readJsonFile('--latency', flag));
  if (!parsed.success) throw schemaFault(flag, parsed.error, Object.keys(LATENCY_FILE.shape));
  const { request_ms: request, response_ms: response, feed_ms: feed, draw: drawn, measured } = parsed.data;
  const origin = measured === undefined ? `stated in ${flag}` : `${MEASURED} ${measured}, in ${flag}`;
  return { request: spread(request), response: spread(response), feed: inMicroseconds(feed), origin, drawn };
}

function spread(milliseconds: readonly number[]): LatencySpread {
  return new LatencySpread(milliseconds.map(inMicroseconds));
}

function inMicroseconds(milliseconds: number): Duration {
  return Math.round(milliseconds * MILLISECOND) as Duration;
}
