import type { Market, MarketIndex } from '../../src/core/market.ts';
import { DETAIL, type Detail, SNAPSHOT } from '../../src/core/market-event.ts';
import { dollars } from '../../src/core/money.ts';
import type { OrderId } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import { CENT_GRID } from '../../src/core/price-grid.ts';
import { contracts } from '../../src/core/quantity.ts';
import { Random } from '../../src/core/random.ts';
import { BID } from '../../src/core/side.ts';
import { type Grade, packKey, type TapeBlock } from '../../src/core/tape-block.ts';
import { type Duration, MILLISECOND, SECOND, type Time } from '../../src/core/time.ts';
import { type LimitSettings, STANDARD_LIMITS } from '../../src/engine/limits.ts';
import { MarketState } from '../../src/engine/market-state.ts';
import type { Context, Strategy } from '../../src/engine/strategy.ts';
import { FeeBook } from '../../src/ledger/fee-book.ts';
import { BASIC_TIER } from '../../src/sim/api-budget.ts';
import { BASE, LANES, type Lane } from '../../src/sim/lane.ts';
import { LaneRun } from '../../src/sim/lane-run.ts';
import { ASSUMED_LATENCY } from '../../src/sim/latency.ts';
import { Replay } from '../../src/sim/replay.ts';
import { LaneJournal } from '../../src/study/run/lane-journal.ts';
import { MARKETS, type Rows, syntheticRows } from './book.ts';
import { timed } from './calibration.ts';

const GRADE: Grade = { depth: 'L2', trades: true, sampling: 'continuous' };
const START = 1_893_456_000_000_000;
const BLOCK = 65_536;
/** Mean time between rows: 5,000 rows a second. */
const GAP_US = 200;

export interface ReplayRun {
  readonly seconds: number;
  readonly rows: number;
  readonly orders: number;
  readonly fills: number;
  readonly digest: string;
}

/** The rows of the book bench as tape blocks, with an opening for every market before them. */
export function benchBlocks(rows: Rows = syntheticRows()): TapeBlock[] {
  const blocks: TapeBlock[] = [opening()];
  let sequence = blocks[0]!.length + 1;
  const length = rows.keys.length;
  for (let first = 0; first < length; first += BLOCK) {
    const count = Math.min(BLOCK, length - first);
    const localOffset = new Uint32Array(count);
    for (let row = 0; row < count; row++) localOffset[row] = row * GAP_US;
    blocks.push({
      firstSequence: sequence,
      length: count,
      baseTime: START + SECOND + first * GAP_US,
      localOffset,
      delay: null,
      constantDelay: 5 * MILLISECOND,
      key: rows.keys.subarray(first, first + count),
      price: rows.prices.subarray(first, first + count),
      quantity: rows.quantities.subarray(first, first + count),
      details: new Map(),
    });
    sequence += count;
  }
  return blocks;
}

function opening(): TapeBlock {
  const length = MARKETS * 3;
  const key = new Uint32Array(length);
  const details = new Map<number, Detail>();
  for (let market = 0; market < MARKETS; market++) {
    const index = market as MarketIndex;
    const row = market * 3;
    key[row] = packKey(DETAIL, index, 0, false);
    details.set(row, { type: 'lifecycle', change: { market: index, status: 'active' } });
    key[row + 1] = packKey(DETAIL, index, 0, false);
    details.set(row + 1, { type: 'coverage', change: { market: index, covered: true, reason: 'bench' } });
    key[row + 2] = packKey(SNAPSHOT, index, 0, false);
  }
  return {
    firstSequence: 1,
    length,
    baseTime: START,
    localOffset: new Uint32Array(length),
    delay: null,
    constantDelay: 5 * MILLISECOND,
    key,
    price: new Uint16Array(length),
    quantity: new Int32Array(length),
    details,
  };
}

export function benchMarkets(): Market[] {
  return Array.from({ length: MARKETS }, (_, market) => ({
    index: market as MarketIndex,
    ticker: `BENCH-${market}`,
    event: `BENCH-${market}`,
    series: 'BENCH',
    title: '',
    strike: { type: 'other', floor: null, cap: null },
    grid: CENT_GRID,
    openTime: null,
    closeTime: null,
    day: '2030-01-01',
    mutuallyExclusive: false,
  }));
}

