import type { MarketIndex } from './market.ts';
import type { Money } from './money.ts';
import type { Price } from './price.ts';
import type { Quantity } from './quantity.ts';
import type { Side } from './side.ts';
import type { Duration, Time } from './time.ts';

declare const brand: unique symbol;

/** Our own number of an order, counted from 1 within a run or session. The venue's id stays in its adapter. */
export type OrderId = number & { readonly [brand]: 'OrderId' };

/** Our own number of an order group, counted from 1. */
export type OrderGroupId = number & { readonly [brand]: 'OrderGroupId' };

export type TimeInForce = 'good-till-cancelled' | 'immediate-or-cancel' | 'fill-or-kill';

/** What to do when our order meets our own resting order: end the new one, or cancel the resting one. */
export type SelfTradePrevention = 'taker-at-cross' | 'maker';

export type Liquidity = 'maker' | 'taker';

/** What every order names. Price is the YES price: buying NO at q is an ask at 1 − q. */
interface OrderTerms {
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Default `taker-at-cross`. */
  readonly selfTradePrevention?: SelfTradePrevention;
  /** Cancelled by the venue when the market pauses. Default false. */
  readonly cancelOnPause?: boolean;
  /** The group whose limit on contracts in 15 seconds counts this order. Default none. */
  readonly group?: OrderGroupId;
  /** What the strategy holds one YES contract to be worth: written down to be compared with what happened, used by nothing else. */
  readonly fairPrice?: Price;
  /** How long the strategy means it to rest before it does something else: written down, used by nothing else. */
  readonly patience?: Duration;
  /** The order whose rest it takes up, as a taker does after a resting one: written down, used by nothing else. */
  readonly follows?: OrderId;
}

/** An order that rests until it trades or ends. */
export interface RestingRequest extends OrderTerms {
  readonly timeInForce?: 'good-till-cancelled';
  /** Refuse to take: a crossing order is rejected. Default false. */
  readonly postOnly?: boolean;
  /** The venue cancels the rest at this time. */
  readonly expireTime?: Time;
  readonly reduceOnly?: false;
}

/** An order that takes what it can at once; the rest is cancelled. */
export interface ImmediateRequest extends OrderTerms {
  readonly timeInForce: 'immediate-or-cancel';
  /** Never grow the position: the quantity is cut to it. Default false. */
  readonly reduceOnly?: boolean;
  readonly postOnly?: false;
  readonly expireTime?: undefined;
}

/** An order that fills whole at once or not at all. */
export interface WholeRequest extends OrderTerms {
  readonly timeInForce: 'fill-or-kill';
  readonly reduceOnly?: false;
  readonly postOnly?: false;
  readonly expireTime?: undefined;
}

/** What a strategy asks for. What the venue would call an invalid order does not compile. */
export type OrderRequest = RestingRequest | ImmediateRequest | WholeRequest;

/** An order as it goes to the venue. */
export interface Order {
  readonly id: OrderId;
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly expireTime: Time | null;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly cancelOnPause: boolean;
  readonly group: OrderGroupId | null;
  /** The strategy's own fair price of a YES contract, null where it named none. */
  readonly fairPrice: Price | null;
  readonly patience: Duration | null;
  readonly follows: OrderId | null;
  /** Local time of the decision. */
  readonly submitTime: Time;
}

/** Why the venue would not take a request. */
export type RejectReason =
  | 'post-only-cross'
  | 'insufficient-balance'
  | 'invalid-price'
  | 'invalid-order'
  | 'fill-or-kill-not-filled'
  | 'market-not-open'
  | 'trading-paused'
  | 'not-covered'
  | 'not-found'
  | 'group-triggered'
  | 'rate-limited'
  /** The venue never had the request: it did not leave, or the venue's lists do not know it though it can no longer arrive. */
  | 'never-arrived';

/** Why an order, or what was left of it, ended without a fill. */
export type CancelReason =
  | 'requested'
  | 'immediate-remainder'
  | 'expired'
  | 'market-closed'
  | 'paused'
  | 'reactivated'
  | 'self-trade'
  | 'reduce-only'
  | 'coverage-lost'
  | 'group-triggered'
  | 'no-print-in-time';

/** Where an order stands, as far as we know. The last four are final. */
export type OrderState =
  | { readonly status: 'in-flight' }
  | { readonly status: 'resting' }
  | { readonly status: 'cancelling' }
  | { readonly status: 'amending'; readonly price: Price; readonly quantity: Quantity }
  | { readonly status: 'in-doubt'; readonly since: Time }
  | { readonly status: 'executed' }
  | { readonly status: 'cancelled'; readonly reason: CancelReason }
  | { readonly status: 'rejected'; readonly reason: RejectReason }
  | { readonly status: 'refused'; readonly reason: string };

/** Part of an order traded, at the resting order's price. */
export interface Fill {
  readonly order: OrderId;
  readonly market: MarketIndex;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly liquidity: Liquidity;
  readonly fee: Money;
  /** Tape row that gave it (a print, a delta, a quote) or, for what took from a book, the last row before it; 0 where the venue does not say. */
  readonly source: number;
}
