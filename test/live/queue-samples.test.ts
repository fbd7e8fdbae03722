import { describe, expect, it } from 'vitest';
import { queueSamples } from '../../src/live/queue-samples.ts';
import type { LogLine } from '../../src/live/session-log.ts';

let number = 0;
const line = (type: string, ...rest: unknown[]): LogLine => [++number, type, ...rest];
/** Our bid of 5 contracts at 40 cents in market 0. */
const submit = (id: number, quantity = 500) =>
  line('>submit', `td-x-1-${id}`, { id, market: 0, side: 0, price: 4_000, quantity });
const accepted = (order: number) => line('a', { order, answer: { type: 'accepted', resting: 500 } });
const look = (order: number, ahead: number, level: number) => line('#queue', [{ order, ahead, level }]);
const delta = (change: number, price = 4_000, side = 0) => line('e', 0, 0, side, price, change, 0, 1, 1);
const print = (quantity: number, price = 4_000, taker = 1) => line('e', 1, 0, taker, price, quantity, 0, 1, 1);

describe('what a log tells of queues', () => {
  it('splits what was cancelled at our price into what stood before us and what did not', () => {
    const lines = [submit(1), accepted(1), look(1, 3_000, 5_500), delta(-1_000), look(1, 2_200, 4_500)];
    expect(queueSamples(lines)).toEqual([
      { order: 1, cancelled: 1_000, before: 800, inProportion: (1_000 * 3_000) / 5_000, most: 1_000 },
    ]);
  });

  it('takes off what prints explain: they eat from the front', () => {
    const lines = [
      submit(1),
      accepted(1),
      look(1, 3_000, 5_500),
      print(400),
      delta(-400),
      delta(-600),
      look(1, 2_300, 4_500),
    ];
    expect(queueSamples(lines)).toEqual([
      { order: 1, cancelled: 600, before: 300, inProportion: (600 * 2_600) / 4_600, most: 600 },
    ]);
  });

  it('says nothing where nothing was cancelled, where we are first, or where something of ours moved the level', () => {
    const quiet = [
      submit(1),
      accepted(1),
      look(1, 3_000, 5_500),
      delta(-1_000, 3_900),
      delta(-700, 4_000, 1),
      delta(500),
      look(1, 3_000, 6_000),
    ];
    const first = [submit(2), accepted(2), look(2, 0, 1_500), delta(-500), look(2, 0, 1_000)];
    const ours = [submit(3), accepted(3), look(3, 3_000, 5_500), submit(4), delta(-1_000), look(3, 2_500, 5_000)];
    const filled = [
      submit(5),
      accepted(5),
      look(5, 100, 2_000),
      line('a', { order: 5, answer: { type: 'filled', fill: { quantity: 100 } } }),
      delta(-700),
      look(5, 0, 1_300),
    ];
    for (const lines of [quiet, first, ours, filled]) expect(queueSamples(lines)).toEqual([]);
  });

  it('forgets an order that has ended', () => {
    const lines = [
      submit(1),
      accepted(1),
      look(1, 3_000, 5_500),
      line('a', { order: 1, answer: { type: 'cancelled' } }),
      delta(-1_000),
      look(1, 2_000, 4_500),
    ];
    expect(queueSamples(lines)).toEqual([]);
  });
});
