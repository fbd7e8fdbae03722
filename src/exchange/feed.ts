import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Side } from '../core/side.ts';
import type { Time } from '../core/time.ts';
import type { ExchangeAccount } from './account.ts';
import type { MarketRecord, Trade } from './market-record.ts';
import type { OrderGroup } from './order-groups.ts';
import type { FillRecord, OrderRecord } from './order-record.ts';

/** Something that the exchange tells: to everybody, or to the account that it concerns. */
export type News =
  | {
      readonly type: 'delta';
      readonly market: MarketRecord;
      readonly side: Side;
      /** The YES price. */
      readonly price: Price;
      readonly change: Quantity;
      readonly time: Time;
      /** The order of a guest that caused it, or null. */
      readonly cause: OrderRecord | null;
    }
  | { readonly type: 'trade'; readonly trade: Trade }
  | { readonly type: 'ticker'; readonly market: MarketRecord; readonly time: Time }
  | { readonly type: 'lifecycle'; readonly kind: string; readonly message: Readonly<Record<string, unknown>> }
  | { readonly type: 'fill'; readonly fill: FillRecord }
  | { readonly type: 'order'; readonly order: OrderRecord }
  | { readonly type: 'position'; readonly account: ExchangeAccount; readonly market: MarketRecord }
  | {
      readonly type: 'group';
      readonly group: OrderGroup;
      readonly event: 'created' | 'triggered' | 'reset' | 'deleted' | 'limit_updated';
      readonly time: Time;
    };

/** Hands news to whoever listens, in the order in which it happens. */
export class Feed {
  readonly #listeners = new Set<(news: News) => void>();

  /** Returns what ends it. */
  listen(listener: (news: News) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(news: News): void {
    for (const listener of this.#listeners) listener(news);
  }
}
