import { assert } from '../core/assert.ts';
import type { MarketIndex } from '../core/market.ts';
import { DELTA, DETAIL, MarketEvent, QUOTE, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import { onDelta, onQuotes, onTrade } from './resting.ts';
import { TapeCursor } from './tape-cursor.ts';
import type { Venue } from './venue.ts';
import { displayed } from './venue-market.ts';

/** The recorded market as the exchange knew it, row by row at exchange time, and what each row does to our orders there. */
export class ExchangePass {
  readonly cursor = new TapeCursor('exchange', 0);
  readonly #state: MarketState;
  readonly #venues: readonly Venue[];
  readonly #resolution: number;
  readonly #event = new MarketEvent();

  constructor(state: MarketState, venues: readonly Venue[], resolution: number) {
    this.#state = state;
    this.#venues = venues;
    this.#resolution = resolution;
  }

  /** Walks all rows up to a time. Where we touched no market they only need applying. */
  catchUp(until: number): void {
    const { cursor } = this;
    while (cursor.time <= until) {
      if (this.#untouched()) this.#applyRun(until);
      else this.run(until);
    }
  }

  /** Walks every block but the last at hand, so that they can be forgotten. */
  leaveOldBlocks(): void {
    const { cursor } = this;
    while (cursor.behind) {
      if (this.#untouched()) this.#applyRun(Number.POSITIVE_INFINITY);
      else this.run(cursor.time);
    }
  }

  /** Walks all rows up to a time. True when one of them may have changed an order of ours. */
  run(until: number): boolean {
    const { cursor } = this;
    const venues = this.#venues;
    const state = this.#state;
    let changed = false;
    while (cursor.time <= until) {
      const { block, row } = cursor;
      const key = block!.key[row]!;
      const kind = (key >>> 1) & 7;
      const market = (key >>> 5) as MarketIndex;
      let touched = kind !== DELTA;
      for (let at = 0; at < venues.length; at++) if (venues[at]!.touched[market] === 1) touched = true;
      if (touched) {
        this.#step();
        changed = true;
        continue;
      }
      state.sequence = block!.firstSequence + row;
      state.applyDelta(market, (key & 1) as Side, block!.price[row]! as Price, block!.quantity[row]! as Quantity);
      cursor.moveTo(row + 1);
    }
    return changed;
  }

  #untouched(): boolean {
    for (const venue of this.#venues) if (venue.markets.size > 0) return false;
    return true;
  }

  /** Applies rows of the current block up to a time, by the cheapest road. */
  #applyRun(until: number): void {
    const { cursor } = this;
    const block = cursor.block!;
    const { key, price, quantity, localOffset, delay, constantDelay, baseTime, length } = block;
    const state = this.#state;
    const event = this.#event;
    let { row } = cursor;
    for (; row < length; row++) {
      if (baseTime + localOffset[row]! - (delay === null ? constantDelay : delay[row]!) > until) break;
      const packed = key[row]!;
      const kind = (packed >>> 1) & 7;
      const market = (packed >>> 5) as MarketIndex;
      if (kind === DELTA) {
        state.applyDelta(market, (packed & 1) as Side, price[row]! as Price, quantity[row]! as Quantity);
      } else if (kind === TRADE || kind === UNSIDED_TRADE) {
        state.volume[market] = state.volume[market]! + quantity[row]!;
      } else {
        TapeCursor.read(block, row, event);
        state.apply(event);
      }
    }
    if (row === cursor.row) row++;
    state.sequence = block.firstSequence + row - 1;
    cursor.moveTo(row);
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
        if (event.kind !== SNAPSHOT && event.kind !== QUOTE) onTrade(venue, event, this.#resolution);
        else if (!event.more) {
          venue.requeue(event.market);
          onQuotes(venue, event.market, event);
        }
      }
    }
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
      else if (detail.type === 'coverage') venue.coverage(detail.change.market, detail.change.covered, exchangeTime);
    }
  }
}
