import type { MarketIndex } from '../core/market.ts';
import { type MarketEvent, TRADE } from '../core/market-event.ts';
import { ONE_DOLLAR } from '../core/price.ts';
import { ASK, BID, opposite, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { takeable } from './taking.ts';
import type { Venue } from './venue.ts';
import { displayed, type VenueMarket } from './venue-market.ts';
import type { VenueOrder } from './venue-order.ts';

/** Whether a print or quote at `price` lies beyond our resting price, so that ours would have traded first. */
function beyond(own: VenueOrder, price: number): boolean {
  return own.order.side === BID ? price < own.price : price > own.price;
}

/**
 * Gives a public print to our orders: on a prints tape to those that wait for one, then to resting orders it went through, then, with a
 * book, to those whose turn in the queue has come. A print gives no more than its size, nothing that we had taken from the displayed depth
 * before, and only what certainly came after the order.
 */
export function onTrade(venue: Venue, event: MarketEvent): void {
  const market = venue.markets.get(event.market);
  if (market === undefined || market.idle || !venue.state.isCovered(event.market)) return;
  const certain = event.writtenTime - venue.resolution;
  let budget: number = event.quantity;
  for (const side of [BID, ASK] as const) {
    if (event.kind !== TRADE || side !== event.side) budget -= market.depletion.absorb(side, event.price, budget);
  }
  if (market.seeking.length > 0) budget = decideSeeking(venue, market, event, certain, budget);
  if (market.resting.length > 0) budget = fillThrough(venue, market, event, certain, budget);
  if (event.kind !== TRADE) return;
  const side = opposite(event.side);
  if (venue.grade.depth !== 'L2') {
    if (venue.lane.fillsAtPrice) fillAtPrice(venue, market, event, side, certain, budget);
  } else if (market.resting.length > 0) queuePrint(venue, market, event, side, certain, budget);
}

/**
 * A print at a level with a queue. Its decrease may have been told before it: then what the lane's rule made of that decrease is taken back
 * first, so that both orders of telling give the same queue.
 */
function queuePrint(
  venue: Venue,
  market: VenueMarket,
  event: MarketEvent,
  side: Side,
  certain: number,
  budget: number,
): void {
  const { price, exchangeTime: time } = event;
  const { near, matched } = market.split.print(price * 2 + side, event.quantity, event.writtenTime);
  // Which decrease the print was is not always certain: where no cancel may help us, all that may have been it are taken back.
  const undone = venue.lane.cancels === 'behind' ? near : matched;
  const level = market.resting.filter((own) => own.order.side === side && own.price === price);
  for (const { place } of undone) {
    for (const own of level) own.ahead = Math.max(own.ahead, place?.get(own) ?? 0);
  }
  const before = level.map((own) => own.ahead);
  advanceQueue(venue, market, side, price, budget, certain, time, event.sequence);
  // What stood ahead of us before a decrease that a later print may take back is less by this print.
  for (const decrease of near) {
    level.forEach((own, at) => {
      const stood = undone.includes(decrease) ? own.ahead : (decrease.place?.get(own) ?? 0) - before[at]! + own.ahead;
      decrease.place?.set(own, Math.max(own.ahead, stood));
    });
  }
  if (undone.length === 0) return;
  const book = venue.state.book(event.market);
  if (book === null || book.tornReason !== '') return;
  const shown = displayed(book, side, price);
  for (const own of level) own.ahead = Math.min(own.ahead, shown);
}

/**
 * The next print on a waiting order's side decides it: within its limit it fills, at most the print's size; otherwise not. What the print
 * paid is not what we would have paid: it may come seconds later, and the lane says which price counts. A print of the other side that goes
 * through a good-till-cancelled order before that shows that it would have been resting, so it rests.
 */
function decideSeeking(
  venue: Venue,
  market: VenueMarket,
  event: MarketEvent,
  certain: number,
  available: number,
): number {
  let budget = available;
  for (const own of [...market.seeking]) {
    if (own.remaining === 0 || certain < own.arrival) continue;
    if (event.kind !== TRADE || own.order.side !== event.side) {
      if (own.order.timeInForce === 'good-till-cancelled' && beyond(own, event.price)) venue.rest(own);
      continue;
    }
    const within = own.order.side === BID ? event.price <= own.price : event.price >= own.price;
    const quantity = within ? Math.min(budget, own.remaining) : 0;
    const { timeInForce } = own.order;
    if (timeInForce === 'fill-or-kill' && quantity < own.remaining) {
      venue.refuseUnfilled(own, event.exchangeTime);
      continue;
    }
    if (quantity > 0) {
      budget -= quantity;
      const price = venue.lane.takesPrintsAt === 'print' ? event.price : own.price;
      venue.fill(own, price, quantity, 'taker', event.exchangeTime, event.sequence);
    }
    if (own.remaining === 0) continue;
    if (timeInForce === 'good-till-cancelled') venue.rest(own);
    else venue.end(own, event.exchangeTime, 'immediate-remainder');
  }
  return budget;
}

function fillThrough(
  venue: Venue,
  market: VenueMarket,
  event: MarketEvent,
  certain: number,
  available: number,
): number {
  let budget = available;
  for (const side of [BID, ASK] as const) {
    const limit = side === BID ? event.price + 1 : event.price - 1;
    for (const own of market.reachable(side, limit)) {
      if (budget === 0) return 0;
      if (own.remaining === 0 || !beyond(own, event.price) || certain < own.arrival) continue;
      const quantity = Math.min(budget, own.remaining);
      budget -= quantity;
      venue.fill(own, own.price, quantity, 'maker', event.exchangeTime, event.sequence);
    }
  }
  return budget;
}

function fillAtPrice(
  venue: Venue,
  market: VenueMarket,
  event: MarketEvent,
  side: Side,
  certain: number,
  available: number,
): void {
  let budget = available;
  for (const own of market.reachable(side, event.price)) {
    if (budget === 0) return;
    if (own.remaining === 0 || own.price !== event.price || certain < own.arrival) continue;
    const quantity = Math.min(budget, own.remaining);
    budget -= quantity;
    venue.fill(own, own.price, quantity, 'maker', event.exchangeTime, event.sequence);
  }
}

/** Trades `size` off a level's queue: what stands ahead first, then ours, in the order they joined. */
function advanceQueue(
  venue: Venue,
  market: VenueMarket,
  side: Side,
  price: number,
  size: number,
  certain: number,
  time: Time,
  source: number,
): void {
  let left = size;
  let others = 0;
  for (const own of [...market.resting]) {
    if (own.order.side !== side || own.price !== price || own.remaining === 0 || certain < own.arrival) continue;
    const before = Math.max(0, own.ahead - others);
    const eaten = Math.min(left, before);
    others += eaten;
    left -= eaten;
    own.ahead = before - eaten;
    if (left === 0 || own.ahead > 0) {
      own.ahead = Math.max(0, own.ahead);
      continue;
    }
    const quantity = Math.min(left, own.remaining);
    left -= quantity;
    venue.fill(own, price, quantity, 'maker', time, source);
  }
}

/**
 * One level of the recorded book changed from `before` to `after`. A decrease first explains itself by the prints just seen; the rest are
 * cancels, which shorten the queue ahead of us by the lane's rule. Nobody ahead of us can be more than what is displayed.
 */
export function onDelta(venue: Venue, event: MarketEvent, before: number, after: number): void {
  const market = venue.markets.get(event.market);
  if (market === undefined) return;
  market.depletion.shrink(event.side, event.price, after);
  if (after < before && market.resting.length > 0) onDecrease(venue, market, event, before, after);
  if (!event.more) onQuotes(venue, event.market, event);
}

function onDecrease(venue: Venue, market: VenueMarket, event: MarketEvent, before: number, after: number): void {
  const { side, price, exchangeTime: time } = event;
  const level = market.resting.filter((own) => own.order.side === side && own.price === price);
  const decrease = market.split.decrease(price * 2 + side, before - after, event.writtenTime);
  const cancelled = decrease.open;
  if (cancelled > 0) {
    decrease.place = new Map(level.map((own) => [own, own.ahead]));
    if (!venue.grade.trades && venue.lane.withoutTrades === 'decreases') {
      advanceQueue(venue, market, side, price, cancelled, event.writtenTime - venue.resolution, time, event.sequence);
    } else cancelAhead(venue, market, side, price, cancelled, after + cancelled);
  }
  for (const own of level) if (own.ahead > after) own.ahead = after;
}

function cancelAhead(
  venue: Venue,
  market: VenueMarket,
  side: Side,
  price: number,
  cancelled: number,
  size: number,
): void {
  const rule = venue.lane.cancels;
  if (rule === 'behind') return;
  for (const own of market.resting) {
    if (own.order.side !== side || own.price !== price) continue;
    // Rounded down: a hundredth of a contract that is not certainly gone still stands ahead of us.
    const gone = rule === 'ahead' ? cancelled : Math.floor((cancelled * Math.min(own.ahead, size)) / size);
    own.ahead = Math.max(0, own.ahead - gone);
  }
}

/**
 * Quotes of the other side that stand at a resting order's price, or beyond it: whoever sent them would have met us first. Beyond it, they
 * fill us. At it, they fill us in a lane that says so; in the others their sender, who may refuse to take, is gone without a trade. In
 * every lane what met us is not there for our later orders: so the lanes stay ordered, order by order.
 */
export function onQuotes(venue: Venue, index: MarketIndex, event: MarketEvent): void {
  const market = venue.markets.get(index);
  if (market === undefined || market.resting.length === 0) return;
  if (!venue.state.isCovered(index)) return;
  const { grade, lane } = venue;
  const fillsNothing = !grade.trades && lane.withoutTrades === 'nothing' && grade.depth === 'L2';
  const certain = event.writtenTime - venue.resolution;
  for (const own of [...market.reachable(BID, 0), ...market.reachable(ASK, ONE_DOLLAR)]) {
    if (certain < own.arrival) continue;
    const { side } = own.order;
    for (const level of takeable(venue.state.book(index), market, side, own.price)) {
      const beyondUs = level.price !== own.price;
      const wanted = own.remaining - own.missed - (beyondUs || lane.fillsAtPrice ? 0 : own.withheld);
      const quantity = Math.min(wanted, level.quantity);
      if (quantity <= 0) continue;
      market.depletion.take(opposite(side), level.price, quantity, event.exchangeTime);
      if (!fillsNothing && (beyondUs || lane.fillsAtPrice)) {
        venue.fill(own, own.price, quantity, 'maker', event.exchangeTime, event.sequence);
      } else if (beyondUs) own.missed += quantity;
      else own.withheld += quantity;
    }
  }
}
