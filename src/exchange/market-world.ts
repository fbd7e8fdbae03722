import { assert } from '../core/assert.ts';
import type { FeeChange } from '../core/fee-schedule.ts';
import type { Market, MarketChange, MarketIndex, Settlement } from '../core/market.ts';
import { DELTA, type Detail, type MarketEventKind, SNAPSHOT } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { FeeBook } from '../ledger/fee-book.ts';
import { KNOWN_FEES } from '../ledger/known-fees.ts';
import type { SyntheticConfig } from '../sim/synthetic/config.ts';
import type { TapeSink } from '../sim/synthetic/emit.ts';
import type { SyntheticExchange } from '../sim/synthetic/exchange.ts';
import type { EventLife } from '../sim/synthetic/lifecycle.ts';
import type { OrderBook } from '../sim/synthetic/order-book.ts';
import type { LeftOrder, TruthTrade, Witness } from '../sim/synthetic/witness.ts';
import type { Feed } from './feed.ts';
import { GeneratedFlow } from './generated-flow.ts';
import type { Ids } from './ids.ts';
import { eventCreated, lifecycleOf, marketCreated } from './lifecycle-messages.ts';
import { MarketRecord, type Trade } from './market-record.ts';
import type { OrderRecord } from './order-record.ts';
import { SignalBoard } from './signal-board.ts';
import { type TapedWorld, TapeFlow } from './tape-flow.ts';
import type { WorldSource } from './world-source.ts';

/** What a world tells of the orders of guests, at once; the book must not be touched before `settled`. */
export interface GuestWatch {
  traded(trade: TruthTrade, print: Trade): void;
  left(order: LeftOrder): void;
  /** An operation of the exchange is complete. */
  settled(now: Time): void;
  paused(market: MarketRecord, now: Time): void;
  paid(market: MarketRecord, settlement: Settlement, now: Time): void;
}

/** The world in which the exchange stands, made up or of a tape: its markets, their order flow and lives, told to the feed as they happen. */
export class MarketWorld implements TapeSink, Witness {
  readonly markets: MarketRecord[] = [];
  readonly byTicker = new Map<string, MarketRecord>();
  /** Every print, oldest first. */
  readonly trades: Trade[] = [];
  readonly fees = new FeeBook(KNOWN_FEES);
  readonly feeChanges: FeeChange[] = [];
  /** What was published that is not the market. */
  readonly signals = new SignalBoard();
  watch: GuestWatch | null = null;
  /** The guest's order that is being worked on: what changes meanwhile is its doing. */
  acting: OrderRecord | null = null;
  readonly #facts: Market[] = [];
  readonly #announced = new Set<string>();
  readonly #measured = new Map<string, string>();
  /** Events whose first result is not the one that is paid. */
  readonly #disputed = new Set<string>();
  readonly #source: WorldSource;
  readonly #feed: Feed;
  readonly #ids: Ids;

  /** Throws a Fault (`invalid-parameter`) on a world that cannot be. */
  constructor(world: SyntheticConfig | TapedWorld, feed: Feed, ids: Ids) {
    this.#feed = feed;
    this.#ids = ids;
    this.#source = 'blocks' in world ? new TapeFlow(world, this, this) : new GeneratedFlow(world, this, this);
    const expected = new Map<string, Time>();
    for (const { event, expected: time, measured, disputed } of this.#source.events) {
      expected.set(event, time);
      if (disputed) this.#disputed.add(event);
      this.#measured.set(event, measured);
    }
    const { books } = this.#source;
    for (const market of this.#facts) {
      const record = new MarketRecord(market, ids.of(market.ticker), books[market.index]!, expected.get(market.event)!);
      this.markets.push(record);
      this.byTicker.set(market.ticker, record);
    }
  }

  /** Where guests send their orders. */
  get exchange(): SyntheticExchange {
    return this.#source.exchange;
  }

  /** What will befall each event: for whoever stages it, never for a guest. */
  get lives(): readonly EventLife[] {
    return this.#source.events.flatMap(({ life }) => (life === null ? [] : [life]));
  }

  /** Lets everything happen up to `time`. */
  runUntil(time: Time): void {
    this.#source.runUntil(time);
  }

  market(market: Omit<Market, 'index'>): MarketIndex {
    const index = this.#facts.length as MarketIndex;
    this.#facts.push({ ...market, index });
    return index;
  }

