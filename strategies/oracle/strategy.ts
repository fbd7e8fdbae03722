import type { MarketIndex, Settlement } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import { ASK, BID, type Side, sideName } from '../../src/core/side.ts';
import { type Context, defineStrategy, type Strategy, type Survey } from '../../src/engine/strategy.ts';
import { type RandomMarket, RandomMoments } from '../../src/engine/tactics/random-moments.ts';
import { ORACLE_PARAMS, type OracleParams } from './params.ts';

/** What each market of the tape will pay for a YES contract. */
export type Outcomes = ReadonlyMap<MarketIndex, Price>;

/** Reads the results off the end of the tape. */
class OutcomeSurvey implements Survey<Outcomes> {
  readonly #outcomes = new Map<MarketIndex, Price>();

  onTrade(): void {}

  onSettlement({ market, value }: Settlement): void {
    this.#outcomes.set(market, value);
  }

  finish(): Outcomes {
    return this.#outcomes;
  }
}

/**
 * Takes at random moments in random markets; in a stated share of them it is told what the market will pay and takes that side. So its edge is
 * planted and known in size: a way to see that a run finds an edge where there is one, and never a strategy.
 */
class Oracle implements Strategy {
  readonly #params: OracleParams;
  readonly #outcomes: Outcomes | undefined;
  readonly #moments: RandomMoments;

  constructor(params: OracleParams, outcomes: Outcomes | undefined) {
    this.#params = params;
    this.#outcomes = outcomes;
    this.#moments = new RandomMoments(params.every, params.minPrice, params.maxPrice);
  }

  onStart(context: Context): void {
    if (context.grade.depth !== 'none') this.#moments.next(context);
  }

  onTimer(_timer: unknown, context: Context): void {
    this.#moments.next(context);
    const { random } = context;
    const drawn = this.#moments.draw(context);
    const coin = random.below(2) as Side;
    const told = random.uniform() < this.#params.known;
    if (drawn === undefined) return;
    const side = (told ? this.#payingSide(drawn) : undefined) ?? coin;
    const price = side === BID ? drawn.bestAsk : drawn.bestBid;
    const { index: market } = drawn.market;
    const quantity = this.#params.contracts;
    context.explain('take', market, { side: sideName(side), told, price_e4: price, quantity_e2: quantity });
    context.submit({ market, side, price, quantity, timeInForce: 'immediate-or-cancel' });
  }

  /** The side that the outcome will pay; undefined where the tape does not tell it. */
  #payingSide({ market, bestBid, bestAsk }: RandomMarket): Side | undefined {
    const value = this.#outcomes?.get(market.index);
    if (value === undefined) return undefined;
    return 2 * value > bestBid + bestAsk ? BID : ASK;
  }
}

export default defineStrategy<typeof ORACLE_PARAMS, Outcomes>({
  name: 'oracle',
  summary:
    'is told the outcome of a stated share of its trades; SYNTHETIC tapes only: it shows that a planted edge is found',
  params: ORACLE_PARAMS,
  onlySynthetic: true,
  create: (params, setup) => new Oracle(params, setup.survey),
  survey: (params) => (params.known > 0 ? new OutcomeSurvey() : undefined),
  controls: (params) => (params.known > 0 ? [{ name: 'placebo', params: { known: 0 } }] : []),
});
