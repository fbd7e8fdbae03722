import type { Order, OrderId } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import { type Duration, SECOND, type Time } from '../../core/time.ts';
import type { Amended, Cancelled, Decreased, Placed } from '../decode-order-answer.ts';
import type { WriteOutcome } from '../rest-answer.ts';
import { DeskOrder, SURELY_DEAD_AFTER } from './desk-order.ts';
import { type DeskCounts, type DeskSink, DeskVoice } from './desk-voice.ts';
import type { FillNews, OrderNews } from './own-messages.ts';
import type { ChangeType, Resumed } from './resumed.ts';

/** Fills that the exchange speaks of get so long to come by themselves before they are asked for, unless another time is given. */
const FILLS_MAY_TAKE = (SECOND / 2) as Duration;

/** What the lists of the exchange are to be asked for. */
export interface DeskNeeds {
  /** Markets with an order whose outcome is unknown. */
  readonly tickers: readonly string[];
  /** The exchange's ids of orders whose fills have not come. */
  readonly orderIds: readonly string[];
}

/**
 * What became of each of our orders, from every source that tells of them: answers, the two channels, the lists. An unknown outcome is a
 * doubt, which only the lists settle: by the order's being there, or by its absence once the request can no longer arrive. Nothing
 * here waits, sends, or has a clock.
 */
export class OrderDesk {
  readonly #sink: DeskSink;
  readonly #voice: DeskVoice;
  readonly #deadAfter: Duration;
  readonly #fillsMayTake: Duration;
  readonly #orders = new Map<OrderId, DeskOrder>();
  /** Those that the engine still waits for. */
  readonly #open = new Set<DeskOrder>();
  readonly #byClientId = new Map<string, DeskOrder>();
  readonly #byOrderId = new Map<string, DeskOrder>();
  readonly #seen = new Set<string>();
  /** Fills by orders that are not known yet, or not ours. */
  readonly #unplaced = new Map<string, FillNews[]>();

  /** `deadAfter` is how long a request can be on its way, `fillsMayTake` how long fills may be, by the clock of the session. */
  constructor(sink: DeskSink, deadAfter: Duration = SURELY_DEAD_AFTER, fillsMayTake: Duration = FILLS_MAY_TAKE) {
    this.#fillsMayTake = fillsMayTake;
    this.#sink = sink;
    this.#voice = new DeskVoice(sink);
    this.#deadAfter = deadAfter;
  }

  /** Takes up orders of an earlier life of the session that have not ended, before anything else is done. */
  resume(orders: readonly Resumed[], tickerOf: (order: Order) => string, now: Time): void {
    for (const known of orders) {
      const order = this.#add(known.order, tickerOf(known.order), known.clientOrderId);
      if (known.orderId !== null) {
        this.#byOrderId.set(known.orderId, order);
        for (const trade of known.trades) this.#seen.add(keyOf({ tradeId: trade, orderId: known.orderId }));
      }
      order.resume(known, now);
    }
    this.#voice.speak();
  }

  get counts(): Readonly<DeskCounts> {
    return this.#voice.counts;
  }

