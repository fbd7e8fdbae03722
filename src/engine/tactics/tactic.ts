import type { MarketIndex } from '../../core/market.ts';
import type { Context, OrderUpdate, Timer, Trade } from '../strategy.ts';

/**
 * A way to get into or out of a position that any strategy can use. The strategy starts it and forwards its callbacks; calls
 * for other markets, orders or timers do no harm. A tactic reads fills from `onOrder`, so `onFill` need not be forwarded.
 */
export interface Tactic {
  /** True once it has no live order and will send none. */
  readonly done: boolean;
  onOrder(update: OrderUpdate, context: Context): void;
  onTimer(timer: Timer, context: Context): void;
  onBook?(market: MarketIndex, context: Context): void;
  onTrade?(trade: Trade, context: Context): void;
}
