import { createHash } from 'node:crypto';
import type { Fill, Order } from '../../src/core/order.ts';
import type { VenueEvent } from '../../src/core/venue-event.ts';
import type { Journal } from '../../src/engine/journal.ts';
import type { OrderView } from '../../src/engine/strategy.ts';

/** Everything an engine decided and learnt, as lines; their hash is the digest of a run. */
export class LineJournal implements Journal {
  readonly lines: string[] = [];
  readonly fills: Fill[] = [];
  readonly submits: Order[] = [];

  get digest(): string {
    return createHash('sha256').update(this.lines.join('\n')).digest('hex').slice(0, 16);
  }

  decision(): void {}

  predicted(): void {}

  submitted(order: Order): void {
    this.submits.push(order);
    this.lines.push(`submit ${JSON.stringify(order)}`);
  }

  refused(order: Order, reason: string): void {
    this.lines.push(`refused ${order.id} ${reason}`);
  }

  cancelRequested(order: OrderView, time: number): void {
    this.lines.push(`cancel ${order.id} ${time}`);
  }

  amendRequested(order: OrderView, price: number, quantity: number, time: number): void {
    this.lines.push(`amend ${order.id} ${price} ${quantity} ${time}`);
  }

  answered(event: VenueEvent, order: OrderView): void {
    this.lines.push(`answer ${JSON.stringify(event)} ${order.state.status}`);
  }

  filled(fill: Fill, _event: VenueEvent, positionAfter: number): void {
    this.fills.push(fill);
    this.lines.push(`fill ${JSON.stringify(fill)} ${positionAfter}`);
  }

  stopped(...what: unknown[]): void {
    this.lines.push(`stopped ${JSON.stringify(what)}`);
  }

  settled(...what: unknown[]): void {
    this.lines.push(`settled ${JSON.stringify(what)}`);
  }
}
