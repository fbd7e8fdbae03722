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

/** Rests one post-only quote a side in every market whose book can be read. */
class Maker implements Strategy {
  readonly #params: MakerParams;
  readonly #makers: MarketMaker[] = [];

  constructor(params: MakerParams) {
    this.#params = params;
  }

  onStart(context: Context): void {
    const [first] = context.markets;
    if (first === undefined) return;
    if (context.grade.depth === 'none') {
      context.explain('idle:needs-a-book', first.index, { depth: context.grade.depth });
      return;
    }
    for (const market of context.markets) {
      const maker = new MarketMaker(this.#params, market);
      this.#makers[market.index] = maker;
      maker.start(context);
    }
  }

  onBook(market: MarketIndex, context: Context): void {
    this.#makers[market]?.look(context);
  }

  onOrder(update: OrderUpdate, context: Context): void {
    this.#makers[update.order.market]?.onOrder(update, context);
  }

  onTimer(timer: Timer, context: Context): void {
    this.#makers[Number(timer.tag)]?.wake(context);
  }

  onLifecycle(change: MarketChange, context: Context): void {
    const maker = this.#makers[change.market];
    if (change.closeTime !== undefined) maker?.closeMoved(context, change.closeTime);
    else maker?.look(context);
  }
}

export default defineStrategy({
  name: 'maker',
  summary: 'rests one post-only quote on each side of the mid; needs a tape with a book',
  params: MAKER_PARAMS,
  create: (params) => new Maker(params),
});
