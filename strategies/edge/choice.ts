import type { Market, MarketIndex } from '../../src/core/market.ts';
import { type Price, priceOfProbability } from '../../src/core/price.ts';
import { contracts, type Quantity } from '../../src/core/quantity.ts';
import { BID, legName, type Side } from '../../src/core/side.ts';
import type { Context, Reasons } from '../../src/engine/strategy.ts';
import type { Dial } from './dial.ts';
import type { EdgeParams } from './params.ts';
import { type Quote, quoteOf } from './quote.ts';
import type { RecentVolume } from './recent-volume.ts';
import { cappedSize, kellySize } from './sizing.ts';
import { costOf, gainOf, worstPrice } from './value.ts';

/** A candidate with its chance, its price, and what it is worth there. */
export interface Offer {
  readonly market: Market;
  readonly side: Side;
  /** The chance that the side wins, by the classifier. */
  readonly chance: number;
  readonly quote: Quote;
  /** Expected gain and taker fee at the price that a taker would pay, in 1e-4 dollars a contract. */
  readonly value: number;
  readonly fee: number;
  /** The worst price at which it is still worth enough; undefined where none is. */
  readonly limit: Price | undefined;
}

/** What to do about an event: an entry, or the reason against the best offer. */
export interface Choice {
  readonly entry: {
    readonly market: Market;
    readonly side: Side;
    readonly quantity: Quantity;
    readonly rest: Price;
    readonly limit: Price;
    readonly fair: Price;
  } | null;
  readonly reason: string;
  /** What the reason is about; undefined where nothing could be had. */
  readonly market: Market | undefined;
  readonly figures: Reasons;
}

/** Fees are asked for a hundred contracts and told a contract, so that rounding does not decide. */
const LOT = contracts(100);

/** A candidate at today's price; null where it has none. */
export function offerOf(
  market: Market,
  side: Side,
  chance: number,
  { leastValue }: EdgeParams,
  context: Context,
  recent: RecentVolume,
): Offer | null {
  const quote = quoteOf(market, side, context, recent);
  if (quote === undefined) return null;
  const feeAt = (price: Price): number => context.fee(market.index, price, LOT, 'taker') / LOT;
  return {
    market,
    side,
    chance,
    quote,
    value: gainOf(side, chance, quote.take, feeAt),
    fee: feeAt(quote.take),
    limit: worstPrice(side, chance, leastValue, market.grid, feeAt),
  };
}

/**
 * The offer to take up: of those that are sure enough and worth enough, the most valuable that `held` has nothing against. Where there is none the
 * reason against the most valuable of all is told.
 */
export function choose(
  offers: readonly Offer[],
  dial: Dial,
  params: EdgeParams,
  context: Context,
  held: (market: MarketIndex, side: Side) => string | null,
): Choice {
  const ranked = [...offers].sort((left, right) => right.value - left.value);
  let first: Choice | null = null;
  for (const offer of ranked) {
    const choice = judge(offer, dial, params, context, held);
    if (choice.entry !== null) return choice;
    first ??= choice;
  }
  return first ?? { entry: null, reason: 'no price', market: undefined, figures: {} };
}

function judge(
  offer: Offer,
  dial: Dial,
  params: EdgeParams,
  context: Context,
  held: (market: MarketIndex, side: Side) => string | null,
): Choice {
  const { market, side, chance, quote, value, fee, limit } = offer;
  const quantity = sizeOf(offer, dial, params, context);
  const figures = {
    leg: legName(side),
    chance,
    price_e4: quote.take,
    value_e4: Math.round(value * 100) / 100,
    fee_e4: Math.round(fee * 100) / 100,
    limit_e4: limit ?? null,
    wanted_e2: quantity,
    confidence: dial.confidence,
  };
  const no = (reason: string): Choice => ({ entry: null, reason, market, figures });
  if (limit === undefined || value < params.leastValue) return no('value');
  if (chance < dial.confidence) return no('confidence');
  const against = held(market.index, side);
  if (against !== null) return no(against);
  if (quantity <= 0) return no('size');
  // Resting dearer than the limit would be a loss, and so would resting across the other side.
  const rest = (side === BID ? Math.min(quote.rest, limit) : Math.max(quote.rest, limit)) as Price;
  const fair = priceOfProbability(side === BID ? chance : 1 - chance);
  return { entry: { market, side, quantity, rest, limit, fair }, reason: '', market, figures };
}

/** A share of Kelly, at most a share of the depth and the cap. Without a book the depth is what was printed lately, at least one contract. */
function sizeOf(
  { side, chance, quote, fee }: Offer,
  dial: Dial,
  { maxContracts }: EdgeParams,
  context: Context,
): Quantity {
  const wanted = kellySize(chance, costOf(side, quote.take) + fee, dial.kelly, context.available);
  const depth =
    context.grade.depth === 'none' ? Math.max(contracts(1), dial.depth * quote.depth) : dial.depth * quote.depth;
  return cappedSize(wanted, depth, maxContracts);
}
