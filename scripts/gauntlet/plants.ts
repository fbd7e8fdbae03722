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

/** A mistake, and what is said where it is found: anything else that breaks is another one. */
export interface Planted {
  readonly plant: Plant;
  readonly sign: RegExp;
}

/** Mistakes by name. */
export const PLANTS: Readonly<Record<string, Planted>> = {
  'retry-on-timeout': {
    plant: () => ({ writes: (rest, drift) => new ImpatientWrites(rest, drift) }),
    sign: /that nobody sent: td-1-\d+-again/,
  },
  'key-in-log': {
    plant: (secret) => ({ greeting: `signing with ${secret.split('\n')[1]}` }),
    sign: /^a secret is in the log$/,
  },
};
