import { daysWithLoss, effectiveEvents, LEAST_DAYS, LEAST_DAYS_WITH_LOSS } from '../interval.ts';
import type { LaneResult } from '../run-result.ts';

/** What an interval above zero would still not prove, by the rules of the verdict on a single run; empty where nothing. */
export function unproven(lanes: readonly Pick<LaneResult, 'lane' | 'markets'>[]): string {
  for (const { lane, markets } of lanes) {
    const effective = effectiveEvents(markets);
    if (effective < LEAST_DAYS) return `only ${effective.toFixed(1)} effective independent days in the ${lane} lane`;
    const days = daysWithLoss(markets);
    if (days < LEAST_DAYS_WITH_LOSS) {
      return `a market lost money on only ${days} days in the ${lane} lane: a rare large loss may not have been seen yet`;
    }
  }
  return '';
}
