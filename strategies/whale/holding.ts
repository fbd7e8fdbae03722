import type { Market, MarketIndex } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, opposite, type Side } from '../../src/core/side.ts';
import { after } from '../../src/core/time.ts';
import type { Context, OrderUpdate, Timer, Trade } from '../../src/engine/strategy.ts';
import { Entry } from '../../src/engine/tactics/entry.ts';
import { OcoExit } from '../../src/engine/tactics/oco-exit.ts';
import type { WhaleParams } from './params.ts';

/** How far beyond the quote, in 1e-4 dollars, a stop may take. */
const STOP_SLACK = 500;

/** One whale trade: its entry, then, unless it waits for settlement, its exit. */
export class Holding {
  readonly #params: WhaleParams;
  readonly #market: Market;
  readonly #side: Side;
  readonly #entry: Entry;
  #exit: OcoExit | null = null;
  /** True once nothing of it is working any more. */
  done = false;

  constructor(
    params: WhaleParams,
    market: Market,
    side: Side,
    price: Price,
    quantity: Quantity,
    requotePrice: () => Price | undefined,
  ) {
    this.#params = params;
    this.#market = market;
    this.#side = side;
    this.#entry = new Entry({
      market: market.index,
      side,
      quantity,
      price,
      wait: params.entryWait,
      acceptShare: params.acceptShare,
      requotes: 1,
      requotePrice,
      tag: String(market.index),
    });
  }

  start(context: Context): void {
    this.#entry.start(context);
    this.#follow(context);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    if (this.#exit === null) this.#entry.onOrder(update, context);
    else this.#exit.onOrder(update, context);
    this.#follow(context);
  }

  onTimer(timer: Timer, context: Context): void {
    if (this.#exit === null) this.#entry.onTimer(timer, context);
    else this.#exit.onTimer(timer, context);
    this.#follow(context);
  }

  onTrade(trade: Trade, context: Context): void {
    this.#exit?.onTrade(trade, context);
    this.#follow(context);
  }

  onBook(market: MarketIndex, context: Context): void {
    this.#exit?.onBook(market, context);
    this.#follow(context);
  }

  /** Goes on to the exit when the entry is over, and ends when there is nothing left to do. */
  #follow(context: Context): void {
    if (this.#exit !== null) this.done = this.#exit.done;
    else if (this.#entry.done) {
      const filled = this.#entry.filled(context);
      if (filled === 0 || this.#params.exit === 'settlement') this.done = true;
      else this.#leave(filled, context);
    }
  }

  #leave(filled: Quantity, context: Context): void {
    const { target, stop, exitAfter } = this.#params;
    const buying = this.#side === BID;
    const average = this.#entry.filledCost(context) / filled;
    const paid = buying ? average : 10_000 - average;
    const priceAt = (worth: number): number => (buying ? worth : 10_000 - worth);
    const { grid } = this.#market;
    const goal = priceAt(Math.min(paid * (1 + target), 9_999));
    this.#exit = new OcoExit({
      market: this.#market.index,
      side: opposite(this.#side),
      quantity: filled,
      target: (buying ? grid.ceil(goal) : grid.floor(goal)) ?? (buying ? grid.priceAt(grid.size - 1) : grid.priceAt(0)),
      stop: priceAt(paid * (1 - stop)),
      trail: null,
      watches: context.grade.depth === 'none' ? 'print' : 'quote',
      slack: STOP_SLACK,
      deadline: exitAfter > 0 ? after(context.now, exitAfter) : null,
      tag: String(this.#market.index),
    });
    this.#exit.start(context);
  }
}
