import type { Order } from '../../core/order.ts';
import type { Price } from '../../core/price.ts';
import type { Quantity } from '../../core/quantity.ts';

export type ChangeType = 'cancel' | 'amend' | 'decrease';

/** What is known of an order of an earlier life of the session. */
export interface Resumed {
  readonly order: Order;
  readonly clientOrderId: string;
  /** The exchange's id; null where it was never told. */
  readonly orderId: string | null;
  /** As the engine knows them; the quantity is the total, fills included. */
  readonly price: Price;
  readonly quantity: Quantity;
  readonly filled: Quantity;
  /** `sent`: nothing was heard of it; `doubted`: the engine knows that nothing was; `open`: the exchange has it. */
  readonly standing: 'sent' | 'doubted' | 'open';
  /** A change that went out, and was not answered. */
  readonly change: { readonly type: ChangeType; readonly price: Price; readonly quantity: Quantity } | null;
  /** The exchange's names of the fills that the engine was told of. */
  readonly trades: readonly string[];
}
