import type { Time } from '../../core/time.ts';
import type { LaneRun } from '../../sim/lane-run.ts';
import type { RowSink } from './lane-journal.ts';

/** The deepest fall of a lane's worth below its earlier peak, in 1e-6 dollars, seen at the sample times. */
export class Drawdown {
  most = 0;
  #peak: number;

  /** The first peak is what the account began with. */
  constructor(start: number) {
    this.#peak = start;
  }

  see(worth: number): void {
    this.#peak = Math.max(this.#peak, worth);
    this.most = Math.max(this.most, this.#peak - worth);
  }
}

/** Writes one equity row of a lane. A position without a mark leaves the equity unknown, and its cost stands in for the drawdown. */
export function sampleEquity(arm: string, run: LaneRun, time: Time, drawdown: Drawdown, sink: RowSink | null): void {
  const { account, state } = run.engine;
  const equity = account.equity((market) => state.mark(market));
  drawdown.see(equity ?? account.cash + account.openCost);
  sink?.('equity', {
    arm,
    lane: run.lane.name,
    time_us: time,
    cash_e6: account.cash,
    reserved_e6: account.reserved,
    open_cost_e6: account.openCost,
    fees_e6: account.fees,
    realised_e6: account.realised,
    equity_e6: equity,
  });
}
