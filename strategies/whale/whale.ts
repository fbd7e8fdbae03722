import type { Market, MarketIndex, Settlement } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { opposite, type Side, sideName } from '../../src/core/side.ts';
import type { Context, OrderUpdate, Reasons, Strategy, Timer, Trade } from '../../src/engine/strategy.ts';
import { liquidityReason, qualityReason, type SkipReason, timingReason } from './filters.ts';
import { Histories } from './history.ts';
import { Holding } from './holding.ts';
import type { WhaleParams } from './params.ts';
import type { Placebo } from './placebo.ts';
import { estimatedSlippage, referencePrice } from './pricing.ts';
import { entrySize } from './sizing.ts';
import { type Sweep, SweepDetector, takerPays } from './sweep.ts';

interface Candidate {
  readonly market: Market;
  readonly side: Side;
  readonly sweep: Sweep;
  readonly price: Price;
  readonly quantity: Quantity;
}

/** The action of a decision row for a whale that was let go. */
function skip(reason: SkipReason): string {
  return `skip: ${reason}`;
}

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
    this.#params = params;
    this.#placebo = placebo;
    this.#detector = new SweepDetector(params.threshold, params.window);
  }

  onTrade(trade: Trade, context: Context): void {
    const seen = this.#detector.see(trade);
    const sweep = this.#placebo === undefined ? seen : this.#pretended(trade);
    if (sweep !== null) this.#consider(sweep, context);
    this.#histories.add(trade);
    this.#holdings.get(trade.market)?.onTrade(trade, context);
  }

  onBook(market: MarketIndex, context: Context): void {
    this.#holdings.get(market)?.onBook(market, context);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    const { market, state } = update.order;
    if (state.status === 'refused') context.explain(skip('limits'), market, { limit: state.reason });
    const holding = this.#holdings.get(market);
    holding?.onOrder(update, context);
    if (holding?.done) this.#holdings.delete(market);
  }

  onTimer(timer: Timer, context: Context): void {
    const market = Number(timer.tag) as MarketIndex;
    const holding = this.#holdings.get(market);
    holding?.onTimer(timer, context);
    if (holding?.done) this.#holdings.delete(market);
  }

  onSettlement(settlement: Settlement): void {
    this.#holdings.delete(settlement.market);
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
    const market = context.markets[sweep.market]!;
    const side = params.mode === 'fade' ? opposite(sweep.side) : sweep.side;
    const age = context.now - sweep.time;
    const facts: Reasons = {
      mode: params.mode,
      whale_side: sideName(sweep.side),
      whale_cost_e6: sweep.cost,
      whale_quantity_e2: sweep.quantity,
      whale_price_e4: sweep.price,
      whale_sequence: sweep.sequence,
      class: sweep.cost >= params.high ? 'high' : 'medium',
      age_us: age,
      side: sideName(side),
    };
    const verdict = this.#judge(sweep, market, side, age, context);
    if ('skip' in verdict) {
      context.explain(skip(verdict.skip), sweep.market, { ...facts, ...verdict.facts });
      return;
    }
    const { candidate } = verdict;
    context.explain('enter', sweep.market, {
      ...facts,
      price_e4: candidate.price,
      quantity_e2: candidate.quantity,
      ...verdict.facts,
    });
    this.#followed.set(sweep.market * 2 + sweep.side, context.now);
    this.#enter(candidate, context);
  }

  #judge(
    sweep: Sweep,
    market: Market,
    side: Side,
    age: number,
    context: Context,
  ): { skip: SkipReason; facts?: Reasons } | { candidate: Candidate; facts: Reasons } {
    const params = this.#params;
    const history = this.#histories.of(sweep.market);
    const book = context.grade.depth === 'none' ? undefined : context.book(sweep.market);
    if (params.class === 'high' && sweep.cost < params.high) return { skip: 'class' };
    const early =
      qualityReason(params, market, history, context) ??
      liquidityReason(params, history, book, context) ??
      timingReason(params, market, age, context) ??
      this.#holdingReason(sweep, context);
    if (early !== null) return { skip: early };
    const price = referencePrice(params, market, side, sweep.price, book);
    if (price === undefined) return { skip: 'thin book' };
    const unit = takerPays(side, price);
    if (unit < params.minPrice || unit > params.maxPrice) return { skip: 'price band', facts: { price_e4: price } };
    const quantity = entrySize(params, unit, sweep.quantity, context.available);
    if (quantity <= 0) return { skip: 'no size', facts: { price_e4: price } };
    const candidate = { market, side, sweep, price, quantity };
    if (book === undefined) return { candidate, facts: { slippage: null } };
    const slippage = estimatedSlippage(book, side, quantity, sweep.price, params.slippageBuffer);
    if (slippage === undefined) return { skip: 'thin book', facts: { price_e4: price } };
    const most = params.reference === 'ask' ? params.maxTakerSlippage : params.maxSlippage;
    const facts = { slippage, spread_e4: book.spread ?? null };
    return slippage > most ? { skip: 'slippage', facts } : { candidate, facts };
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

  #enter({ market, side, sweep, price, quantity }: Candidate, context: Context): void {
    const params = this.#params;
    const holding = new Holding(params, market, side, price, quantity, () =>
      referencePrice(params, market, side, sweep.price, context.book(market.index)),
    );
    this.#holdings.set(market.index, holding);
    holding.start(context);
  }
}
