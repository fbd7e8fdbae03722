import { describe, expect, it } from 'vitest';
import { TRADE } from '../../src/core/market-event.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts, type Quantity } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import type { Side } from '../../src/core/side.ts';
import type { Grade } from '../../src/core/tape-block.ts';
import type { Time } from '../../src/core/time.ts';
import type { Context } from '../../src/engine/strategy.ts';
import { BASE, type Lane, OPTIMISTIC, PESSIMISTIC } from '../../src/sim/lane.ts';
import { randomTape, topOf, withoutPrints } from './random-tape.ts';
import { L1, L2, L2_ALONE, PRINTS, play } from './replay-of.ts';
import { type Act, order, scripted, send } from './scripted.ts';
import { type Row, START } from './tape-of.ts';

const STREAMS = 1_000;

type Steps = [time: number, filled: number][];
type Fills = ReadonlyMap<number, Steps>;

/** How often each kind of request was sent, over all streams. */
const sent = { order: 0, postOnly: 0, immediate: 0, fillOrKill: 0, expiring: 0, cancel: 0, amend: 0 };

/** A request at a random moment: an order of any kind but reduce-only, or a cancel or an amend of an earlier one. */
function randomAct(random: Random, number: number): Act {
  const at = 20 + random.below(1_500);
  const earlier = random.below(Math.max(1, number));
  const side = random.below(2) as Side;
  const away = random.below(4);
  const passive = random.uniform() < 0.7;
  const cents = (side === 0) === passive ? 50 - away : 50 + away;
  const count = 1 + random.below(12);
  const kind = random.uniform();
  if (number > 0 && kind < 0.12) {
    sent.cancel++;
    return { at, do: ofLive(earlier, (context, id) => context.cancel(id)) };
  }
  if (number > 0 && kind < 0.3) {
    sent.amend++;
    return {
      at,
      do: ofLive(earlier, (context, id) => shrinkTo(context, id, (cents * 100) as Price, contracts(count))),
    };
  }
  sent.order++;
  if (kind < 0.4) {
    sent.fillOrKill++;
    return { at, do: send(order(side, cents, count, { timeInForce: 'fill-or-kill' })) };
  }
  if (kind < 0.55) {
    sent.immediate++;
    return { at, do: send(order(side, cents, count, { timeInForce: 'immediate-or-cancel' })) };
  }
  const expires = random.uniform() < 0.3;
  const expireTime = (START + (at + 10 + random.below(400)) * 1_000) as Time;
  const postOnly = random.uniform() < 0.5;
  if (postOnly) sent.postOnly++;
  if (expires) sent.expiring++;
  const selfTradePrevention = random.uniform() < 0.3 ? 'maker' : 'taker-at-cross';
  const more = { postOnly, cancelOnPause: random.uniform() < 0.5, selfTradePrevention, ...(expires && { expireTime }) };
  return { at, do: send(order(side, cents, count, more as object)) };
}

/** Acts on an earlier order where it may still trade. */
const ofLive =
  (earlier: number, act: (context: Context, id: OrderId) => void) =>
  (context: Context, orders: OrderId[]): void => {
    const id = orders[earlier];
    if (id !== undefined && context.openOrders().some((own) => own.id === id)) act(context, id);
  };

/** A new price, and never more than it asked for: growing an order that has traded in one lane and not in another makes two orders. */
function shrinkTo(context: Context, id: OrderId, price: Price, quantity: Quantity): void {
  context.amend(id, price, Math.min(quantity, context.order(id).quantity) as Quantity);
}

/** What each order had filled at each moment something changed, up to the first order that our own resting order stopped. */
function replayed(
  lane: Lane,
  rows: readonly Row[],
  acts: readonly Act[],
  grade: Grade,
): { fills: Fills; until: number } {
  const { journal } = play({ rows, lane, grade, strategy: scripted(acts), request: 5, response: 5, feed: 5 });
  const filled = new Map<number, Steps>();
  for (const { fill, event } of journal.fills) {
    const steps = filled.get(fill.order) ?? [];
    steps.push([event.exchangeTime, (steps.at(-1)?.[1] ?? 0) + fill.quantity]);
    filled.set(fill.order, steps);
  }
  const stopped = journal.answers.find(({ answer }) => answer.type === 'cancelled' && answer.reason === 'self-trade');
  return { fills: filled, until: stopped?.exchangeTime ?? Number.POSITIVE_INFINITY };
}

const at = (fills: Fills, order: number, time: number): number =>
  (fills.get(order) ?? []).reduce((most, [when, filled]) => (when <= time ? filled : most), 0);

const asIs = (rows: readonly Row[]): readonly Row[] => rows;
const printsOf = (rows: readonly Row[]): readonly Row[] =>
  rows.filter((row) => row.detail !== undefined || row.kind === TRADE);

describe.each([
  ['a tape of depth and trades', L2, asIs],
  ['a tape of depth without trades', L2_ALONE, withoutPrints],
  ['a tape of best quotes', L1, topOf],
  ['a tape of prints', PRINTS, printsOf],
] as const)('fill lanes on %s', (_, grade, view) => {
  it(`over ${STREAMS} random order streams, at every moment: pessimistic ≤ base ≤ optimistic, order by order`, () => {
    let orders = 0;
    let differing = 0;
    const broken: string[] = [];
    for (let seed = 0; seed < STREAMS; seed++) {
      const random = new Random(`lanes/${seed}`);
      // A gap loses orders in one lane only: what those would have met is then free for the others, so there is only one.
      const gaps = random.uniform() < 0.2;
      const rows = view(randomTape(random, 60 + random.below(120), { pauses: random.uniform() < 0.2, gaps }));
      const acts = Array.from({ length: gaps ? 1 : 1 + random.below(10) }, (_none, number) =>
        randomAct(random, number),
      );
      const lanes = [PESSIMISTIC, BASE, OPTIMISTIC].map((lane) => replayed(lane, rows, acts, grade));
      const until = Math.min(...lanes.map((lane) => lane.until));
      const steps = lanes.flatMap(({ fills }) => [...fills.values()].flat());
      const times = new Set(steps.map(([time]) => time).filter((time) => time < until));
      for (const id of new Set(lanes.flatMap(({ fills }) => [...fills.keys()]))) {
        orders++;
        for (const time of times) {
          const [low, mid, high] = lanes.map(({ fills }) => at(fills, id, time)) as [number, number, number];
          if (low !== high) differing++;
          if (low > mid || mid > high)
            broken.push(`seed ${seed}, order ${id}, ${time - START} µs: ${[low, mid, high]}`);
        }
      }
    }
    expect(broken).toEqual([]);
    expect(orders).toBeGreaterThan(STREAMS / 2);
    expect(differing).toBeGreaterThan(100);
    for (const times of Object.values(sent)) expect(times).toBeGreaterThan(100);
  });
});
