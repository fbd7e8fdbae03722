import { complement } from '../../core/price.ts';
import type { Random } from '../../core/random.ts';
import { BID, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import { capQuantity, drawQuantity } from './draw.ts';
import type { SyntheticExchange } from './exchange.ts';
import type { SyntheticMarket } from './synthetic-market.ts';

/** How often somebody is quick enough when news makes a quote stale, how stale it must be, and the dearest such order. */
const QUICK_SHARE = 0.3;
const STALE_CENTS = 0.3;
const STALE_DOLLARS = 300;

/**
 * Takes the quotes that news has just made stale, before the makers withdraw them: the reason why a resting order is filled most
 * surely when it should not be. Orders stay far below the size of a sweep, and the stale quotes are gone within a millisecond,
 * before any row of them reaches us.
 */
export function takeStaleQuotes(market: SyntheticMarket, exchange: SyntheticExchange, random: Random, now: Time): void {
  const { book } = market;
  const cents = market.probability * 100;
  let side: Side;
  if (cents > book.bestAsk + 1 + STALE_CENTS) side = BID;
  else if (cents < book.bestBid + 1 - STALE_CENTS) side = 1;
  else return;
  if (random.uniform() > QUICK_SHARE) return;
  const limit = side === BID ? Math.floor(cents - STALE_CENTS) - 1 : Math.ceil(cents + STALE_CENTS) - 1;
  if (limit < 0 || limit >= book.grid.size) return;
  const best = book.grid.priceAt(side === BID ? book.bestAsk : book.bestBid);
  const quantity = capQuantity(drawQuantity(random, 80, 1), side === BID ? best : complement(best), STALE_DOLLARS);
  exchange.take(book, side, limit, quantity, now);
}
