import type { MarketIndex } from '../core/market.ts';
import { dollars, type Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import { contracts, type Quantity } from '../core/quantity.ts';
import { BID, direction, type Side } from '../core/side.ts';
import { type Duration, HOUR } from '../core/time.ts';
import type { Account } from '../ledger/account.ts';
import { type ExposureLeg, worstCase } from '../ledger/exposure.ts';
import type { MarketState } from './market-state.ts';
import type { OwnOrder, OwnOrders } from './own-orders.ts';

/** What a run or session may risk. The same settings and the same code guard a backtest and a live session. */
export interface LimitSettings {
  /** Orders that may trade at one time. Refuses. */
  readonly openOrders: number;
  /** Contracts of one position, resting orders included. Shrinks, then refuses. */
  readonly positionContracts: Quantity;
  /** What one order may lock. Shrinks, then refuses. */
  readonly orderCost: Money;
  /** What one market's position and orders may lock. Shrinks, then refuses. */
  readonly positionCost: Money;
  /** What was ever paid to open in one market, positions closed since included, and what orders there may lock. Shrinks, then refuses. */
  readonly marketCost: Money;
  /** Worst joint loss over an event's markets as a share of the account. Refuses. */
  readonly eventShare: number;
  /** Markets with a position or an opening order: in one series, in all. Refuses. */
  readonly positionsInSeries: number;
  readonly positions: number;
  /** What one market, and all together, may lock as a share of the account. Shrinks, then refuses. */
  readonly accountShareOfOne: number;
  readonly accountShareOfAll: number;
  /** Our contracts in a market as a share of what has traded there. Shrinks, then refuses; not applied where no trades are recorded. */
  readonly volumeShare: number;
  /** What may be lost from 00:00 in New York, at worst-case marks: the smaller of an amount and a share of what the day began with. Halts. */
  readonly dailyLoss: Money;
  readonly dailyLossShare: number;
  /** Below the highest worth so far, as a share of it. Halves sizes while it lasts. */
  readonly drawdown: number;
  /** Positions that were closed or paid at a loss, one after the other. Pauses for `lossPause`. */
  readonly lossesInRow: number;
  readonly lossPause: Duration;
}

export const STANDARD_LIMITS: LimitSettings = {
  openOrders: 10,
  positionContracts: contracts(100),
  orderCost: dollars(50),
  positionCost: dollars(1_000),
  marketCost: dollars(5_000),
  eventShare: 0.2,
  positionsInSeries: 4,
  positions: 10,
  accountShareOfOne: 0.1,
  accountShareOfAll: 0.3,
  volumeShare: 0.1,
  dailyLoss: dollars(500),
  dailyLossShare: 0.05,
  drawdown: 0.1,
  lossesInRow: 5,
  lossPause: HOUR as Duration,
};

export type Verdict = { readonly allowed: Quantity } | { readonly refused: string };

/** What the growing part of an order costs per contract, in 1e-4 dollars: a bid pays p, an ask pays 1 − p. */
export function unitCost(side: Side, price: Price): number {
  return side === BID ? price : 10_000 - price;
}

/** The price at or better than the limit at which a fill is charged most: the one nearest 50 cents. */
export function dearestPrice(side: Side, price: Price): Price {
  return (side === BID ? Math.min(price, 5_000) : Math.max(price, 5_000)) as Price;
}

/** What one fill may be rounded up by, in 1e-6 dollars. */
const ROUNDING = 10_000;

/** Checks each request against the settings before it leaves. Orders that only reduce a position always may. */
export class Limits {
  settings: LimitSettings;
  /** Why nothing may leave any more but cancels; null while all is well. */
  halt: string | null = null;
  /** Whether it halts because the run is over. */
  ended = false;
  /** Why nothing may be entered now, though what reduces a position may leave. */
  readonly pauses = new Set<string>();
  /** What sizes are multiplied by: a drawdown halves them. */
  sizeFactor = 1;
  readonly #account: Account;
  readonly #orders: OwnOrders;
  readonly #state: MarketState;
  readonly #tradesKnown: boolean;
  readonly #fee: (market: MarketIndex, price: Price, quantity: Quantity) => Money;

  /** `fee` gives the taker's fee of a fill now. */
  constructor(
    settings: LimitSettings,
    account: Account,
    orders: OwnOrders,
    state: MarketState,
    tradesKnown: boolean,
    fee: (market: MarketIndex, price: Price, quantity: Quantity) => Money,
  ) {
    this.#fee = fee;
    this.settings = settings;
    this.#tradesKnown = tradesKnown;
    this.#account = account;
    this.#orders = orders;
    this.#state = state;
  }

  /** Why nothing may be entered now, by a halt or a pause; null while all is well. */
  get stopped(): string | null {
    if (this.halt !== null) return this.halt;
    const [pause] = this.pauses;
    return pause === undefined ? null : `paused: ${pause}`;
  }

  /**
   * How much of an order may go out, or which limit refuses it. `replaced` is the order that it takes the place of when it is an amend.
   * Orders that wait for their own check do not count.
   */
  check(own: OwnOrder, replaced: OwnOrder | null = null): Verdict {
    if (this.halt !== null) return this.ended ? { refused: this.halt } : refused('halt', this.halt);
    const others: OwnOrder[] = [];
    for (const other of this.#orders.open()) if (other.sent && other !== own && other !== replaced) others.push(other);
    const committed = this.#committed(own, others);
    const reducing = Math.min(own.quantity, Math.max(0, -committed));
    if (own.quantity === reducing) return { allowed: own.quantity };
    const [pause] = this.pauses;
    if (pause !== undefined) return reducing > 0 ? { allowed: reducing as Quantity } : refused('pause', pause);
    if (replaced === null && others.length >= this.settings.openOrders) {
      return refused('open-orders', `${others.length} open, limit ${this.settings.openOrders}`);
    }
    const growth = this.#growthAllowed(own, others, own.quantity - reducing, Math.max(0, committed));
    if (typeof growth === 'number') return { allowed: (reducing + growth) as Quantity };
    return reducing > 0 ? { allowed: reducing as Quantity } : { refused: growth };
  }

  /** What we hold in the order's direction once all other orders of its side have filled; below zero, that much closes a position. */
  #committed(own: OwnOrder, others: readonly OwnOrder[]): number {
    let committed = direction(own.side) * this.#account.position(own.market).quantity;
    for (const other of others)
      if (other.market === own.market && other.side === own.side) committed += other.remaining;
    return committed;
  }

  #growthAllowed(own: OwnOrder, others: readonly OwnOrder[], wanted: number, committed: number): number | string {
    const { settings, sizeFactor } = this;
    const account = this.#account;
    const unit = unitCost(own.side, own.price);
    const spread = this.#marketsAtRisk(own, others);
    if (spread.all > settings.positions)
      return limitText('positions', `${spread.all - 1} held, limit ${settings.positions}`);
    if (spread.series > settings.positionsInSeries) {
      return limitText('positions-in-series', `${spread.series - 1} held, limit ${settings.positionsInSeries}`);
    }
    const worth = account.cash + account.openCost;
    const locked = this.#lockedIn(own, others);
    const room: [string, number][] = [
      ['position-contracts', sizeFactor * settings.positionContracts - committed],
      ['order-cost', (sizeFactor * settings.orderCost) / unit],
      ['position-cost', (sizeFactor * settings.positionCost - locked.market) / unit],
      ['market-cost', (settings.marketCost - account.position(own.market).paid - locked.orders) / unit],
      ['account-share-of-one', (sizeFactor * settings.accountShareOfOne * worth - locked.market) / unit],
      ['account-share-of-all', (sizeFactor * settings.accountShareOfAll * worth - locked.all) / unit],
      [
        'available-cash',
        (account.available - ROUNDING) / (unit + this.#feePerHundredth(own.market, own.side, own.price)),
      ],
    ];
    if (this.#tradesKnown) {
      room.push([
        'volume-share',
        settings.volumeShare * this.#state.volume[own.market]! - this.#ourVolume(own, others),
      ]);
    }
    let allowed = wanted;
    let binding = '';
    for (const [name, most] of room) {
      if (Math.floor(most) < allowed) {
        allowed = Math.floor(most);
        binding = name;
      }
    }
    if (allowed <= 0) return limitText(binding, `nothing left of it (${own.quantity / 100} contracts asked)`);
    const loss = -this.#worstOfEvent(own, others, allowed);
    const most = settings.eventShare * worth;
    if (loss > most)
      return limitText(
        'event-worst-case',
        `${Math.round(loss / 1e4) / 100} dollars, limit ${Math.round(most / 1e4) / 100}`,
      );
    return allowed;
  }

  /** What we have traded in the market, and what our orders there may still trade. */
  #ourVolume(own: OwnOrder, others: readonly OwnOrder[]): number {
    let volume: number = this.#account.position(own.market).volume;
    for (const other of others) if (other.market === own.market) volume += other.remaining;
    return volume;
  }

  /** The most that a fill can cost in fees for 0.01 contract, rounding aside: a price nearer 50 cents costs more. */
  #feePerHundredth(market: MarketIndex, side: Side, price: Price): number {
    return this.#fee(market, dearestPrice(side, price), contracts(1)) / 100;
  }

  #marketsAtRisk(own: OwnOrder, others: readonly OwnOrder[]): { all: number; series: number } {
    const markets = new Set<MarketIndex>(this.#account.openMarkets());
    markets.add(own.market);
    for (const other of others) markets.add(other.market);
    const series = this.#state.markets[own.market]!.series;
    let inSeries = 0;
    for (const market of markets) if (this.#state.markets[market]!.series === series) inSeries++;
    return { all: markets.size, series: inSeries };
  }

  #lockedIn(own: OwnOrder, others: readonly OwnOrder[]): { market: number; orders: number; all: number } {
    let market = 0;
    let orders = 0;
    let all = 0;
    for (const index of this.#account.openMarkets()) {
      const { cost } = this.#account.position(index);
      all += cost;
      if (index === own.market) market += cost;
    }
    for (const other of others) {
      const cost = unitCost(other.side, other.price) * other.remaining;
      all += cost;
      if (other.market !== own.market) continue;
      market += cost;
      orders += cost;
    }
    return { market, orders, all };
  }

  #worstOfEvent(own: OwnOrder, others: readonly OwnOrder[], growth: number): Money {
    const { event, mutuallyExclusive } = this.#state.markets[own.market]!;
    const legs: ExposureLeg[] = [];
    for (const market of this.#state.marketsOf(event)) {
      const orders: { side: Side; price: Price; quantity: Quantity }[] = [];
      if (market.index === own.market) orders.push({ side: own.side, price: own.price, quantity: growth as Quantity });
      for (const other of others) {
        if (other.market === market.index)
          orders.push({ side: other.side, price: other.price, quantity: other.remaining });
      }
      const { quantity, cost } = this.#account.position(market.index);
      if (quantity !== 0 || orders.length > 0) legs.push({ quantity, cost, orders });
    }
    return worstCase(legs, mutuallyExclusive, false);
  }
}

function limitText(name: string, figures: string): string {
  return `limit ${name}: ${figures}`;
}

function refused(name: string, figures: string): Verdict {
  return { refused: limitText(name, figures) };
}
