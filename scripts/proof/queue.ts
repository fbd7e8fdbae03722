import { DELTA, SNAPSHOT } from '../../src/core/market-event.ts';
import { direction } from '../../src/core/side.ts';
import { MILLISECOND, MINUTE, type Time } from '../../src/core/time.ts';
import { LANES } from '../../src/sim/lane.ts';
import type { SyntheticConfig } from '../../src/sim/synthetic/config.ts';
import type { ShadowOrder } from '../../src/sim/synthetic/shadow.ts';
import { type EventTruth, type MarketTruth, probabilityAt } from '../../src/sim/synthetic/truth.ts';
import { extraOrders } from './extra-orders.ts';
import { type GeneratedTape, generatedTape, type Telling } from './generated-tape.ts';
import { type Judged, judgeOrders, LOOKS, trulyAhead } from './queue-run.ts';

/** A print and its decrease may be told this far apart: fills closer than that are at one time. */
const SAME_TIME = 10 * MILLISECOND;

/** The queue ahead at one look, over all orders that rested then in truth and in the lane. Contracts. */
export interface QueueError {
  orders: number;
  truth: number;
  bias: number;
  absolute: number;
  /** Orders that the lane put nearer to the front than they were. */
  tooNear: number;
}

/** One lane against the truth. */
export interface LaneTruth {
  readonly lane: string;
  readonly looks: QueueError[];
  /** Orders filled whole: in both, in the lane only, in truth only, in neither. */
  readonly filled: { both: number; laneOnly: number; truthOnly: number; neither: number };
  /** When an order was whole, the lane against the truth; never counts as latest. */
  readonly time: { earlier: number; same: number; later: number };
  /** Orders of which the lane had filled more, or less, than the truth when they ended. */
  more: number;
  less: number;
  contracts: number;
  /** Sum over fills of what a contract was truly worth at that moment less what it cost, cents × contracts. */
  worth: number;
}

/** All lanes against the truth, over one or more tapes. */
export interface QueueTruth {
  readonly telling: Telling;
  rows: number;
  orders: number;
  /** Orders that filled, whole or in part, in truth or in a lane. */
  touched: number;
  /** Of those: orders whose true quantity lies between the pessimistic and the optimistic lane's, and whose true time does. */
  quantityBetween: number;
  timeBetween: number;
  /** Orders that truly filled more, or sooner, than in the optimistic lane, where a taker emptied their level: what it wanted beyond that is on no tape. */
  unseenDemand: number;
  /** Orders outside the lanes for any other reason. */
  unexplained: number;
  /** Orders whose quantities in the three lanes are not in order. */
  unordered: number;
  contracts: number;
  worth: number;
  readonly lanes: readonly LaneTruth[];
}

/** Places extra orders on a tape of each seed, and sets every lane's answer against the truth. */
export function queueTruth(
  config: SyntheticConfig,
  seeds: readonly string[],
  telling: Telling,
  meanGap: number = 10 * MINUTE,
): QueueTruth {
  const sum: QueueTruth = {
    telling,
    rows: 0,
    orders: 0,
    touched: 0,
    quantityBetween: 0,
    timeBetween: 0,
    unseenDemand: 0,
    unexplained: 0,
    unordered: 0,
    contracts: 0,
    worth: 0,
    lanes: LANES.map(({ name }) => ({
      lane: name,
      looks: LOOKS.map(() => ({ orders: 0, truth: 0, bias: 0, absolute: 0, tooNear: 0 })),
      filled: { both: 0, laneOnly: 0, truthOnly: 0, neither: 0 },
      time: { earlier: 0, same: 0, later: 0 },
      more: 0,
      less: 0,
      contracts: 0,
      worth: 0,
    })),
  };
  for (const seed of seeds) {
    const plain = generatedTape({ ...config, seed });
    const tape = generatedTape({ ...config, seed }, telling, extraOrders(plain, meanGap, `${seed}/extra`));
    sum.rows += tape.rows.length;
    const worthOf = worthIn(tape);
    const sizes = new LevelSizes(tape);
    for (const judged of judgeOrders(tape)) {
      if (judged.truth.end !== 'not-open') addOrder(sum, judged, worthOf, sizes);
    }
  }
  return sum;
}

type Fills = readonly { readonly time: number; readonly quantity: number }[];
type Worth = (market: number, time: number) => number;

/** The true probability of a market of the tape, in cents. */
function worthIn(tape: GeneratedTape): Worth {
  const truths: { event: EventTruth; market: MarketTruth }[] = [];
  for (const event of tape.truth.events) for (const market of event.markets) truths[market.market] = { event, market };
  return (market, time) => {
    const truth = truths[market]!;
    return 100 * probabilityAt(truth.event, truth.market, time as Time);
  };
}

