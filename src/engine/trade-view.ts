import type { MarketIndex } from '../core/market.ts';
import { type MarketEvent, TRADE } from '../core/market-event.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { Trade } from './strategy.ts';

/** The one print an engine shows its strategy, refilled for each. */
export class TradeView implements Trade {
  market = 0 as MarketIndex;
  takerSide: Side | null = null;
  price = 0 as Price;
  quantity = 0 as Quantity;
  exchangeTime = 0 as Time;
  localTime = 0 as Time;
  sequence = 0;

  show(event: MarketEvent): this {
    this.market = event.market;
    this.takerSide = event.kind === TRADE ? event.side : null;
    this.price = event.price;
    this.quantity = event.quantity;
    this.exchangeTime = event.exchangeTime;
    this.localTime = event.localTime;
    this.sequence = event.sequence;
    return this;
  }
}
