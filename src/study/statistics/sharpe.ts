import type { MarketOutcome, TrialCount } from '../store/run-result.ts';
import { effectiveDaysText } from '../text/number-text.ts';
import { deflatedSharpe } from './deflation.ts';
import { effectiveEvents, LEAST_DAYS_FOR_SHARPE, totalsByDay } from './interval.ts';

/** A yearly Sharpe ratio with what it takes for granted. */
export interface Sharpe {
  readonly value: number;
  readonly label: string;
  /**
   * The probability that the true ratio is above what the best of all trials on the tape shows by luck alone; null where this is the only
   * one. See {@link deflatedSharpe}.
   */
  readonly deflated: number | null;
}

/**
 * Mean over standard deviation of daily net P&L in dollars, × √365, over the days traded; or why there is none: under 30 effective
 * independent days the ratio says nothing. Source: Sharpe, "The Sharpe Ratio", 1994, with no risk-free rate, as no capital
 * beyond the stake is tied up; the factor √365 takes days for independent and every day of a year for a day like these.
 */
export function sharpe(outcomes: readonly MarketOutcome[], trials: TrialCount): Sharpe | string {
  const days = totalsByDay(outcomes);
  const effective = effectiveEvents(outcomes);
  if (effective < LEAST_DAYS_FOR_SHARPE) {
    return `no Sharpe ratio: ${effectiveDaysText(effective)} effective independent days, ${LEAST_DAYS_FOR_SHARPE} are needed`;
  }
  const daily = dailySharpe(outcomes);
  if (daily === null) return 'no Sharpe ratio: every day gave the same P&L';
  return {
    value: daily * Math.sqrt(365),
    label: `daily net dollars, mean / deviation × √365, over the ${days.length} days traded; takes every day of a year for such a day`,
    deflated: deflatedFor(outcomes, trials),
  };
}

/** The deflated Sharpe ratio of what was earned a day, over the days traded; null for a single trial, and for days that were all alike. */
export function deflatedFor(outcomes: readonly MarketOutcome[], { count, sharpeDeviation }: TrialCount): number | null {
  if (count < 2 || sharpeDeviation === null) return null;
  const daily = totalsByDay(outcomes).map(({ netE6 }) => netE6);
  return deflatedSharpe(daily, count, sharpeDeviation);
}

/** Mean over standard deviation of daily net P&L over the days traded, not scaled to a year; null where the days do not differ. */
export function dailySharpe(outcomes: readonly MarketOutcome[]): number | null {
  const days = totalsByDay(outcomes);
  if (days.length < 2) return null;
  const mean = days.reduce((sum, day) => sum + day.netE6, 0) / days.length;
  const squares = days.reduce((sum, day) => sum + (day.netE6 - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (days.length - 1));
  return deviation === 0 ? null : mean / deviation;
}
