import type { Market, MarketStatus, Settlement } from '../core/market.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { ASK, BID, direction, opposite, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { OrderBook, Owner } from '../sim/synthetic/order-book.ts';
import { Candles } from './candles.ts';

/** A public print. */
export interface Trade {
  readonly id: string;
  readonly market: MarketRecord;
  /** The taker's side. */
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly time: Time;
}

/** One market as the exchange keeps it: its book, where it stands in its life, what traded. */
export class MarketRecord {
  readonly market: Market;
  /** In the form of a UUID. */
  readonly id: string;
  readonly book: OrderBook;
  readonly candles = new Candles();
  readonly trades: Trade[] = [];
  /** Null until it is listed. */
  status: MarketStatus | null = null;
  created = 0 as Time;
  updated = 0 as Time;
  closeTime: Time;
  /** When the result is expected. */
  readonly expected: Time;
  lastPrice: Price | null = null;
  volume = 0 as Quantity;
  /** Price times contracts over all trades, 1e-6 dollars. */
  turnover = 0;
  openInterest = 0 as Quantity;
  /** What it pays: known from its result on. */
  settlement: Settlement | null = null;
  settledTime: Time | null = null;
  /** What was measured; empty until it is known. */
  measured = '';
  readonly #held = new Map<Owner, number>();
  readonly #told = [-1, -1, -1, -1, -1];

  constructor(market: Market, id: string, book: OrderBook, expected: Time) {
    this.market = market;
    this.id = id;
    this.book = book;
    this.closeTime = market.closeTime!;
    this.expected = expected;
  }

  get ticker(): string {
    return this.market.ticker;
  }

  /** The best YES bid, 0 where there is none. */
  get bid(): number {
    return this.book.bestBid < 0 ? 0 : this.book.grid.priceAt(this.book.bestBid);
  }

  /** The best YES ask, 10,000 where there is none. */
  get ask(): number {
    return this.book.bestAsk >= this.book.grid.size ? 10_000 : this.book.grid.priceAt(this.book.bestAsk);
  }

  /** Size at the best price of a side, 0 where it is empty. */
  bestSize(side: Side): Quantity {
    const level = this.book.best(side);
    return level === undefined ? (0 as Quantity) : this.book.total(side, level);
  }

  /** What a YES contract is taken to be worth: what it paid, else its last trade, else the middle of the book. */
  get mark(): Price {
    if (this.settlement !== null) return this.settlement.value;
    return this.lastPrice ?? (Math.floor((this.bid + this.ask) / 2) as Price);
  }

  /** Whether it can no longer trade, for good or until its close is moved. */
  get isOver(): boolean {
    return this.status !== null && !['initialized', 'active', 'inactive'].includes(this.status);
  }

  /** Whether best prices, their sizes or the volume are others than when it was asked last. */
  tickerMoved(): boolean {
    const now = [this.bid, this.ask, this.bestSize(BID), this.bestSize(ASK), this.volume];
    let moved = false;
    for (let at = 0; at < now.length; at++) {
      if (this.#told[at] !== now[at]) moved = true;
      this.#told[at] = now[at]!;
    }
    return moved;
  }

  /** Books a print, and who holds what after it. */
  print(trade: Trade, taker: Owner, maker: Owner): void {
    this.#move(taker, direction(trade.side) * trade.quantity);
    this.#move(maker, direction(opposite(trade.side)) * trade.quantity);
    this.trades.push(trade);
    this.lastPrice = trade.price;
    this.volume = (this.volume + trade.quantity) as Quantity;
    this.turnover += trade.price * trade.quantity;
    this.candles.trade(trade.time, trade.price, trade.quantity, this.openInterest);
  }

  #move(owner: Owner, change: number): void {
    const before = this.#held.get(owner) ?? 0;
    const after = before + change;
    this.#held.set(owner, after);
    this.openInterest = (this.openInterest + Math.max(0, after) - Math.max(0, before)) as Quantity;
  }
}