  row(
    time: Time,
    _local: Time,
    kind: MarketEventKind,
    index: MarketIndex,
    side: Side,
    price: Price,
    change: Quantity,
  ): void {
    // A book that is shown was empty to everybody before: its levels arrive as changes.
    if ((kind !== DELTA && kind !== SNAPSHOT) || price === 0) return;
    const market = this.markets[index]!;
    this.#feed.publish({ type: 'delta', market, side, price, change, time, cause: this.acting });
  }

  detail(time: Time, _local: Time, detail: Detail): void {
    if (detail.type === 'signal') this.signals.add(detail.signal, time);
    if (detail.type === 'lifecycle') this.#change(detail.change, time);
    if (detail.type === 'settlement') this.#pay(detail.settlement, time);
    if (detail.type === 'fees') {
      this.fees.add(detail.change);
      this.feeChanges.push(detail.change);
    }
  }

  operation(book: OrderBook, now: Time): void {
    this.#quote(this.markets[book.market]!, now);
    this.watch?.settled(now);
  }

  traded(truth: TruthTrade): void {
    const market = this.markets[truth.market]!;
    const { side, price, quantity, time } = truth;
    const print: Trade = { id: this.#ids.next(), market, side, price, quantity, time };
    market.print(print, truth.taker, truth.owner);
    this.trades.push(print);
    this.#feed.publish({ type: 'trade', trade: print });
    this.watch?.traded(truth, print);
  }

  left(order: LeftOrder): void {
    this.watch?.left(order);
  }

  clearing(book: OrderBook, time: Time): void {
    const market = this.markets[book.market]!;
    for (const side of [BID, ASK] as const) {
      for (let level = 0; level < book.grid.size; level++) {
        const total = book.total(side, level);
        if (total === 0) continue;
        const change = -total as Quantity;
        this.#feed.publish({ type: 'delta', market, side, price: book.grid.priceAt(level), change, time, cause: null });
      }
    }
  }

  #quote(market: MarketRecord, now: Time): void {
    if (!market.tickerMoved()) return;
    market.candles.quote(now, market.bid, market.ask);
    this.#feed.publish({ type: 'ticker', market, time: now });
  }

  #change({ market: index, status, closeTime, grid }: MarketChange, now: Time): void {
    const market = this.markets[index]!;
    const before = market.status;
    const moved = closeTime !== undefined && closeTime !== market.closeTime;
    if (closeTime !== undefined) market.closeTime = closeTime;
    if (status !== undefined) market.status = status;
    market.updated = now;
    if (before === null) {
      market.created = now;
      this.#announce(market);
    }
    if (status === 'finalized') market.settledTime = now;
    if (status === 'determined') {
      market.measured = this.#measured.get(market.market.event)!;
      market.settlement = { market: index, ...this.#firstResult(market) };
    }
    if (status === 'amended') market.settlement = { market: index, ...this.#source.payoutOf(index) };
    for (const message of lifecycleOf(market, before, { status, moved, regridded: grid !== undefined }, now)) {
      this.#feed.publish({ type: 'lifecycle', kind: 'market_lifecycle_v2', message });
    }
    if (status === 'inactive') this.watch?.paused(market, now);
    if (status === 'closed') this.#quote(market, now);
  }

  /** What is published first. Of a disputed event that is wrong: the bracket beside the one that pays is named. */
  #firstResult(market: MarketRecord): Omit<Settlement, 'market'> {
    const { event, index } = market.market;
    const brackets = this.markets.filter((other) => other.market.event === event);
    const before = brackets.at(brackets.indexOf(market) - 1)!;
    return this.#source.payoutOf(this.#disputed.has(event) ? before.market.index : index);
  }

  #announce(market: MarketRecord): void {
    const { event } = market.market;
    if (!this.#announced.has(event)) {
      this.#announced.add(event);
      this.#feed.publish({ type: 'lifecycle', kind: 'event_lifecycle', message: eventCreated(market) });
    }
    this.#feed.publish({ type: 'lifecycle', kind: 'market_lifecycle_v2', message: marketCreated(market) });
  }

  #pay(settlement: Settlement, now: Time): void {
    const market = this.markets[settlement.market]!;
    assert(market.settlement?.value === settlement.value, 'a market pays what its result says');
    this.watch?.paid(market, settlement, now);
  }
}
