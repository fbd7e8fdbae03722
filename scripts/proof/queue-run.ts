import { assert } from '../../src/core/assert.ts';
import type { MarketIndex } from '../../src/core/market.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { Time } from '../../src/core/time.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { ExchangePass } from '../../src/sim/exchange-pass.ts';
import { LANES, type Lane } from '../../src/sim/lane.ts';
import { Venue } from '../../src/sim/venue.ts';
import type { VenueOrder } from '../../src/sim/venue-order.ts';
import type { GeneratedTape } from './generated-tape.ts';
import { LOOKS, type Shadow } from './shadows.ts';

/** What one lane of the simulator made of an order whose truth is known. */
export interface LaneFate {
  readonly ahead: (number | null)[];
  readonly fills: { readonly time: number; readonly quantity: number }[];
}

/** An order, its truth, and its fate in each lane. */
export interface Judged {
  readonly shadow: Shadow;
  readonly lanes: readonly LaneFate[];
}

interface Step {
  readonly time: number;
  readonly order: number;
  readonly what: 'place' | 'look' | 'end';
}

/**
 * Sends every order of a tape to the simulated venue of each lane at the instant at which it truly joined. No message takes time, so that
 * only the queue is judged. Orders that would stand in one market together go to different venues: none is in another's way.
 */
export function judgeOrders(tape: GeneratedTape, shadows: readonly Shadow[]): Judged[] {
  const state = new MarketState(tape.markets);
  const banks = bankOf(shadows);
  const judged = shadows.map((shadow): Judged => ({ shadow, lanes: LANES.map(() => ({ ahead: [], fills: [] })) }));
  const venues = Array.from({ length: Math.max(0, ...banks) + 1 }, () =>
    LANES.map((lane, at) => venueOf(lane, at, tape, state, judged)),
  );
  const pass = new ExchangePass(state, venues.flat());
  for (const block of tape.blocks) pass.cursor.append(block);
  for (const { time, order, what } of stepsOf(shadows)) {
    pass.run(time);
    const { shadow, lanes } = judged[order]!;
    venues[banks[order]!]!.forEach((venue, lane) => {
      if (what === 'place') place(venue, shadow, order);
      else if (what === 'look') lanes[lane]!.ahead.push(resting(venue, shadow.market)?.ahead ?? null);
      else end(venue, shadow, order);
    });
  }
  return judged;
}

function venueOf(lane: Lane, at: number, tape: GeneratedTape, state: MarketState, judged: readonly Judged[]): Venue {
  return new Venue({
    lane,
    state,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    fees: new FeeBook(tape.fees),
    membership: 'direct',
    resolution: 0,
    answer: (order, time, answer) => {
      assert(answer.type !== 'rejected', `order ${order} was rejected: the venue's book is not the generator's`);
      if (answer.type === 'filled') {
        assert(answer.fill.liquidity === 'maker', `order ${order} took: the venue's book is not the generator's`);
        judged[order - 1]!.lanes[at]!.fills.push({ time, quantity: answer.fill.quantity });
      }
    },
    schedule: () => {},
  });
}

function place(venue: Venue, { market, side, price, quantity, placed }: Shadow, order: number): void {
  venue.submit(
    {
      id: (order + 1) as OrderId,
      market,
      side,
      price,
      quantity,
      timeInForce: 'good-till-cancelled',
      postOnly: false,
      reduceOnly: false,
      expireTime: null,
      selfTradePrevention: 'taker-at-cross',
      cancelOnPause: false,
      submitTime: placed,
    },
    placed,
  );
}

/** Ends an order, and forgets what it left behind: the next one in its market begins anew. */
function end(venue: Venue, { market, until }: Shadow, order: number): void {
  if (resting(venue, market) !== undefined) venue.cancel((order + 1) as OrderId, until);
  venue.markets.delete(market);
}

function resting(venue: Venue, market: MarketIndex): VenueOrder | undefined {
  return venue.markets.get(market)?.resting[0];
}

function stepsOf(shadows: readonly Shadow[]): Step[] {
  const steps: Step[] = [];
  shadows.forEach(({ placed, until, ahead }, order) => {
    steps.push({ time: placed, order, what: 'place' });
    LOOKS.slice(0, ahead.length).forEach((look) => {
      if (placed + look < until) steps.push({ time: placed + look, order, what: 'look' });
    });
    steps.push({ time: until, order, what: 'end' });
  });
  const rank = { end: 0, place: 1, look: 2 } as const;
  return steps.sort((a, b) => a.time - b.time || rank[a.what] - rank[b.what]);
}

/** The lowest bank in which no other order stands in the market at the time. */
function bankOf(shadows: readonly Shadow[]): number[] {
  const free = new Map<MarketIndex, number[]>();
  return shadows.map(({ market, placed, until }) => {
    const banks = free.get(market) ?? [];
    free.set(market, banks);
    let bank = banks.findIndex((time) => time < placed);
    if (bank < 0) bank = banks.length;
    banks[bank] = until as Time;
    return bank;
  });
}
