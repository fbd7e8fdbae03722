import { assert } from '../../src/core/assert.ts';
import type { MarketIndex } from '../../src/core/market.ts';
import type { Fill, Order, OrderId } from '../../src/core/order.ts';
import { Random } from '../../src/core/random.ts';
import { type Duration, MINUTE, SECOND, type Time } from '../../src/core/time.ts';
import type { VenueEvent } from '../../src/core/venue-event.ts';
import type { Journal } from '../../src/engine/journal.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import type { Context, Strategy, Timer } from '../../src/engine/strategy.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { LANES, type Lane } from '../../src/sim/lane.ts';
import { LaneRun } from '../../src/sim/lane-run.ts';
import { fixedLatency } from '../../src/sim/latency.ts';
import { Replay } from '../../src/sim/replay.ts';
import type { ShadowOrder, ShadowResult } from '../../src/sim/synthetic/shadow.ts';
import type { Venue } from '../../src/sim/venue.ts';
import { VenueMarket } from '../../src/sim/venue-market.ts';
import type { GeneratedTape } from './generated-tape.ts';
import { WIDE_CASH, WIDE_LIMITS } from './wide-limits.ts';

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
  const judged = tape.truth.shadows.map(
    (truth): Judged => ({
      truth,
      lanes: LANES.map(() => ({ ahead: [], fills: [] })),
    }),
  );
  const banks: number[][] = [];
  banksOf(judged.map(({ truth }) => truth.order)).forEach((bank, order) => {
    banks[bank] = [...(banks[bank] ?? []), order];
  });
  const localState = new MarketState(tape.markets);
  const exchangeState = new MarketState(tape.markets);
  const lanes = banks.flatMap((orders) =>
    LANES.map((lane, at) => bankRun(tape, { localState, exchangeState }, judged, orders, lane, at)),
  );
  const never = 0 as Duration;
  const replay = new Replay({ lanes, localState, exchangeState, feed: never, sampleEvery: never, sample: () => {} });
  for (const block of tape.blocks) replay.feed(block);
  replay.finish();
  return judged;
}

/** One venue of one lane, with the orders of one bank. */
function bankRun(
  tape: GeneratedTape,
  states: { readonly localState: MarketState; readonly exchangeState: MarketState },
  judged: readonly Judged[],
  orders: readonly number[],
  lane: Lane,
  at: number,
): LaneRun {
  const bank = new Bank(judged, orders, at);
  const run = new LaneRun({
    ...states,
    lane,
    strategy: bank,
    grade: { depth: 'L2', trades: true, sampling: 'continuous' },
    fees: new FeeBook(tape.fees),
    membership: 'direct',
    limits: WIDE_LIMITS,
    latency: fixedLatency(0 as Duration, 0 as Duration, 0 as Duration),
    tier: { name: 'none', writePerSecond: 1e9, writeCapacity: 1e9 },
    startingCash: WIDE_CASH,
    resolution: 0,
    journal: bank,
    random: new Random('bank'),
  });
  bank.venue = run.venue;
  return run;
}

/** Sends, watches and cancels the orders of one bank at their times, and notes what becomes of each. */
class Bank implements Strategy, Journal {
  venue!: Venue;
  readonly #judged: readonly Judged[];
  readonly #steps: readonly Step[];
  readonly #lane: number;
  readonly #sent = new Map<number, OrderId>();
  readonly #orderOf = new Map<OrderId, number>();

  constructor(judged: readonly Judged[], orders: readonly number[], lane: number) {
    this.#judged = judged;
    this.#steps = orders.flatMap((order) => stepsOf(judged[order]!.truth.order, order));
    this.#lane = lane;
  }

  onStart(context: Context): void {
    for (const [at, { time }] of this.#steps.entries()) context.wakeAt(time as Time, String(at));
  }

  onTimer({ tag }: Timer, context: Context): void {
    const { order, what } = this.#steps[Number(tag)]!;
    const { market } = this.#judged[order]!.truth.order;
    const resting = this.venue.markets.get(market)?.resting[0];
    if (what === 'place') this.#place(order, context);
    else if (what === 'look') this.#judged[order]!.lanes[this.#lane]!.ahead.push(resting?.ahead ?? null);
    else if (resting !== undefined) context.cancel(this.#sent.get(order)!);
  }

  /** What the order before it in the market left behind is forgotten: each begins anew. */
  #place(order: number, context: Context): void {
    const { market, side, price, quantity } = this.#judged[order]!.truth.order;
    if (this.venue.markets.has(market)) this.venue.markets.set(market, new VenueMarket(true));
    const id = context.submit({ market, side, price, quantity });
    this.#sent.set(order, id);
    this.#orderOf.set(id, order);
  }

  filled(fill: Fill, { exchangeTime }: VenueEvent): void {
    assert(fill.liquidity === 'maker', `order ${fill.order} took: the venue's book is not the generator's`);
    const fate = this.#judged[this.#orderOf.get(fill.order)!]!.lanes[this.#lane]!;
    fate.fills.push({ time: exchangeTime, quantity: fill.quantity });
  }

  answered({ order, answer }: VenueEvent): void {
    if (answer.type !== 'rejected') return;
    const { truth } = this.#judged[this.#orderOf.get(order)!]!;
    assert(truth.end === 'not-open', `an order that truly rested was rejected: ${answer.reason}`);
  }

  refused(order: Order, reason: string): void {
    throw new Error(`order ${order.id} was refused by a limit: ${reason}`);
  }

  predicted(): void {}
  decision(): void {}
  submitted(): void {}
  cancelRequested(): void {}
  amendRequested(): void {}
  settled(): void {}
  stopped(): void {}
}

function stepsOf({ time, cancelTime }: ShadowOrder, order: number): Step[] {
  const looks = LOOKS.map((look): Step => ({ time: Math.min(time + look, cancelTime!), order, what: 'look' }));
  return [{ time, order, what: 'place' }, ...looks, { time: cancelTime!, order, what: 'end' }];
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
