import { contracts, type Quantity } from '../../src/core/quantity.ts';
import { BID, type Side, sideName } from '../../src/core/side.ts';
import { after } from '../../src/core/time.ts';
import { type Context, defineStrategy, type Strategy } from '../../src/engine/strategy.ts';
import { type RandomMarket, RandomMoments } from '../../src/engine/tactics/random-moments.ts';
import { RANDOM_PARAMS, type RandomParams } from './params.ts';

/** Trades at random times, in random markets, on random sides and in random sizes, and holds to settlement: it knows nothing, and should lose its costs. */
class RandomTrader implements Strategy {
  readonly #params: RandomParams;
  readonly #moments: RandomMoments;

  constructor(params: RandomParams) {
    this.#params = params;
    this.#moments = new RandomMoments(params.every, params.minPrice, params.maxPrice);
  }

  onStart(context: Context): void {
    // Without a book there is no quote to take or to rest at.
    if (context.grade.depth !== 'none') this.#moments.next(context);
  }

  onTimer(_timer: unknown, context: Context): void {
    this.#moments.next(context);
    const { random } = context;
    const drawn = this.#moments.draw(context);
    const side = random.below(2) as Side;
    const rests = random.uniform() < this.#params.rests;
    const quantity = contracts(1 + random.below(Math.floor(this.#params.contracts / 100)));
    if (drawn !== undefined) this.#trade(drawn, side, rests, quantity, context);
  }

  #trade(
    { market, bestBid, bestAsk }: RandomMarket,
    side: Side,
    rests: boolean,
    quantity: Quantity,
    context: Context,
  ): void {
    const price = (side === BID) === rests ? bestBid : bestAsk;
    const how = rests ? 'rest' : 'take';
    context.explain(how, market.index, { side: sideName(side), price_e4: price, quantity_e2: quantity });
    const order = { market: market.index, side, price, quantity };
    if (rests) context.submit({ ...order, postOnly: true, expireTime: after(context.now, this.#params.restFor) });
    else context.submit({ ...order, timeInForce: 'immediate-or-cancel' });
  }
}

export default defineStrategy({
  name: 'random',
  summary: 'trades at random and holds to settlement: it should lose its fees and half the spread, no less and no more',
  params: RANDOM_PARAMS,
  create: (params) => new RandomTrader(params),
});
