import type { Market, MarketIndex } from '../../src/core/market.ts';
import type { Signal } from '../../src/core/market-event.ts';
import type { Fill, OrderId } from '../../src/core/order.ts';
import { cents } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import type { Context, OrderView, Trade } from '../../src/engine/strategy.ts';

/** What a strategy may have in hand when it makes a mistake. */
export interface Hand {
  readonly context: Context;
  readonly market: MarketIndex;
  readonly facts: Market;
  readonly trade: Trade;
  readonly signal: Signal;
  readonly order: OrderView;
  readonly id: OrderId;
  readonly fill: Fill;
}

/** A mistake that must not compile. `misuse.test.ts` proves of each that it does not. */
export type Case = (hand: Hand) => unknown;

export const half = cents(50);
export const five = contracts(5);
