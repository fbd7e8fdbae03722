import { Fault } from '../core/fault.ts';
import type { Market, MarketIndex, MarketStatus, Settlement } from '../core/market.ts';
import { DELTA, DETAIL, type Detail, SNAPSHOT, TRADE, UNSIDED_TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { Random } from '../core/random.ts';
import { ASK, BID, opposite, type Side } from '../core/side.ts';
import type { TapeBlock } from '../core/tape-block.ts';
import { HOUR, type Time } from '../core/time.ts';
import { Emitter, type TapeSink } from '../sim/synthetic/emit.ts';
import { SyntheticExchange } from '../sim/synthetic/exchange.ts';
import { OrderBook, type Owner, type RestingOrder } from '../sim/synthetic/order-book.ts';
import type { Witness } from '../sim/synthetic/witness.ts';
import type { SourceEvent, WorldSource } from './world-source.ts';

/** A recorded tape as the world of an exchange. */
export interface TapedWorld {
  /** Where ids are drawn from. */
  readonly seed: number | string;
  readonly markets: readonly Market[];
  /** All rows, in tape order. */
  readonly blocks: readonly TapeBlock[];
}

/** Owner of whatever the tape shows: nobody is known. */
const TAPE: Owner = 0;
/** A print and the change of its level are told within so long of each other, in either order. */
const FALLS_TOGETHER = 50_000;
/** A market whose settlement the tape does not have is expected to pay so long after its close. */
const EXPECTED_AFTER_CLOSE = 14 * HOUR;

/**
 * Plays a tape into the exchange's books. What the tape shows at a level is one crowd's orders there, set anew at each recorded change of that
 * level; what it adds joins the end of the queue, what it takes away comes off the end, so every cancel is behind a guest. A recorded print
 * is a taker of its size at its price: guests ahead are filled first, and what nobody shows is shown for the moment of the print. Nobody reacts to a
 * guest: what it takes comes back with the next recorded change of the level.
 */
export class TapeFlow implements WorldSource {
  readonly exchange: SyntheticExchange;
  readonly books: readonly OrderBook[];
  readonly events: readonly SourceEvent[];
  readonly #sink: TapeSink;
  readonly #rows: Rows;
  readonly #payouts = new Map<MarketIndex, Omit<Settlement, 'market'>>();
  /** What the tape shows, by market: quantity at price × 2 + side. */
  readonly #shown: readonly Map<number, Quantity>[];
  readonly #status: (MarketStatus | null)[];
  /** When a level fell last, by market × 100,000 + price × 2 + side. */
  readonly #falls = new Map<number, Time>();
  /** What a snapshot that is not complete has so far. */
  #filling: Map<number, Quantity> | null = null;

  /** Throws a Fault (`invalid-parameter`) for a market without its times: it could not be listed. */
  constructor({ markets, blocks, seed }: TapedWorld, sink: TapeSink, witness: Witness) {
    this.#sink = sink;
    const emit = new Emitter(sink, new Random(seed).fork('feed'));
    this.exchange = new SyntheticExchange(emit, witness);
    this.books = markets.map((market) => new OrderBook(sink.market(market), market.grid));
    // Empty as they are: everything after is a change that the feed tells.
    for (const book of this.books) emit.show(book);
    this.#shown = markets.map(() => new Map());
    this.#status = markets.map(() => null);
    this.#rows = new Rows(blocks);
    for (const block of blocks) {
      for (const detail of block.details.values()) {
        if (detail.type !== 'settlement') continue;
        const { market, ...payout } = detail.settlement;
        this.#payouts.set(market, payout);
      }
    }
    this.events = eventsOf(markets);
  }

  /** When its first row happens, and its last. */
  static span(blocks: readonly TapeBlock[]): { first: Time; last: Time } {
    const rows = new Rows(blocks);
    const [first, end] = [blocks[0], blocks.at(-1)];
    const last = end === undefined ? 0 : end.baseTime + end.localOffset[end.length - 1]!;
    return { first: first === undefined ? (0 as Time) : rows.time, last: last as Time };
  }

  runUntil(time: Time): void {
    const rows = this.#rows;
    for (; !rows.done && rows.time <= time; rows.next()) this.#row(rows);
  }

  payoutOf(market: MarketIndex): Omit<Settlement, 'market'> {
    return this.#payouts.get(market) ?? { outcome: 'void', value: 0 as Price };
  }

  #row(rows: Rows): void {
    const { kind, market, side, price, quantity, time: now } = rows;
    if (kind === DETAIL) {
      this.#detail(rows.detail!, now);
      return;
    }
    const shown = this.#shown[market]!;
    const key = price * 2 + side;
    if (kind === SNAPSHOT) {
      this.#filling ??= new Map();
      if (price > 0) this.#filling.set(key, quantity);
      if (!rows.more) this.#whole(market, now);
    } else if (kind === DELTA) {
      shown.set(key, Math.max(0, (shown.get(key) ?? 0) + quantity) as Quantity);
      if (quantity < 0) this.#falls.set(market * 100_000 + key, now);
      this.#show(market, side, price, now);
    } else if (kind === TRADE || kind === UNSIDED_TRADE) this.#print(market, side, price, quantity, now);
  }

  /** A snapshot is complete: the book is it. */
  #whole(market: MarketIndex, now: Time): void {
    const [before, after] = [this.#shown[market]!, this.#filling!];
    this.#filling = null;
    const keys = new Set([...before.keys(), ...after.keys()]);
    before.clear();
    for (const [key, quantity] of after) before.set(key, quantity);
    // What leaves goes first, so that nothing crosses on the way.
    const grown = [...keys].filter((key) => (after.get(key) ?? 0) > 0);
    for (const key of keys)
      if (!after.has(key)) this.#show(market, (key & 1) as Side, ((key - (key & 1)) / 2) as Price, now);
    for (const key of grown) this.#show(market, (key & 1) as Side, ((key - (key & 1)) / 2) as Price, now);
  }

  /** Makes the crowd's orders at a level what the tape shows there. While the market does not trade nothing is shown. */
  #show(market: MarketIndex, side: Side, price: Price, now: Time): void {
    const book = this.books[market]!;
    const level = book.grid.levels[price] ?? -1;
    if (level < 0) return;
    const trades = this.#status[market] === 'active';
    const wanted = trades ? (this.#shown[market]!.get(price * 2 + side) ?? 0) : 0;
    let held = 0;
    for (const order of crowd(book, side, level)) held += order.quantity;
    if (wanted > held) this.#add(book, side, level, (wanted - held) as Quantity, now);
    for (let order = book.last(side, level); held > wanted && order !== null; ) {
      const { ahead } = order;
      if (order.owner === TAPE) {
        const off = Math.min(order.quantity, held - wanted) as Quantity;
        this.exchange.decrease(order, off, now);
        held -= off;
      }
      order = ahead;
    }
  }

  /** Adds to a level, matching guests that it meets; the crowd does not trade with itself, whatever order its changes came in. */
  #add(book: OrderBook, side: Side, level: number, quantity: Quantity, now: Time): void {
    while (book.crosses(side, level)) {
      const other = opposite(side);
      const best = book.best(other)!;
      const stale = [...crowd(book, other, best)];
      if (stale.length === 0) break;
      for (const order of stale) this.exchange.cancel(order, now);
    }
    this.exchange.submit(book, TAPE, side, level, quantity, now);
  }

  #print(market: MarketIndex, side: Side, price: Price, quantity: Quantity, now: Time): void {
    const book = this.books[market]!;
    const level = book.grid.levels[price] ?? -1;
    if (level < 0 || this.#status[market] !== 'active') return;
    const left = (quantity - this.exchange.take(book, TAPE, side, level, quantity, now)) as Quantity;
    if (left > 0) {
      this.#add(book, opposite(side), level, left, now);
      this.exchange.take(book, TAPE, side, level, left, now);
    }
    // Where the change of its level came before it, that level is right again at once; else its change is still to come.
    const fall = this.#falls.get(market * 100_000 + price * 2 + opposite(side));
    if (fall !== undefined && now - fall <= FALLS_TOGETHER) this.#show(market, opposite(side), price, now);
  }

  #detail(detail: Detail, now: Time): void {
    if (detail.type === 'lifecycle') this.#life(detail.change.market, detail, now);
    else if (detail.type === 'settlement') this.#pay(detail, now);
    else if (detail.type === 'fees' || detail.type === 'signal') this.#sink.detail(now, now, detail);
    else if (detail.type === 'coverage' && !detail.change.covered) {
      // Nobody knows what is shown there: an empty book is no claim.
      const { market } = detail.change;
      const keys = [...this.#shown[market]!.keys()];
      this.#shown[market]!.clear();
      for (const key of keys) this.#show(market, (key & 1) as Side, ((key - (key & 1)) / 2) as Price, now);
    }
  }

  #life(market: MarketIndex, detail: Extract<Detail, { type: 'lifecycle' }>, now: Time): void {
    const book = this.books[market]!;
    const { status, grid } = detail.change;
    const before = this.#status[market]!;
    if (grid !== undefined) this.exchange.regrid(book, grid, now);
    if (status !== undefined) this.#status[market] = status;
    this.#sink.detail(now, now, detail);
    if (status === 'active' && before === 'inactive') this.exchange.clear(book, 'reactivated', now);
    if (status === 'closed' || (isOver(status) && !isOver(before))) this.exchange.clear(book, 'market-closed', now);
    if (status === undefined) return;
    for (const key of [...this.#shown[market]!.keys()])
      this.#show(market, (key & 1) as Side, ((key - (key & 1)) / 2) as Price, now);
  }

  /** A market pays once it is determined; tapes of prints do not tell that. */
  #pay(detail: Extract<Detail, { type: 'settlement' }>, now: Time): void {
    const { market } = detail.settlement;
    const tell = (status: MarketStatus): void => {
      this.#life(market, { type: 'lifecycle', change: { market, status } }, now);
    };
    if (this.#status[market] === null) tell('active');
    if (!isOver(this.#status[market]!)) tell('closed');
    if (!['determined', 'disputed', 'amended'].includes(this.#status[market]!)) tell('determined');
    this.#sink.detail(now, now, detail);
    if (this.#status[market] !== 'finalized') tell('finalized');
  }
}

function isOver(status: MarketStatus | null | undefined): boolean {
  return status != null && !['initialized', 'active', 'inactive'].includes(status);
}

function* crowd(book: OrderBook, side: Side, level: number): Generator<RestingOrder> {
  for (let order = book.first(side, level); order !== null; order = order.behind) if (order.owner === TAPE) yield order;
}

function eventsOf(markets: readonly Market[]): SourceEvent[] {
  const events = new Map<string, SourceEvent>();
  for (const { ticker, event, openTime, closeTime } of markets) {
    if (openTime === null || closeTime === null) {
      throw new Fault(
        'invalid-parameter',
        `market ${ticker} of the tape has no ${openTime === null ? 'opening' : 'close'}`,
        {
          next: 'An exchange lists markets with their times: use a tape whose markets have them.',
        },
      );
    }
    const expected = (closeTime + EXPECTED_AFTER_CLOSE) as Time;
    events.set(event, { event, expected, measured: '', disputed: false, life: null });
  }
  return [...events.values()];
}

/** The rows of blocks, one after the other, at the venue's time; where that falls back a little, it stands still. */
class Rows {
  time = 0 as Time;
  readonly #blocks: readonly TapeBlock[];
  #block = 0;
  #at = 0;

  constructor(blocks: readonly TapeBlock[]) {
    this.#blocks = blocks.filter(({ length }) => length > 0);
    this.#tell();
  }

  get done(): boolean {
    return this.#block >= this.#blocks.length;
  }

  next(): void {
    this.#at++;
    if (this.#at >= this.#blocks[this.#block]!.length) {
      this.#block++;
      this.#at = 0;
    }
    this.#tell();
  }

  get kind(): number {
    return (this.#key >> 1) & 7;
  }

  get market(): MarketIndex {
    return (this.#key >>> 5) as MarketIndex;
  }

  get side(): Side {
    return (this.#key & 1) === 0 ? BID : ASK;
  }

  get more(): boolean {
    return (this.#key & 16) !== 0;
  }

  get price(): Price {
    return this.#blocks[this.#block]!.price[this.#at]! as Price;
  }

  get quantity(): Quantity {
    return this.#blocks[this.#block]!.quantity[this.#at]! as Quantity;
  }

  get detail(): Detail | undefined {
    return this.#blocks[this.#block]!.details.get(this.#at);
  }

  get #key(): number {
    return this.#blocks[this.#block]!.key[this.#at]!;
  }

  #tell(): void {
    if (this.done) return;
    const { baseTime, localOffset, delay, constantDelay } = this.#blocks[this.#block]!;
    const exchange = baseTime + localOffset[this.#at]! - (delay === null ? constantDelay : delay[this.#at]!);
    this.time = Math.max(this.time, exchange) as Time;
  }
}
