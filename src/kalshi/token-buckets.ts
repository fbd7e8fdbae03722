import { Misuse } from '../core/misuse.ts';
import type { Duration } from '../core/time.ts';

/** A token bucket as the account's limits state it. */
export interface BucketLimit {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface AccountLimits {
  readonly read: BucketLimit;
  readonly write: BucketLimit;
}

/** The lowest tier, until the account's own limits are read. */
export const BASIC_LIMITS: AccountLimits = {
  read: { capacity: 200, refillPerSecond: 200 },
  write: { capacity: 100, refillPerSecond: 100 },
};

/** Which bucket pays. Only a cancel may use the reserve of the write bucket. */
export type Lane = 'read' | 'write' | 'cancel';

/** The share of the write bucket that nothing but a cancel may touch. */
const RESERVED_SHARE = 0.2;

/** Our copy of the exchange's two token buckets, on a clock that never steps back. It decides and counts; it does not wait. */
export class TokenBuckets {
  readonly #read: Bucket;
  readonly #write: Bucket;
  readonly #reserve: number;

  constructor(limits: AccountLimits, now: Duration) {
    this.#read = new Bucket(limits.read, now);
    this.#write = new Bucket(limits.write, now);
    this.#reserve = Math.floor(limits.write.capacity * RESERVED_SHARE);
  }

  /**
   * How long until `cost` tokens may be spent; 0 is now. Throws Misuse where it can never be: a batch dearer than the bucket, or,
   * for anything but a cancel, than what lies above the reserve.
   */
  delay(lane: Lane, cost: number, now: Duration): Duration {
    const left = lane === 'write' ? this.#reserve : 0;
    return this.#bucket(lane).delay(cost, left, now);
  }

  /** Spends tokens. Throws Misuse where {@link delay} is not 0. */
  take(lane: Lane, cost: number, now: Duration): void {
    if (this.delay(lane, cost, now) > 0) throw new Misuse(`${cost} tokens are not there yet`);
    this.#bucket(lane).take(cost);
  }

  /** The exchange said 429: whatever we thought was left is not there. */
  drain(lane: Lane, now: Duration): void {
    this.#bucket(lane).drain(now);
  }

  #bucket(lane: Lane): Bucket {
    return lane === 'read' ? this.#read : this.#write;
  }
}

class Bucket {
  readonly #limit: BucketLimit;
  #tokens: number;
  #at: Duration;

  constructor(limit: BucketLimit, now: Duration) {
    if (!(limit.capacity > 0) || !(limit.refillPerSecond > 0))
      throw new Misuse('a bucket needs a capacity and a refill');
    this.#limit = limit;
    this.#tokens = limit.capacity;
    this.#at = now;
  }

  delay(cost: number, left: number, now: Duration): Duration {
    const { capacity, refillPerSecond } = this.#limit;
    if (cost + left > capacity) {
      throw new Misuse(`a request of ${cost} tokens never fits a bucket of ${capacity} with ${left} held back`);
    }
    this.#refill(now);
    const lacking = cost + left - this.#tokens;
    return (lacking <= 0 ? 0 : Math.ceil((lacking / refillPerSecond) * 1_000_000)) as Duration;
  }

  take(cost: number): void {
    this.#tokens -= cost;
  }

  drain(now: Duration): void {
    this.#refill(now);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  /** Tokens are kept to a millionth: what was waited for must be there in spite of the division. */
  #refill(now: Duration): void {
    const passed = Math.max(0, now - this.#at);
    this.#tokens = Math.min(
      this.#limit.capacity,
      Math.round((this.#tokens + (passed * this.#limit.refillPerSecond) / 1_000_000) * 1e6) / 1e6,
    );
    this.#at = Math.max(now, this.#at) as Duration;
  }
}
