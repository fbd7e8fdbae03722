import { OrderWrites } from '../../src/kalshi/order-writes.ts';
import type { Plant } from './outcome.ts';

/** The mistake that every exchange client makes once: an order whose answer is lost is sent again, as a new one. */
class ImpatientWrites extends OrderWrites {
  override async create(...[order, signal]: Parameters<OrderWrites['create']>): ReturnType<OrderWrites['create']> {
    const outcome = await super.create(order, signal);
    if (outcome.kind !== 'unknown') return outcome;
    return super.create({ ...order, clientOrderId: `${order.clientOrderId}-again` }, signal);
  }
}

/** Mistakes by name. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  'retry-on-timeout': () => ({ writes: (rest, drift) => new ImpatientWrites(rest, drift) }),
  'key-in-log': (secret) => ({ greeting: `signing with ${secret.split('\n')[1]}` }),
};
