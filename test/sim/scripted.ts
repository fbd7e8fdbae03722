import type { OrderId, OrderRequest } from '../../src/core/order.ts';
import type { Price } from '../../src/core/price.ts';
import { contracts } from '../../src/core/quantity.ts';
import type { Side } from '../../src/core/side.ts';
import type { Time } from '../../src/core/time.ts';
import type { Context, Strategy } from '../../src/engine/strategy.ts';
import { index, START } from './tape-of.ts';

export interface Act {
  /** ms after the start, local time. */
  readonly at: number;
  readonly do: (context: Context, orders: OrderId[]) => void;
}

/** An order in cents and contracts. */
export function order(side: Side, cents: number, count: number, more: Partial<OrderRequest> = {}): OrderRequest {
  const request = { market: index(0), side, price: Math.round(cents * 100) as Price, quantity: contracts(count) };
  return { ...request, ...more } as OrderRequest;
}

/** A strategy that does what it is told at given times. */
export function scripted(acts: readonly Act[]): Strategy {
  const orders: OrderId[] = [];
  return {
    onStart(context) {
      for (const [at, act] of acts.entries()) context.wakeAt((START + act.at * 1_000) as Time, String(at));
    },
    onTimer(timer, context) {
      acts[Number(timer.tag)]!.do(context, orders);
    },
  };
}

/** Sends one order at a time in ms. */
export const send =
  (request: OrderRequest) =>
  (context: Context, orders: OrderId[]): void => {
    orders.push(context.submit(request));
  };
