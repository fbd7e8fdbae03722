import { assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, DETAIL, type MarketEvent, QUOTE, SNAPSHOT } from '../core/market-event.ts';
import type { MarketState } from '../engine/market-state.ts';
import { onDelta, onQuotes, onTrade } from './resting.ts';
import type { Venue } from './venue.ts';
import { displayed } from './venue-market.ts';

/** By market, the venues that had an order for it: nobody else is concerned by its rows. */
export type Concerned = ReadonlyMap<MarketIndex, readonly Venue[]>;

const NOBODY: readonly Venue[] = [];

/** One row at exchange time: the market there is told, then the venues that it concerns. */
export function tellVenues(state: MarketState, event: MarketEvent, concerned: Concerned): void {
  if (event.kind === DETAIL) tellDetail(state, event, concerned);
  else if (event.kind === DELTA) tellDelta(state, event, concerned);
  else {
    state.apply(event);
    for (const venue of concerned.get(event.market) ?? NOBODY) {
      if (event.kind !== SNAPSHOT && event.kind !== QUOTE) onTrade(venue, event);
      else if (!event.more) {
        venue.requeue(event.market, event.exchangeTime);
        onQuotes(venue, event.market, event);
      }
    }
  }
}

function tellDelta(state: MarketState, event: MarketEvent, concerned: Concerned): void {
  const book = state.book(event.market);
  const before = book === null ? 0 : displayed(book, event.side, event.price);
  state.apply(event);
  const changed = state.book(event.market)!;
  if (changed.tornReason !== '') {
    for (const venue of concerned.get(event.market) ?? NOBODY) venue.losePlace(event.market);
    return;
  }
  const after = displayed(changed, event.side, event.price);
  for (const venue of concerned.get(event.market) ?? NOBODY) onDelta(venue, event, before, after);
}

function tellDetail(state: MarketState, event: MarketEvent, concerned: Concerned): void {
  const { detail, exchangeTime } = event;
  assert(detail !== null, 'a detail row without its detail');
  const wasActive = detail.type === 'lifecycle' && state.isActive(detail.change.market);
  state.apply(event);
  if (detail.type === 'lifecycle') {
    const { market } = detail.change;
    for (const venue of concerned.get(market) ?? NOBODY) venue.lifecycle(detail.change, wasActive, exchangeTime);
  } else if (detail.type === 'settlement') {
    const { market } = detail.settlement;
    for (const venue of concerned.get(market) ?? NOBODY) venue.settled(market, exchangeTime);
  } else if (detail.type === 'coverage') {
    const { market, covered } = detail.change;
    for (const venue of concerned.get(market) ?? NOBODY) venue.coverage(market, covered, exchangeTime);
  }
}
