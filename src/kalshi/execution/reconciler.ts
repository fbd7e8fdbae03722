import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { type Duration, SECOND } from '../../core/time.ts';
import type { PortfolioReads } from '../portfolio-reads.ts';
import { Rounds } from '../rounds.ts';
import type { OrderDesk } from './order-desk.ts';

export interface ReconcilerOptions {
  readonly desk: OrderDesk;
  readonly reads: Pick<PortfolioReads, 'asOf' | 'orders' | 'fills'>;
  readonly clock: Clock;
  /** The exchange could not be asked; it is asked again. */
  readonly onTrouble: (fault: Fault) => void;
  /** How long between two looks while an outcome is unknown. Default 1 s. */
  readonly settleEvery?: Duration;
  /** How often all open orders are compared though nothing is in doubt: the channels of an account have no sequence numbers. Default 15 s. */
  readonly sweepEvery?: Duration;
}

/** Asks the exchange's lists for what the desk needs to know, again and again, one list at a time. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #rounds: Rounds;
  readonly #sweepEvery: number;
  #lastSweep: number;
  #sweepWanted = false;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#sweepEvery = options.sweepEvery ?? 15 * SECOND;
    this.#lastSweep = options.clock.elapsed();
    this.#rounds = new Rounds(options.clock, (signal) => this.#look(signal), options.settleEvery);
  }

  /** Messages may have been missed: every open order is compared at the next look. */
  sweepSoon(): void {
    this.#sweepWanted = true;
  }

  /** Ends it; resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { desk, clock, onTrouble } = this.#options;
    const needs = desk.needs(clock.now());
    const due = this.#sweepWanted || clock.elapsed() - this.#lastSweep >= this.#sweepEvery;
    const tickers = due ? desk.openTickers : needs.tickers;
    // Taken back before the reading, not after: what is missed meanwhile wants a sweep of its own.
    if (due) this.#sweepWanted = false;
    try {
      for (const ticker of tickers) await this.#orders(ticker, signal);
      if (due) this.#lastSweep = clock.elapsed();
      for (const orderId of desk.needs(clock.now()).orderIds) await this.#fills(orderId, signal);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (due) this.#sweepWanted = true;
      if (error.code !== 'interrupted') onTrouble(error);
    }
  }

  async #orders(ticker: string, signal: AbortSignal): Promise<void> {
    const { desk, reads, clock } = this.#options;
    // Read first: the list may be newer than this, never older.
    const asOf = await reads.asOf(signal);
    const rows = [];
    for await (const row of reads.orders({ ticker }, signal)) rows.push(row);
    desk.listed(ticker, rows, asOf, clock.now());
  }

  async #fills(orderId: string, signal: AbortSignal): Promise<void> {
    const { desk, reads, clock } = this.#options;
    const rows = [];
    for await (const row of reads.fills({ order_id: orderId }, signal)) rows.push(row);
    for (const row of rows) desk.fill({ ...row, clientOrderId: null }, clock.now(), true);
  }
}
