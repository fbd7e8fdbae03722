import { effectiveEvents, LEAST_DAYS, totalsByDay } from '../interval.ts';
import type { LaneResult } from '../run-result.ts';
import { LEAST_LOSING_DAYS } from '../verdict.ts';

/** What an interval above zero would still not prove, by the rules of the verdict on a single run; empty where nothing. */
export function unproven(lanes: readonly Pick<LaneResult, 'lane' | 'markets'>[]): string {
  for (const { lane, markets } of lanes) {
    const effective = effectiveEvents(markets);
    if (effective < LEAST_DAYS) return `only ${effective.toFixed(1)} effective independent days in the ${lane} lane`;
    const losing = totalsByDay(markets).filter(({ netE6 }) => netE6 < 0).length;
    if (losing < LEAST_LOSING_DAYS) {
      return `only ${losing} days lost money in the ${lane} lane: a rare large loss may not have been seen yet`;
    }
  }
  return '';
}
