import { formatDollars, type Money } from '../../core/money.ts';
import { Random } from '../../core/random.ts';
import type { LaneResult } from '../store/run-result.ts';
import { deflate } from './deflation.ts';
import { ratioInterval, totalsByDay } from './interval.ts';

/** Days that ended with a loss after which the days themselves show what losing looks like. */
export const LEAST_LOSING_DAYS = 5;

/**
 * Why an interval above zero may rest on a loss that has not come yet, in words that follow "in the … lane"; null where it does not.
 * Resampled days cannot show a loss that no day has shown: a fair bet at 95 cents has an interval above zero in most runs of ten days. So with
 * fewer than five losing days the interval must stay above zero when one more day is added on which the largest stake of any day is lost.
 */
export function unseenLoss(
  { lane, markets }: Pick<LaneResult, 'lane' | 'markets'>,
  trials: number,
  seed: string,
): string | null {
  const days = totalsByDay(markets);
  const losing = days.filter(({ netE6 }) => netE6 < 0).length;
  if (losing >= LEAST_LOSING_DAYS || days.length === 0) return null;
  const worst = days.reduce((most, day) => (day.stakedE6 > most.stakedE6 ? day : most));
  const withLoss = [
    ...days.map(({ netE6, volumeE2 }) => ({ net: netE6, volume: volumeE2 })),
    { net: -worst.stakedE6, volume: worst.volumeE2 },
  ];
  const interval = ratioInterval(withLoss, new Random(`${seed}/interval`));
  if (typeof interval !== 'string' && deflate(interval, trials).lower > 0) return null;
  const count = losing === 0 ? 'no day' : losing === 1 ? 'one day' : `${losing} days`;
  return `${count} of ${days.length} ended with a loss in the ${lane} lane, and one more day that loses its whole stake (at most ${formatDollars(worst.stakedE6 as Money)} so far) would undo it: a strategy that wins often and loses much at once looks like this until it does`;
}
