import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Misuse } from '../../src/core/misuse.ts';
import { type Duration, seconds } from '../../src/core/time.ts';
import { DOCUMENTED_COSTS, EndpointCosts } from '../../src/kalshi/endpoint-costs.ts';
import { BASIC_LIMITS, type Lane, TokenBuckets } from '../../src/kalshi/token-buckets.ts';

const START = 0 as Duration;

describe('the token buckets', () => {
  it('keep a fifth of the write bucket for cancels', () => {
    const buckets = new TokenBuckets(BASIC_LIMITS, START);
    for (let order = 0; order < 8; order++) buckets.take('write', 10, START);
    expect(buckets.delay('write', 10, START)).toBe(seconds(0.1));
    for (let cancel = 0; cancel < 10; cancel++) buckets.take('cancel', 2, START);
    expect(buckets.delay('cancel', 2, START)).toBe(seconds(0.02));
  });

  it('let reads and writes pay apart', () => {
    const buckets = new TokenBuckets(BASIC_LIMITS, START);
    buckets.take('read', 200, START);
    expect(buckets.delay('read', 10, START)).toBe(seconds(0.05));
    expect(buckets.delay('write', 10, START)).toBe(0);
  });

  it('refuse at once what never fits', () => {
    const buckets = new TokenBuckets(BASIC_LIMITS, START);
    expect(() => buckets.delay('write', 90, START)).toThrow(Misuse);
    expect(() => buckets.delay('cancel', 101, START)).toThrow(Misuse);
    expect(buckets.delay('cancel', 100, START)).toBe(0);
  });

  it('are empty after the exchange said so', () => {
    const buckets = new TokenBuckets(BASIC_LIMITS, START);
    buckets.drain('read', START);
    expect(buckets.delay('read', 20, START)).toBe(seconds(0.1));
  });

  it('never spend more than capacity and refill allow, and what was waited for is there', () => {
    const request = fc.record({
      lane: fc.constantFrom<Lane>('read', 'write', 'cancel'),
      cost: fc.integer({ min: 1, max: 80 }),
      idle: fc.integer({ min: 0, max: 3_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
        const buckets = new TokenBuckets(BASIC_LIMITS, START);
        const spent = { read: 0, write: 0 };
        let now = 0;
        for (const { lane, cost, idle } of requests) {
          now += idle;
          now += buckets.delay(lane, cost, now as Duration);
          expect(buckets.delay(lane, cost, now as Duration)).toBe(0);
          buckets.take(lane, cost, now as Duration);
          spent[lane === 'read' ? 'read' : 'write'] += cost;
          expect(spent.read).toBeLessThanOrEqual(200 + (now / 1e6) * 200 + 0.01);
          expect(spent.write).toBeLessThanOrEqual(100 + (now / 1e6) * 100 + 0.01);
        }
      }),
    );
  });
});

describe('the cost of a request', () => {
  const orders = '/trade-api/v2/portfolio/events/orders';

  it('is that of its row, its default otherwise', () => {
    expect(DOCUMENTED_COSTS.of('DELETE', `${orders}/abc`)).toBe(2);
    expect(DOCUMENTED_COSTS.of('DELETE', orders)).toBe(2);
    expect(DOCUMENTED_COSTS.of('POST', orders)).toBe(10);
    expect(DOCUMENTED_COSTS.of('POST', `${orders}/abc/amend`)).toBe(10);
  });

  it('prefers the row that names the path over one with a wildcard', () => {
    const costs = new EndpointCosts(10, [
      { method: 'GET', path: '/a/*rest', cost: 1 },
      { method: 'GET', path: '/a/:id', cost: 2 },
      { method: 'get', path: '/a/batched', cost: 3 },
    ]);
    expect(costs.of('GET', '/a/batched')).toBe(3);
    expect(costs.of('GET', '/a/b/c')).toBe(1);
    expect(costs.of('GET', '/a')).toBe(10);
  });
});
