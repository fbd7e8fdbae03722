import { AssertionError } from '../../core/assert.ts';
import type { MarketIndex } from '../../core/market.ts';
import type { PriceGrid } from '../../core/price-grid.ts';
import type { Quantity } from '../../core/quantity.ts';
import { BID, type Side } from '../../core/side.ts';

/** Who an order belongs to. */
export type Owner = number;

/** An order in the book, linked to its neighbours in the queue of its level. A quantity of 0 says that it is gone. */
export interface RestingOrder {
  readonly id: number;
  readonly owner: Owner;
  readonly book: OrderBook;
  readonly side: Side;
  /** Changes only with the grid. */
  level: number;
  quantity: Quantity;
  /** What its owner will rest anew, part by part, each time that it is filled: the hidden rest of an iceberg. */
  reserve: Quantity;
  /** Whether its owner withdraws it when news makes it stale. */
  attentive: boolean;
  ahead: RestingOrder | null;
  behind: RestingOrder | null;
}

/**
 * The generator's own book: every order by itself, in price-time priority. A level is an index into the market's grid. The best
 * bid of an empty side is −1, the best ask the size of the grid, so that bid < ask holds for every book that is not crossed.
 */
export class OrderBook {
  readonly market: MarketIndex;
  #grid!: PriceGrid;
  #first!: (RestingOrder | null)[][];
  #last!: (RestingOrder | null)[][];
  #totals!: Float64Array[];
  #bestBid = -1;
  #bestAsk = 0;
  #orders = 0;

  constructor(market: MarketIndex, grid: PriceGrid) {
    this.market = market;
    this.#lay(grid);
  }

  get grid(): PriceGrid {
    return this.#grid;
  }

  get bestBid(): number {
    return this.#bestBid;
  }

  get bestAsk(): number {
    return this.#bestAsk;
  }

  /** Resting orders on both sides. */
  get orderCount(): number {
    return this.#orders;
  }

  /** Whether an order of this side, limited at this level, meets the other side's best. */
  crosses(side: Side, level: number): boolean {
    return side === BID ? level >= this.#bestAsk : level <= this.#bestBid;
  }

  /** The best level of a side, or undefined when it is empty. */
  best(side: Side): number | undefined {
    const level = side === BID ? this.#bestBid : this.#bestAsk;
    return level >= 0 && level < this.#grid.size ? level : undefined;
  }

  /** All that rests at a level of a side. */
  total(side: Side, level: number): Quantity {
    return (this.#totals[side]![level] ?? 0) as Quantity;
  }

  /** The order that is filled next at a level of a side, or null. */
  first(side: Side, level: number): RestingOrder | null {
    return this.#first[side]![level] ?? null;
  }

  /** The order at the end of a level's queue, or null. */
  last(side: Side, level: number): RestingOrder | null {
    return this.#last[side]![level] ?? null;
  }

  /** What must be filled or cancelled at its level before this order is next. */
  queueAhead(order: RestingOrder): Quantity {
    let sum = 0;
    for (let other = order.ahead; other !== null; other = other.ahead) sum += other.quantity;
    return sum as Quantity;
  }

  /** Puts an order at the end of its level's queue. It must not cross. */
  rest(id: number, owner: Owner, side: Side, level: number, quantity: Quantity): RestingOrder {
    if (!(quantity > 0 && level >= 0 && level < this.#grid.size)) throw new AssertionError(`order ${id} cannot rest`);
    if (this.crosses(side, level)) throw new AssertionError(`order ${id} would cross the book`);
    const order: RestingOrder = {
      id,
      owner,
      book: this,
      side,
      level,
      quantity,
      reserve: 0 as Quantity,
      attentive: false,
      ahead: null,
      behind: null,
    };
    this.#append(order);
    return order;
  }

  /** Takes `quantity` off an order, by a fill or a cancel; at 0 it leaves the queue. */
  reduce(order: RestingOrder, quantity: Quantity): void {
    if (!(quantity > 0 && quantity <= order.quantity)) {
      throw new AssertionError(`order ${order.id} holds less than ${quantity}`);
    }
    order.quantity = (order.quantity - quantity) as Quantity;
    this.#totals[order.side]![order.level]! -= quantity;
    if (order.quantity === 0) this.#unlink(order);
  }

  /** All resting orders, bids first, each side from its lowest level up, in the order of their queues. */
  *orders(): Generator<RestingOrder> {
    for (const side of this.#first) {
      for (const first of side) for (let order = first; order !== null; order = order.behind) yield order;
    }
  }

  /** Moves every order to another grid, its place in the queue kept. The new grid must have every price at which something rests. */
  regrid(grid: PriceGrid): void {
    const [before, orders] = [this.#grid, [...this.orders()]];
    this.#lay(grid);
    for (const order of orders) {
      order.level = grid.levelOf(before.priceAt(order.level));
      this.#append(order);
    }
  }

  #lay(grid: PriceGrid): void {
    const empty = () => new Array<RestingOrder | null>(grid.size).fill(null);
    this.#grid = grid;
    this.#first = [empty(), empty()];
    this.#last = [empty(), empty()];
    this.#totals = [new Float64Array(grid.size), new Float64Array(grid.size)];
    this.#bestBid = -1;
    this.#bestAsk = grid.size;
    this.#orders = 0;
  }

  #append(order: RestingOrder): void {
    const { side, level } = order;
    const ahead = this.#last[side]![level]!;
    order.ahead = ahead;
    order.behind = null;
    if (ahead === null) this.#first[side]![level] = order;
    else ahead.behind = order;
    this.#last[side]![level] = order;
    this.#totals[side]![level]! += order.quantity;
    this.#orders++;
    if (side === BID) this.#bestBid = Math.max(this.#bestBid, level);
    else this.#bestAsk = Math.min(this.#bestAsk, level);
  }

  #unlink(order: RestingOrder): void {
    const { side, level, ahead, behind } = order;
    if (ahead === null) this.#first[side]![level] = behind;
    else ahead.behind = behind;
    if (behind === null) this.#last[side]![level] = ahead;
    else behind.ahead = ahead;
    order.ahead = null;
    order.behind = null;
    this.#orders--;
    const first = this.#first[side]!;
    if (side === BID) while (this.#bestBid >= 0 && first[this.#bestBid] === null) this.#bestBid--;
    else while (this.#bestAsk < this.#grid.size && first[this.#bestAsk] === null) this.#bestAsk++;
  }
}
