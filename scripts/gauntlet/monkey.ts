import type { MarketIndex } from '../../src/core/market.ts';
import type { OrderGroupId, OrderRequest, TimeInForce } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts, type Quantity } from '../../src/core/quantity.ts';
import { ASK, BID, type Side } from '../../src/core/side.ts';
import { SECOND, type Time } from '../../src/core/time.ts';
import type { Context, OrderView, Strategy } from '../../src/engine/strategy.ts';

/** Does whatever a strategy may, at random: every kind of order near the best prices, cancels, amends and decreases of what is open. */
export class Monkey implements Strategy {
  readonly #pace: number;
  #tired = false;
  /** A group with a brake that it soon meets. */
  #group: OrderGroupId | null = null;

  /** `pace`: how many µs lie between two doings, on average. */
  constructor(pace: number) {
    this.#pace = pace;
  }

  /** Nothing new from now on. */
  rest(): void {
    this.#tired = true;
  }

  onStart(context: Context): void {
    this.#group = context.openGroup(contracts(20));
    this.#again(context);
  }

  onTimer(_timer: unknown, context: Context): void {
    if (this.#tired) return;
    if (context.random.below(30) === 0) context.resetGroup(this.#group!);
    const open = context.openOrders();
    const drawn = context.random.uniform();
    if (open.length === 0 || drawn < 0.5) this.#submit(context);
    else this.#change(open[context.random.below(open.length)]!, drawn, context);
    this.#again(context);
  }

  #again(context: Context): void {
    const pause = Math.ceil(-Math.log(1 - context.random.uniform()) * this.#pace) + 1;
    context.wakeAt((context.now + pause) as Time, 'again');
  }

  #submit(context: Context): void {
    const { random, markets } = context;
    const market = markets[random.below(markets.length)];
    if (market === undefined || context.status(market.index) !== 'active') return;
    const side = random.below(2) === 0 ? BID : ASK;
    const base = {
      market: market.index,
      side,
      price: this.#price(context, market.index, side),
      quantity: this.#quantity(context),
    };
    const grouped = context.random.below(6) === 0 ? { group: this.#group } : {};
    context.submit({ ...base, ...terms(context), ...grouped } as OrderRequest);
  }

  #price(context: Context, market: MarketIndex, side: Side): Price {
    const book = context.book(market);
    const best = side === BID ? book?.bestAsk : book?.bestBid;
    const fair = best ?? 5_000;
    const away = (context.random.below(6) - 2) * 100 * (side === BID ? -1 : 1);
    return Math.min(9_900, Math.max(100, Math.round((fair + away) / 100) * 100)) as Price;
  }

  #quantity({ random }: Context): Quantity {
    return (random.below(4) === 0 ? 1 + random.below(3_000) : 100 * (1 + random.below(20))) as Quantity;
  }

  #change(order: OrderView, drawn: number, context: Context): void {
    if (drawn < 0.75) context.cancel(order.id);
    else if (drawn < 0.9) {
      const { market, side, price, filled } = order;
      const quantity = (filled + this.#quantity(context)) as Quantity;
      context.amend(order.id, drawn < 0.8 ? price : this.#price(context, market, side), quantity);
    } else context.decrease(order.id, this.#quantity(context));
  }
}

function terms({ random, now }: Context): Partial<OrderRequest> {
  const drawn = random.below(10);
  if (drawn < 2) return { timeInForce: 'immediate-or-cancel' satisfies TimeInForce };
  if (drawn < 3) return { timeInForce: 'fill-or-kill' satisfies TimeInForce };
  if (drawn < 6) return { postOnly: true };
  if (drawn < 7) return { expireTime: (Math.ceil(now / SECOND + 5 + random.below(30)) * SECOND) as Time };
  return random.below(4) === 0 ? { selfTradePrevention: 'maker' } : { cancelOnPause: random.below(2) === 0 };
}
