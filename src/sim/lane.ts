/** What a size decrease that no trade explains does to the queue ahead of a resting order of ours. */
export type CancelRule = 'behind' | 'proportional' | 'ahead';

/** One set of assumptions about what the tape does not say. The same order stream fills most in the last lane. */
export interface Lane {
  readonly name: 'pessimistic' | 'base' | 'optimistic';
  readonly cancels: CancelRule;
  /** Which quantile of the latency spreads every message takes. */
  readonly latencyQuantile: number;
  /** Whether a print (no depth) or a quote at our own price fills us, or only one beyond it. */
  readonly fillsAtPrice: boolean;
  /** What a taker pays on a prints tape: its own limit, or what the print that stands for its fill paid. */
  readonly takesPrintsAt: 'limit' | 'print';
  /** Whether resting orders survive a stretch that the tape does not cover. */
  readonly survivesGap: boolean;
  /** What fills a resting order on a book tape without prints. */
  readonly withoutTrades: 'nothing' | 'quotes-through' | 'decreases';
}

/** Every cancel is behind us, every message is slow, only a price beyond ours fills where there is no queue to see. */
export const PESSIMISTIC: Lane = {
  name: 'pessimistic',
  cancels: 'behind',
  latencyQuantile: 0.95,
  fillsAtPrice: false,
  takesPrintsAt: 'limit',
  survivesGap: false,
  withoutTrades: 'nothing',
};

/** Cancels fall evenly over the queue, latency is the median. */
export const BASE: Lane = {
  name: 'base',
  cancels: 'proportional',
  latencyQuantile: 0.5,
  fillsAtPrice: false,
  takesPrintsAt: 'limit',
  survivesGap: true,
  withoutTrades: 'quotes-through',
};

/** Every cancel is ahead of us, every message is fast, a print at our price fills. */
export const OPTIMISTIC: Lane = {
  name: 'optimistic',
  cancels: 'ahead',
  latencyQuantile: 0.05,
  fillsAtPrice: true,
  takesPrintsAt: 'print',
  survivesGap: true,
  withoutTrades: 'decreases',
};

export const LANES: readonly Lane[] = [PESSIMISTIC, BASE, OPTIMISTIC];