function addOrder(sum: QueueTruth, { truth, lanes }: Judged, worthOf: Worth, sizes: LevelSizes): void {
  const { order } = truth;
  const worth = (fills: Fills): number =>
    fills.reduce((total, { time, quantity }) => {
      const each = direction(order.side) * (worthOf(order.market, time) - order.price / 100);
      return total + (each * quantity) / 100;
    }, 0);
  const true_ = { quantity: total(truth.fills), time: wholeAt(truth.fills, order.quantity) };
  sum.orders++;
  sum.contracts += true_.quantity / 100;
  sum.worth += worth(truth.fills);
  const fates = lanes.map((fate, at) => {
    const lane = sum.lanes[at]!;
    const fated = { quantity: total(fate.fills), time: wholeAt(fate.fills, order.quantity) };
    LOOKS.forEach((look, number) => {
      addLook(lane.looks[number]!, trulyAhead(truth, order.time + look), fate.ahead[number] ?? null);
    });
    const [inTruth, inLane] = [Number.isFinite(true_.time), Number.isFinite(fated.time)];
    lane.filled[inTruth ? (inLane ? 'both' : 'truthOnly') : inLane ? 'laneOnly' : 'neither']++;
    if (inTruth || inLane) lane.time[compare(fated.time, true_.time)]++;
    if (fated.quantity > true_.quantity) lane.more++;
    if (fated.quantity < true_.quantity) lane.less++;
    lane.contracts += fated.quantity / 100;
    lane.worth += worth(fate.fills);
    return fated;
  });
  const [low, mid, high] = fates as [typeof true_, typeof true_, typeof true_];
  if (low.quantity > mid.quantity || mid.quantity > high.quantity) sum.unordered++;
  if (true_.quantity === 0 && high.quantity === 0 && low.quantity === 0) return;
  sum.touched++;
  const quantityBetween = low.quantity <= true_.quantity && true_.quantity <= high.quantity;
  const timeBetween = compare(high.time, true_.time) !== 'later' && compare(low.time, true_.time) !== 'earlier';
  if (quantityBetween) sum.quantityBetween++;
  if (timeBetween) sum.timeBetween++;
  if (quantityBetween && timeBetween) return;
  const beyond = truth.fills.find(
    (fill) =>
      !lanes.at(-1)!.fills.some((own) => Math.abs(own.time - fill.time) <= SAME_TIME && own.quantity >= fill.quantity),
  );
  if (beyond !== undefined && sizes.emptied(order, beyond.time)) sum.unseenDemand++;
  else sum.unexplained++;
}

/** What each level displayed after each row that changed it. */
class LevelSizes {
  readonly #sizes = new Map<string, { readonly time: number; readonly size: number }[]>();

  constructor({ rows }: GeneratedTape) {
    const books = new Map<number, Map<string, number>>();
    const inSnapshot = new Set<number>();
    for (const { kind, market, side, price, quantity, exchangeTime: time, more } of rows) {
      if (kind !== DELTA && kind !== SNAPSHOT) continue;
      const book = books.get(market) ?? new Map<string, number>();
      books.set(market, book);
      if (kind === SNAPSHOT && !inSnapshot.has(market)) {
        for (const key of book.keys()) this.#tell(key, time, 0);
        book.clear();
      }
      if (kind === SNAPSHOT && more) inSnapshot.add(market);
      else inSnapshot.delete(market);
      const key = `${market}/${side}/${price}`;
      const size = kind === SNAPSHOT ? quantity : (book.get(key) ?? 0) + quantity;
      book.set(key, size);
      this.#tell(key, time, size);
    }
  }

  #tell(key: string, time: number, size: number): void {
    const told = this.#sizes.get(key) ?? [];
    this.#sizes.set(key, told);
    told.push({ time, size });
  }

  /** Whether nothing was displayed at an order's price after some row of the match at `time`. */
  emptied({ market, side, price }: ShadowOrder, time: number): boolean {
    const told = this.#sizes.get(`${market}/${side}/${price}`) ?? [];
    const before = told.filter((each) => each.time < time).at(-1);
    const during = told.filter((each) => Math.abs(each.time - time) <= SAME_TIME);
    return (before?.size ?? 0) === 0 || during.some(({ size }) => size === 0);
  }
}

function addLook(error: QueueError, truth: number | null, lane: number | null): void {
  if (truth === null || lane === null) return;
  error.orders++;
  error.truth += truth / 100;
  error.bias += (lane - truth) / 100;
  error.absolute += Math.abs(lane - truth) / 100;
  if (lane < truth) error.tooNear++;
}

function compare(lane: number, truth: number): 'earlier' | 'same' | 'later' {
  if (lane === truth || Math.abs(lane - truth) <= SAME_TIME) return 'same';
  return lane < truth ? 'earlier' : 'later';
}

function total(fills: Fills): number {
  return fills.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** When an order was filled whole; never is infinity. */
function wholeAt(fills: Fills, quantity: number): number {
  return total(fills) < quantity ? Number.POSITIVE_INFINITY : fills.at(-1)!.time;
}
