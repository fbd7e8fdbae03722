import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/fault.ts';
import { type Duration, SECOND } from '../../core/time.ts';
import type { PortfolioReads } from '../portfolio-reads.ts';
import type { OrderDesk } from './order-desk.ts';

export interface ReconcilerOptions {
  readonly desk: OrderDesk;
  readonly reads: PortfolioReads;
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
  readonly #stopping = new AbortController();
  readonly #settleEvery: number;
  readonly #sweepEvery: number;
  #callOff: () => void = () => {};
  #working: Promise<void> | null = null;
  #lastSweep: number;
  #sweepWanted = false;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#settleEvery = options.settleEvery ?? SECOND;
    this.#sweepEvery = options.sweepEvery ?? 15 * SECOND;
    this.#lastSweep = options.clock.elapsed();
    this.#wait();
  }

  /** Messages may have been missed: every open order is compared at the next look. */
  sweepSoon(): void {
    this.#sweepWanted = true;
  }

  /** Ends it; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#callOff();
    await this.#working;
  }

  #wait(): void {
    if (this.#stopping.signal.aborted) return;
    this.#callOff = this.#options.clock.wakeAfter(this.#settleEvery as Duration, () => {
      this.#working = this.#look().finally(() => {
        this.#working = null;
        this.#wait();
      });
    });
  }

  async #look(): Promise<void> {
    const { desk, clock, onTrouble } = this.#options;
    const needs = desk.needs(clock.now());
    const due = this.#sweepWanted || clock.elapsed() - this.#lastSweep >= this.#sweepEvery;
    const tickers = due ? desk.openTickers : needs.tickers;
    try {
      for (const ticker of tickers) await this.#orders(ticker);
      if (due) {
        this.#sweepWanted = false;
        this.#lastSweep = clock.elapsed();
      }
      for (const orderId of desk.needs(clock.now()).orderIds) await this.#fills(orderId);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code !== 'interrupted') onTrouble(error);
    }
  }

  async #orders(ticker: string): Promise<void> {
    const { desk, reads, clock } = this.#options;
    const { signal } = this.#stopping;
    // Read first: the list may be newer than this, never older.
    const asOf = await reads.asOf(signal);
    const rows = [];
    for await (const row of reads.orders({ ticker }, signal)) rows.push(row);
    desk.listed(ticker, rows, asOf, clock.now());
  }

  async #fills(orderId: string): Promise<void> {
    const { desk, reads, clock } = this.#options;
    const rows = [];
    for await (const row of reads.fills({ order_id: orderId }, this.#stopping.signal)) rows.push(row);
    for (const row of rows) desk.fill({ ...row, clientOrderId: null }, clock.now(), true);
  }
}
