import type { OrderGroupId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { OwnOrder } from './own-orders.ts';

/** What a strategy has asked for in a callback: it leaves when that has returned. */
export type Request =
  | { readonly type: 'submit'; readonly own: OwnOrder }
  | { readonly type: 'cancel'; readonly own: OwnOrder }
  | { readonly type: 'amend'; readonly own: OwnOrder; readonly price: Price; readonly quantity: Quantity }
  | { readonly type: 'decrease'; readonly own: OwnOrder; readonly by: Quantity }
  | { readonly type: 'reset-group'; readonly group: OrderGroupId };
