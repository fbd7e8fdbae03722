import { complement } from '../../core/price.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { capQuantity, drawQuantity } from './draw.ts';
import type { SyntheticExchange } from './exchange.ts';
import { NEWS_OWNER } from './owners.ts';
import { levelAbove, levelBelow } from './price-levels.ts';
import { type SyntheticMarket, takerFeeE4 } from './synthetic-market.ts';

/** How often somebody is quick enough when news makes a quote stale, what must be left beyond the fee (1e-4 dollars), and the dearest such order. */
const QUICK_SHARE = 0.2;
const GAIN_E4 = 20;
const STALE_DOLLARS = 300;

/**
 * Takes the quotes that news has just made stale, before the makers withdraw them: the reason why a resting order is filled most
 * surely when it should not be. Orders stay far below the size of a sweep, and the stale quotes are gone within a millisecond,
 * before any row of them reaches us.
 */
export function takeStaleQuotes(market: SyntheticMarket, exchange: SyntheticExchange, random: Random, now: Time): void {
  if (!market.trading) return;
  const { book } = market;
  const { grid } = book;
  const fair = market.probability * 10_000;
  const stale = takerFeeE4(market.probability) + GAIN_E4;
  const [bid, ask] = [book.best(BID), book.best(ASK)];
  let side: Side;
  if (ask !== undefined && fair > grid.priceAt(ask) + stale) side = BID;
  else if (bid !== undefined && fair < grid.priceAt(bid) - stale) side = ASK;
  else return;
  if (random.uniform() > QUICK_SHARE) return;
  const limit = side === BID ? levelBelow(grid, fair - stale) : levelAbove(grid, fair + stale);
  if (limit < 0 || limit >= grid.size) return;
  const best = grid.priceAt((side === BID ? ask : bid)!);
  const quantity = capQuantity(drawQuantity(random, 80, 1), side === BID ? best : complement(best), STALE_DOLLARS);
  exchange.take(book, NEWS_OWNER, side, limit, quantity, now);
}
