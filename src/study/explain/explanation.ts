import type { FeeChange } from '../../core/fee-schedule.ts';
import type { BookMet, QueueStep } from './order-watch.ts';
import type { DecisionRow, FillRow, OrderRow, SettlementRow, UpdateRow } from './recorded.ts';
import type { TapeRow } from './tape-rows.ts';

/** What the strategy was told last before it asked. */
export interface Heard {
  /** Added to a row's receive time: when the strategy heard it. */
  readonly feedUs: number;
  /** What it was answering to: the last row told, an answer of the venue, or neither (a clock of its own, the beginning). */
  readonly moment: 'row' | 'answer' | 'clock';
  /** The answer, where it was one. */
  readonly answer: UpdateRow | null;
  /** The last row told, of whatever market, where the decision was made on it. */
  readonly trigger: TapeRow | null;
  readonly triggerTicker: string | null;
  /** The last rows of the order's own market, oldest first. */
  readonly market: readonly TapeRow[];
}

/** How the fee of a fill comes about. */
export interface FeeSteps {
  /** The row of the fee schedule that was in force, and whether no document of that time backs it. */
  readonly terms: FeeChange;
  readonly assumed: boolean;
  /** k of the model fee in 1e-4. */
  readonly coefficientE4: number;
  /** k × multiplier × contracts × P × (1 − P), rounded up to 1e-6 dollars. */
  readonly modelE6: number;
  /** What rounding to the account's unit, and what earlier fills of the order had overpaid, make of it. */
  readonly chargedE6: number;
}

export interface ExplainedFill extends FillRow {
  readonly fee: FeeSteps;
  readonly row: TapeRow | null;
}

/** What the order made: each fill held against what the market paid. Over all orders of a market it sums to the market's net. */
export interface OrderOutcome {
  readonly settlement: SettlementRow | null;
  readonly valueE4: number;
  readonly priceE6: number;
  readonly feesE6: number;
  readonly netE6: number;
}

export interface ExplainedStep extends QueueStep {
  readonly tape: TapeRow | null;
}

/** The chain of causes from what was heard to what an order made. Column names and units as in docs/query.md. */
export interface Explanation {
  readonly format: 'tapedeck-explanation';
  readonly version: 1;
  readonly run: { readonly id: string; readonly strategy: string; readonly tape: string; readonly synthetic: boolean };
  readonly arm: string;
  readonly lane: string;
  /** Why this lane: asked for, or the arm's worst. */
  readonly laneIs: 'asked' | 'worst';
  readonly order: OrderRow;
  /** Null where the tape cannot be read as it was. */
  readonly heard: Heard | null;
  readonly decisions: readonly DecisionRow[];
  /** When the request left and arrived, by which latency; null where it never left. */
  readonly request: {
    readonly leftUs: number;
    readonly arrivedUs: number | null;
    readonly quantile: number | null;
    readonly origin: string;
  } | null;
  readonly met: BookMet | null;
  readonly cancels: string;
  readonly steps: readonly ExplainedStep[];
  /** Why the venue's side cannot be shown, or null where it is. */
  readonly unseen: string | null;
  readonly answers: readonly UpdateRow[];
  readonly fills: readonly ExplainedFill[];
  /** Null where nothing filled, or the market never paid on this tape. */
  readonly outcome: OrderOutcome | null;
}
