import type { Duration, Time } from '../core/time.ts';
import type { Exchange } from './exchange.ts';
import { type FillRecord, type OrderRecord, orderFacts } from './order-record.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Orders and fills as reads show them: as they were some market time ago. The venue's reads lag behind its writes. */
export class LateReads {
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

  /** The moment that reads show. */
  get asOf(): Time {
    return (this.#exchange.now - this.#lag) as Time;
  }

  /** An order as reads show it, null where they do not know of it yet. */
  facts(order: OrderRecord): Fields | null {
    if (this.#lag === 0) return orderFacts(order);
    const known = this.#known.get(order) ?? [];
    while (known.length > 1 && known[1]!.since <= this.asOf) known.shift();
    return known.length > 0 && known[0]!.since <= this.asOf ? known[0]!.facts : null;
  }

  shows({ trade }: FillRecord): boolean {
    return trade.time <= this.asOf;
  }
}
