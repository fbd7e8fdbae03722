import { assert } from '../../src/core/assert.ts';
import type { MarketIndex } from '../../src/core/market.ts';
import type { OrderId } from '../../src/core/order.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { API_TIERS } from '../../src/sim/api-budget.ts';
import { ExchangePass } from '../../src/sim/exchange-pass.ts';
import { LANES, type Lane } from '../../src/sim/lane.ts';
import type { ShadowOrder, ShadowResult } from '../../src/sim/synthetic/shadow.ts';
import { TapeCursor } from '../../src/sim/tape-cursor.ts';
import { Venue } from '../../src/sim/venue.ts';
import type { VenueOrder } from '../../src/sim/venue-order.ts';
import type { GeneratedTape } from './generated-tape.ts';

/** When the queue ahead of an order is looked at, after it joined. */
export const LOOKS = [0, 10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE] as const;

/** What one lane of the simulator made of an order whose truth is known. */
export interface LaneFate {
  /** What stood ahead of it at each look, null once it no longer rested. */
  readonly ahead: (number | null)[];
  readonly fills: { readonly time: number; readonly quantity: number }[];
}

/** An order, what it would truly have got, and its fate in each lane. */
export interface Judged {
  readonly truth: ShadowResult;
  readonly lanes: readonly LaneFate[];
}

interface Step {
  readonly time: number;
  readonly order: number;
  readonly what: 'place' | 'look' | 'end';
}

/**
 * Sends every shadow order of a tape to the simulated venue of each lane at the instant at which it truly came. No message takes time, so
 * that only the queue is judged. Orders that would stand in one market together go to different venues: none is in another's way.
 */
export function judgeOrders(tape: GeneratedTape): Judged[] {
  const state = new MarketState(tape.markets);
  const judged = tape.truth.shadows.map(
    (truth): Judged => ({
      truth,
      lanes: LANES.map(() => ({ ahead: [], fills: [] })),
    }),
  );
  const orders = judged.map(({ truth }) => truth.order);
  const banks = banksOf(orders);
  const venues = Array.from({ length: Math.max(-1, ...banks) + 1 }, () =>
    LANES.map((lane, at) => venueOf(lane, at, tape, state, judged)),
  );
  // Nobody listens here: the exchange's books are followed from the first row.
  const local = { state: new MarketState(tape.markets), cursor: new TapeCursor('local', 0) };
  const pass = new ExchangePass(
    state,
    local,
    venues.flat().map((venue) => ({ venue, watch: undefined })),
  );
  for (const { index } of tape.markets) venues[0]?.[0]?.follow(index);
  for (const block of tape.blocks) pass.cursor.append(block);
  for (const { time, order, what } of stepsOf(orders)) {
    pass.run(time);
    venues[banks[order]!]!.forEach((venue, lane) => {
      const shadow = orders[order]!;
      if (what === 'place') place(venue, shadow, order);
      else if (what === 'look') judged[order]!.lanes[lane]!.ahead.push(resting(venue, shadow.market)?.ahead ?? null);
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
    tier: API_TIERS.at(-1)!,
    resolution: 0,
    answer: (order, time, answer) => {
      const { truth, lanes } = judged[order - 1]!;
      if (answer.type === 'rejected') assert(truth.end === 'not-open', `order ${order} was rejected: ${answer.reason}`);
      if (answer.type === 'filled') {
        assert(answer.fill.liquidity === 'maker', `order ${order} took: the venue's book is not the generator's`);
        lanes[at]!.fills.push({ time, quantity: answer.fill.quantity });
      }
    },
    schedule: () => {},
  });
}

function place(venue: Venue, { market, side, price, quantity, time }: ShadowOrder, order: number): void {
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
      fairPrice: null,
      group: null,
      submitTime: time,
    },
    time,
  );
}

/** Ends an order, and forgets what it left behind: the next one in its market begins anew. */
function end(venue: Venue, order: ShadowOrder, number: number): void {
  if (resting(venue, order.market) !== undefined) venue.cancel((number + 1) as OrderId, order.cancelTime!);
  venue.markets.delete(order.market);
}

function resting(venue: Venue, market: MarketIndex): VenueOrder | undefined {
  return venue.markets.get(market)?.resting[0];
}

function stepsOf(orders: readonly ShadowOrder[]): Step[] {
  const steps: Step[] = [];
  orders.forEach(({ time, cancelTime }, order) => {
    steps.push({ time, order, what: 'place' });
    for (const look of LOOKS) steps.push({ time: Math.min(time + look, cancelTime!), order, what: 'look' });
    steps.push({ time: cancelTime!, order, what: 'end' });
  });
  const rank = { look: 1, place: 0, end: 2 } as const;
  return steps.sort((a, b) => a.time - b.time || a.order - b.order || rank[a.what] - rank[b.what]);
}

/** For each order, in order of time, the lowest bank in whose market no earlier one stands. */
function banksOf(orders: readonly ShadowOrder[]): number[] {
  const free = new Map<MarketIndex, number[]>();
  return orders.map(({ market, time, cancelTime }) => {
    const banks = free.get(market) ?? [];
    free.set(market, banks);
    let bank = banks.findIndex((until) => until < time);
    if (bank < 0) bank = banks.length;
    banks[bank] = cancelTime!;
    return bank;
  });
}

/** What truly stood ahead of an order at a time; null where it did not rest then. */
export function trulyAhead({ order, queue, end: how, endTime }: ShadowResult, time: number): number | null {
  if (queue.length === 0 || time >= endTime || how === 'not-open' || time >= order.cancelTime!) return null;
  let ahead: number | null = null;
  for (const step of queue) if (step.time <= time) ahead = step.ahead;
  return ahead;
}
