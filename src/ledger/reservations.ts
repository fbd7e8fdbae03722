import { assert } from '../core/assert.ts';
import { mulDivCeil } from '../core/decimal.ts';
import type { MarketIndex } from '../core/market.ts';
import type { Money } from '../core/money.ts';
import type { OrderId } from '../core/order.ts';
import type { NoPrice, Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import { direction, type Side } from '../core/side.ts';
import { legPrice } from './position.ts';

interface Reservation {
  readonly order: OrderId;
  readonly market: MarketIndex;
  readonly side: Side;
  /** What one contract of the leg it opens costs. */
  legPrice: Price | NoPrice;
  quantity: Quantity;
  fee: Money;
  locked: Money;
}

/**
 * Collateral of resting orders: the part that would grow the position locks its leg's cost, and the fee locks in full. Where several
 * orders could reduce one position, the earlier reserved reduces first; the venue does not document its own rule.
 */
export class Reservations {
  readonly #orders = new Map<OrderId, Reservation>();
  readonly #markets = new Map<MarketIndex, Reservation[]>();
  #total = 0;

  /** What all resting orders lock together. */
  get total(): Money {
    return this.#total as Money;
  }

  /** Enters an order, or replaces what it reserved and keeps its turn. Its market must be relocked afterwards. */
  set(order: OrderId, market: MarketIndex, side: Side, price: Price, quantity: Quantity, fee: Money): void {
    assert(Number.isSafeInteger(quantity) && quantity > 0, 'a reservation needs a positive quantity');
    assert(Number.isSafeInteger(fee) && fee >= 0, 'a reservation needs a fee of zero or more');
    const held = this.#orders.get(order);
    if (held !== undefined) {
      assert(held.market === market && held.side === side, `order ${order} cannot change its market or side`);
      held.legPrice = legPrice(side, price);
      held.quantity = quantity;
      held.fee = fee;
      return;
    }
    const reservation = { order, market, side, legPrice: legPrice(side, price), quantity, fee, locked: 0 as Money };
    this.#orders.set(order, reservation);
    const resting = this.#markets.get(market);
    if (resting === undefined) this.#markets.set(market, [reservation]);
    else resting.push(reservation);
  }

  /** Takes a fill off an order that reserved; a fill beyond what it reserved (an amend under way) ends the reservation. */
  filled(order: OrderId, quantity: Quantity): void {
    const reservation = this.#orders.get(order);
    if (reservation !== undefined) this.reduce(order, Math.min(quantity, reservation.quantity) as Quantity);
  }

  /** Takes `quantity` off an order, and the fee's share with it. Its market must be relocked afterwards. */
  reduce(order: OrderId, quantity: Quantity): MarketIndex {
    const reservation = this.#orders.get(order);
    assert(reservation !== undefined, `order ${order} has no reservation`);
    const left = reservation.quantity - quantity;
    assert(Number.isSafeInteger(quantity) && quantity > 0 && left >= 0, `order ${order} reserves less than that`);
    if (left === 0) return this.#remove(reservation);
    reservation.fee = mulDivCeil(reservation.fee, left, reservation.quantity) as Money;
    reservation.quantity = left as Quantity;
    return reservation.market;
  }

  /** Drops an order. Its market, or null where nothing was reserved for it. */
  remove(order: OrderId): MarketIndex | null {
    const reservation = this.#orders.get(order);
    return reservation === undefined ? null : this.#remove(reservation);
  }

  /** Works out one market's locks anew for the position held there. */
  relock(market: MarketIndex, held: number): void {
    const resting = this.#markets.get(market);
    if (resting === undefined) return;
    let reducible = Math.abs(held);
    for (const reservation of resting) {
      let growing: number = reservation.quantity;
      if (direction(reservation.side) * held < 0) {
        const reducing = Math.min(growing, reducible);
        reducible -= reducing;
        growing -= reducing;
      }
      const locked = growing * reservation.legPrice + reservation.fee;
      this.#total += locked - reservation.locked;
      reservation.locked = locked as Money;
    }
  }

  /** Checks that the total is the sum of its orders. */
  audit(): void {
    let sum = 0;
    for (const reservation of this.#orders.values()) sum += reservation.locked;
    assert(sum === this.#total && Number.isSafeInteger(sum), 'the reserved total is not the sum of its orders');
  }

  #remove(reservation: Reservation): MarketIndex {
    this.#orders.delete(reservation.order);
    const resting = this.#markets.get(reservation.market)!;
    resting.splice(resting.indexOf(reservation), 1);
    if (resting.length === 0) this.#markets.delete(reservation.market);
    this.#total -= reservation.locked;
    return reservation.market;
  }
}
