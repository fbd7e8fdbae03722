import { assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, DETAIL, MarketEvent, QUOTE, SNAPSHOT, TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import { onDelta, onQuotes, onTrade } from './resting.ts';
import { TapeCursor } from './tape-cursor.ts';
import type { Venue } from './venue.ts';
import { displayed } from './venue-market.ts';
import type { VenueWatch } from './venue-watch.ts';

/** A venue, and who looks on. */
interface Watched {
  readonly venue: Venue;
  readonly watch: VenueWatch | undefined;
}

/** The recorded market as the exchange knew it, row by row at exchange time, and what each row does to our orders there. */
export class ExchangePass {
  readonly cursor = new TapeCursor('exchange', 0);
  readonly #state: MarketState;
  readonly #venues: readonly Venue[];
  readonly #watched: readonly Watched[];
  readonly #event = new MarketEvent();
  /** 1 for markets in which a venue has, or had, something of ours. */
  readonly #touched: Uint8Array;

  constructor(state: MarketState, lanes: readonly Watched[]) {
    this.#state = state;
    this.#venues = lanes.map(({ venue }) => venue);
    this.#watched = lanes.filter(({ watch }) => watch !== undefined);
    this.#touched = new Uint8Array(state.markets.length);
  }

  /** Walks all rows up to a time. True when one of them may have changed an order of ours. */
  run(until: number): boolean {
    const { cursor } = this;
    this.#learnTouched();
    let changed = false;
    while (cursor.time <= until) {
      if (this.#applyRun(until)) continue;
      this.#step();
      changed = true;
    }
    return changed;
  }

  /** Walks every block but the last at hand, so that they can be forgotten. */
  leaveOldBlocks(): void {
    this.#learnTouched();
    while (this.cursor.behind) if (!this.#applyRun(Number.POSITIVE_INFINITY)) this.#step();
  }

  /** Applies rows of the current block up to a time or to one that needs more. True when it got anywhere. */
  #applyRun(until: number): boolean {
    const { cursor } = this;
    const block = cursor.block!;
    const { key, price, quantity, localOffset, delay, constantDelay, baseTime, length } = block;
    const touched = this.#touched;
    const state = this.#state;
    const first = cursor.row;
    let latest = 0;
    let row = first;
    for (; row < length; row++) {
      const time = baseTime + localOffset[row]! - (delay === null ? constantDelay : delay[row]!);
      if (time > until) break;
      const packed = key[row]!;
      const kind = (packed >>> 1) & 7;
      const market = (packed >>> 5) as MarketIndex;
      if (touched[market] === 1) break;
      if (kind === DELTA) {
        state.applyDelta(market, (packed & 1) as Side, price[row]! as Price, quantity[row]! as Quantity);
      } else if (kind !== TRADE) break;
      if (time > latest) latest = time;
    }
    if (row === first) return false;
    state.sequence = block.firstSequence + row - 1;
    cursor.passed(latest);
    cursor.moveTo(row);
    return true;
  }

  #learnTouched(): void {
    for (const { entered } of this.#venues) {
      for (const market of entered) this.#touched[market] = 1;
      entered.length = 0;
    }
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
      for (const venue of this.#venues) {
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
      for (const venue of this.#venues) venue.losePlace(event.market);
      return;
    }
    const after = displayed(changed, event.side, event.price);
    for (const venue of this.#venues) onDelta(venue, event, before, after);
  }

  #detail(event: MarketEvent): void {
    const state = this.#state;
    const { detail, exchangeTime } = event;
    assert(detail !== null, 'a detail row without its detail');
    const wasActive = detail.type === 'lifecycle' && state.isActive(detail.change.market);
    state.apply(event);
    for (const venue of this.#venues) {
      if (detail.type === 'lifecycle') venue.lifecycle(detail.change, wasActive, exchangeTime);
      else if (detail.type === 'settlement') venue.settled(detail.settlement.market, exchangeTime);
      else if (detail.type === 'coverage') venue.coverage(detail.change.market, detail.change.covered, exchangeTime);
    }
  }
}
