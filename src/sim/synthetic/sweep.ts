import type { MarketIndex } from '../../core/market.ts';
import { dollars, type Money } from '../../core/money.ts';
import { complement, type Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { Random } from '../../core/random.ts';
import { ASK, BID, opposite, type Side } from '../../core/side.ts';
import type { Time } from '../../core/time.ts';
import type { SyntheticExchange } from './exchange.ts';
import { SWEEP_TAIL } from './flow-shape.ts';
import type { OrderBook } from './order-book.ts';
import { INFORMED_OWNER, SWEEP_OWNER } from './owners.ts';
import { type SyntheticEvent, type SyntheticMarket, settlesYes } from './synthetic-market.ts';

/** A large order that ran through the book, with what only the generator knows of it. */
export interface SyntheticSweep {
  readonly time: Time;
  readonly market: MarketIndex;
  /** The taker's side. */
  readonly side: Side;
  readonly quantity: Quantity;
  /** What the taker paid: NO pays one dollar less the price. */
  readonly cost: Money;
  /** The price of its last print: where a follower is told that it happened. */
  readonly lastPrice: Price;
  /** Best bid and ask just before it. */
  readonly bid: Price;
  readonly ask: Price;
  /** The true probability of yes at that instant. */
  readonly probability: number;
  /** Whether its trader knew the outcome. */
  readonly informed: boolean;
}

/** A sweep goes at most this far beyond the best price, 1e-4 dollars. */
const REACH = 800;
const LEAST = dollars(1_000);
const MOST = dollars(20_000);
/** A sweep comes where the outcome is open, or else buys a leg that is all but certain. */
const OPEN_FROM = 0.1;
const CERTAIN_FROM = 9_000;

/** Draws a market of the event, the more open the likelier, or undefined where none is open. */
function drawOpenMarket(event: SyntheticEvent, random: Random): SyntheticMarket | undefined {
  const open = event.markets.filter(
    ({ probability, trading }) => trading && probability >= OPEN_FROM && probability <= 1 - OPEN_FROM,
  );
  const weights = open.map(({ probability }) => probability * (1 - probability));
  let at = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  return open.find((_, index) => {
    at -= weights[index]!;
    return at <= 0;
  });
}

/** What a sweep wants: a market, its side, what it would spend at most, and whether its trader knows the outcome. */
export interface SweepIntent {
  readonly market: SyntheticMarket;
  readonly side: Side;
  readonly budget: Money;
  readonly informed: boolean;
}

/** Draws a sweep where the outcome is open: the uninformed toss a coin, the informed take the side that pays. */
export function drawOpenSweep(event: SyntheticEvent, informedShare: number, random: Random): SweepIntent | undefined {
  const market = drawOpenMarket(event, random);
  if (market === undefined) return undefined;
  const informed = random.uniform() < informedShare;
  const coin = random.uniform() < 0.5;
  const buys = informed ? settlesYes(event, market) : coin;
  return { market, side: buys ? BID : ASK, budget: drawBudget(random), informed };
}

/** Draws a sweep of a leg that costs 90 cents or more: any of them for the uninformed, one that pays for the informed. */
export function drawCertainSweep(
  event: SyntheticEvent,
  informedShare: number,
  random: Random,
): SweepIntent | undefined {
  const informed = random.uniform() < informedShare;
  const legs = event.markets.flatMap((market) => {
    if (!market.trading) return [];
    return [BID, ASK].flatMap((side) => {
      const best = market.book.best(opposite(side as Side));
      if (best === undefined || (informed && settlesYes(event, market) !== (side === BID))) return [];
      const yes = market.book.grid.priceAt(best);
      return (side === BID ? yes : complement(yes)) >= CERTAIN_FROM ? [{ market, side: side as Side }] : [];
    });
  });
  const leg = legs[random.below(legs.length)];
  return leg === undefined ? undefined : { ...leg, budget: drawBudget(random), informed };
}

function drawBudget(random: Random): Money {
  return Math.round(Math.min(MOST, LEAST * 1.02 * Math.exp(random.exponential(1 / SWEEP_TAIL)))) as Money;
}

/** Sends a sweep into a market. Returns what it did, or undefined where the book is one-sided or could not give $1,000. */
export function sweepMarket(
  { market, side, budget, informed }: SweepIntent,
  exchange: SyntheticExchange,
  now: Time,
): SyntheticSweep | undefined {
  const { book, probability } = market;
  const plan = planSweep(book, side, budget);
  if (plan === undefined || book.best(side) === undefined) return undefined;
  const { quantity, cost, lastLevel } = plan;
  const bid = book.grid.priceAt(book.bestBid);
  const ask = book.grid.priceAt(book.bestAsk);
  const lastPrice = book.grid.priceAt(lastLevel);
  exchange.take(book, informed ? INFORMED_OWNER : SWEEP_OWNER, side, lastLevel, quantity, now);
  return { time: now, market: book.market, side, quantity, cost, lastPrice, bid, ask, probability, informed };
}

/** How far a budget carries through the displayed book, or undefined where it carries less than the least sweep. */
function planSweep(
  book: OrderBook,
  side: Side,
  budget: number,
): { quantity: Quantity; cost: Money; lastLevel: number } | undefined {
  const resting = opposite(side);
  const best = book.best(resting);
  if (best === undefined) return undefined;
  const step = side === BID ? 1 : -1;
  const from = book.grid.priceAt(best);
  let quantity = 0;
  let cost = 0;
  let lastLevel = best;
  for (let level = best; level >= 0 && level < book.grid.size; level += step) {
    const yes = book.grid.priceAt(level);
    if (Math.abs(yes - from) > REACH) break;
    const each = side === BID ? yes : complement(yes);
    const part = Math.min(book.total(resting, level), Math.floor((budget - cost) / each));
    if (part === 0) {
      if (book.total(resting, level) > 0) break;
      continue;
    }
    quantity += part;
    cost += part * each;
    lastLevel = level;
  }
  return cost >= LEAST ? { quantity: quantity as Quantity, cost: cost as Money, lastLevel } : undefined;
}
