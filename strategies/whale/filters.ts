import type { BookView } from '../../src/book/book-view.ts';
import type { Market } from '../../src/core/market.ts';
import { HOUR } from '../../src/core/time.ts';
import type { Context } from '../../src/engine/strategy.ts';
import type { MarketHistory } from './history.ts';
import type { WhaleParams } from './params.ts';

/** Why a whale was let go: the closed list. */
export type SkipReason =
  | 'class'
  | 'market not active'
  | 'too few prints'
  | 'too little volume'
  | 'no book'
  | 'quiet market'
  | 'wide spread'
  | 'thin book'
  | 'too near the close'
  | 'too far from the close'
  | 'too old'
  | 'already followed'
  | 'position held'
  | 'positions open'
  | 'price band'
  | 'slippage'
  | 'no size'
  | 'limits';

/** The action of a decision row for a whale that was let go. */
export function skip(reason: SkipReason): string {
  return `skip: ${reason}`;
}

/** Market quality: it trades, and did so before the whale came. */
export function qualityReason(
  params: WhaleParams,
  market: Market,
  history: MarketHistory,
  context: Context,
): SkipReason | null {
  if (context.status(market.index) !== 'active') return 'market not active';
  if (history.prints < params.minPrints) return 'too few prints';
  return history.volume < params.minVolume ? 'too little volume' : null;
}

/** Liquidity: somebody else trades here, and the book, where there is one, can be read and is not wide. */
export function liquidityReason(
  params: WhaleParams,
  history: MarketHistory,
  book: BookView | undefined,
  context: Context,
): SkipReason | null {
  if (context.now - history.lastTime > params.maxQuiet) return 'quiet market';
  if (context.grade.depth === 'none') return null;
  if (book === undefined) return 'no book';
  return book.spread === undefined || book.spread > params.maxSpread ? 'wide spread' : null;
}

/** Timing: neither at the very end nor long before it. A market whose close is not known passes. */
export function timingReason(params: WhaleParams, market: Market, age: number, context: Context): SkipReason | null {
  if (age > params.maxAge) return 'too old';
  if (market.closeTime === null) return null;
  const hours = (market.closeTime - context.now) / HOUR;
  if (hours < params.minHoursToClose) return 'too near the close';
  return hours > params.maxHoursToClose ? 'too far from the close' : null;
}
