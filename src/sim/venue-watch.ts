import type { MarketEvent } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import type { Due } from './agenda.ts';
import type { Venue } from './venue.ts';

/** Looks on while one lane's venue works, and changes nothing: what `explain` sees a queue with. */
export interface VenueWatch {
  /** Something of ours is about to be taken at the venue; the exchange's books stand as of `time`. */
  before(venue: Venue, due: Due, time: Time): void;
  /** It was taken. */
  after(venue: Venue, due: Due, time: Time): void;
  /** A recorded row of a market in which we have, or had, something, and what it did to our orders. The event is reused. */
  row(venue: Venue, event: MarketEvent): void;
}
