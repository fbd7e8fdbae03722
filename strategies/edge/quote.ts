import type { Market } from '../../src/core/market.ts';
import type { Price } from '../../src/core/price.ts';
import type { Quantity } from '../../src/core/quantity.ts';
import { BID, type Side } from '../../src/core/side.ts';
import type { Context } from '../../src/engine/strategy.ts';
import type { RecentVolume } from './recent-volume.ts';

/** What can be had of a market's side now. */
export interface Quote {
  /** The YES price that a taker would pay: the other side's best, or the last print where no book is recorded. */
  readonly take: Price;
  /** Where an order of ours rests without taking: our side's best, or one tick short of the last print. */
  readonly rest: Price;
  /** How much is displayed at `take`; where no book is recorded, what was printed in the last half hour. */
  readonly depth: Quantity;
}

/** The quote of a side; undefined where the book cannot be read, its side is empty, or nothing was ever printed. */
export function quoteOf(market: Market, side: Side, context: Context, recent: RecentVolume): Quote | undefined {
  const { grid, index } = market;
  if (context.grade.depth === 'none') {
    const last = recent.last(index)?.price;
    if (last === undefined) return undefined;
    const take = side === BID ? grid.ceil(last) : grid.floor(last);
    const rest = side === BID ? grid.floor(last - 1) : grid.ceil(last + 1);
    if (take === undefined || rest === undefined) return undefined;
    return { take, rest, depth: recent.contracts(index, context.now) };
  }
  const book = context.book(index);
  const [take, own] = side === BID ? [book?.bestAsk, book?.bestBid] : [book?.bestBid, book?.bestAsk];
  if (book === undefined || take === undefined) return undefined;
  // With nobody on our side the order rests one tick short of the other.
  const rest = own ?? (side === BID ? grid.floor(take - 1) : grid.ceil(take + 1));
  return rest === undefined ? undefined : { take, rest, depth: side === BID ? book.askSize : book.bidSize };
}
