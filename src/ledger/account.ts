import { assert } from '../core/assert.ts';
import type { MarketIndex, Settlement } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { Fill, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import { Position, type PositionView, type SettlementResult } from './position.ts';
import { Reservations } from './reservations.ts';

/** What the account needs to know of a fill. */
type AccountFill = Pick<Fill, 'order' | 'market' | 'side' | 'price' | 'quantity' | 'fee'>;

/**
 * The account's books, summed anew from its markets. Two identities hold: cash = startingCash − paid + received + payouts − fees, and
 * cash + openCost = startingCash + realised + settled − fees.
 */
export interface AuditReport {
  readonly startingCash: Money;
  readonly cash: Money;
  readonly openCost: Money;
  /** Price P&L closed by trading. */
  readonly realised: Money;
  /** Price P&L of what was held to settlement. */
  readonly settled: Money;
  readonly fees: Money;
  readonly paid: Money;
  readonly received: Money;
  readonly payouts: Money;
  readonly reserved: Money;
}

const FLAT: PositionView = Object.freeze(new Position());

/**
 * Cash, positions, fees and collateral of one account, in double entry: every event moves two sides by the same amount, and that they
 * agree is asserted after each. It books what happened and refuses nothing: whoever sends an order compares it with `available` first.
 */
export class Account {
  readonly startingCash: Money;
  readonly #positions = new Map<MarketIndex, Position>();
  /** Those of them that are not flat. */
  readonly #held = new Map<MarketIndex, Position>();
  readonly #closed = new Set<MarketIndex>();
  readonly #reservations = new Reservations();
  #cash: number;
  #openCost = 0;
  #realised = 0;
  #settled = 0;
  #fees = 0;

  constructor(startingCash: Money) {
    assert(Number.isSafeInteger(startingCash), 'an account starts with a whole number of 1e-6 dollars');
    this.startingCash = startingCash;
    this.#cash = startingCash;
  }

  get cash(): Money {
    return this.#cash as Money;
  }

  /** Collateral and fees locked by resting orders. */
  get reserved(): Money {
    return this.#reservations.total;
  }

  /** Cash that a new order may lock. */
  get available(): Money {
    return (this.#cash - this.#reservations.total) as Money;
  }

  get fees(): Money {
    return this.#fees as Money;
  }

  /** Price P&L closed by trading and by settlement, without fees. */
  get realised(): Money {
    return (this.#realised + this.#settled) as Money;
  }

  /** What the open positions cost. */
  get openCost(): Money {
    return this.#openCost as Money;
  }

  /** The live position of a market: a view, flat where nothing was traded. */
  position(market: MarketIndex): PositionView {
    return this.#positions.get(market) ?? FLAT;
  }

  /** Every market ever traded, in the order of its first fill. */
  tradedMarkets(): MarketIndex[] {
    return [...this.#positions.keys()];
  }

  /** How many markets hold an open position. */
  get openCount(): number {
    return this.#held.size;
  }

  /** The markets with an open position, in the order in which they were opened. */
  openMarkets(): IterableIterator<MarketIndex> {
    return this.#held.keys();
  }

  /** Books a fill of ours. Where its order has a reservation, that shrinks by the filled quantity. */
  applyFill(fill: AccountFill): void {
    assert(Number.isSafeInteger(fill.quantity) && fill.quantity > 0, 'a fill needs a positive quantity');
    assert(Number.isInteger(fill.price) && fill.price >= 0 && fill.price <= 10_000, 'a fill needs a price');
    assert(Number.isSafeInteger(fill.fee), 'a fee is a whole number of 1e-6 dollars');
    assert(!this.#closed.has(fill.market), `market ${fill.market} has settled: nothing can trade there`);
    const position = this.#open(fill.market);
    const costBefore = position.cost;
    const realisedBefore = position.realised;
    const change = position.trade(fill.side, fill.price, fill.quantity);
    if (position.quantity === 0) this.#held.delete(fill.market);
    else this.#held.set(fill.market, position);
    position.fees = (position.fees + fill.fee) as Money;
    this.#cash += change - fill.fee;
    this.#openCost += position.cost - costBefore;
    this.#realised += position.realised - realisedBefore;
    this.#fees += fill.fee;
    this.#reservations.filled(fill.order, fill.quantity);
    this.#reservations.relock(fill.market, position.quantity);
    this.#balance();
  }

  /** Takes up a position from before, at what it cost: as if it had been bought for that, without a fee. */
  adopt(market: MarketIndex, quantity: Quantity, cost: Money): void {
    const held = Math.abs(quantity);
    assert(Number.isSafeInteger(quantity) && quantity !== 0, 'a position that is taken up has contracts');
    assert(Number.isSafeInteger(cost) && cost >= 0 && cost <= held * 10_000, 'and a cost that they can have had');
    const position = this.#open(market);
    assert(position.quantity === 0 && position.volume === 0, 'and its market was not traded yet');
    position.quantity = quantity;
    position.cost = cost;
    position.paid = cost;
    this.#held.set(market, position);
    this.#cash -= cost;
    this.#openCost += cost;
    this.#balance();
  }

  /** Pays out a market. Null where no position was open there. Nothing can trade in it afterwards. */
  settle(settlement: Settlement): SettlementResult | null {
    const { market, outcome, value } = settlement;
    assert(Number.isInteger(value) && value >= 0 && value <= 10_000, 'a settlement needs a value from 0 to 1 dollar');
    assert(outcome !== 'yes' || value === 10_000, 'yes pays a dollar');
    assert(outcome !== 'no' || value === 0, 'no pays nothing');
    this.#closed.add(market);
    const position = this.#positions.get(market);
    if (position === undefined || position.quantity === 0) return null;
    this.#openCost -= position.cost;
    const result = position.settle(settlement);
    this.#held.delete(market);
    this.#cash += result.payout - result.fee;
    this.#settled += result.realised;
    this.#fees += result.fee;
    this.#reservations.relock(market, 0);
    this.#balance();
    return result;
  }

  /**
   * Locks the collateral of an order that may fill: what would grow the position, and `fee` (the most it may cost) in full. A further
   * call replaces it and keeps the order's turn.
   */
  reserve(order: OrderId, market: MarketIndex, side: Side, price: Price, quantity: Quantity, fee: Money): void {
    this.#reservations.set(order, market, side, price, quantity, fee);
    this.#relock(market);
  }

  /** Frees what is left of an order's reservation, if it has one. */
  release(order: OrderId): void {
    const market = this.#reservations.remove(order);
    if (market !== null) this.#relock(market);
  }

  /** Cash and open positions at the given YES prices; null where an open position has no mark. */
  equity(mark: (market: MarketIndex) => Price | undefined): Money | null {
    let total = this.#cash;
    for (const [market, position] of this.#held) {
      const at = mark(market);
      if (at === undefined) return null;
      total += position.value(at);
    }
    return total as Money;
  }

  /** Sums the books anew from every market, asserts that they agree with the running totals, and returns them. */
  audit(): AuditReport {
    const sum = { openCost: 0, realised: 0, settled: 0, fees: 0, paid: 0, received: 0, payouts: 0 };
    for (const [market, position] of this.#positions) {
      position.audit();
      assert(this.#held.has(market) === (position.quantity !== 0), 'an open position is not listed as held');
      for (const name of SUMMED) sum[name] += position[name === 'openCost' ? 'cost' : name];
    }
    assert(sum.openCost === this.#openCost && sum.fees === this.#fees, 'open cost or fees do not sum');
    assert(sum.realised === this.#realised && sum.settled === this.#settled, 'realised P&L does not sum');
    const cash = this.startingCash - sum.paid + sum.received + sum.payouts - sum.fees;
    assert(cash === this.#cash, 'cash is not what was started with and what flowed');
    this.#reservations.audit();
    this.#balance();
    return { startingCash: this.startingCash, cash: this.cash, reserved: this.reserved, ...sum } as AuditReport;
  }

  /** The two sides after each event: what we hold, and where it came from. */
  #balance(): void {
    const held = this.#cash + this.#openCost;
    assert(held === this.startingCash + this.#realised + this.#settled - this.#fees, 'the ledger does not balance');
    assert(
      Number.isSafeInteger(held) && Number.isSafeInteger(this.#cash),
      'the ledger left the range of exact integers',
    );
  }

  #relock(market: MarketIndex): void {
    this.#reservations.relock(market, this.position(market).quantity);
  }

  #open(market: MarketIndex): Position {
    let position = this.#positions.get(market);
    if (position === undefined) {
      position = new Position();
      this.#positions.set(market, position);
    }
    return position;
  }
}

const SUMMED = ['openCost', 'realised', 'settled', 'fees', 'paid', 'received', 'payouts'] as const;
