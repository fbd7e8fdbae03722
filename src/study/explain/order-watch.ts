import type { Book } from '../../book/book.ts';
import { STATE_NAMES } from '../../book/book-state.ts';
import type { MarketIndex } from '../../core/market.ts';
import { DETAIL, type MarketEvent } from '../../core/market-event.ts';
import type { Order, OrderId } from '../../core/order.ts';
import type { Time } from '../../core/time.ts';
import type { Due } from '../../sim/agenda.ts';
import { takeable } from '../../sim/taking.ts';
import type { Venue } from '../../sim/venue.ts';
import { displayed, VenueMarket } from '../../sim/venue-market.ts';
import type { VenueOrder, VenuePhase } from '../../sim/venue-order.ts';
import type { VenueWatch } from '../../sim/venue-watch.ts';

/** What an order met at the venue when it arrived, in YES prices. A size of null: nothing there, or not known. */
export interface BookMet {
  readonly timeUs: number;
  /** open, locked, crossed, torn, or none where the tape has no books. */
  readonly state: string;
  readonly bestBidE4: number | null;
  readonly bidSizeE2: number | null;
  readonly bestAskE4: number | null;
  readonly askSizeE2: number | null;
  /** Displayed at the order's own price on its own side. */
  readonly ownLevelE2: number | null;
  /** What it could take within its limit, best first, less what we had taken there before. */
  readonly takeable: readonly { readonly priceE4: number; readonly quantityE2: number }[];
}

/** Something that moved the order or its place in the queue. */
export interface QueueStep {
  /** The tape row that did it, or null where a message or a clock of ours did. */
  readonly row: number | null;
  /** What of ours did it: submit, cancel, amend, expire, "submit of order 7"; null for a tape row. */
  readonly message: string | null;
  readonly timeUs: number;
  /** Contracts of others that must trade or leave first; null where nothing is known of them. */
  readonly aheadBeforeE2: number | null;
  readonly aheadAfterE2: number | null;
  readonly filledE2: number;
  readonly phase: VenuePhase;
  /** Displayed at the order's price afterwards; null where it is not known. */
  readonly displayedE2: number | null;
}

interface Seen {
  readonly ahead: number;
  readonly filled: number;
  readonly phase: VenuePhase;
  readonly price: number;
  readonly remaining: number;
}

/** Follows one order at the venue: the book it met, and each step of its queue. */
export class OrderWatch implements VenueWatch {
  met: BookMet | null = null;
  readonly steps: QueueStep[] = [];
  readonly #id: OrderId;
  #own: VenueOrder | null = null;
  #market: MarketIndex | null = null;
  #seen: Seen | null = null;

  constructor(id: OrderId) {
    this.#id = id;
  }

  before(venue: Venue, due: Due, time: Time): void {
    if (due.type !== 'submit' || due.order.id !== this.#id) return;
    this.#market = due.order.market;
    // What the venue itself does next: until then it keeps no book of a market that is new to us.
    venue.follow(due.order.market);
    this.met = bookMet(venue, due.order, time);
  }

  after(venue: Venue, due: Due, time: Time): void {
    if (this.#own === null && this.#market !== null) {
      const market = venue.markets.get(this.#market);
      const live = [...(market?.resting ?? []), ...(market?.seeking ?? [])];
      this.#own = live.find(({ order }) => order.id === this.#id) ?? null;
    }
    this.#look(venue, null, messageOf(due, this.#id), time);
  }

  row(venue: Venue, event: MarketEvent): void {
    if (event.market === this.#market || event.kind === DETAIL) {
      this.#look(venue, event.sequence, null, event.exchangeTime);
    }
  }

  #look(venue: Venue, row: number | null, message: string | null, time: number): void {
    const own = this.#own;
    const last = this.#seen;
    if (own === null || last?.phase === 'done') return;
    const { ahead, filled, phase, price, remaining } = own;
    if (last?.ahead === ahead && last.filled === filled && last.phase === phase && last.price === price) {
      if (last.remaining === remaining) return;
    }
    this.#seen = { ahead, filled, phase, price, remaining };
    this.steps.push({
      row,
      message,
      timeUs: time,
      aheadBeforeE2: known(last?.ahead),
      aheadAfterE2: phase === 'resting' ? known(ahead) : null,
      filledE2: filled - (last?.filled ?? 0),
      phase,
      displayedE2: levelOf(venue.state.book(own.order.market), own.order, price),
    });
  }
}

function messageOf(due: Due, id: OrderId): string {
  const of = due.type === 'submit' ? due.order.id : 'order' in due ? due.order : id;
  return of === id ? due.type : `${due.type} of order ${of}`;
}

function known(size: number | undefined): number | null {
  return size === undefined || !Number.isFinite(size) ? null : size;
}

function levelOf(book: Book | null, order: Order, price: number): number | null {
  return book === null || book.tornReason !== '' ? null : displayed(book, order.side, price);
}

function bookMet(venue: Venue, order: Order, time: Time): BookMet {
  const book = venue.state.book(order.market);
  const view = venue.state.readable(order.market);
  const ours = venue.markets.get(order.market) ?? new VenueMarket(venue.grade.trades);
  return {
    timeUs: time,
    state: venue.grade.depth === 'none' || book === null ? 'none' : STATE_NAMES[book.state],
    bestBidE4: view?.bestBid ?? null,
    bidSizeE2: view?.bestBid === undefined ? null : view.bidSize,
    bestAskE4: view?.bestAsk ?? null,
    askSizeE2: view?.bestAsk === undefined ? null : view.askSize,
    ownLevelE2: levelOf(book, order, order.price),
    takeable: takeable(book, ours, order.side, order.price).map(({ price, quantity }) => ({
      priceE4: price,
      quantityE2: quantity,
    })),
  };
}
