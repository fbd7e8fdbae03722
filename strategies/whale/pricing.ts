import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, type Side } from '../../src/core/side.ts';
import type { Reasons } from '../../src/engine/strategy.ts';
import type { WhaleParams } from './params.ts';
import { takerPays } from './sweep.ts';

/**
 * The price of an entry on our side, on the market's grid: the whale's, or from the book the ask we would take, or our own best bid plus
 * `bump` up to that ask. Undefined where the book has no such price, or cannot be read; `book` is null where none is recorded.
 */
export function referencePrice(
  params: Pick<WhaleParams, 'reference' | 'bump'>,
  market: Pick<Market, 'grid'>,
  side: Side,
  whale: Price,
  book: BookView | undefined | null,
): Price | undefined {
  const { grid } = market;
  if (book === null || params.reference === 'whale') return side === BID ? grid.floor(whale) : grid.ceil(whale);
  const { bestBid, bestAsk } = book ?? {};
  if (side === BID) {
    if (bestAsk === undefined) return undefined;
    if (params.reference === 'ask') return bestAsk;
    return bestBid === undefined ? undefined : grid.floor(Math.min(bestBid + params.bump, bestAsk));
  }
  if (bestBid === undefined) return undefined;
  if (params.reference === 'ask') return bestBid;
  return bestAsk === undefined ? undefined : grid.ceil(Math.max(bestAsk - params.bump, bestBid));
}

/** What a contract costs, or would cost, beyond a measure (the whale's price, or for a fader the quote it faces): below zero when cheaper. */
export interface Slippage {
  /** In 1e-4 dollars. */
  readonly e4: number;
  /** As a share of the measure. */
  readonly share: number;
}

/** The slippage of paying `paid` (1e-4 dollars a contract) against a YES price. */
export function slippageOf(side: Side, paid: number, measure: Price): Slippage {
  const pays = takerPays(side, measure);
  return { e4: paid - pays, share: (paid - pays) / pays };
}

/**
 * The slippage if we walked the displayed book for our size now; a buffer is added to what is worse than the measure. Undefined
 * where the book does not hold our size.
 */
export function estimatedSlippage(
  book: BookView,
  side: Side,
  quantity: Quantity,
  measure: Price,
  buffer: number,
): Slippage | undefined {
  const { filled, cost } = book.walk(side, quantity);
  if (filled < quantity) return undefined;
  const { e4, share } = slippageOf(side, side === BID ? cost / filled : 10_000 - cost / filled, measure);
  return e4 <= 0 ? { e4, share } : { e4: e4 * (1 + buffer), share: share * (1 + buffer) };
}

/** Slippage as the figures of a decision row: to 1e-6 dollars and 0.01 %. */
export function slippageFigures(slippage: Slippage | null): Reasons {
  if (slippage === null) return { slippage_e4: null, slippage_percent: null };
  return {
    slippage_e4: Math.round(slippage.e4 * 100) / 100,
    slippage_percent: Math.round(slippage.share * 10_000) / 100,
  };
}
