import type { MarketIndex } from '../core/market.ts';
import { DELTA, MarketEvent, TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { type Duration, NEVER, type Time } from '../core/time.ts';
import type { MarketState } from '../engine/market-state.ts';
import type { Trade } from '../engine/strategy.ts';
import { tradeOf } from '../engine/trade-view.ts';
import { ExchangePass } from './exchange-pass.ts';
import type { LaneRun } from './lane-run.ts';
import { TapeCursor } from './tape-cursor.ts';

export interface ReplayOptions {
  readonly lanes: readonly LaneRun[];
  readonly localState: MarketState;
  readonly exchangeState: MarketState;
  /** Added to the tape's own receive times. */
  readonly feed: Duration;
  /** Called for every lane each time this much tape time has passed; 0 never. */
  readonly sampleEvery: Duration;
  readonly sample: (time: Time) => void;
}

/**
 * Drives lanes through a tape. Each row is met twice: by the venues at exchange time, by the engines at local time, with our own
 * messages, clocks and wake-ups in between. `feed` runs until the blocks at hand are used up; nothing here waits. Where a lane needs a model's
 * answer that is not there, `feed` and `finish` give false: whoever drives gets it and calls `resume`.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #lanes: readonly LaneRun[];
  readonly #local: TapeCursor;
  readonly #exchange: ExchangePass;
  readonly #event = new MarketEvent();
  readonly #hearsBook: boolean;
  readonly #hearsTrades: boolean;
  /** The shortest time that a request of any lane takes to its venue. */
  readonly #headStart: number;
  /** Exchange time up to which the blocks at hand tell everything; NEVER once the tape has ended. */
  #horizon = 0;
  #lastLocal = 0;
  #nextSample = NEVER as number;
  #dueLane: LaneRun | null = null;
  /** Whether an order of ours may trade at any venue: then the exchange's rows must be walked in time. */
  #live = false;
  /** Rows that have reached the engines. */
  rows = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#lanes = options.lanes;
    this.#local = new TapeCursor('local', options.feed);
    const local = { state: options.localState, cursor: this.#local };
    this.#exchange = new ExchangePass(options.exchangeState, local, options.lanes);
    this.#headStart = Math.min(...options.lanes.map((lane) => lane.requestDelay));
    this.#hearsBook = options.lanes.some((lane) => lane.engine.hearsBook);
    this.#hearsTrades = options.lanes.some((lane) => lane.engine.hearsTrades);
  }

  /** Takes the next block of the tape and runs as far as it allows; gives whether it got there. */
  feed(block: TapeBlock): boolean {
    if (block.length === 0) return true;
    if (this.#horizon === 0) this.#begin(block);
    this.#local.append(block);
    this.#exchange.cursor.append(block);
    const last = block.length - 1;
    const delay = block.delay === null ? block.constantDelay : block.delay[last]!;
    const lastLocal = block.baseTime + block.localOffset[last]!;
    this.#lastLocal = lastLocal + this.#options.feed;
    this.#horizon = Math.max(this.#horizon, lastLocal - delay);
    return this.resume();
  }

  /** The tape has ended: what is still under way is done up to its last moment, and the strategies are stopped. Gives whether it got there. */
  finish(): boolean {
    this.#horizon = NEVER;
    return this.resume();
  }

  /** Goes on where `feed` or `finish` stopped for an answer. */
  resume(): boolean {
    if (!this.#run(this.#horizon)) return false;
    if (this.#horizon === NEVER) this.#end();
    // The exchange's pass may lag where no order called for it; blocks that only it still needs are walked now and let go.
    else if (!this.#local.behind) this.#exchange.leaveOldBlocks();
    return true;
  }

  #end(): void {
    const end = this.#lastLocal as Time;
    for (const lane of this.#lanes) {
      lane.hearOut(end);
      lane.engine.stop(Math.max(end, lane.engine.now) as Time);
    }
    if (this.#options.sampleEvery > 0) this.#options.sample(end);
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
   * Gives false where a lane must first have an answer.
   */
  #run(horizon: number): boolean {
    const finishing = horizon === NEVER;
    const local = this.#local;
    const exchange = this.#exchange;
    let due = this.#earliest();
    for (;;) {
      const localTime = local.time;
      if (localTime === NEVER && (!finishing || due > this.#lastLocal)) return true;
      const bound = due < localTime ? due : localTime;
      if (bound >= horizon) return true;
      if (this.#live && exchange.cursor.time <= bound) {
        // Nothing that an engine decides from here on can reach a venue sooner than this, so the rows up to it may go in one run.
        if (!exchange.run(Math.min(due, localTime + this.#headStart, horizon - 1))) continue;
        this.#live = this.#anyLive();
        due = this.#earliest();
      } else if (bound >= this.#nextSample) this.#takeSample(bound);
      else if (localTime <= due) {
        const exchangeLimit = this.#live ? exchange.cursor.time : (NEVER as number);
        due = this.#hear(Math.min(due, this.#nextSample - 1, horizon - 1, exchangeLimit - 1), due);
      } else {
        if (this.#dueLane!.awaitsScore) return false;
        exchange.run(due);
        this.#dueLane!.work();
        this.#live = this.#anyLive();
        due = this.#earliest();
      }
    }
  }

  /** When a lane next has something to do; remembers which. */
  #earliest(): number {
    let time = NEVER as number;
    for (const lane of this.#lanes) {
      const { next } = lane;
      if (next < time) {
        time = next;
        this.#dueLane = lane;
      }
    }
    return time;
  }

  #anyLive(): boolean {
    for (const lane of this.#lanes) if (lane.venue.live > 0) return true;
    return false;
  }

  /** Tells the engines of rows up to a local time, or until one of our own messages falls due first. Returns when that is. */
  #hear(until: number, firstDue: number): number {
    const cursor = this.#local;
    const block = cursor.block!;
    const { key, price, quantity, localOffset, length } = block;
    const base = block.baseTime + this.#options.feed;
    const state = this.#options.localState;
    const hearsBook = this.#hearsBook;
    const hearsTrades = this.#hearsTrades;
    const lanes = this.#lanes;
    let limit = until;
    let due = firstDue;
    const first = cursor.row;
    let row = first;
    for (; row < length; row++) {
      const time = base + localOffset[row]!;
      if (time > limit) break;
      const packed = key[row]!;
      const kind = (packed >>> 1) & 7;
      const market = (packed >>> 5) as MarketIndex;
      if (kind === DELTA) {
        state.sequence = block.firstSequence + row;
        state.applyDelta(market, (packed & 1) as Side, price[row]! as Price, quantity[row]! as Quantity);
        if (!hearsBook || (packed & 16) !== 0) continue;
        for (let at = 0; at < lanes.length; at++) {
          const { engine } = lanes[at]!;
          engine.bookChanged(market, time as Time);
          if (engine.acted) due = this.#after(lanes[at]!, due);
        }
      } else if (kind === TRADE) {
        state.sequence = block.firstSequence + row;
        state.applyTrade(market, price[row]! as Price, quantity[row]! as Quantity);
        if (!hearsTrades) continue;
        const trade = this.#print(block, row);
        for (let at = 0; at < lanes.length; at++) {
          const { engine } = lanes[at]!;
          engine.printed(trade);
          if (engine.acted) due = this.#after(lanes[at]!, due);
        }
      } else due = this.#tell(block, row, due);
      if (due < limit) limit = due;
    }
    this.rows += row - first;
    cursor.moveTo(row);
    return due;
  }

  #tell(block: TapeBlock, row: number, dueBefore: number): number {
    const event = this.#event;
    const { feed, localState } = this.#options;
    const lanes = this.#lanes;
    TapeCursor.read(block, row, event);
    event.localTime = (event.localTime + feed) as Time;
    localState.apply(event);
    let due = dueBefore;
    for (const lane of lanes) {
      lane.engine.step(event);
      due = this.#after(lane, due);
    }
    return due;
  }

  /** When something is due next, after a lane may have asked for something. */
  #after(lane: LaneRun, due: number): number {
    lane.engine.acted = false;
    const { next } = lane;
    if (next >= due) return due;
    this.#dueLane = lane;
    return next;
  }

  /** A print as engines are told of it: one object for all of them, which none can change. */
  #print(block: TapeBlock, row: number): Trade {
    const event = this.#event;
    TapeCursor.read(block, row, event);
    event.localTime = (event.localTime + this.#options.feed) as Time;
    return Object.freeze(tradeOf(event));
  }

  #takeSample(bound: number): void {
    const { sampleEvery, sample } = this.#options;
    sample(this.#nextSample as Time);
    // Long silences give one sample, not one an hour: nothing changed in between.
    this.#nextSample = Math.max(this.#nextSample + sampleEvery, Math.floor(bound / sampleEvery) * sampleEvery);
    if (this.#nextSample <= bound) this.#nextSample += sampleEvery;
  }
}
