import type { Order } from '../core/order.ts';
import { MILLISECOND } from '../core/time.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { LogLine } from './session-log.ts';

/** A latency profile, as `backtest --latency FILE` reads it. */
export interface LatencyProfile {
  readonly request_ms: readonly number[];
  readonly response_ms: readonly number[];
  readonly feed_ms: number;
  readonly measured: string;
}

/** Fewer answers than this say nothing of how long they take. */
const FEWEST = 5;
const POINTS = 20;

/**
 * What a log shows of how long a new order takes to the exchange, by its time of the answer, and its answer back, in market time; null where too few were
 * answered. Where its time lies outside the round trip the clocks differ by more than that, and each way is taken for half of it. The feed's delay is in the
 * tape's own times already.
 */
export function measuredLatency(lines: readonly LogLine[], origin: string): LatencyProfile | null {
  const sent = new Map<number, number>();
  const out: number[] = [];
  const back: number[] = [];
  for (const [, type, ...rest] of lines) {
    if (type === '>submit') {
      const { id, submitTime } = rest[1] as Order;
      sent.set(id, submitTime);
    } else if (type === 'a') {
      const { order, exchangeTime, localTime, answer } = rest[0] as VenueEvent;
      const submitted = sent.get(order);
      if (submitted === undefined) continue;
      sent.delete(order);
      // Whatever else comes first, a doubt say, is not the exchange's answer to the order.
      if (answer.type !== 'accepted' || localTime <= submitted) continue;
      const inBetween = exchangeTime >= submitted && exchangeTime < localTime;
      const way = inBetween ? exchangeTime - submitted : (localTime - submitted) / 2;
      out.push(way);
      back.push(localTime - submitted - way);
    }
  }
  if (out.length < FEWEST) return null;
  return { request_ms: points(out), response_ms: points(back), feed_ms: 0, measured: origin };
}

/** Evenly spaced quantiles, ms. */
function points(delays: number[]): number[] {
  delays.sort((one, other) => one - other);
  return Array.from({ length: POINTS + 1 }, (_, at) => {
    const delay = delays[Math.round((at / POINTS) * (delays.length - 1))]!;
    return Math.round(delay / (MILLISECOND / 1_000)) / 1_000;
  });
}
