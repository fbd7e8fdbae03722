import type { Duration, Time } from '../core/time.ts';
import type { Exchange } from './exchange.ts';
import { type OrderRecord, orderFacts } from './order-record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Orders as reads show them: as they were some market time ago. The venue's reads lag behind its writes. A new order shows at once. */
export class LateOrders {
  readonly #exchange: Exchange;
  readonly #lag: Duration;
  /** Of each order what was true since when, oldest first. */
  readonly #known = new Map<OrderRecord, { readonly since: Time; readonly facts: Fields }[]>();

  /** A lag of 0 shows them as they are. */
  constructor(exchange: Exchange, lag: Duration) {
    this.#exchange = exchange;
    this.#lag = lag;
    if (lag === 0) return;
    exchange.feed.listen((news) => {
      if (news.type !== 'order') return;
      const { order } = news;
      const known = this.#known.get(order) ?? [];
      known.push({ since: order.updated, facts: orderFacts(order) });
      this.#known.set(order, known);
    });
  }

  facts(order: OrderRecord): Fields {
    const known = this.#known.get(order);
    if (known === undefined) return orderFacts(order);
    while (known.length > 1 && known[1]!.since <= this.#exchange.now - this.#lag) known.shift();
    return known[0]!.facts;
  }
}
