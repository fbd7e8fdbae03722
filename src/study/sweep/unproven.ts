import { effectiveEvents, LEAST_DAYS } from '../statistics/interval.ts';
import { unseenLoss } from '../statistics/unseen-loss.ts';
import type { LaneResult } from '../store/run-result.ts';

/** What an interval above zero would still not prove, by the rules of the verdict on a single run; empty where nothing. */
export function unproven(lanes: readonly Pick<LaneResult, 'lane' | 'markets'>[], trials: number, seed: string): string {
  for (const lane of lanes) {
    const effective = effectiveEvents(lane.markets);
    if (effective < LEAST_DAYS)
      return `only ${effective.toFixed(1)} effective independent days in the ${lane.lane} lane`;
    const why = unseenLoss(lane, trials, seed);
    if (why !== null) return why;
  }
  return '';
}
