import { assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, DETAIL, MarketEvent, QUOTE, SNAPSHOT } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import { onDelta, onQuotes, onTrade } from './resting.ts';
import { TapeCursor } from './tape-cursor.ts';
import type { Venue } from './venue.ts';
import { displayed } from './venue-market.ts';
import type { VenueWatch } from './venue-watch.ts';

const NOBODY: readonly Venue[] = [];

/** A venue, and who looks on. */
interface Watched {
  readonly venue: Venue;
  readonly watch: VenueWatch | undefined;
}

/**
 * The recorded market as the exchange knew it, row by row at exchange time, and what each row does to our orders there. It keeps the
 * books of those markets only in which we have, or had, something: a market that we enter takes over the book that the engines see, and
 * the rows between their place on the tape and this one's.
 */
export class ExchangePass {
  readonly cursor = new TapeCursor('exchange', 0);
  readonly #state: MarketState;
  readonly #local: { readonly state: MarketState; readonly cursor: TapeCursor };
  readonly #watched: readonly Watched[];
  readonly #event = new MarketEvent();
  /** 1 for the markets that are followed. */
  readonly #followed: Uint8Array;
  /** By market, the venues that had an order for it: nobody else is concerned by its rows. */
  readonly #concerned = new Map<MarketIndex, Venue[]>();

  /** `local` is the market as the engines know it, never ahead of this pass once it has been run to their time. */
  constructor(
    state: MarketState,
    local: { readonly state: MarketState; readonly cursor: TapeCursor },
    lanes: readonly Watched[],
  ) {
    this.#state = state;
    this.#local = local;
    this.#watched = lanes.filter(({ watch }) => watch !== undefined);
    this.#followed = new Uint8Array(state.markets.length);
    for (const { venue } of lanes) venue.follow = (market) => this.#follow(market, venue);
  }

  /** Walks all rows up to a time. True when one of them may have changed an order of ours. */
  run(until: number): boolean {
    const { cursor } = this;
    let changed = false;
    while (cursor.time <= until) {
      if (this.#skip(until)) continue;
      this.#step();
      changed = true;
    }
    return changed;
  }

  /** Walks every block but the last at hand, so that they can be forgotten. */
  leaveOldBlocks(): void {
    while (this.cursor.behind) if (!this.#skip(Number.POSITIVE_INFINITY)) this.#step();
  }

  /** Passes over rows of the current block up to a time or to one that matters here. True when it got anywhere. */
  #skip(until: number): boolean {
    const { cursor } = this;
    const block = cursor.block!;
    const { key, localOffset, delay, constantDelay, baseTime, length } = block;
    const followed = this.#followed;
    const first = cursor.row;
    let latest = 0;
    let row = first;
    for (; row < length; row++) {
      const time = baseTime + localOffset[row]! - (delay === null ? constantDelay : delay[row]!);
      if (time > until) break;
      const packed = key[row]!;
      if (followed[packed >>> 5] === 1 || ((packed >>> 1) & 7) === DETAIL) break;
      if (time > latest) latest = time;
    }
    if (row === first) return false;
    this.#state.sequence = block.firstSequence + row - 1;
    cursor.passed(latest);
    cursor.moveTo(row);
    return true;
  }

  /** Follows a market's book from here on, and tells a venue of its rows. */
  #follow(market: MarketIndex, venue: Venue): void {
    const concerned = this.#concerned.get(market);
    if (concerned === undefined) this.#concerned.set(market, [venue]);
    else if (!concerned.includes(venue)) concerned.push(venue);
    if (this.#followed[market] === 1) return;
    this.#followed[market] = 1;
    const { state, cursor } = this.#local;
    this.#state.adoptBook(market, state);
    const event = this.#event;
    cursor.eachRowUpTo(this.cursor, (block, row) => {
      if (block.key[row]! >>> 5 !== market) return;
      TapeCursor.read(block, row, event);
      this.#state.replayRow(event);
    });
  }

  #step(): void {
    const { cursor } = this;
    const event = this.#event;
    TapeCursor.read(cursor.block!, cursor.row, event);
    event.exchangeTime = cursor.time as Time;
    cursor.moveTo(cursor.row + 1);
    if (event.kind === DETAIL) this.#detail(event);
    else if (event.kind === DELTA) this.#delta(event);
    else {
      this.#state.apply(event);
      for (const venue of this.#concernedBy(event.market)) {
        if (event.kind !== SNAPSHOT && event.kind !== QUOTE) onTrade(venue, event);
        else if (!event.more) {
          venue.requeue(event.market, event.exchangeTime);
          onQuotes(venue, event.market, event);
        }
      }
    }
    for (const { venue, watch } of this.#watched) watch?.row(venue, event);
  }

  #delta(event: MarketEvent): void {
    const state = this.#state;
    const book = state.book(event.market);
    const before = book === null ? 0 : displayed(book, event.side, event.price);
    state.apply(event);
    const changed = state.book(event.market)!;
    if (changed.tornReason !== '') {
      for (const venue of this.#concernedBy(event.market)) venue.losePlace(event.market);
      return;
    }
    const after = displayed(changed, event.side, event.price);
    for (const venue of this.#concernedBy(event.market)) onDelta(venue, event, before, after);
  }

  #detail(event: MarketEvent): void {
    const state = this.#state;
    const { detail, exchangeTime } = event;
    assert(detail !== null, 'a detail row without its detail');
    const wasActive = detail.type === 'lifecycle' && state.isActive(detail.change.market);
    state.apply(event);
    if (detail.type === 'lifecycle') {
      for (const venue of this.#concernedBy(detail.change.market))
        venue.lifecycle(detail.change, wasActive, exchangeTime);
    } else if (detail.type === 'settlement') {
      const { market } = detail.settlement;
      for (const venue of this.#concernedBy(market)) venue.settled(market, exchangeTime);
    } else if (detail.type === 'coverage') {
      const { market, covered } = detail.change;
      for (const venue of this.#concernedBy(market)) venue.coverage(market, covered, exchangeTime);
    }
  }

  #concernedBy(market: MarketIndex): readonly Venue[] {
    return this.#concerned.get(market) ?? NOBODY;
  }
}
