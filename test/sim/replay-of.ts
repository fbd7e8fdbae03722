import type { Market } from '../../src/core/market.ts';
import { dollars } from '../../src/core/money.ts';
import type { Fill } from '../../src/core/order.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import type { Grade } from '../../src/core/tape-block.ts';
import { type Duration, milliseconds, type Time } from '../../src/core/time.ts';
import type { VenueEvent } from '../../src/core/venue-event.ts';
import type { Journal, StopAction } from '../../src/engine/journal.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import type { OrderView, Prediction, Strategy } from '../../src/engine/strategy.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import type { ApiTier } from '../../src/sim/api-budget.ts';
import { BASE, type Lane } from '../../src/sim/lane.ts';
import { LaneRun } from '../../src/sim/lane-run.ts';
import { fixedLatency, type Latency } from '../../src/sim/latency.ts';
import { Replay } from '../../src/sim/replay.ts';
import type { ScoreBoard } from '../../src/sim/score-board.ts';
import { blocksOf, type Row, testMarket } from './tape-of.ts';

/** A venue that takes every request: what is tested is something else. */
export const UNMETERED: ApiTier = { name: 'unmetered', writePerSecond: 1_000_000, writeCapacity: 1_000_000 };

export const L2: Grade = { depth: 'L2', trades: true, sampling: 'continuous' };
export const L2_ALONE: Grade = { depth: 'L2', trades: false, sampling: 'continuous' };
export const L1: Grade = { depth: 'L1', trades: true, sampling: 'continuous' };
export const PRINTS: Grade = { depth: 'none', trades: true, sampling: 'continuous' };

/** Wide enough that only what a test is about can refuse. */
export const WIDE_LIMITS: LimitSettings = {
  ...STANDARD_LIMITS,
  openOrders: 1_000,
  positionContracts: contracts(1e6),
  orderCost: dollars(1e6),
  positionCost: dollars(1e6),
  eventShare: 1,
  positionsInSeries: 1_000,
  positions: 1_000,
  accountShareOfOne: 1,
  accountShareOfAll: 1,
  volumeShare: Number.POSITIVE_INFINITY,
  marketCost: dollars(1e6),
  dailyLoss: dollars(1e6),
  dailyLossShare: 1,
  drawdown: 1,
  lossesInRow: Number.POSITIVE_INFINITY,
};

/** Keeps what an engine tells, as plain lines that can be compared. */
export class ListJournal implements Journal {
  readonly lines: string[] = [];
  readonly fills: { fill: Fill; event: VenueEvent }[] = [];
  readonly answers: VenueEvent[] = [];

  decision(time: Time, action: string): void {
    this.lines.push(`${time} decision ${action}`);
  }
  predicted({ id, model, tag, outputs, missing }: Prediction): void {
    this.lines.push(`prediction ${id} ${model} ${tag} ${missing ?? JSON.stringify(outputs)}`);
  }
  submitted(order: { id: number; quantity: number }, asked: number): void {
    this.lines.push(`submit ${order.id} ${order.quantity}/${asked}`);
  }
  refused(order: { id: number }, reason: string): void {
    this.lines.push(`refused ${order.id} ${reason}`);
  }
  cancelRequested(order: OrderView, time: Time): void {
    this.lines.push(`${time} cancel ${order.id}`);
  }
  amendRequested(order: OrderView, price: number, quantity: number, time: Time): void {
    this.lines.push(`${time} amend ${order.id} ${price} ${quantity}`);
  }
  stopped(action: StopAction, reason: string, time: Time): void {
    this.lines.push(`${time} ${action} ${reason}`);
  }
  answered(event: VenueEvent, order: OrderView): void {
    this.answers.push(event);
    this.lines.push(`${event.exchangeTime} ${event.localTime} ${order.id} ${JSON.stringify(event.answer)}`);
  }
  filled(fill: Fill, event: VenueEvent): void {
    this.fills.push({ fill, event });
  }
  settled(settlement: { market: number; outcome: string }, quantity: number, payout: number): void {
    this.lines.push(`settled ${settlement.market} ${settlement.outcome} ${quantity} ${payout}`);
  }
}

export interface Scene {
  readonly rows: readonly Row[];
  readonly strategy: Strategy;
  readonly grade?: Grade;
  readonly lane?: Lane;
  readonly markets?: readonly Market[];
  readonly blockRows?: number;
  /** One-way delays in ms. */
  readonly request?: number;
  readonly response?: number;
  readonly feed?: number;
  readonly resolutionMs?: number;
  /** In place of the fixed delays. */
  readonly latency?: Latency;
  readonly limits?: LimitSettings;
  /** Told of everything, in place of the list that is returned. */
  readonly told?: Journal;
  readonly tier?: ApiTier;
  /** Keep the exchange's books of all markets from the first row, instead of from the first order into each. */
  readonly followAll?: boolean;
  /** Called with the run before its first row, for a strategy that looks into its account. */
  readonly created?: (run: LaneRun) => void;
  /** Where questions to models go, and what answers them when somebody has to wait. */
  readonly scores?: ScoreBoard;
  readonly wait?: () => void;
}

export interface Played {
  readonly journal: ListJournal;
  readonly run: LaneRun;
  readonly replay: Replay;
}

/** Plays a hand-written tape to one strategy in one lane. Messages take no time unless the scene says so. */
export function play(scene: Scene): Played {
  const markets = scene.markets ?? [testMarket(0)];
  const localState = new MarketState(markets);
  const exchangeState = new MarketState(markets);
  const fees = new FeeBook([{ series: 'TEST', event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 10_000 }]);
  const journal = new ListJournal();
  const run = new LaneRun({
    lane: scene.lane ?? BASE,
    strategy: scene.strategy,
    grade: scene.grade ?? L2,
    localState,
    exchangeState,
    fees,
    membership: 'direct',
    tier: scene.tier ?? UNMETERED,
    limits: scene.limits ?? WIDE_LIMITS,
    latency:
      scene.latency ?? fixedLatency(milliseconds(scene.request ?? 0), milliseconds(scene.response ?? 0), 0 as Duration),
    startingCash: dollars(10_000),
    resolution: milliseconds(scene.resolutionMs ?? 0),
    journal: scene.told ?? journal,
    random: new Random('scene'),
    scores: scene.scores,
  });
  scene.created?.(run);
  const replay = new Replay({
    lanes: [run],
    localState,
    exchangeState,
    feed: milliseconds(scene.feed ?? 0),
    sampleEvery: 0 as Duration,
    sample: () => {},
  });
  if (scene.followAll === true) for (const market of markets) run.venue.follow(market.index);
  const through = (step: () => boolean): void => {
    for (let done = step(); !done; done = replay.resume()) scene.wait!();
  };
  for (const block of blocksOf(scene.rows, scene.blockRows)) through(() => replay.feed(block));
  through(() => replay.finish());
  run.engine.account.audit();
  return { journal, run, replay };
}
