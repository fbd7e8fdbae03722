import type { Book } from '../book/book.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import { DecreaseSplit } from './decrease-split.ts';
import { Depletion } from './depletion.ts';
import type { VenueOrder } from './venue-order.ts';

/** Our side of one market at the simulated venue: resting orders by time, orders waiting for a print, what we took. */
export class VenueMarket {
  /** Resting orders in the order they joined their queues. */
  readonly resting: VenueOrder[] = [];
  /** Orders on a prints tape that wait for the next print on their side. */
  readonly seeking: VenueOrder[] = [];
  readonly depletion = new Depletion();
  /** What the decreases of levels at which we rest were: trades or cancels. Keeps where our orders stood before each. */
  readonly split: DecreaseSplit<Map<VenueOrder, number>>;

  /** `trades` is whether the tape records prints. */
  constructor(trades: boolean) {
    this.split = new DecreaseSplit(trades);
  }

  /** Nothing of ours is here, and nothing we took is missing from the book: a print concerns nobody. */
  get idle(): boolean {
    return this.resting.length === 0 && this.seeking.length === 0 && this.depletion.none;
  }

  /** Resting orders of a side that a taker reaching `limit` would meet, best price first, then by time. */
  reachable(side: Side, limit: number): VenueOrder[] {
    const reached = this.resting.filter(
      (own) => own.order.side === side && (side === ASK ? own.price <= limit : own.price >= limit),
    );
    return reached.sort((left, right) => (side === ASK ? left.price - right.price : right.price - left.price));
  }

  drop(own: VenueOrder): void {
    remove(this.resting, own);
    remove(this.seeking, own);
    own.phase = 'done';
  }
}

function remove(list: VenueOrder[], own: VenueOrder): void {
  const at = list.indexOf(own);
  if (at >= 0) list.splice(at, 1);
}

/** Displayed size at a price of a whole book, 0 where none or off the grid. */
export function displayed(book: Book, side: Side, price: number): number {
  const level = book.grid.levels[price]!;
  if (level < 0) return 0;
  return (side === BID ? book.bids : book.asks).sizes[level]!;
}
