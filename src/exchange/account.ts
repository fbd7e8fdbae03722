import type { MarketIndex, Settlement } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { direction, type Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import { Account } from '../ledger/account.ts';
import { estimateFee, type FeeTerms, feeOfFill } from '../ledger/fees.ts';
import { legPrice } from '../ledger/position.ts';
import type { Owner } from '../sim/synthetic/order-book.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import type { OrderGroup } from './order-groups.ts';
import type { FillRecord, OrderRecord } from './order-record.ts';

/** What no account of this exchange can pay, and what exact integers still hold: a billion contracts. */
const MOST_CONTRACTS = 100_000_000_000;

/** A market in which the account has traded. */
export interface Holding {
  readonly market: MarketRecord;
  /** What was paid for its legs over all fills, whichever leg they opened or closed. */
  traded: Money;
  volume: Quantity;
  updated: Time;
}

/** What a market paid the account. */
export interface SettlementRow {
  readonly market: MarketRecord;
  readonly settlement: Settlement;
  /** Held at settlement, signed. */
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly payout: Money;
  /** All that the market cost in fees, what an odd scalar payout lost below a cent included. */
  readonly fees: Money;
  readonly time: Time;
}

/** A guest of the exchange: its money in exact double entry, its orders, fills and settlements, for ever. */
export class ExchangeAccount {
  /** `user_id` on the wire. */
  readonly id: string;
  readonly owner: Owner;
  readonly ledger: Account;
  readonly orders: OrderRecord[] = [];
  readonly byId = new Map<string, OrderRecord>();
  /** Each client order id ever used: none frees up. */
  readonly clientIds = new Set<string>();
  readonly fills: FillRecord[] = [];
  readonly settlements: SettlementRow[] = [];
  readonly holdings = new Map<MarketIndex, Holding>();
  readonly groups = new Map<string, OrderGroup>();

  constructor(id: string, owner: Owner, cash: Money) {
    this.id = id;
    this.owner = owner;
    this.ledger = new Account(cash);
  }

  /** Signed: positive is YES held. */
  position(market: MarketRecord): Quantity {
    return this.ledger.position(market.market.index).quantity;
  }

  /** Keeps an order, from now on and for ever. */
  keep(order: OrderRecord): void {
    this.orders.push(order);
    this.byId.set(order.id, order);
    if (order.clientId !== '') this.clientIds.add(order.clientId);
    order.terms.group?.orders.push(order);
  }

  /** Locks what an order may cost on these terms, in place of what it had locked. False, with nothing changed, where the cash does not cover it. */
  lock(order: OrderRecord, price: Price, quantity: Quantity, terms: FeeTerms): boolean {
    if (quantity > MOST_CONTRACTS) return false;
    const { market, side } = order.terms;
    const { index } = market.market;
    const growing = this.#growing(index, side, quantity);
    const fee = growing === 0 ? 0 : estimateFee(terms, 'direct', price, growing, 'taker');
    this.ledger.reserve(order.number, index, side, price, quantity, fee as Money);
    if (this.ledger.available >= 0) return true;
    if (order.resting === null) this.ledger.release(order.number);
    else this.lockResting(order, terms);
    return false;
  }

  /** Locks what an order may cost that has come to rest: as a maker it pays no more than it did as a taker. */
  lockResting(order: OrderRecord, terms: FeeTerms): void {
    const { market, side } = order.terms;
    const fee = estimateFee(terms, 'direct', order.price, order.remaining, 'maker');
    this.ledger.reserve(order.number, market.market.index, side, order.price, order.remaining, fee);
  }

  /** Books a fill of one of its orders. */
  book(order: OrderRecord, trade: Trade, taker: boolean, terms: FeeTerms): FillRecord {
    const { side, market } = order.terms;
    const { price, quantity, time } = trade;
    const { index } = market.market;
    const liquidity = taker ? 'taker' : 'maker';
    const fee = feeOfFill(terms, 'direct', { side, price, quantity, liquidity }, order.accumulator);
    this.ledger.applyFill({ order: order.number, market: index, side, price, quantity, fee });
    const cost = price * quantity;
    if (taker) {
      order.takerCost = (order.takerCost + cost) as Money;
      order.takerFees = (order.takerFees + fee) as Money;
    } else {
      order.makerCost = (order.makerCost + cost) as Money;
      order.makerFees = (order.makerFees + fee) as Money;
    }
    order.filled = (order.filled + quantity) as Quantity;
    order.remaining = (order.remaining - quantity) as Quantity;
    this.#hold(market, legPrice(side, price) * quantity, quantity, time);
    const fill = { order, trade, taker, fee, position: this.position(market) };
    this.fills.push(fill);
    return fill;
  }

  /** Pays a market out. False where nothing was held. */
  settle(market: MarketRecord, settlement: Settlement, time: Time): boolean {
    const { index } = market.market;
    const { quantity, cost } = this.ledger.position(index);
    const result = this.ledger.settle(settlement);
    const holding = this.holdings.get(index);
    if (holding === undefined) return false;
    const { fees } = this.ledger.position(index);
    holding.updated = time;
    this.settlements.push({ market, settlement, quantity, cost, payout: result?.payout ?? (0 as Money), fees, time });
    return true;
  }

  /** What its open positions are worth at the marks of their markets. */
  positionValue(): Money {
    let sum = 0;
    for (const { market } of this.holdings.values()) {
      const quantity = this.position(market);
      sum += quantity >= 0 ? market.mark * quantity : (10_000 - market.mark) * -quantity;
    }
    return sum as Money;
  }

  #growing(market: MarketIndex, side: Side, quantity: Quantity): Quantity {
    const held = this.ledger.position(market).quantity;
    const reducible = held * direction(side) < 0 ? Math.abs(held) : 0;
    return Math.max(0, quantity - reducible) as Quantity;
  }

  #hold(market: MarketRecord, traded: number, volume: Quantity, time: Time): void {
    const { index } = market.market;
    const holding = this.holdings.get(index) ?? { market, traded: 0 as Money, volume: 0 as Quantity, updated: time };
    holding.traded = (holding.traded + traded) as Money;
    holding.volume = (holding.volume + volume) as Quantity;
    holding.updated = time;
    this.holdings.set(index, holding);
  }
}
