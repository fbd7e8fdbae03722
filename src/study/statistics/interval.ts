import type { Random } from '../../core/random.ts';
import type { MarketOutcome } from '../store/run-result.ts';
import { type DayColumns, type Interval, studentizedInterval } from './bootstrap.ts';

/** An interval needs at least this many calendar days: fewer clusters make any bootstrap too narrow. */
export const LEAST_DAYS = 10;

/** A ratio of mean to deviation needs at least this many effective independent days. */
export const LEAST_DAYS_FOR_SHARPE = 30;

/** What one calendar day gave, over all its markets: net in 1e-6 dollars, volume in 0.01 contract, stake in 1e-6 dollars. */
export interface DayTotal {
  readonly day: string;
  readonly netE6: number;
  readonly volumeE2: number;
  readonly stakedE6: number;
}

/** Net P&L of a market in 1e-6 dollars: price P&L less fees, what is still open counted as lost. */
export function netOf(outcome: MarketOutcome): number {
  return outcome.realisedE6 - outcome.feesE6 - outcome.openCostE6;
}

/** Sums outcomes by calendar day, days in order. Markets of all cities and brackets that share a day fall together. */
export function totalsByDay(outcomes: readonly MarketOutcome[]): DayTotal[] {
  const totals = new Map<string, { day: string; netE6: number; volumeE2: number; stakedE6: number }>();
  for (const outcome of outcomes) {
    if (outcome.volumeE2 === 0) continue;
    let total = totals.get(outcome.day);
    if (total === undefined) {
      total = { day: outcome.day, netE6: 0, volumeE2: 0, stakedE6: 0 };
      totals.set(outcome.day, total);
    }
    total.netE6 += netOf(outcome);
    total.volumeE2 += outcome.volumeE2;
    total.stakedE6 += outcome.stakedE6;
  }
  return [...totals.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Net P&L in cents per contract bought or sold: Σ net / Σ contracts; null where nothing traded. */
export function centsPerContract(outcomes: readonly MarketOutcome[]): number | null {
  let net = 0;
  let volume = 0;
  for (const outcome of outcomes) {
    net += netOf(outcome);
    volume += outcome.volumeE2;
  }
  return ratio(net, volume);
}

function ratio(netE6: number, volumeE2: number): number | null {
  // 1e-6 dollars are 1e-4 cents, 0.01 contract is 1e-2 contract.
  return volumeE2 === 0 ? null : netE6 / volumeE2 / 100;
}

/**
 * 95 % interval of net cents a contract, resampling whole calendar days: brackets of an event and cities under one weather move together, so
 * the day is the unit that is drawn anew. Gives a reason instead where there are too few days.
 */
export function netInterval(outcomes: readonly MarketOutcome[], random: Random): Interval | string {
  return ratioInterval(
    totalsByDay(outcomes).map(({ netE6, volumeE2 }) => ({ net: netE6, volume: volumeE2 })),
    random,
  );
}

/** The same interval of any amount over contracts, one entry a day: `net` in 1e-6 dollars, `volume` in 0.01 contract and above 0. */
export function ratioInterval(
  days: readonly { readonly net: number; readonly volume: number }[],
  random: Random,
): Interval | string {
  const columns = {
    net: Float64Array.from(days, ({ net }) => net),
    volume: Float64Array.from(days, ({ volume }) => volume),
  };
  return tooFew(days.length) ?? studentizedInterval([columns], random);
}

/**
 * 95 % interval of the difference in net cents a contract between two arms, `outcomes` less `control`. The same drawn days of the union of both
 * count for both, so that what a day did to every trader cancels. Gives a reason where either arm has too few days.
 */
export function differenceInterval(
  outcomes: readonly MarketOutcome[],
  control: readonly MarketOutcome[],
  random: Random,
): Interval | string {
  const ours = totalsByDay(outcomes);
  const theirs = totalsByDay(control);
  const refusal = tooFew(Math.min(ours.length, theirs.length));
  if (refusal !== null) return refusal;
  const days = [...new Set([...ours, ...theirs].map((total) => total.day))].sort();
  return studentizedInterval([columnsOf(ours, days), columnsOf(theirs, days)], random);
}

function tooFew(days: number): string | null {
  if (days >= LEAST_DAYS) return null;
  if (days === 0) return 'nothing traded';
  return `${days === 1 ? '1 day' : `${days} days`} traded; an interval needs at least ${LEAST_DAYS}`;
}

function columnsOf(totals: readonly DayTotal[], days: readonly string[]): DayColumns {
  const byDay = new Map(totals.map((total) => [total.day, total]));
  return {
    net: Float64Array.from(days, (day) => byDay.get(day)?.netE6 ?? 0),
    volume: Float64Array.from(days, (day) => byDay.get(day)?.volumeE2 ?? 0),
  };
}

/**
 * Effective number of independent days: (Σ c)² / Σ c², c the capital staked each day. Equal stakes on n days give n; one day that
 * holds nearly all gives nearly 1. Source: Kish, "Survey Sampling", 1965, 11.7 (effective sample size under unequal weights).
 */
export function effectiveEvents(outcomes: readonly MarketOutcome[]): number {
  let sum = 0;
  let squares = 0;
  for (const { stakedE6 } of totalsByDay(outcomes)) {
    const dollars = stakedE6 / 1e6;
    sum += dollars;
    squares += dollars * dollars;
  }
  // Rounded so that thirty equal days are thirty, not 29.999…
  return squares === 0 ? 0 : Math.round(((sum * sum) / squares) * 1e9) / 1e9;
}
