import type { MarketIndex } from '../core/market.ts';
import { DETAIL, MarketEvent } from '../core/market-event.ts';
import type { Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import { TapeCursor } from './tape-cursor.ts';
import type { Venue } from './venue.ts';
import { tellVenues } from './venue-rows.ts';
import type { VenueWatch } from './venue-watch.ts';

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
    tellVenues(this.#state, event, this.#concerned);
    for (const { venue, watch } of this.#watched) watch?.row(venue, event);
  }
}
