import type { Quantity } from '../core/quantity.ts';
import { SECOND, type Time } from '../core/time.ts';
import type { ExchangeAccount } from './account.ts';
import type { OrderRecord } from './order-record.ts';

/** How long a match counts. */
const WINDOW = 15 * SECOND;

/** A kill switch over some of an account's orders: it triggers when they match more than its limit within 15 seconds. */
export class OrderGroup {
  readonly id: string;
  readonly account: ExchangeAccount;
  limit: Quantity;
  triggered = false;
  readonly orders: OrderRecord[] = [];
  #matches: { readonly time: Time; readonly quantity: Quantity }[] = [];

  constructor(id: string, account: ExchangeAccount, limit: Quantity) {
    this.id = id;
    this.account = account;
    this.limit = limit;
  }

  /** Counts a match. */
  matched(quantity: Quantity, time: Time): void {
    this.#matches.push({ time, quantity });
  }

  /** Whether it holds more matches than it may, and has not triggered yet. */
  overLimit(now: Time): boolean {
    if (this.triggered) return false;
    this.#matches = this.#matches.filter(({ time }) => now - time < WINDOW);
    return this.#matches.reduce((sum, { quantity }) => sum + quantity, 0) > this.limit;
  }

  /** Takes orders again, and forgets what matched. */
  reset(): void {
    this.triggered = false;
    this.#matches = [];
  }

  get restingOrders(): OrderRecord[] {
    return this.orders.filter(({ status }) => status === 'resting');
  }
}
