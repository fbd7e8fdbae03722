import type { MarketChange, MarketIndex } from '../../src/core/market.ts';
import {
  type Context,
  defineStrategy,
  type OrderUpdate,
  type Strategy,
  type Timer,
} from '../../src/engine/strategy.ts';
import { MarketMaker } from './market-maker.ts';
import { MAKER_PARAMS, type MakerParams } from './params.ts';

/** Rests one post-only quote a side in the first few markets whose book can be read. */
class Maker implements Strategy {
  readonly #params: MakerParams;
  readonly #makers: MarketMaker[] = [];
  readonly #quoted = new Set<MarketIndex>();
  #useless = false;

  constructor(params: MakerParams) {
    this.#params = params;
  }

  onBook(market: MarketIndex, context: Context): void {
    this.#tend(market, context, (maker) => maker.look(context));
  }

  onOrder(update: OrderUpdate, context: Context): void {
    this.#tend(update.order.market, context, (maker) => maker.onOrder(update, context));
  }

  onTimer(timer: Timer, context: Context): void {
    const market = Number(timer.tag) as MarketIndex;
    this.#makers[market]!.woken();
    this.#tend(market, context, (maker) => maker.look(context));
  }

  onLifecycle(change: MarketChange, context: Context): void {
    const { market, closeTime } = change;
    if (closeTime !== undefined) this.#maker(market, context)?.closeMoved(context, closeTime);
    this.#tend(market, context, (maker) => maker.look(context));
  }

  /** The quotes of a market, from the first time that it is heard of; none on a tape without books, which it says once. */
  #maker(market: MarketIndex, context: Context): MarketMaker | undefined {
    const made = this.#makers[market];
    if (made !== undefined || this.#useless) return made;
    if (context.grade.depth === 'none') {
      this.#useless = true;
      context.explain('skip: no book on this tape', market, {});
      return undefined;
    }
    const maker = new MarketMaker(this.#params, context.market(market));
    this.#makers[market] = maker;
    maker.start(context);
    return maker;
  }

  /** Lets a market act that has a place, or gets one because there is one and it could quote. */
  #tend(market: MarketIndex, context: Context, act: (maker: MarketMaker) => void): void {
    const maker = this.#maker(market, context);
    if (maker === undefined) return;
    if (!this.#quoted.has(market)) {
      if (this.#quoted.size >= this.#params.maxMarkets || !maker.ready(context)) return;
      this.#quoted.add(market);
    }
    act(maker);
    if (maker.idle(context)) this.#quoted.delete(market);
  }
}

export default defineStrategy({
  name: 'maker',
  summary: 'rests one post-only quote on each side of the mid; needs a tape with a book',
  params: MAKER_PARAMS,
  create: (params) => new Maker(params),
});