  get inDoubt(): number {
    let sum = 0;
    for (const order of this.#open) if (order.inDoubt) sum++;
    return sum;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** The exchange's id of an order, the newest; null where it is not known. */
  exchangeId(id: OrderId): string | null {
    return this.#orders.get(id)?.orderId ?? null;
  }

  /** Orders that rest with no change under way. */
  get restingOrders(): DeskOrder[] {
    return [...this.#open].filter(({ resting }) => resting !== null);
  }

  /** A renewal was answered, or was not: whatever it was, the order is as it was. */
  renewAnswered(id: OrderId, outcome: WriteOutcome<Amended>, now: Time): void {
    this.#with(id, (order) => {
      if (outcome.kind === 'answered') this.#bind(order, outcome.answer.orderId, now);
      else if (outcome.kind !== 'unsent') order.unclear = true;
    });
  }

  /** Markets with an order that has not ended. */
  get openTickers(): string[] {
    return [...new Set([...this.#open].map(({ ticker }) => ticker))];
  }

  needs(now: Time): DeskNeeds {
    const tickers = new Set<string>();
    const orderIds: string[] = [];
    for (const order of this.#open) {
      if (order.inDoubt || order.unclear) tickers.add(order.ticker);
      const late = order.dueSince !== null && now - order.dueSince >= this.#fillsMayTake;
      if (late && order.orderId !== null) orderIds.push(order.orderId);
    }
    return { tickers: [...tickers], orderIds };
  }

  /** An order goes out. */
  sent(order: Order, ticker: string, clientOrderId: string): void {
    this.#add(order, ticker, clientOrderId);
  }

  #add(order: Order, ticker: string, clientOrderId: string): DeskOrder {
    const desk = new DeskOrder(order, ticker, clientOrderId, this.#voice, this.#deadAfter);
    this.#orders.set(order.id, desk);
    this.#open.add(desk);
    this.#byClientId.set(clientOrderId, desk);
    return desk;
  }

  /** A change goes out. Null where the order has ended meanwhile: nothing is to be sent, what ended it is on its way to the engine. */
  changing(id: OrderId, type: ChangeType, price?: Price, quantity?: Quantity): DeskOrder | null {
    const order = this.#orders.get(id);
    return order?.changing(type, price, quantity) === true ? order : null;
  }

  /** As {@link changing}, for a decrease by so much. */
  decreasing(id: OrderId, by: Quantity): DeskOrder | null {
    const order = this.#orders.get(id);
    return order?.changing('decrease', undefined, order.decreased(by)) === true ? order : null;
  }

  placed(id: OrderId, outcome: WriteOutcome<Placed>, now: Time): void {
    this.#with(id, (order) => {
      if (outcome.kind !== 'answered') order.notPlaced(outcome, now);
      else if (this.#bound(order, outcome.answer.orderId, now)) order.placed(outcome.answer, now);
    });
  }

  cancelAnswered(id: OrderId, outcome: WriteOutcome<Cancelled>, now: Time): void {
    this.#with(id, (order) => order.cancelled(outcome, now));
  }

  amendAnswered(id: OrderId, outcome: WriteOutcome<Amended>, now: Time): void {
    this.#with(id, (order) => {
      if (outcome.kind === 'answered') this.#bind(order, outcome.answer.orderId, now);
      order.amended(outcome, now);
    });
  }

  decreaseAnswered(id: OrderId, outcome: WriteOutcome<Decreased>, now: Time): void {
    this.#with(id, (order) => order.decreasedTo(outcome, now));
  }

  /** A fill, from whichever source; `fetched` where it was asked for. */
  fill(fill: FillNews, now: Time, fetched = false): void {
    const key = keyOf(fill);
    if (this.#seen.has(key)) {
      if (!fetched) this.#voice.counts.fillsRepeated++;
      return;
    }
    this.#seen.add(key);
    if (fetched) this.#voice.counts.fillsFetched++;
    const order = this.#ofFill(fill, now);
    if (order !== undefined) order.fill(fill, now);
    else this.#unplaced.set(fill.orderId, [...(this.#unplaced.get(fill.orderId) ?? []), fill]);
    this.#settled(order);
  }

  /** What the exchange says of an order, ours or not; see {@link DeskOrder.hear}. */
  hear(news: OrderNews, asOf: Time | null, now: Time): void {
    const order = this.#byOrderId.get(news.orderId) ?? this.#byClientId.get(news.clientOrderId);
    if (order === undefined) return;
    if (order.standing === 'closed' && order.orderId === null) {
      // The exchange keeps a row of an order that it refused: cancelled, and never filled.
      if (news.status === 'cancelled' && news.filled === 0) return;
      this.#voice.alarm(`order ${order.order.id} never came to be, and is at the exchange as ${news.orderId}`);
    } else if (this.#bound(order, news.orderId, now)) order.hear(news, asOf, now);
    this.#settled(order);
  }

  /** The whole list of a market's orders was read, true up to `asOf`: those of ours that it lacks were not there. */
  listed(ticker: string, rows: readonly OrderNews[], asOf: Time, now: Time): void {
    const known = new Set(rows.map(({ clientOrderId }) => clientOrderId));
    for (const row of rows) this.hear(row, asOf, now);
    for (const order of [...this.#open]) {
      if (order.ticker !== ticker || known.has(order.clientOrderId)) continue;
      order.missedIn(asOf, now);
      this.#settled(order);
    }
  }

  #with(id: OrderId, act: (order: DeskOrder) => void): void {
    const order = this.#orders.get(id)!;
    if (order.standing !== 'closed') act(order);
    this.#settled(order);
  }

  #ofFill({ orderId, clientOrderId }: FillNews, now: Time): DeskOrder | undefined {
    const known = this.#byOrderId.get(orderId);
    if (known !== undefined || clientOrderId === null) return known;
    const named = this.#byClientId.get(clientOrderId);
    if (named !== undefined && named.orderId === null) this.#bind(named, orderId, now);
    return named;
  }

  /** Joins an order to the exchange's id, unless it has another: that must not be. */
  #bound(order: DeskOrder, orderId: string, now: Time): boolean {
    if (order.orderId === null) this.#bind(order, orderId, now);
    if (this.#byOrderId.get(orderId) === order) return true;
    this.#voice.alarm(`order ${order.order.id} is ${order.orderId} and ${orderId} at the exchange`);
    return false;
  }

  #bind(order: DeskOrder, orderId: string, now: Time): void {
    if (order.orderId === orderId) return;
    order.orderId = orderId;
    this.#byOrderId.set(orderId, order);
    this.#sink.bound?.(order.order.id, orderId);
    const waiting = this.#unplaced.get(orderId);
    this.#unplaced.delete(orderId);
    for (const fill of waiting ?? []) order.fill(fill, now);
  }

  #settled(order: DeskOrder | undefined): void {
    if (order?.standing === 'closed') this.#open.delete(order);
    this.#voice.speak();
  }
}

/** Both sides of a print may be ours: its id alone does not name a fill. */
function keyOf({ tradeId, orderId }: Pick<FillNews, 'tradeId' | 'orderId'>): string {
  return `${tradeId} ${orderId}`;
}
