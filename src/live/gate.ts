import type { Order, OrderGroupId, OrderId } from '../core/order.ts';
import type { Price } from '../core/price.ts';
import type { Quantity } from '../core/quantity.ts';
import type { Execution } from '../engine/execution.ts';
import { OutputSink } from './replay-log.ts';
import type { LineSink, SessionLog } from './session-log.ts';

/**
 * Stands between an engine and the world. While it is shut the engine lives its earlier lives again: its outputs are kept for comparison, and its
 * requests go nowhere. Once it is open its lines go to the log and its requests to the exchange.
 */
export class Gate implements LineSink, Execution {
  /** The outputs of the earlier lives. */
  readonly replayed = new OutputSink();
  readonly #log: SessionLog;
  #execution: Execution | null = null;

  constructor(log: SessionLog) {
    this.#log = log;
  }

  get isOpen(): boolean {
    return this.#execution !== null;
  }

  /** Opens it for good. What the earlier lives asked for last, and the log has not, is logged first. */
  open(execution: Execution, unlogged: readonly (readonly unknown[])[]): void {
    for (const [type, ...rest] of unlogged) this.#log.output((type as string).slice(1), ...rest);
    this.#execution = execution;
  }

  input(type: string, ...rest: readonly unknown[]): void {
    if (this.isOpen) this.#log.input(type, ...rest);
  }

  output(type: string, ...rest: readonly unknown[]): void {
    if (this.isOpen) this.#log.output(type, ...rest);
    else this.replayed.output(type, ...rest);
  }

  note(type: string, ...rest: readonly unknown[]): void {
    if (this.isOpen) this.#log.note(type, ...rest);
  }

  submit(order: Order): void {
    this.#execution?.submit(order);
  }

  cancel(order: OrderId): void {
    this.#execution?.cancel(order);
  }

  amend(order: OrderId, price: Price, quantity: Quantity): void {
    this.#execution?.amend(order, price, quantity);
  }

  decrease(order: OrderId, by: Quantity): void {
    this.#execution?.decrease(order, by);
  }

  openGroup(group: OrderGroupId, contracts: Quantity): void {
    this.#execution?.openGroup(group, contracts);
  }

  resetGroup(group: OrderGroupId): void {
    this.#execution?.resetGroup(group);
  }
}
