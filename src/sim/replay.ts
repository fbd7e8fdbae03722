import { assert } from '../core/assert.ts';
import { DELTA, DETAIL, MarketEvent, QUOTE, SNAPSHOT } from '../core/market-event.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { type Duration, NEVER, type Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import type { FeeBook } from '../ledger/fee-book.ts';
import type { LaneRun } from './lane-run.ts';
import { onDelta, onQuotes, onTrade } from './resting.ts';
import { TapeCursor } from './tape-cursor.ts';
import { displayed } from './venue-market.ts';

export interface ReplayOptions {
  readonly lanes: readonly LaneRun[];
  readonly localState: MarketState;
  readonly exchangeState: MarketState;
  readonly fees: FeeBook;
  /** Added to the tape's own receive times. */
  readonly feed: Duration;
  /** How much earlier than written an event may have happened: the tape's time resolution. */
  readonly resolution: Duration;
  /** Called for every lane each time this much tape time has passed; 0 never. */
  readonly sampleEvery: Duration;
  readonly sample: (time: Time) => void;
}

/**
 * Drives lanes through a tape. Each row is met twice: by the venues at exchange time, by the engines at local time, with our own
 * messages, clocks and wake-ups in between. `feed` runs until the blocks at hand are used up; nothing here waits.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #lanes: readonly LaneRun[];
  readonly #blocks: TapeBlock[] = [];
  readonly #local = new TapeCursor();
  readonly #exchange = new TapeCursor();
  readonly #localEvent = new MarketEvent();
  readonly #exchangeEvent = new MarketEvent();
  /** Exchange time up to which the blocks at hand tell everything. */
  #horizon = 0;
  #lastLocal = 0;
  #nextSample = NEVER as number;
  /** Rows that have reached the engines. */
  rows = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#lanes = options.lanes;
  }

  /** Takes the next block of the tape and runs as far as it allows. */
  feed(block: TapeBlock): void {
    if (block.length === 0) return;
    if (this.#blocks.length === 0 && this.#horizon === 0) this.#begin(block);
    this.#blocks.push(block);
    const last = block.length - 1;
    const delay = block.delay === null ? block.constantDelay : block.delay[last]!;
    this.#lastLocal = block.baseTime + block.localOffset[last]! + this.#options.feed;
    this.#horizon = Math.max(this.#horizon, this.#lastLocal - this.#options.feed - delay);
    this.#run(this.#horizon);
    this.#dropUsed();
  }

  /** The tape has ended: what is still under way is done up to its last moment, and the strategies are stopped. */
  finish(): Time {
    this.#run(NEVER);
    const end = this.#lastLocal as Time;
    for (const lane of this.#lanes) lane.engine.stop(end);
    if (this.#options.sampleEvery > 0) this.#options.sample(end);
    return end;
  }

  #begin(block: TapeBlock): void {
    const start = (block.baseTime + block.localOffset[0]! + this.#options.feed) as Time;
    const { sampleEvery } = this.#options;
    if (sampleEvery > 0) this.#nextSample = (Math.floor(start / sampleEvery) + 1) * sampleEvery;
    for (const lane of this.#lanes) lane.engine.start(start);
  }

  /**
   * The main merge. Of one time: the exchange's events, then what we hear of the market, then our own messages and clocks. Nothing at
   * or beyond `horizon` is touched, because rows not yet at hand may come before it; that makes the result independent of block sizes.
   */
  #run(horizon: number): void {
    const finishing = horizon === NEVER;
    for (;;) {
      const dueLane = this.#earliestLane();
      const due = dueLane === null ? (NEVER as number) : dueLane.next;
      const localTime = this.#localTime();
      if (localTime === NEVER && (!finishing || due > this.#lastLocal)) return;
      const bound = Math.min(due, localTime);
      if (bound >= horizon) return;
      if (this.#anyLive() && this.#exchangeTime() <= bound) this.#stepExchange(true);
      else if (bound >= this.#nextSample) this.#takeSample(bound);
      else if (localTime <= due) this.#stepLocal(Math.min(due, this.#nextSample - 1, horizon - 1));
      else {
        this.#catchUp(due);
        dueLane!.work();
      }
    }
  }

  #earliestLane(): LaneRun | null {
    let earliest: LaneRun | null = null;
    let time = NEVER as number;
    for (const lane of this.#lanes) {
      const { next } = lane;
      if (next < time) {
        time = next;
        earliest = lane;
      }
    }
    return earliest;
  }

  #anyLive(): boolean {
    for (const lane of this.#lanes) if (lane.venue.live > 0) return true;
    return false;
  }

  #localTime(): number {
    const block = this.#blockAt(this.#local);
    if (block === undefined) return NEVER;
    return block.baseTime + block.localOffset[this.#local.row]! + this.#options.feed;
  }

  #exchangeTime(): number {
    const block = this.#blockAt(this.#exchange);
    if (block === undefined) return NEVER;
    const { row } = this.#exchange;
    const delay = block.delay === null ? block.constantDelay : block.delay[row]!;
    return Math.max(block.baseTime + block.localOffset[row]! - delay, this.#exchange.exchangeTime);
  }

  /** The block under a cursor, moving it past used-up ones; undefined where more tape is needed. */
  #blockAt(cursor: TapeCursor): TapeBlock | undefined {
    let block = this.#blocks[cursor.block];
    while (block !== undefined && cursor.row >= block.length) {
      cursor.block++;
      cursor.row = 0;
      block = this.#blocks[cursor.block];
    }
    return block;
  }

  /** Tells the engines of rows up to a local time, or until one of our own messages falls due first. */
  #stepLocal(until: number): void {
    let limit = until;
    const block = this.#blockAt(this.#local)!;
    const event = this.#localEvent;
    const lanes = this.#lanes;
    const { feed, localState, fees } = this.#options;
    const busy = this.#anyLive();
    let row = this.#local.row;
    for (; row < block.length; row++) {
      TapeCursor.read(block, row, event);
      event.localTime = (event.localTime + feed) as Time;
      if (event.localTime > limit) break;
      localState.apply(event);
      if (event.detail?.type === 'fees') fees.add(event.detail.change);
      for (let at = 0; at < lanes.length; at++) {
        lanes[at]!.engine.step(event);
        const { next } = lanes[at]!;
        if (next < limit) limit = next;
      }
      this.rows++;
      if (busy) {
        row++;
        break;
      }
    }
    this.#local.row = row;
  }

  /** Brings the exchange's state up to a time at which we have had nothing there: the rows only need applying. */
  #catchUp(time: number): void {
    while (this.#exchangeTime() <= time) this.#stepExchange(false);
  }

  #stepExchange(live: boolean): void {
    const cursor = this.#exchange;
    const event = this.#exchangeEvent;
    cursor.exchangeTime = this.#exchangeTime();
    TapeCursor.read(this.#blockAt(cursor)!, cursor.row, event);
    event.exchangeTime = cursor.exchangeTime as Time;
    cursor.row++;
    const state = this.#options.exchangeState;
    if (!live && event.kind !== DETAIL) {
      this.#applyQuietly(event);
      return;
    }
    if (event.kind === DETAIL) this.#exchangeDetail(event);
    else if (event.kind === DELTA) this.#exchangeDelta(event);
    else {
      state.apply(event);
      for (const lane of this.#lanes) {
        if (lane.venue.markets.size === 0) continue;
        if (event.kind === SNAPSHOT || event.kind === QUOTE) {
          if (event.more) continue;
          lane.venue.requeue(event.market);
          onQuotes(lane.venue, event.market, event);
        } else onTrade(lane.venue, event, this.#options.resolution);
      }
    }
  }

  /** Nothing of ours rests anywhere: only what we took from the book still needs to follow it. */
  #applyQuietly(event: MarketEvent): void {
    if (event.kind === DELTA) {
      this.#exchangeDelta(event);
      return;
    }
    this.#options.exchangeState.apply(event);
    if (event.kind !== SNAPSHOT && event.kind !== QUOTE) return;
    if (event.more) return;
    for (const lane of this.#lanes) if (lane.venue.markets.has(event.market)) lane.venue.requeue(event.market);
  }

  #exchangeDelta(event: MarketEvent): void {
    const state = this.#options.exchangeState;
    let touched = false;
    for (const lane of this.#lanes) if (lane.venue.markets.has(event.market)) touched = true;
    if (!touched) {
      state.apply(event);
      return;
    }
    const book = state.book(event.market);
    const before = book === null ? 0 : displayed(book, event.side, event.price);
    state.apply(event);
    const changed = state.book(event.market)!;
    if (changed.tornReason !== '') {
      for (const lane of this.#lanes) lane.venue.losePlace(event.market);
      return;
    }
    const after = displayed(changed, event.side, event.price);
    for (const lane of this.#lanes) onDelta(lane.venue, event, before, after);
  }

  #exchangeDetail(event: MarketEvent): void {
    const state = this.#options.exchangeState;
    const detail = event.detail;
    assert(detail !== null, 'a detail row without its detail');
    const wasActive = detail.type === 'lifecycle' && state.isActive(detail.change.market);
    state.apply(event);
    for (const { venue } of this.#lanes) {
      if (detail.type === 'lifecycle') venue.lifecycle(detail.change, wasActive, event.exchangeTime);
      else if (detail.type === 'coverage') {
        venue.coverage(detail.change.market, detail.change.covered, event.exchangeTime);
      }
    }
  }

  #takeSample(bound: number): void {
    const { sampleEvery, sample } = this.#options;
    sample(this.#nextSample as Time);
    // Long silences give one sample, not one an hour: nothing changed in between.
    this.#nextSample = Math.max(this.#nextSample + sampleEvery, Math.floor(bound / sampleEvery) * sampleEvery);
    if (this.#nextSample <= bound) this.#nextSample += sampleEvery;
  }

  /** Forgets blocks that both cursors have left. The exchange's may lag behind where no order called for it: it is brought up first. */
  #dropUsed(): void {
    const { block } = this.#local;
    if (block === 0) return;
    const live = this.#anyLive();
    while (this.#blockAt(this.#exchange) !== undefined && this.#exchange.block < block) this.#stepExchange(live);
    const used = Math.min(block, this.#exchange.block);
    this.#blocks.splice(0, used);
    this.#local.block -= used;
    this.#exchange.block -= used;
  }
}
