import { expect, test } from 'vitest';
import { measuredLatency } from '../../src/live/measured-latency.ts';
import type { LogLine } from '../../src/live/session-log.ts';

/** Orders a second apart; each is answered 100 ms later, by an exchange whose clock says so many ms after it was sent. */
const answered = (orders: number, says: number): LogLine[] =>
  Array.from({ length: orders }, (_, at): LogLine[] => {
    const submitTime = at * 1_000_000;
    const event = { order: at + 1, exchangeTime: submitTime + says * 1_000, localTime: submitTime + 100_000 };
    return [
      [2 * at + 1, '>submit', `td-1-${at + 1}`, { id: at + 1, submitTime }],
      [2 * at + 2, 'a', { ...event, answer: { type: 'accepted', resting: 100 } }],
    ];
  }).flat();

test('the way there and back is told by the time of the exchange', () => {
  const profile = measuredLatency(answered(10, 30), 'a session')!;
  expect(new Set(profile.request_ms)).toEqual(new Set([30]));
  expect(new Set(profile.response_ms)).toEqual(new Set([70]));
  expect(profile.measured).toBe('a session');
});

test('where its clock is off by more than the round trip, each way is half of that', () => {
  for (const says of [-20, 100, 2_000]) {
    const profile = measuredLatency(answered(10, says), 'a session')!;
    expect(new Set([...profile.request_ms, ...profile.response_ms])).toEqual(new Set([50]));
  }
});

test('few answers say nothing', () => {
  expect(measuredLatency(answered(4, 30), 'a session')).toBeNull();
});
