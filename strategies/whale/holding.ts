import type { MarketIndex } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, opposite } from '../../src/core/side.ts';
import { after } from '../../src/core/time.ts';
import type { Context, OrderUpdate, Timer, Trade } from '../../src/engine/strategy.ts';
import { Entry, type EntryOutcome } from '../../src/engine/tactics/entry.ts';
import { OcoExit } from '../../src/engine/tactics/oco-exit.ts';
import type { OrderEnd } from '../../src/engine/tactics/working-order.ts';
import { skip } from './filters.ts';
import type { Candidate } from './judge.ts';
import type { WhaleParams } from './params.ts';
import { slippageFigures, slippageOf } from './pricing.ts';

/** How far beyond the quote, in 1e-4 dollars, a stop may take. */
const STOP_SLACK = 200;

/** One whale trade: its entry, then, unless it waits for settlement, its exit. */
export class Holding {
  readonly #params: WhaleParams;
  readonly #candidate: Candidate;
  readonly #entry: Entry;
  #exit: OcoExit | null = null;
  /** Which limit refused an order of the entry. */
  #refusal: string | null = null;
  /** True once nothing of it is working any more. */
  done = false;

  constructor(params: WhaleParams, candidate: Candidate, requotePrice: (context: Context) => Price | undefined) {
    const { market, side, price, quantity } = candidate;
    this.#params = params;
    this.#candidate = candidate;
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
    const { state } = update.order;
    if (this.#exit === null && state.status === 'refused') this.#refusal = state.reason;
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
    else if (this.#entry.state.phase === 'done' && !this.done) {
      const filled = this.#entry.filled(context);
      this.#tell(this.#entry.state.outcome, this.#entry.state.reason, filled, context);
      if (filled === 0 || this.#params.exit === 'settlement') this.done = true;
      else this.#leave(filled, context);
    }
  }

  /** A row for how the entry ended: what it paid beyond the whale's price, or which limit stopped it. */
  #tell(outcome: EntryOutcome, reason: OrderEnd, filled: Quantity, context: Context): void {
    const { market, side, sweep } = this.#candidate;
    if (filled === 0 && reason === 'refused') {
      context.explain(skip('limits'), market.index, { limit: this.#refusal, whale_sequence: sweep.sequence });
      return;
    }
    const slippage = filled === 0 ? null : slippageOf(side, this.#paid(filled, context), sweep.price);
    const figures = { ended: reason, filled_e2: filled, whale_sequence: sweep.sequence };
    context.explain(`entry: ${outcome}`, market.index, { ...figures, ...slippageFigures(slippage) });
  }

  /** What a contract of the entry cost us on average, in 1e-4 dollars. */
  #paid(filled: Quantity, context: Context): number {
    const average = this.#entry.filledCost(context) / filled;
    return this.#candidate.side === BID ? average : 10_000 - average;
  }

  #leave(filled: Quantity, context: Context): void {
    const { target, stop, exitAfter } = this.#params;
    const { market, side } = this.#candidate;
    const buying = side === BID;
    const paid = this.#paid(filled, context);
    const priceAt = (worth: number): number => (buying ? worth : 10_000 - worth);
    const goal = priceAt(paid * (1 + target));
    this.#exit = new OcoExit({
      market: market.index,
      side: opposite(side),
      quantity: filled,
      // No price on the grid is as good as the target where it lies beyond a dollar: settlement pays that.
      target: (buying ? market.grid.ceil(goal) : market.grid.floor(goal)) ?? null,
      stop: priceAt(paid * (1 - stop)),
      trail: null,
      watches: context.grade.depth === 'none' ? 'print' : 'quote',
      slack: STOP_SLACK,
      deadline: exitAfter > 0 ? after(context.now, exitAfter) : null,
      tag: String(market.index),
    });
    this.#exit.start(context);
  }
}
