import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Side } from '../../src/core/side.ts';
import { BASE, type Lane, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import { randomTape } from './random-tape.ts';
import { play } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';

const STREAMS = 1_000;

/** What each order had filled at each moment something changed: [order, exchange time, filled so far]. */
function fillsByTime(lane: Lane, seed: number): Map<number, [number, number][]> {
  const random = new Random(`lanes/${seed}`);
  const rows = randomTape(random, 60 + random.below(120));
  const acts: Act[] = Array.from({ length: 1 + random.below(8) }, () => {
    const side = random.below(2) as Side;
    const passive = random.uniform() < 0.8;
    const cents =
      side === 0
        ? 50 - (passive ? random.below(4) : -random.below(4))
        : 50 + (passive ? random.below(4) : -random.below(4));
    return {
      at: 20 + random.below(800),
      do: send(
        order(side, cents, 1 + random.below(12), passive ? { postOnly: true } : { timeInForce: 'immediate-or-cancel' }),
      ),
    };
  });
  const played = play({ rows, lane, strategy: scripted(acts), request: 5, response: 5, feed: 5 });
  const filled = new Map<number, [number, number][]>();
  for (const { fill, event } of played.journal.fills) {
    const steps = filled.get(fill.order) ?? [];
    steps.push([event.exchangeTime, (steps.at(-1)?.[1] ?? 0) + fill.quantity]);
    filled.set(fill.order, steps);
  }
  return filled;
}

const at = (steps: [number, number][] | undefined, time: number): number =>
  (steps ?? []).reduce((most, [when, filled]) => (when <= time ? filled : most), 0);

describe('fill lanes', () => {
  it(`over ${STREAMS} random order streams, at every moment: pessimistic ≤ base ≤ optimistic, order by order`, () => {
    let filledSomewhere = 0;
    let differing = 0;
    for (let seed = 0; seed < STREAMS; seed++) {
      const [low, mid, high] = [PESSIMISTIC, BASE, OPTIMISTIC].map((lane) => fillsByTime(lane, seed)) as [
        Map<number, [number, number][]>,
        Map<number, [number, number][]>,
        Map<number, [number, number][]>,
      ];
      const times = new Set(
        [low, mid, high].flatMap((lane) => [...lane.values()].flatMap((steps) => steps.map(([time]) => time))),
      );
      for (const id of new Set([...low.keys(), ...mid.keys(), ...high.keys()])) {
        filledSomewhere++;
        for (const time of times) {
          const three = [at(low.get(id), time), at(mid.get(id), time), at(high.get(id), time)] as const;
          if (three[0] !== three[2]) differing++;
          expect(three[0] <= three[1] && three[1] <= three[2], `seed ${seed}, order ${id} at ${time}: ${three}`).toBe(
            true,
          );
        }
      }
    }
    expect(filledSomewhere).toBeGreaterThan(STREAMS);
    expect(differing).toBeGreaterThan(100);
  });
});
