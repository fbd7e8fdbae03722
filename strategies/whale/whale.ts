import type { BookView } from '../../src/book/book-view.ts';
import { assert } from '../../src/core/assert.ts';
import type { MarketIndex, Settlement } from '../../src/core/market.ts';
import type { Context, OrderUpdate, Strategy, Timer, Trade } from '../../src/engine/strategy.ts';
import { type SkipReason, skip } from './filters.ts';
import { Histories } from './history.ts';
import { Holding } from './holding.ts';
import { type Candidate, judge } from './judge.ts';
import type { WhaleParams } from './params.ts';
import type { Placebo } from './placebo.ts';
import { referencePrice } from './pricing.ts';
import { type Sweep, SweepDetector } from './sweep.ts';

/** Acts on whales: filters each, explains why it trades or not, and carries what it holds to the exit. */
export class Whale implements Strategy {
  readonly #params: WhaleParams;
  readonly #placebo: Placebo | undefined;
  readonly #detector: SweepDetector;
  readonly #histories = new Histories();
  readonly #holdings = new Map<MarketIndex, Holding>();
  /** When a side of a market was last acted on, by market × 2 + side. */
  readonly #followed = new Map<number, number>();

  constructor(params: WhaleParams, placebo: Placebo | undefined) {
    assert(
      (params.mode === 'placebo') === (placebo !== undefined),
      'a placebo, and nothing else, needs the survey of its tape',
    );
    this.#params = params;
    this.#placebo = placebo;
    this.#detector = new SweepDetector(params.threshold, params.window);
  }

  onTrade(trade: Trade, context: Context): void {
    const sweep = this.#placebo === undefined ? this.#detector.see(trade) : this.#pretended(trade);
    if (sweep !== null) this.#consider(sweep, context);
    this.#histories.add(trade);
    const holding = this.#holdings.get(trade.market);
    if (holding === undefined) return;
    holding.onTrade(trade, context);
    this.#dropDone(trade.market, holding);
  }

  onBook(market: MarketIndex, context: Context): void {
    const holding = this.#holdings.get(market);
    if (holding === undefined) return;
    holding.onBook(market, context);
    this.#dropDone(market, holding);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    const { market } = update.order;
    const holding = this.#holdings.get(market);
    if (holding === undefined) return;
    holding.onOrder(update, context);
    this.#dropDone(market, holding);
  }

  onTimer(timer: Timer, context: Context): void {
    const market = Number(timer.tag) as MarketIndex;
    const holding = this.#holdings.get(market);
    if (holding === undefined) return;
    holding.onTimer(timer, context);
    this.#dropDone(market, holding);
  }

  onSettlement(settlement: Settlement): void {
    this.#holdings.delete(settlement.market);
  }

  #dropDone(market: MarketIndex, holding: Holding): void {
    if (holding.done) this.#holdings.delete(market);
  }

  /** The drawn whale that appears at this print, at this print's price. */
  #pretended(trade: Trade): Sweep | null {
    const drawn = this.#placebo?.signals.get(trade.sequence);
    if (drawn === undefined) return null;
    return {
      ...drawn,
      price: trade.price,
      anchor: trade.exchangeTime,
      time: trade.exchangeTime,
      sequence: trade.sequence,
    };
  }

  #consider(sweep: Sweep, context: Context): void {
    const params = this.#params;
    const verdict = judge(
      {
        params,
        sweep,
        market: context.market(sweep.market),
        history: this.#histories.of(sweep.market),
        book: bookOf(sweep.market, context),
        held: this.#holdingReason(sweep, context),
      },
      context,
    );
    if ('skip' in verdict) {
      context.explain(skip(verdict.skip), sweep.market, verdict.figures);
      return;
    }
    context.explain('enter', sweep.market, verdict.figures);
    this.#followed.set(sweep.market * 2 + sweep.side, context.now);
    this.#enter(verdict.candidate, context);
  }

  #holdingReason(sweep: Sweep, context: Context): SkipReason | null {
    const params = this.#params;
    const last = this.#followed.get(sweep.market * 2 + sweep.side);
    if (this.#holdings.has(sweep.market) || context.position(sweep.market).quantity !== 0) return 'position held';
    if (last !== undefined && context.now - last < params.cooldown) return 'already followed';
    return this.#openMarkets(context) >= params.maxPositions ? 'positions open' : null;
  }

  /** Markets in which we hold something or try to. */
  #openMarkets(context: Context): number {
    let open = context.positions;
    for (const market of this.#holdings.keys()) if (context.position(market).quantity === 0) open++;
    return open;
  }

  #enter(candidate: Candidate, context: Context): void {
    const { market, side, sweep } = candidate;
    const holding = new Holding(this.#params, candidate, (later) =>
      referencePrice(this.#params, market, side, sweep.price, bookOf(market.index, later)),
    );
    this.#holdings.set(market.index, holding);
    holding.start(context);
  }
}

function bookOf(market: MarketIndex, context: Context): BookView | undefined | null {
  return context.grade.depth === 'none' ? null : context.book(market);
}
