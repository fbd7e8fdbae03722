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

const NOBODY: readonly Venue[] = [];

/** The recorded market as the exchange knew it, row by row at exchange time, and what each row does to our orders there. */
export class ExchangePass {
  readonly cursor = new TapeCursor('exchange', 0);
  readonly #state: MarketState;
  readonly #event = new MarketEvent();
  /** 1 for markets in which a venue has, or had, something of ours. */
  readonly #touched: Uint8Array;
  /** By market, the venues that have, or had, something of ours there: nobody else is concerned by its rows. */
  readonly #concerned = new Map<MarketIndex, Venue[]>();

  constructor(state: MarketState) {
    this.#state = state;
    this.#touched = new Uint8Array(state.markets.length);
  }

  /** Takes note of the markets that a venue has entered. To be called after each request that it took. */
  learn(venue: Venue): void {
    const { entered } = venue;
    if (entered.length === 0) return;
    for (const market of entered) {
      this.#touched[market] = 1;
      const concerned = this.#concerned.get(market);
      if (concerned === undefined) this.#concerned.set(market, [venue]);
      else concerned.push(venue);
    }
    entered.length = 0;
  }

  /** Walks all rows up to a time. True when one of them may have changed an order of ours. */
  run(until: number): boolean {
    const { cursor } = this;
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
