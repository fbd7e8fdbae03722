import type { Order, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { VenueEvent } from '../core/venue-event.ts';
import type { OwnOrder } from '../engine/own-orders.ts';
import type { ChangeType, Resumed } from '../kalshi/execution/resumed.ts';
import type { LoggedEngine } from './logged-engine.ts';
import type { LogLine } from './session-log.ts';

/** What a log tells of one order that its engine does not keep. */
interface Trace {
  clientOrderId: string;
  exchangeId: string | null;
  accepted: boolean;
  change: { readonly type: ChangeType; readonly price: Price | null; readonly quantity: Quantity | null } | null;
  readonly trades: string[];
}

/**
 * The orders of a log that have not ended, for the desk of the next life. `unlogged` is what the engine asked for last and the log has not: it never
 * left, but nobody knows that for sure, so that it is in doubt like everything else without an answer.
 */
export function resumedOrders(
  lines: readonly LogLine[],
  unlogged: readonly (readonly unknown[])[],
  session: LoggedEngine,
): Resumed[] {
  const traces = tracesOf(lines, unlogged);
  return session.engine.orders.list().flatMap((own) => {
    const trace = traces.get(own.id);
    return trace === undefined || !own.sent ? [] : [resumed(own, trace)];
  });
}

function tracesOf(lines: readonly LogLine[], unlogged: readonly (readonly unknown[])[]): Map<OrderId, Trace> {
  const traces = new Map<OrderId, Trace>();
  const changing = (id: unknown, type: ChangeType, price: unknown = null, quantity: unknown = null): void => {
    traces.get(id as OrderId)!.change = { type, price: price as Price | null, quantity: quantity as Quantity | null };
  };
  for (const [type, ...rest] of [...lines.map((line) => line.slice(1)), ...unlogged] as [string, ...unknown[]][]) {
    if (type === '>submit') {
      const [clientOrderId, order] = rest as [string, Order];
      traces.set(order.id, { clientOrderId, exchangeId: null, accepted: false, change: null, trades: [] });
    } else if (type === '>cancel') changing(rest[0], 'cancel');
    else if (type === '>amend') changing(rest[0], 'amend', rest[1], rest[2]);
    else if (type === '>decrease') changing(rest[0], 'decrease', null, rest[1]);
    else if (type === '#bound') traces.get(rest[0] as OrderId)!.exchangeId = rest[1] as string;
    else if (type === 'a') answered(rest[0] as VenueEvent, traces);
  }
  return traces;
}

function answered({ order, answer }: VenueEvent, traces: ReadonlyMap<OrderId, Trace>): void {
  const trace = traces.get(order)!;
  if (answer.type === 'accepted') trace.accepted = true;
  if (answer.type === 'filled' && answer.trade !== undefined) trace.trades.push(answer.trade);
  if (answer.type === 'amended' || answer.type === 'amend-rejected' || answer.type === 'cancel-rejected') {
    trace.change = null;
  }
}

function resumed(own: OwnOrder, { clientOrderId, exchangeId, accepted, change, trades }: Trace): Resumed {
  const { price, quantity, filled, state } = own;
  const doubted = state.status === 'in-doubt';
  return {
    order: own.order,
    clientOrderId,
    orderId: exchangeId,
    price,
    quantity,
    filled,
    standing: accepted ? 'open' : doubted ? 'doubted' : 'sent',
    change:
      change === null || !accepted
        ? null
        : {
            type: change.type,
            price: change.price ?? price,
            quantity:
              change.type === 'decrease'
                ? (Math.max(filled, quantity - change.quantity!) as Quantity)
                : (change.quantity ?? quantity),
          },
    trades,
  };
}