/** Keeps ten bids resting near the touch of ten markets, and replaces each when it has stood for a second or is gone. */
function tenResting(): Strategy {
  const orders = new Map<MarketIndex, OrderId>();
  const requote = (market: MarketIndex, context: Context): void => {
    const old = orders.get(market);
    if (old !== undefined && context.openOrders(market).length > 0) {
      context.cancel(old);
      return;
    }
    const book = context.book(market);
    const bid = book?.bestBid ?? (2_000 as Price);
    orders.set(market, context.submit({ market, side: BID, price: bid, quantity: contracts(1) }));
  };
  return {
    onStart(context) {
      for (let market = 0; market < 10; market++) context.wakeAt((context.now + 2 * SECOND) as Time, String(market));
    },
    onBook() {},
    onTrade() {},
    onTimer(timer, context) {
      requote(Number(timer.tag) as MarketIndex, context);
      context.wakeAt((context.now + SECOND) as Time, timer.tag);
    },
  };
}

const WIDE: LimitSettings = {
  ...STANDARD_LIMITS,
  openOrders: 50,
  positions: 50,
  positionsInSeries: 50,
  volumeShare: 1e9,
  marketCost: dollars(1e8),
  dailyLoss: dollars(1e8),
  dailyLossShare: 1,
  drawdown: 1,
  lossesInRow: Number.POSITIVE_INFINITY,
};

interface Bench {
  readonly replay: Replay;
  finish(seconds: number): ReplayRun;
}

function prepare(make: () => Strategy, lanes: readonly Lane[]): Bench {
  const markets = benchMarkets();
  const localState = new MarketState(markets);
  const exchangeState = new MarketState(markets);
  const fees = new FeeBook([
    { series: 'BENCH', event: null, from: 0 as Time, type: 'quadratic', multiplierE4: 10_000 },
  ]);
  const ignore = (): void => {};
  const journals = lanes.map((lane) => new LaneJournal('bench', lane.name, () => localState, ignore));
  const runs = lanes.map(
    (lane, at) =>
      new LaneRun({
        lane,
        strategy: make(),
        grade: GRADE,
        localState,
        exchangeState,
        fees,
        membership: 'direct',
        tier: BASIC_TIER,
        limits: WIDE,
        latency: ASSUMED_LATENCY,
        startingCash: dollars(1_000_000),
        resolution: 0,
        journal: journals[at]!,
        random: new Random('bench'),
      }),
  );
  const replay = new Replay({
    lanes: runs,
    localState,
    exchangeState,
    feed: (50 * MILLISECOND) as Duration,
    sampleEvery: 0 as Duration,
    sample: ignore,
  });
  const finish = (seconds: number): ReplayRun => ({
    seconds,
    rows: replay.rows,
    orders: journals.reduce((sum, journal) => sum + journal.orders, 0),
    fills: journals.reduce((sum, journal) => sum + journal.fills, 0),
    digest: journals.map((journal) => journal.digest().slice(0, 8)).join('-'),
  });
  return { replay, finish };
}

/** Replays blocks at hand with a strategy in the given lanes. */
export function replayBlocks(blocks: readonly TapeBlock[], make: () => Strategy, lanes: readonly Lane[]): ReplayRun {
  const { replay, finish } = prepare(make, lanes);
  const { seconds } = timed(() => {
    for (const block of blocks) replay.feed(block);
    replay.finish();
  });
  return finish(seconds);
}

/** The same over blocks that arrive one by one. */
export async function replayStream(
  blocks: AsyncIterable<TapeBlock>,
  make: () => Strategy,
  lanes: readonly Lane[],
): Promise<ReplayRun> {
  const { replay, finish } = prepare(make, lanes);
  const started = performance.now();
  for await (const block of blocks) replay.feed(block);
  replay.finish();
  return finish((performance.now() - started) / 1_000);
}

export const noop = (): Strategy => ({});
export const watching = (): Strategy => {
  let seen = 0;
  return { onBook: () => void seen++, onTrade: () => void seen++ };
};
export const fullFidelity = tenResting;
export const ONE_LANE: readonly Lane[] = [BASE];
export const THREE_LANES = LANES;
